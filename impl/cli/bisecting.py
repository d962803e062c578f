"""`exitgame bisect`: where on the scale of a knob a claim begins to fail."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import click

from impl.cli.answer import Answer
from impl.cli.options import (
    Command,
    Duration,
    answer_by,
    chosen_scope,
    in_time,
    out_option,
    protocol_argument,
    rules_options,
    scope_options,
    workers_option,
    writable,
)
from impl.cli.waiting import cores, ticker
from impl.ground.faults import BadInput
from impl.ground.words import unknown
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import RuleChange, rule_change
from impl.lab.rules.chosen import ScopeChoice
from impl.show.text.bisect import Bisected, document, show_bisected
from impl.show.text.found import Found, keep_trace, with_page
from invariants.kernel.claims import Rulebook

TIME = 60.0
"""Seconds, where --time does not say otherwise."""


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
    from impl.lab.attack.scale import scale

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
    where: ScopeChoice | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    folder: Path,
) -> Answer:
    from impl.lab.attack.bisected import boundaries
    from impl.lab.attack.places import Place

    start = monotonic()
    place = None if where is None else Place(where.title, where.record)
    with ticker() as say:
        told = boundaries(line, claim, place, seed, steps, time, workers, say)
        found = None if told.search is None else _kept(line, told.search, folder)
    both = () if told.search is None else tuple(told.search.both)
    done = Bisected(
        line, claim, seed, told.proved, told.search, found, both, told.late, told.scopes,
        told.interrupted, monotonic() - start,
    )  # fmt: skip
    return Answer(done.code, document(done), lambda page: show_bisected(page, done))


def _kept(line: Any, search: Any, folder: Path) -> Found | None:
    """The run at the first value that breaks, saved and told, with its page."""
    trace = search.shortest()
    if trace is None:
        return None
    change: RuleChange = line.at(search.neighbours[1].value)
    scope = search.hit.place.record
    return with_page(
        change, scope, keep_trace(change, scope, trace, folder, answer_by), folder, answer_by
    )
