"""`exitgame campaign`: fuzz for as long as wanted, on all cores or a cluster, and go on later."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any

import attrs
import click
from rich.live import Live

from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, USAGE, Answer
from impl.cli.options import (
    Command,
    Duration,
    answer_by,
    chosen_rules,
    chosen_scope,
    out_option,
    protocol_argument,
    rules_options,
    scope_options,
    workers_option,
    writable,
)
from impl.cli.waiting import cores
from impl.ground.evidence import Word
from impl.ground.faults import BadInput
from impl.lab.campaign.cluster import on_ray
from impl.lab.campaign.engines import Make, on_processes
from impl.lab.campaign.run import Outcome, Status, campaign, result_of
from impl.lab.campaign.shards import ROUND
from impl.lab.campaign.shelf import put_aside
from impl.lab.campaign.store import database_key
from impl.lab.rules.change import RuleChange
from impl.show.report import write_overview
from impl.show.telling.screen import margin
from impl.show.text.campaign import Campaigned, campaign_document, panel_of, show_campaign
from impl.show.text.found import Found, keep

TIME = 600.0
"""Seconds, where neither --time nor --shards says otherwise."""
CORPORA = Path("corpus")
OFTEN = 0.2
"""Seconds between two looks at a running campaign."""


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
    with _watching() as progress:
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
    return _answer(Campaigned(rules, where, outcome, engine, used, home), folder)


@contextmanager
def _watching() -> Iterator[Callable[[Status], None] | None]:
    """A panel on a terminal's stderr, drawn by whoever reports and by no thread; else nothing."""
    console = margin()
    if not console.is_terminal:
        yield None
        return
    last = 0.0
    with Live(console=console, auto_refresh=False, transient=True) as panel:

        def report(status: Status) -> None:
            nonlocal last
            if monotonic() - last >= OFTEN:
                last = monotonic()
                panel.update(panel_of(status), refresh=True)

        yield report


def _name(rules: RuleChange, scope: Any) -> str:
    """A folder of its own for every campaign: two rule changes never meet in one."""
    digest = blake2b(database_key(rules, scope), digest_size=4).hexdigest()
    return f"{rules.rule_set.name}-{digest}"


def _answer(run: Campaigned, folder: Path) -> Answer:
    """Keep what was found where people look for it, and tell everything."""
    outcome = run.outcome
    result = result_of(run.outcome, run.rules.rule_set.name)
    notes = list(outcome.notes)
    found = tuple(
        _judged(each) if run.rules.differences else each
        for each in keep(run.rules, run.scope.record, result, folder, answer_by)
    )
    code = _code(outcome, found)
    if found and all(each.old for each in found):
        word = Word.INTERRUPTED if outcome.interrupted else Word.SAMPLED
        result = attrs.evolve(result, word=word)
        notes.append(f"not new: {run.rules.rule_set.name} breaks by the same actions, too")
    document = {**campaign_document(run, result, found, code), "notes": tuple(notes)}
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
