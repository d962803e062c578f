"""`exitgame campaign`: fuzz for as long as wanted, on all cores or a cluster, and go on later."""

import secrets
from hashlib import blake2b
from pathlib import Path
from typing import Any

import attrs
import click
from attrs import frozen

from impl.campaign.cluster import on_ray
from impl.campaign.engines import Make, on_processes
from impl.campaign.run import Outcome, campaign
from impl.campaign.shards import ROUND
from impl.campaign.shelf import put_aside
from impl.campaign.store import database_key
from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, USAGE, Answer
from impl.cli.campaign_page import show_campaign, watching
from impl.cli.options import (
    Command,
    Duration,
    ScopeChoice,
    chosen_rules,
    chosen_scope,
    out_option,
    protocol_argument,
    rules_options,
    scope_options,
    workers_option,
    writable,
)
from impl.cli.reports import (
    Found,
    change_document,
    found_document,
    keep,
    result_document,
    scope_document,
)
from impl.cli.waiting import cores
from impl.evidence import Result, Word
from impl.faults import BadInput
from impl.fuzz.run import NOTHING
from impl.monitor import FAULTS
from impl.report import write_overview
from impl.rulechange import RuleChange
from impl.telling.assumed import assumed_text

TIME = 600.0
"""Seconds, where neither --time nor --shards says otherwise."""
CORPORA = Path("corpus")


@click.command("campaign", cls=Command)
@protocol_argument
@rules_options
@scope_options
@click.option("--time", type=Duration(), help="Go on for this long: 30s, 1h.  [default: 10m]")
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Go on until the campaign has N shards, rounded up to whole rounds of {ROUND}.",
)
@workers_option
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="The seed of a new campaign.")
@click.option(
    "--corpus",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the campaign lives.  [default: corpus/RULES-HASH]",
)
@click.option("--fresh", is_flag=True, help="Put the campaign in the folder aside and begin anew.")
@click.option(
    "--engine",
    type=click.Choice(["processes", "ray"]),
    default="processes",
    show_default=True,
    help="Where the shards run.",
)
@click.option(
    "--ray-address",
    metavar="ADDRESS",
    help="HOST:PORT of a Ray cluster.  [default: one on this machine, for this campaign]",
)
@out_option
def run_campaign(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    scope: str | None,
    time: float | None,
    shards: int | None,
    workers: int | None,
    seed: int | None,
    corpus: Path | None,
    fresh: bool,
    engine: str,
    ray_address: str | None,
    out: Path,
) -> Answer:
    """Fuzz for hours, guided by what is new; the same command goes on where it stopped.

    The corpus is kept in the format of Hypothesis' example database. The result is the same for any
    number of workers and of interruptions.

    Exit codes: 0 nothing broken, or of a change nothing but what the same actions break without it;
    1 broken, or no step was taken in the time; 2 wrong usage, or stopped by a fault outside; 130
    interrupted.
    """
    rules = chosen_rules(protocol, rule_set, change)
    where = chosen_scope(rules.rulebook, scope)
    used = workers or cores()
    if ray_address is not None and engine != "ray":
        raise BadInput("--ray-address is for --engine ray")
    make: Make = on_processes(used)
    if engine == "ray":
        make = on_ray(rules, where.record, used, ray_address)
    folder = writable(out)
    home = corpus or CORPORA / _name(rules, where.record)
    notes = []
    if fresh and (older := put_aside(home)) is not None:
        notes.append(f"the campaign that was in {home} is in {older} now")
    with watching() as progress:
        outcome = campaign(
            rules,
            where.record,
            home,
            make,
            seed=seed,
            otherwise=secrets.randbelow(2**32),
            shards=shards,
            time_limit=TIME if time is None and shards is None else time,
            progress=progress,
        )
    outcome = attrs.evolve(outcome, notes=(*notes, *outcome.notes))
    return _answer(_Run(rules, where, outcome, engine, used, home), folder)


@frozen
class _Run:
    rules: RuleChange
    scope: ScopeChoice
    outcome: Outcome
    engine: str
    workers: int
    home: Path


