"""`exitgame bisect`: where on the scale of a knob a claim begins to fail."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import attrs
import click

from impl.cli.answer import Answer
from impl.cli.bisect_page import Bisected, show_bisected
from impl.cli.options import (
    Command,
    Duration,
    chosen_scope,
    in_time,
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
    keep_trace,
    with_page,
)
from impl.cli.waiting import cores, ticker
from impl.faults import BadInput
from impl.registry import choose
from impl.rulechange import RuleChange, rule_change
from impl.watchdog import Interrupted, TimeIsUp, stoppable
from impl.words import unknown
from invariants.kernel.claims import Rulebook

TIME = 60.0
"""Seconds, where --time does not say otherwise."""
PROVING = 0.25
"""How much of the time the prover may take."""


@click.command("bisect", cls=Command)
@protocol_argument
@rules_options
@scope_options
@click.option("--claim", metavar="ID", help="The invariant or theorem to look at, and no other.")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Repeat the search with this seed."
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many random steps and explored states at each end, at most.",
)
@click.option("--time", type=Duration(), help="At most this long in all: 30s, 5m.  [default: 60s]")
@workers_option
@out_option
def bisect_knob(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    scope: str | None,
    claim: str | None,
    seed: int | None,
    steps: int | None,
    time: float | None,
    workers: int | None,
    out: Path,
) -> Answer:
    """Find the value of a knob where a claim begins to fail: --rules.KNOB LO..HI.

    A theorem's boundary is exact: found by elimination, proved on one side and refuted on the
    other. A claim about runs is searched at both ends for a weakness that only one of them has, and
    then in between, which assumes that there is one boundary. Other --rules.KNOB V and --change
    hold everywhere. What breaks at both ends alike is passed over.

    Exit codes: 0 no boundary was found (a note says what breaks at both ends alike); 1 a claim
    holds at one end and fails at the other, or there was no time to look at both; 2 wrong usage;
    130 interrupted.
    """
    from impl.attack.scale import scale

    typed = click.get_current_context().meta.get("rules", [])
    name, text = _range(typed)
    rest = [(knob, value) for knob, value in typed if (knob, value) != (name, text)]
    with in_time("the rules were read"):
        rules = rule_change(choose(protocol, rule_set), rest, change)
    line = scale(rules, name, text)
    _known_claim(rules.rulebook, claim)
    asked = scope is not None or bool(click.get_current_context().meta.get("scope"))
    place = chosen_scope(rules.rulebook, scope) if asked else None
    folder = writable(out)
    used = secrets.randbelow(2**32) if seed is None else seed
    if time is None and steps is None:
        time = TIME
    return _answer(line, claim or "", place, used, steps, time, workers or cores(), folder)


def _range(typed: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The one knob that was given as LO..HI. Raises BadInput."""
    ranges = [(name, text) for name, text in typed if ".." in text]
    if len(ranges) == 1:
        return ranges[0]
    if not ranges:
        raise BadInput("bisect needs the two ends of a knob: --rules.KNOB LO..HI, such as 7d..14d")
    names = ", ".join(f"--rules.{name}" for name, _ in ranges)
    raise BadInput(f"only one knob can be bisected at a time, not {names}")


def _known_claim(book: Rulebook, claim: str | None) -> None:
    known = [i.id for i in book.invariants] + [t.id for t in book.theorems]
    if claim is not None and claim not in known:
        raise BadInput(unknown(f"invariant or theorem of {book.protocol.name}", claim, known))


def _answer(
    line: Any,
    claim: str,
    where: Any,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    folder: Path,
) -> Answer:
    from impl.attack.bisect import Search
    from impl.attack.boundaries import proved_boundaries
    from impl.attack.hunt import Limits
    from impl.attack.places import Place, to_explore, to_walk

    start = monotonic()
    book = line.change.rulebook
    deadline = None if time is None else start + time
    places = None if where is None else (Place(where.title, where.record),)
    about_runs = claim in ("", *(i.id for i in book.invariants))
    about_theorems = claim in ("", *(t.id for t in book.theorems))
    proved: list[Any] = []
    search, interrupted = None, False
    with ticker() as say:
        try:
            if about_theorems:
                until = None if time is None else start + time * (PROVING if about_runs else 1)
                with stoppable(until):
                    told = lambda name: say(f"prove  {name}")  # noqa: E731
                    for each in proved_boundaries(line, claim, until, told):
                        proved.append(each)
        except Interrupted:
            interrupted = True
        except TimeIsUp:
            pass
        if about_runs and not interrupted:
            search = Search(
                line,
                seed,
                Limits(deadline, steps, False, workers, claim),
                tuple(places or to_explore(book)),
                tuple(places or to_walk(book)),
                lambda words: say(f"bisect  {words}"),
            )
            guesses = [value for each in proved for value in (each.holds, each.fails)]
            ends = [line.low if each.fails < each.holds else line.high for each in proved]
            search.run(guesses, ends[0] if ends else None)
            interrupted = search.interrupted
        found: Found | None = None
        both: tuple[tuple[str, str], ...] = ()
        if search is not None:
            found = _kept(line, search, folder)
            both = tuple(search.both)
    late = deadline is not None and monotonic() > deadline
    named = {place.name: place for place in places or (*to_explore(book), *to_walk(book))}
    scopes = tuple(place.record for place in named.values())
    done = Bisected(
        line, claim, seed, tuple(proved), search, found, both, late, scopes, interrupted,
        monotonic() - start,
    )  # fmt: skip
    return Answer(done.code, _document(done), lambda page: show_bisected(page, done))


def _kept(line: Any, search: Any, folder: Path) -> Found | None:
    """The run at the first value that breaks, saved and told, with its page."""
    trace = search.shortest()
    if trace is None:
        return None
    change: RuleChange = line.at(search.neighbours[1].value)
    scope = search.hit.place.record
    return with_page(change, scope, keep_trace(change, scope, trace, folder), folder)


# For programs -----------------------------------------------------------------------------------


def _document(done: Bisected) -> dict[str, Any]:
    line, search = done.scale, done.search
    return {
        "command": "bisect",
        **change_document(line.change),
        "knob": line.knob.name,
        "unit": line.knob.unit,
        "low": line.low,
        "high": line.high,
        "claim": done.claim or None,
        "seed": done.seed,
        "theorems": [attrs.asdict(each) for each in done.proved],
        "boundary": None if done.neighbours is None else _boundary_document(done),
        "looked_at": []
        if search is None
        else [
            {
                "value": v,
                "text": line.text(v),
                "broken": looked.broken,
                "sure": looked.sure,
                "evidence": looked.said,
            }
            for v, looked in sorted(search.looked.items())
        ],
        "broken_at_both_ends": [{"invariant": i, "cause": cause} for i, cause in done.both],
        "counterexamples": [] if done.found is None else [found_document(done.found)],
        "interrupted": done.interrupted,
        "assumed": done.assumed,
        "seconds": round(done.taken, 3),
        "exit_code": done.code,
    }


def _boundary_document(done: Bisected) -> dict[str, Any]:
    holds, breaks = done.neighbours
    invariant, cause = done.search.pair
    return {
        "invariant": invariant,
        "cause": cause,
        "scope": done.search.hit.place.name,
        "method": done.search.hit.method,
        "holds": holds.value,
        "holds_text": done.scale.text(holds.value),
        "holds_evidence": holds.said,
        "breaks": breaks.value,
        "breaks_text": done.scale.text(breaks.value),
        "breaks_evidence": breaks.said,
        "adjacent": abs(holds.value - breaks.value) == 1,
        "one_boundary": not done.search.several,
    }
