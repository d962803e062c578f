"""`exitgame bisect`: where on the scale of a knob a claim begins to fail."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import attrs
import click
from attrs import frozen
from rich.console import Console, RenderableType
from rich.text import Text

from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
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
    change_rows,
    found_document,
    keep_trace,
    show_found,
    with_page,
)
from impl.cli.screen import BAD, DIM, GOOD, WARN, labelled, plural, seconds
from impl.cli.waiting import cores, ticker
from impl.faults import BadInput
from impl.registry import choose, unknown
from impl.rulechange import RuleChange, rule_change
from impl.watchdog import Interrupted, TimeIsUp, stoppable
from invariants.kernel.claims import Rulebook

TIME = 60.0
"""Seconds, where --time does not say otherwise."""
PROVING = 0.25
"""How much of the time the prover may take."""
SHOWN = 8
"""Values beside the boundary that are listed; all are in the document."""


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

    Exit code 1: the claim fails somewhere between LO and HI. 0: at neither end anything breaks.
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


@frozen
class Bisected:
    """What a bisection found out."""

    scale: Any
    claim: str
    seed: int
    proved: tuple[Any, ...]
    search: Any
    """None where a theorem was asked for."""
    found: Found | None
    """The shortest run at the first value that breaks."""
    both: tuple[tuple[str, str], ...]
    """What breaks at both ends."""
    interrupted: bool
    taken: float

    @property
    def neighbours(self) -> Any:
        """The two sides of the boundary of the search; None where there is none."""
        return None if self.search is None else self.search.neighbours

    @property
    def code(self) -> int:
        """What it means for a script."""
        if self.proved or self.neighbours or self.both:
            return BROKEN
        if self.interrupted:
            return INTERRUPTED
        return HOLDS if self.looked else BROKEN

    @property
    def looked(self) -> bool:
        """Were both ends looked at?"""
        return self.search is None or (
            len(self.search.hunts) > 1 and all(hunt.looked for hunt in self.search.hunts)
        )


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
            both = tuple(dict.fromkeys(hit.pair for hunt in search.hunts for hit in hunt.old))
    done = Bisected(
        line, claim, seed, tuple(proved), search, found, both, interrupted, monotonic() - start
    )
    return Answer(done.code, _document(done), lambda page: _show(page, done))


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
            {"value": v, "text": line.text(v), "broken": looked.broken, "evidence": looked.said}
            for v, looked in sorted(search.looked.items())
        ],
        "broken_at_both_ends": [{"invariant": i, "cause": cause} for i, cause in done.both],
        "counterexamples": [] if done.found is None else [found_document(done.found)],
        "interrupted": done.interrupted,
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


# For people -------------------------------------------------------------------------------------


def _show(page: Console, done: Bisected) -> None:
    line = done.scale
    rows: list[tuple[str, RenderableType]] = [*change_rows(line.change)]
    if done.claim:
        rows.append(("claim", Text(done.claim)))
    span = f"{line.knob.name} from {line.text(line.low)} to {line.text(line.high)}"
    rows.append(("bisect", Text(span, style="bold")))
    if done.search is not None:
        rows.append(("seed", Text(str(done.seed))))
    for each in done.proved:
        rows += [("", Text()), *_proved_rows(line, each)]
    if not done.proved and (done.search is None or not done.claim):
        rows.append(("prove", Text(_no_theorem(done), style=DIM)))
    if done.search is not None:
        rows += [("", Text()), *_search_rows(done)]
    page.print(labelled(rows))
    if done.found is not None:
        show_found(page, done.found)
    if done.interrupted:
        page.print(labelled([("interrupted", Text("this is what was seen so far", style=WARN))]))
    page.print()
    page.print(labelled([("time", Text(seconds(done.taken), style=DIM))]))


def _no_theorem(done: Bisected) -> str:
    if done.claim:
        return f"{done.claim} has the same answer at both ends, or is not about this knob"
    return "no theorem about decisions holds at one end only"


def _proved_rows(line: Any, each: Any) -> list[tuple[str, RenderableType]]:
    how = (
        f"exactly: {each.needs}"
        if each.exact and each.needs
        else "closed in on by proofs, which assumes one boundary"
    )
    rows: list[tuple[str, RenderableType]] = [
        ("theorem", Text.assemble((each.id, "bold"), f'  "{each.claim}"')),
        ("holds at", Text.assemble((line.text(each.holds), GOOD), f"  proved {each.said}")),
        ("fails at", Text.assemble((line.text(each.fails), BAD), f"  refuted: {each.against}")),
        ("boundary", Text(how)),
    ]
    if each.others:
        places = ", ".join(line.text(value) for value in each.others)
        rows.append(("warning", Text(f"the answer changes again after {places}", style=WARN)))
    return rows


def _search_rows(done: Bisected) -> list[tuple[str, RenderableType]]:
    line, search = done.scale, done.search
    passed_over = [
        ("at both ends", Text(f"{invariant}, {cause}: passed over", style=DIM))
        for invariant, cause in done.both
    ]
    if search.hit is None:
        return [*passed_over, *_no_weakness(done)]
    if done.neighbours is None:
        end = Text(f"broken at {line.text(search.breaking)}; the other end was not looked at")
        return [*passed_over, ("search", end)]
    holds, breaks = done.neighbours
    invariant, cause = search.pair
    rows: list[tuple[str, RenderableType]] = [
        *passed_over,
        (
            "claim",
            Text.assemble((invariant, "bold"), f"  {cause}  (scope {search.hit.place.name})"),
        ),
        ("holds at", Text.assemble((line.text(holds.value), GOOD), f"  {holds.said}")),
        ("breaks at", Text.assemble((line.text(breaks.value), BAD), f"  {breaks.said}")),
    ]
    others = [v for v in sorted(search.looked) if v not in (holds.value, breaks.value)]
    if others:
        shown = others if len(others) <= SHOWN else others[: SHOWN // 2] + others[-SHOWN // 2 :]
        said = ", ".join(
            f"{line.text(v)} {'breaks' if search.looked[v].broken else 'holds'}" for v in shown
        )
        if len(shown) < len(others):
            said = f"{said} (and {plural(len(others) - len(shown), 'value')} between)"
        rows.append(("looked at", Text(said, style=DIM)))
    rows.append(("boundary", _trust(done, holds, breaks)))
    return rows


def _trust(done: Bisected, holds: Any, breaks: Any) -> Text:
    """How far the boundary can be relied on."""
    if done.search.several:
        return Text("NOT ONE: the answer changes more than once between the ends", style=WARN)
    if abs(holds.value - breaks.value) > 1:
        return Text("somewhere between these two: the time was up", style=WARN)
    values = plural(len(done.search.looked), "value")
    return Text(f"between these two; found by bisection, which assumes that it is the only one"
                f" ({values} looked at agree)")  # fmt: skip


def _no_weakness(done: Bisected) -> list[tuple[str, RenderableType]]:
    line = done.scale
    ends = f"{line.text(line.low)} and {line.text(line.high)}"
    what = done.claim or "no claim"
    if not done.looked:
        said = "there was no time to look at both ends"
    elif done.both:
        said = f"both ends are alike: what was found breaks at {ends} in the same way"
    elif done.claim:
        said = f"both ends are alike: nothing was found that breaks {what} at {ends}"
    else:
        said = f"both ends are alike: nothing was found that breaks at {ends}"
    rows: list[tuple[str, RenderableType]] = [("search", Text(said, style=WARN))]
    for hunt, value in zip(done.search.hunts, (line.high, line.low), strict=False):
        states = sum(each.result.states for each in hunt.explored.values())
        parts = f"{plural(states, 'state')} in {plural(len(hunt.explored), 'scope')}"
        sampled = f", sampled {plural(hunt.walked.steps, 'step')}" if hunt.walked.steps else ""
        rows.append((line.text(value), Text(f"{parts}{sampled}")))
    return rows