def _name(rules: RuleChange, scope: Any) -> str:
    """A folder of its own for every campaign: two rule changes never meet in one."""
    digest = blake2b(database_key(rules, scope), digest_size=4).hexdigest()
    return f"{rules.rule_set.name}-{digest}"


def _answer(run: _Run, folder: Path) -> Answer:
    """Keep what was found where people look for it, and tell everything."""
    outcome = run.outcome
    result = _result(run)
    notes = list(outcome.notes)
    found = tuple(
        _judged(each) if run.rules.differences else each
        for each in keep(run.rules, run.scope.record, result, folder)
    )
    code = _code(outcome, found)
    if found and all(each.old for each in found):
        word = Word.INTERRUPTED if outcome.interrupted else Word.SAMPLED
        result = attrs.evolve(result, word=word)
        notes.append(f"not new: {run.rules.rule_set.name} breaks by the same actions, too")
    document = {**_document(run, result, found, code), "notes": tuple(notes)}
    page: Path | None = None
    try:
        page = write_overview(document, folder / f"campaign-{run.home.name}.html")
    except BadInput as failure:
        notes.append(str(failure))
    if outcome.stopped_by and not outcome.interrupted:
        click.echo(f"exitgame: {outcome.stopped_by}", err=True)
    document = {**document, "notes": tuple(notes), "page": None if page is None else str(page)}
    told = attrs.evolve(outcome, notes=tuple(notes))
    return Answer(
        code,
        document,
        lambda screen: show_campaign(
            screen, run.rules, run.scope, told, result, run.home, found, page
        ),
    )


def _judged(found: Found) -> Found:
    """A campaign only plays its own runs under the unchanged rules: other runs may break these."""
    if found.old:
        return found
    said = f"{found.under_base}; NOT KNOWN whether other runs break these in this way: only the"
    return attrs.evolve(found, under_base=f"{said} same actions were played")


def _code(outcome: Outcome, found: tuple[Found, ...]) -> int:
    if not all(each.old for each in found):
        return BROKEN
    if outcome.interrupted:
        return INTERRUPTED
    if outcome.stopped_by:
        return USAGE
    return HOLDS if outcome.state.steps or found else BROKEN


def _result(run: _Run) -> Result:
    state, traces = run.outcome.state, run.outcome.traces
    if traces:
        word = Word.ERROR if traces[0].invariant in FAULTS else Word.BROKEN
    elif run.outcome.interrupted:
        word = Word.INTERRUPTED
    else:
        word = Word.SAMPLED if state.steps else Word.UNKNOWN
    summary = f"{state.steps:,} steps in {state.runs:,} runs, {state.shards:,} shards"
    if word is Word.UNKNOWN:
        summary = f"{NOTHING}; {summary}"
    return Result(
        word=word,
        method="campaign",
        subject=run.rules.rule_set.name,
        summary=summary,
        traces=traces,
        coverage=state.coverage,
        transitions=state.steps,
    )


def _document(run: _Run, result: Result, found: tuple[Found, ...], code: int) -> dict[str, Any]:
    state, outcome = run.outcome.state, run.outcome
    told = result_document(result)
    return {
        "command": "campaign",
        **change_document(run.rules),
        "scope": scope_document(run.scope),
        "seed": state.seed,
        "engine": run.engine,
        "workers": run.workers,
        "corpus": str(run.home),
        "shards": state.shards,
        "steps": state.steps,
        "runs": state.runs,
        "entries": len(state.entries),
        "behaviours": outcome.behaviours,
        "series": state.series,
        **{name: told[name] for name in ("applied", "refused", "witnesses", "never_seen")},
        "counterexamples": [found_document(each) for each in found],
        "word": result.word,
        "complete": not outcome.stopped_by,
        "stopped_by": outcome.stopped_by,
        "seconds": round(outcome.seconds, 3),
        "assumed": assumed_text(run.rules.rulebook, [run.scope.record]),
        "exit_code": code,
    }
