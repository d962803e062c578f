"""What a comparison of two rule sets came to, for people and for programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.ground.evidence import Trace, Word
from impl.ground.faults import BadInput
from impl.ground.words import path_typed, quoted
from impl.lab.claims.monitor import Broken
from impl.lab.compare.decisions import Answers
from impl.lab.compare.losses import Loss
from impl.lab.compare.pairs import Differs, Sides
from impl.lab.compare.search import Meeting, Seen, comparable
from impl.lab.purity.doubts import doubt
from impl.lab.reading.plain import has_users
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.lab.traces.format import save_trace, trace_of
from impl.lab.traces.kept import kept_options
from impl.show.telling.assumed import assumed_row, assumed_text
from impl.show.telling.screen import BAD, DIM, GOOD, WARN, labelled, plural, seconds, table
from impl.show.text.found import change_document, change_rows, scope_document
from impl.show.text.losing import Losing, losing_document, show_losing
from impl.show.text.sides import (
    SideBySide,
    gain_words,
    line_documents,
    money_documents,
    show_claims,
    show_lines,
    show_money,
    side_by_side,
)
from invariants.kernel.claims import Finding

WHAT = {
    Differs.ACCEPTS: "what is accepted",
    Differs.PAYS: "what is paid",
    Differs.WAITS: "how long somebody honest may wait",
    Differs.ENDS: "who is richer when all is over",
}


@frozen
class Shown:
    """A run on which they differ, played again, and what it shows after how many actions."""

    differs: tuple[Meeting, ...]
    run: SideBySide

    @property
    def longest(self) -> Meeting:
        """The run itself."""
        return self.differs[-1]


@frozen
class Comparison:
    """Two rule sets, and what was found out about them."""

    one: RuleChange
    other: RuleChange
    names: tuple[str, str]
    scope: ScopeChoice
    seed: int
    seen: Seen
    answers: Sequence[Answers]
    taken: float

    @property
    def code(self) -> int:
        """1 where a run or a decision differs, or nothing was looked at."""
        if self.seen.found or any(each.word is Word.REFUTED for each in self.answers):
            return BROKEN
        if self.seen.stopped_in:
            return BROKEN  # a rule that had not returned when the time was up
        if self.seen.stopped_by == "Ctrl-C":
            return INTERRUPTED
        return HOLDS if self.seen.depth or self.seen.sampled or self.seen.exhausted else BROKEN

    @property
    def sides(self) -> Sides:
        """Both worlds."""
        rules = self.one.rules, self.other.rules
        return Sides(self.one.rulebook, rules, self.scope.record)

    @property
    def losing(self) -> Losing:
        """Who loses most."""
        return Losing(self.sides, self.names, self.seen)

    @property
    def assumed(self) -> str:
        """What it rests on."""
        said = assumed_text(
            self.one.rulebook, [self.scope.record], [each.rules for each in (self.one, self.other)]
        )
        return "; ".join(filter(None, (said, self.kept)))

    @property
    def kept(self) -> str:
        """What is assumed because a function may keep something from call to call, or because what
        is not shipped may ask anything of time; else empty."""
        said = [doubt(each.rulebook, each.rules) for each in (self.one, self.other)]
        if any(has_users(each.rules, each.rulebook.protocol) for each in (self.one, self.other)):
            said.append("that waits between the instants that were read are alike")
        return " and ".join(dict.fromkeys(filter(None, said)))

    @property
    def between(self) -> RuleChange:
        """The second rule set as a change of the first."""
        base = attrs.evolve(self.one.rule_set, name=self.names[0], rules=self.one.rules)
        return RuleChange(self.one.rulebook, base, self.other.rules)

    @property
    def kinds(self) -> list[Differs]:
        """In what they differ; that somebody has to answer sooner is told where that is all."""
        found = [kind for kind in Differs if kind in self.seen.found]
        if Differs.ACCEPTS in found or Differs.PAYS in found:
            return [kind for kind in found if kind is not Differs.WAITS]
        return found

    def runs(self) -> list[Shown]:
        """The runs that were found, the shortest first; one that merely begins another is told with
        it."""
        found = [self.seen.found[kind] for kind in self.kinds]
        loss = self.losing.worst
        if loss is not None and all(each.actions != loss.actions for each in found):
            found.append(Meeting(Differs.ENDS, loss.actions, loss.sampled, worst=True))
        found.sort(key=lambda each: len(each.actions))
        told: list[list[Meeting]] = []
        for each in reversed(found):
            longer = [those for those in told if _begins(each, those[-1])]
            if longer:
                longer[0].insert(0, each)
            else:
                told.append([each])
        return [Shown(tuple(those), self._again(those[-1])) for those in reversed(told)]

    def _again(self, meeting: Meeting) -> SideBySide:
        rules = self.one.rules, self.other.rules
        book, scope = self.one.rulebook, self.scope.record
        return side_by_side(book, self.names, rules, scope, meeting.actions)


def _begins(one: Meeting, other: Meeting) -> bool:
    return other.actions[: len(one.actions)] == one.actions


@frozen
class Kept:
    """A run that was found, and its file; where that could not be written, why."""

    shown: Shown
    file: Path | None
    unkept: str = ""


def keep(comparison: Comparison, shown: Shown, folder: Path) -> Kept:
    """Save a run under the second rule set; it need not break anything."""
    other, meeting = comparison.other, shown.longest
    said = " and in ".join(dict.fromkeys(WHAT[each.differs] for each in shown.differs))
    finding = Finding(f"{comparison.names[1]} differs from {comparison.names[0]} in {said}", {})
    trace: Trace = trace_of(
        other.rulebook,
        other.rules,
        comparison.scope.record,
        meeting.actions,
        Broken("", finding),
        comparison.seed if meeting.sampled else None,
    )
    typed = attrs.evolve(
        trace,
        rule_set=other.rule_set.name,
        changes=dict(other.changes),
        digest_of_change=other.digest,
    )
    try:
        return Kept(shown, save_trace(typed, folder))
    except BadInput as failure:
        return Kept(shown, None, str(failure))


def _what(meeting: Meeting) -> str:
    return "the worst loss that was found" if meeting.worst else WHAT[meeting.differs]


def document(comparison: Comparison, kept: Sequence[Kept]) -> dict[str, Any]:
    """The whole comparison, for programs."""
    seen = comparison.seen
    return {
        "command": "compare",
        "protocol": comparison.one.rulebook.protocol.name,
        "first": {"name": comparison.names[0], **change_document(comparison.one)},
        "second": {"name": comparison.names[1], **change_document(comparison.other)},
        "differences": change_document(comparison.between)["differences"],
        "scope": scope_document(comparison.scope),
        "seed": comparison.seed,
        "differ": bool(seen.found),
        "depth": seen.depth,
        "exhausted": seen.exhausted,
        "pairs": seen.pairs,
        "transitions": seen.transitions,
        "sampled": seen.sampled,
        "stopped_by": seen.stopped_by,
        "key": seen.key,
        "same_money_at_the_start": comparable(comparison.sides),
        "runs": [_run_document(each, comparison.losing.worst) for each in kept],
        "decisions": list(comparison.answers),
        "losses": losing_document(comparison.losing),
        "assumed": comparison.assumed,
        "seconds": round(comparison.taken, 3),
        "exit_code": comparison.code,
    }


def _run_document(kept: Kept, worst: Loss | None) -> dict[str, Any]:
    shown = kept.shown
    return {
        "differs": [
            {"in": each.differs, "after": len(each.actions), "sampled": each.sampled}
            for each in shown.differs
            if not each.worst
        ],
        "actions": shown.longest.actions,
        "run": line_documents(shown.run),
        "worst_loss": worst is not None and worst.actions == shown.longest.actions,
        "money": money_documents(shown.run),
        "gained": gain_words(shown.run),
        "broken": [side.run.broken for side in shown.run.sides],
        "hash": None if kept.file is None else kept.file.stem,
        "file": None if kept.file is None else str(kept.file),
        "unkept": kept.unkept or None,
    }


def show(page: Console, comparison: Comparison, kept: Sequence[Kept]) -> None:
    """The whole comparison, for people."""
    scope = Text.assemble(comparison.scope.title, (f"  ({comparison.scope.fields})", DIM))
    rows = [
        *change_rows(comparison.between),
        ("scope", scope),
        ("compare", _verdict(comparison)),
        ("looked at", Text(_looked_at(comparison.seen), style=DIM)),
    ]
    page.print(labelled(rows))
    for each in kept:
        _show_run(page, comparison, each)
    show_losing(page, comparison.losing)
    if comparison.answers:
        page.print()
        told = [(each.decision, _answer(each, comparison.names)) for each in comparison.answers]
        page.print(table(("decision", "for all values (z3)"), told, tight=("decision",)))
    page.print()
    page.print(labelled([assumed_row(comparison.assumed)]))


def _verdict(comparison: Comparison) -> Text:
    seen = comparison.seen
    if seen.found:
        those = [WHAT[kind] for kind in comparison.kinds]
        said = Text.assemble(("they differ", BAD), f" in {', in '.join(those)}")
    elif not seen.depth and not seen.sampled:
        said = Text.assemble(("nothing was looked at", WARN), " to the end")
    else:
        sampled = f", nor in {seen.sampled:,} sampled steps of longer ones" if seen.sampled else ""
        runs = "this scope" if seen.exhausted else f"up to {plural(seen.depth, 'action')}{sampled}"
        apart = any(each.word is Word.REFUTED for each in comparison.answers)
        said = Text.assemble(
            ("no difference", WARN if apart else GOOD),
            f" in any run of {runs}",
            f", assuming {comparison.kept}" if comparison.kept else "",
            "; but decisions answer differently" if apart else "",
        )
    return Text.assemble(said, (f"  {seconds(comparison.taken)}", DIM))


def _looked_at(seen: Seen) -> str:
    depth = "every run" if seen.exhausted else f"every run of up to {plural(seen.depth, 'action')}"
    parts = [f"{depth}: {plural(seen.pairs, 'pair')} of states, {seen.transitions:,} steps"]
    if seen.sampled:
        parts.append(f"{seen.sampled:,} steps of random runs")
    if seen.stopped_by:
        parts.append(f"stopped by {seen.stopped_by}")
    return "; ".join([*parts, seen.key])


def _show_run(page: Console, comparison: Comparison, kept: Kept) -> None:
    shown = kept.shown
    page.print()
    rows: list[tuple[str, Text]] = []
    for each in shown.differs:
        how = "a sampled run, perhaps not the shortest" if each.sampled else "the shortest run"
        if each.worst and not each.sampled:
            how = "found by looking at every run of up to so many"
        actions = plural(len(each.actions), "action")
        rows.append(
            (
                "" if rows else "differs in",
                Text.assemble((_what(each), BAD), f"  after {actions}, {how}"),
            )
        )
    page.print(labelled(rows))
    show_lines(page, shown.run)
    show_money(page, shown.run)
    show_claims(page, shown.run)
    if kept.file is None:
        page.print(labelled([("NOT KEPT", Text(kept.unkept, style=BAD))]))
    else:
        page.print(labelled([("kept in", str(kept.file)), *_again(comparison, kept.file)]))


def _again(comparison: Comparison, file: Path) -> list[tuple[str, Text]]:
    """What to type to see the run under either rule set."""
    one, other = comparison.one, comparison.other
    play = f"exitgame replay {file.stem}"
    play += kept_options(file.parent, None)
    knobs = "".join(
        f" --rules.{k} {quoted(text)}" for k, text in one.changes.items() if k != CHANGE
    )
    first = f"{play} --rule-set {one.rule_set.name}{_option(one)}{knobs}"
    return [
        ("again", Text(f"{play}{_option(other)}", style="bold")),
        ("the other", Text(first, style="bold")),
    ]


def _option(change: RuleChange) -> str:
    written = change.changes.get(CHANGE)
    return f" --change {path_typed(written)}" if written else ""


STYLES = {Word.PROVED: GOOD, Word.REFUTED: BAD}
SAYS = {Word.PROVED: "equivalent", Word.REFUTED: "differ"}


def _answer(each: Answers, names: tuple[str, str]) -> Text:
    """What z3 says of one decision."""
    one, other = each.functions
    if one == other:
        one, other = f"{one} ({names[0]})", f"{other} ({names[1]})"
    start = (SAYS.get(each.word, each.word.value), STYLES.get(each.word, WARN))
    if each.word is not Word.REFUTED:
        return Text.assemble(start, f"  {one} and {other}: {each.said}")
    values = ", ".join(f"{name} = {text}" for name, text in each.values.items())
    where = f"for {values}" if values else "with every number 0 and every flag no"
    answers = f"{one} says {each.answers[0]}, {other} says {each.answers[1]}"
    return Text.assemble(start, f"  {where}: {answers}")
