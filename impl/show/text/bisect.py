"""The page that a person sees after a bisection."""

from typing import Any

import attrs
from attrs import frozen
from rich.console import Console, RenderableType
from rich.text import Text

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.ground.evidence import Word
from impl.show.telling.assumed import OF_PROOFS, assumed_row, assumed_text
from impl.show.telling.screen import BAD, DIM, GOOD, WARN, labelled, plural, seconds
from impl.show.text.found import Found, change_document, change_rows, found_document, show_found

SHOWN = 8
"""Values beside the boundary that are listed; all are in the document."""


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
    late: bool
    """Was the time up before any theorem was decided?"""
    scopes: tuple[Any, ...]
    interrupted: bool
    taken: float

    @property
    def assumed(self) -> str:
        """What it rests on."""
        if self.search is None:
            return OF_PROOFS
        return assumed_text(self.scale.change.rulebook, self.scopes, [self.scale.change.rules])

    @property
    def neighbours(self) -> Any:
        """The two sides of the boundary of the search; None where there is none."""
        return None if self.search is None else self.search.neighbours

    @property
    def code(self) -> int:
        """What it means for a script."""
        if self.proved or (self.search is not None and self.search.hit is not None):
            return BROKEN
        if self.interrupted:
            return INTERRUPTED
        return HOLDS if self.looked else BROKEN

    @property
    def looked(self) -> bool:
        """Was every scope opened, at both ends?"""
        if self.search is None:
            return not self.late
        hunts = self.search.hunts
        return len(hunts) > 1 and all(hunt.word is not Word.UNKNOWN for hunt in hunts)


def show_bisected(page: Console, done: Bisected) -> None:
    """Where theorems and runs begin to fail, or why no boundary was found."""
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
    page.print(
        labelled([("time", Text(seconds(done.taken), style=DIM)), assumed_row(done.assumed)])
    )


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
        ("at both ends", Text(f"{invariant}, {cause}: alike there, passed over", style=DIM))
        for invariant, cause in done.both
    ]
    if search.hit is None:
        return [*passed_over, *_no_weakness(done)]
    if done.neighbours is None:
        return [*passed_over, ("search", _one_end(done))]
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
        said = ", ".join(f"{line.text(v)} {_outcome(search.looked[v])}" for v in shown)
        if len(shown) < len(others):
            said = f"{said} (and {plural(len(others) - len(shown), 'value')} between)"
        rows.append(("looked at", Text(said, style=DIM)))
    rows.append(("boundary", _trust(done, holds, breaks)))
    return rows


def _outcome(looked: Any) -> str:
    if not looked.sure:
        return "not known"
    return "breaks" if looked.broken else "holds"


def _one_end(done: Bisected) -> Text:
    """The weakness of one end, where it is not known whether the other one has it."""
    line, search = done.scale, done.search
    other = line.low if search.breaking == line.high else line.high
    looked = search.looked.get(other)
    invariant, cause = search.pair
    said = "not looked at" if looked is None else f"searched only {looked.said}"
    return Text(
        f"{invariant}, {cause}: broken at {line.text(search.breaking)}, NOT KNOWN at"
        f" {line.text(other)}: {said}",
        style=WARN,
    )


def _trust(done: Bisected, holds: Any, breaks: Any) -> Text:
    """How far the boundary can be relied on."""
    if done.search.several:
        return Text("NOT ONE: the answer changes more than once between the ends", style=WARN)
    if abs(holds.value - breaks.value) > 1:
        between = "somewhere between these two: the others were not searched far enough to tell"
        return Text(between, style=WARN)
    values = plural(sum(each.sure for each in done.search.looked.values()), "value")
    return Text(f"between these two; found by bisection, which assumes that it is the only one"
                f" ({values} looked at agree)")  # fmt: skip


def _no_weakness(done: Bisected) -> list[tuple[str, RenderableType]]:
    line = done.scale
    ends = f"{line.text(line.low)} and {line.text(line.high)}"
    what = done.claim or "no claim"
    known = any(hunt.looked for hunt in done.search.hunts)
    if not done.looked and not known:
        said = "there was no time to look at both ends"
    elif not done.looked:
        said = (
            "NOT KNOWN: some scopes were not opened at both ends; nothing was found in the others"
        )
    elif done.both:
        said = f"both ends are alike: what was found breaks at {ends} in the same scope"
    else:
        whole = all(hunt.word is Word.EXHAUSTED for hunt in done.search.hunts)
        alike = "both ends are alike: " if whole else "as far as was looked, "
        said = f"{alike}nothing was found that breaks {what + ' ' if done.claim else ''}at {ends}"
    rows: list[tuple[str, RenderableType]] = [("search", Text(said, style=WARN))]
    for hunt, end in zip(done.search.hunts, done.search.ends, strict=True):
        states = sum(each.result.states for each in hunt.explored.values())
        words = list(hunt.words.values())
        opened = sum(word is not Word.UNKNOWN for word in words)
        parts = f"{hunt.word.value}  {opened} of {plural(len(words), 'scope')} looked at"
        sampled = f", {plural(hunt.walked.steps, 'random step')}" if hunt.walked.steps else ""
        rows.append((line.text(end), Text(f"{parts}: {plural(states, 'state')}{sampled}")))
    return rows


# For programs -----------------------------------------------------------------------------------


def document(done: Bisected) -> dict[str, Any]:
    """Everything, as one document."""
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
