"""The page of one counterexample: what it shows, gathered from one run under two sets of rules."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrs import frozen

from impl.ground.evidence import Trace
from impl.ground.files import put_for
from impl.lab.rules.change import CHANGE, Difference, RuleChange, function_name
from impl.lab.rules.knobs import decisions, fields_shown
from impl.lab.traces.format import full_hash, save_trace
from impl.lab.traces.kept import kept_options
from impl.show.export.mermaid import mermaid
from impl.show.report.deadlines import Deadline, deadlines
from impl.show.report.files import page
from impl.show.report.ledger import SEPARATOR, Change, Ledger, Page
from impl.show.report.others import Alternatives, Others
from impl.show.report.sides import (
    Parting,
    Side,
    all_differences,
    other_side,
    own_title,
    parting,
    played,
    titled,
)
from impl.show.report.timeline import chart, outcome
from impl.show.report.values import Speller, meaning
from impl.show.report.why import Function, Reading, Watcher, claim_function, readings
from impl.show.telling.runs import Line, claim_of, moment, told
from invariants.kernel.numerals import numeral

DIFFERENT_AT_MOST = 6
"""Functions that went another way, on one page."""
LISTED_AT_MOST = 6
"""Refused actions that are named one by one."""
PARTED = ("outcome", "money", "state")

Pair = tuple[Function | None, Function | None]
"""A function on both sides; None where it did not run."""


@frozen
class Cell:
    """What one side makes of one step."""

    kind: str
    """`accepted`, `refused` or `broken`."""
    said: str
    """The refusal with its values, or the cause with its numbers."""
    meaning: str
    """What the guard is for, in its own words."""
    also: tuple[str, ...]
    """Other claims that break here."""
    ledger: Page
    when: str


@frozen
class Step:
    """One action on the page."""

    line: Line
    cells: tuple[Cell, ...]
    """The side of the page first."""
    parts: tuple[str, ...]
    """What parts here: "outcome", "money", "state"."""
    same: bool
    """Do both sides make the same of it?"""
    differs: Mapping[tuple[str, str], frozenset[str]]
    """(group, path) of what changes differently on the two sides, and what they still agree in."""
    deadlines: tuple[Deadline, ...]
    """Those ahead."""
    others: Others


def write_report(
    change: RuleChange,
    scope: Any,
    trace: Trace,
    folder: Path,
    against: RuleChange | None = None,
) -> Path:
    """Write the page of a kept counterexample beside its trace file, under the same name.

    The other side is the rules before the change; `against` names others. Raises BadInput where it
    cannot be written.
    """
    kept = save_trace(trace, folder)
    model = gathered(change, scope, trace, against)
    model["hash"] = kept.stem
    model["commands"] = _commands(change, kept)
    return put_for("the page", kept.with_suffix(".html"), page("report.html", model))


def gathered(
    change: RuleChange, scope: Any, trace: Trace, against: RuleChange | None = None
) -> dict[str, Any]:
    """All that the page shows but the names of files."""
    book = change.rulebook
    speller = Speller(book.protocol)
    own = played(book, change.rules, scope, trace, own_title(change))
    other, reason = _other(change, scope, trace, against)
    differences = all_differences(other.rules, own.rules) if other else ()
    parted = parting(own, other) if other else Parting(None, None, None, False)
    ahead, left_out = deadlines(own.run, own.rules, speller, differences)
    lines = told(book, own.run)
    sides = [own] + ([other] if other else [])
    return {
        "version": version("exitgame"),
        "trace": trace,
        "full_hash": full_hash(trace),
        "claim": claim_of(trace) or "A rule raised what is not a refusal.",
        "own": own,
        "other": other,
        "reason": reason,
        "verdicts": [_verdict(side, trace) for side in sides],
        "sides": sides,
        "differences": differences,
        "parting": parted,
        "parting_said": _parting_said(parted, sides),
        "steps": _steps(change, scope, sides, parted, ahead, lines, speller),
        "deadlines": ahead,
        "left_out": left_out,
        "chart": chart(own, other, parted.first, ahead, speller),
        "why": _why(change, trace, sides, parted, differences, speller),
        "numbers": _numbers(own),
        "scope": fields_shown(scope),
        "rules": fields_shown(own.rules),
        "decisions": [(name, function_name(f)) for name, f in decisions(own.rules).items()],
        "text": _as_text(trace, own, lines),
        "mermaid": mermaid(trace, change, own.run),
        "headline": _headline(trace, own),
        "typed": change.changes,
    }


def _numbers(own: Side) -> dict[str, str]:
    """The numbers behind the claim as they are now, whatever a file says."""
    numbers = own.as_kept[1].finding.numbers if own.as_kept else {}
    return {k: numeral(v) for k, v in numbers.items()}


def _other(
    change: RuleChange, scope: Any, trace: Trace, against: RuleChange | None
) -> tuple[Side | None, str]:
    if against is None:
        return other_side(change, scope, trace)
    title = titled(against.rule_set.name, against.differences)
    return played(change.rulebook, against.rules, scope, trace, title), "the rules asked for"


def _verdict(side: Side, trace: Trace) -> dict[str, Any]:
    """What became of the claim on one side, in one line and a word."""
    length = len(side.run.steps)
    refused = side.refused
    if side.as_kept is not None:
        word, said = "broken", _at(side.as_kept[0], length)
    elif side.broken:
        n, first = side.broken[0]
        word, said = "broken", f"{_at(n, length)}, but otherwise: {first.finding.said}"
    else:
        word, said = "holds", f"through the same {length} actions"
    if refused:
        if len(refused) > LISTED_AT_MOST:
            said += f"; refuses {len(refused)} of them"
        else:
            noun = "action" if len(refused) == 1 else "actions"
            said += f"; refuses {noun} {', '.join(map(str, refused))}"
    others = dict.fromkeys(f"{b.invariant} at step {n}" for n, b in side.others)
    return {"title": side.title, "word": word, "said": said, "others": list(others)}


def _at(step: int, length: int) -> str:
    return f"at step {step} of {length}" if step else "before the first action"


def _headline(trace: Trace, own: Side) -> dict[str, str]:
    """What the run shows when it is played; a file that says something else is told of."""
    length = len(own.run.steps)
    if own.as_kept is not None:
        n, now = own.as_kept
        actions = f"{n} {'action' if n == 1 else 'actions'}" if n else "the first state"
        return {
            "title": f"{trace.invariant} broken in {actions} ({trace.protocol})",
            "cause": f"Broken: {now.finding.cause}.",
            "raised": now.finding.details if now.finding.raised else "",
        }
    breaks = own.run.breaks or own.broken
    really = "; ".join(f"{b.invariant} {_at(n, length)}: {b.finding.said}" for n, b in breaks)
    played = f"Played, the run breaks {really or 'nothing'}."
    if not trace.invariant:
        return {"title": f"A run ({trace.protocol})", "cause": played, "raised": ""}
    return {
        "title": f"{trace.invariant} not broken as it was kept ({trace.protocol})",
        "cause": f"Kept as broken ({trace.finding.cause}), and not so. {played}",
        "raised": "",
    }


def _parting_said(parted: Parting, sides: Sequence[Side]) -> str:
    if len(sides) < 2:
        return ""
    if parted.first is None:
        rest = "; they differ in the state they start from" if parted.at_once else ""
        return f"Both sides accept and pay the same in every step{rest}."
    told = []
    if parted.state:
        told.append(f"the state first differs after step {parted.state}")
    if parted.outcome:
        n = parted.outcome
        one, two = (outcome(side, n) for side in sides)
        told.append(f"step {n} is {one} under {sides[0].title} and {two} under {sides[1].title}")
    if parted.money:
        told.append(f"money first moves differently at step {parted.money}")
    text = "; ".join(told)
    start = "The two start from different states. " if parted.at_once else ""
    return f"{start}{text[0].upper()}{text[1:]}."


def _steps(
    change: RuleChange,
    scope: Any,
    sides: Sequence[Side],
    parted: Parting,
    ahead: Sequence[Deadline],
    lines: Sequence[Line],
    speller: Speller,
) -> list[Step]:
    own = sides[0]
    ledgers = [Ledger(speller, side.run.initial) for side in sides]
    hangs = any(own.hangs_at(n) for n in range(1, len(lines) + 1))
    alternatives = Alternatives(change.rulebook, own.rules, scope, speller, hangs)
    steps = []
    for n, line in enumerate(lines, 1):
        here = own.at(n)
        cells = tuple(
            _cell(side, ledger, n, speller) for side, ledger in zip(sides, ledgers, strict=True)
        )
        steps.append(
            Step(
                line,
                cells,
                tuple(name for name in PARTED if getattr(parted, name) == n),
                all(cell == cells[0] for cell in cells),
                _differing(cells),
                tuple(each for each in ahead if n in each.steps),
                alternatives.at(here.before, here.action),
            )
        )
    return steps


def _differing(cells: Sequence[Cell]) -> dict[tuple[str, str], frozenset[str]]:
    """What does not change in the same way on all sides, with the parts that are the same."""
    pages = [
        {(group, each.path): each for group, changes in cell.ledger.groups for each in changes}
        | {("money", each.whose): each for each in cell.ledger.money}
        for cell in cells
    ]
    found: dict[tuple[str, str], frozenset[str]] = {}
    for place in dict.fromkeys(place for mine in pages for place in mine):
        sides = [mine.get(place) for mine in pages]
        if any(side != sides[0] for side in sides):
            parts = [set(s.after.split(SEPARATOR)) for s in sides if isinstance(s, Change)]
            found[place] = frozenset(set.intersection(*parts)) if len(parts) > 1 else frozenset()
    return found


def _cell(side: Side, ledger: Ledger, n: int, speller: Speller) -> Cell:
    step, finding = side.at(n), side.finding_at(n)
    said = explained = ""
    if step.refusal is not None:
        said, explained = speller.refusal(step.refusal), meaning(type(step.refusal))
    elif finding is not None:
        said = finding.finding.said
    return Cell(
        outcome(side, n),
        said,
        explained,
        tuple(f"{b.invariant}: {b.finding.cause}" for at, b in side.others if at == n),
        ledger.page(step.before, step.after),
        moment(step.after.main.now),
    )


def _why(
    change: RuleChange,
    trace: Trace,
    sides: Sequence[Side],
    parted: Parting,
    differences: tuple[Difference, ...],
    speller: Speller,
) -> dict[str, Any]:
    watchers = [Watcher.of(side, speller, differences) for side in sides]
    own = sides[0]
    at = own.broken[0][0] if own.broken else len(own.run.steps)
    claim = next((i for i in change.rulebook.invariants if i.id == trace.invariant), None)
    found: dict[str, Any] = {
        "step": at,
        "breaking": watchers[0].functions(at) if at else (),
        "claim": claim_function(claim, own, at, watchers[0]) if claim and own.broken else None,
        "readings": (),
        "readers": (),
        "parting": None,
        "parted": (),
    }
    if len(sides) == 2:
        found["readings"] = readings(watchers[0], watchers[1], len(own.run.steps))
        found["readers"] = _readers(found["readings"], watchers)
        step = parted.outcome or parted.first
        if step is not None:
            found["parting"] = step
            found["parted"] = _only_different(*(watcher.functions(step) for watcher in watchers))
    return found


def _readers(found: Sequence[Reading], watchers: Sequence[Watcher]) -> list[Pair]:
    """The functions that read what differs, where they first answer differently."""
    first: dict[str, int] = {}
    for reading in found:
        if reading.differs:
            first.setdefault(reading.function, reading.step)
    pairs: list[Pair] = []
    for name, step in first.items():
        one, two = (_named(watcher.functions(step), name) for watcher in watchers)
        pairs.append((one, two))
    pairs.sort(key=lambda pair: not any(f and f.decision for f in pair))
    return pairs[:DIFFERENT_AT_MOST]


def _named(functions: Sequence[Function], name: str) -> Function | None:
    return next((f for f in functions if name == (f.decision or f.name)), None)


def _only_different(mine: Sequence[Function], yours: Sequence[Function]) -> list[Pair]:
    """The functions that ran differently on the two sides, in pairs."""
    one, two = ({_identity(f): f for f in side} for side in (mine, yours))
    pairs = [(one.get(name), two.get(name)) for name in dict.fromkeys((*one, *two))]
    both: list[Pair] = [
        (f, g) for f, g in pairs if f and g and (f.lines or g.lines) and _went(f) != _went(g)
    ]
    alone = [(f, g) for f, g in pairs if not (f and g) and any(e and e.lines for e in (f, g))]
    return (both or alone)[:DIFFERENT_AT_MOST]


def _identity(function: Function) -> str:
    return function.decision or function.place


def _went(function: Function) -> Any:
    """Which way a function went: what it answered, by which lines."""
    return [asked.result for asked in function.asked], [line.ran for line in function.lines]


def _commands(change: RuleChange, kept: Path) -> dict[str, str]:
    """What to type to see the run again, and to keep it as a test."""
    options = kept_options(kept.parent, change.changes.get(CHANGE))
    return {name: f"exitgame {name} {kept.stem}{options}" for name in ("replay", "pin", "report")}


def _as_text(trace: Trace, own: Side, lines: Sequence[Line]) -> str:
    """The run as plain text, to paste into an issue."""
    wide = max((len(line.when) for line in lines), default=0)
    broad = max((len(line.party) for line in lines), default=0)
    broken = "broken" if own.as_kept else "not broken as it was kept"
    rows = [f'{trace.invariant} {broken}: "{claim_of(trace)}"']
    for line in lines:
        effect = f"   [{line.effect}]" if line.effect else ""
        who = f"{line.when:<{wide}}  {line.party:<{broad}}"
        rows.append(f"{line.number:>4}  {who}  {line.action}{effect}")
    for _, each in own.run.breaks or own.broken:
        rows.append(f"why   {each.invariant}, {each.finding.said}")
    return "\n".join(rows) + "\n"
