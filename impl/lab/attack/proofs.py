"""What the prover says of the theorems that a rule change touches, under the changed rules.

A theorem is asked about the changed rules as they are, every knob at its value: that is what the
person who changes them wants to know, and a theorem for all knobs under a premise about them would
be proved although the change violates the premise. Where the answer is no, the same question is
asked about the rule set without the change, and for which knobs the answer would be yes.

The prover runs in a process of its own, because z3 and a decision under test may take for ever.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

import attrs
from attrs import frozen

from impl.ground.crew import Desk, Gone
from impl.ground.evidence import Result, Word
from impl.lab.attack.reads import rules_of
from impl.lab.prover.knobs import safe_knobs
from impl.lab.prover.paths import Unfaithful, Unsupported
from impl.lab.prover.proof import prove
from impl.lab.rules.change import RuleChange
from impl.lab.rules.knobs import hyphens, knobs
from invariants.kernel.theorems import Expect, Theorem

PATIENCE = 10.0
"""Seconds for one theorem. All of ours about decisions need less than two."""

NOT_ASKED = "no time was left to ask"


@frozen
class Verdict:
    """What the prover says of one theorem under a change."""

    id: str
    claim: str
    word: Word
    said: str
    values: Mapping[str, int | bool]
    """The values that refute; empty otherwise."""
    before: Word | None
    """The answer without the change; None where that was not asked, because it is proved now, or
    where there was no time to ask."""
    needs: str
    """For which knobs it holds, as far as that was asked and found; empty otherwise."""
    seconds: float

    @property
    def lost(self) -> bool:
        """Is it refuted now, and was not before? Also where there was no time to ask that."""
        return self.word is Word.REFUTED and self.before is not Word.REFUTED

    @property
    def asked(self) -> bool:
        """Was there time for it?"""
        return self.said != NOT_ASKED


@frozen
class Question:
    """A theorem about the changed rules, about the unchanged ones, and about their knobs."""

    theorem: Theorem
    now: Theorem
    before: Theorem
    free: Theorem
    """With the knobs free that it quantifies over, and those that were set by hand."""


def questions(theorems: Sequence[Theorem], change: RuleChange) -> tuple[Question, ...]:
    """Each question once: theorems that only differ in their knobs ask the same of fixed rules."""
    asked: list[Question] = []
    for theorem in theorems:
        question = _question(theorem, change)
        same = [n for n, other in enumerate(asked) if alike(other.now, question.now)]
        if not same:
            asked.append(question)
        elif theorem.safe_when and not asked[same[0]].theorem.safe_when:
            asked[same[0]] = question
    return tuple(asked)


def _question(theorem: Theorem, change: RuleChange) -> Question:
    now = about(theorem, change.rules)
    differing = {each.field for each in change.differences}
    kind = type(change.rules)
    ints = [k.path for k in knobs(change.rules) if k.kind is int]
    changed = [".".join(path) for path in ints if hyphens(path) in differing]
    free = tuple(dict.fromkeys((*theorem.symbolic_knobs, *changed)))
    assert rules_of(theorem, kind) is not None
    return Question(
        theorem, now, about(theorem, change.rule_set.rules), attrs.evolve(now, symbolic_knobs=free)
    )


def about(theorem: Theorem, rules: Any, free: tuple[str, ...] = ()) -> Theorem:
    """The theorem about just these rules, knobs and all, but for those that are left free."""
    values = {
        name: rules if isinstance(value, type(rules)) else value
        for name, value in theorem.values.items()
    }
    return attrs.evolve(theorem, values=values, symbolic_knobs=free, safe_when="")


def alike(one: Theorem, other: Theorem) -> bool:
    """Do two theorems ask the same, whatever they are called?"""
    return one.statement is other.statement and all(
        getattr(one, name) == getattr(other, name) for name in ("values", "sizes", "shapes")
    )


# Asking -----------------------------------------------------------------------------------------


Answer = tuple[Word, str, Mapping[str, int | bool]]


@frozen
class _Clerk:
    """Answers questions by their number, in plain values."""

    questions: tuple[Question, ...]

    def now(self, number: int) -> Answer:
        return plain_answer(self.questions[number].now)

    def before(self, number: int) -> Answer:
        return plain_answer(self.questions[number].before)

    def needs(self, number: int) -> str:
        return condition(self.questions[number].free)


def plain_answer(theorem: Theorem) -> Answer:
    """The prover's word, its sentence, and the values that refute."""
    try:
        result = prove(theorem, time_limit=PATIENCE)
    except (Unsupported, Unfaithful) as limit:
        return Word.UNKNOWN, f"unsupported: {limit}", {}
    except BaseException as fault:
        if isinstance(fault, Exception):
            raise
        return Word.ERROR, f"a rule raised {type(fault).__name__}", {}
    return result.word, result.summary, _values(result)


def _values(result: Result) -> Mapping[str, int | bool]:
    leaves: Mapping[str, int | bool] = result.details.get("leaves", {})
    return dict(leaves) if result.word is Word.REFUTED else {}


def condition(theorem: Theorem) -> str:
    """For which values of its symbolic knobs a theorem holds, in words; empty if not found."""
    if not theorem.symbolic_knobs:
        return ""
    try:
        text = str(safe_knobs(theorem))
    except (ValueError, Unsupported, Unfaithful):
        return ""
    if text == "False":
        return f"no value of {' and '.join(theorem.symbolic_knobs)} helps"
    return "" if text == "True" else f"needs {text}"


def verdicts(
    theorems: Sequence[Theorem],
    change: RuleChange,
    *,
    deadline: float | None,
    say: Callable[[str], None] = lambda words: None,
) -> Iterator[Verdict]:
    """Ask about each theorem under the change, until the time (monotonic) is up.

    What was not asked any more is said to be unknown.
    """
    asked = questions(theorems, change)
    desk = Desk(lambda: _Clerk(asked))
    try:
        for number, question in enumerate(asked):
            say(question.theorem.id)
            yield _verdict(desk, number, question, deadline)
    finally:
        desk.close()


def _verdict(desk: Desk, number: int, question: Question, deadline: float | None) -> Verdict:
    start = monotonic()

    def ask(method: str) -> Any:
        left = PATIENCE if deadline is None else min(PATIENCE, deadline - monotonic())
        return desk.ask(method, number, patience=left) if left > 0 else None

    try:
        answer: Answer | None = ask("now")
    except Gone as gone:
        answer = Word.ERROR, str(gone), {}
    if answer is None:
        taken = monotonic() - start
        said = f"gave up after {taken:.1f} s" if taken > 0.01 else NOT_ASKED
        theorem = question.theorem
        return Verdict(theorem.id, theorem.claim, Word.UNKNOWN, said, {}, None, "", taken)
    word, said, values = answer
    before, needs = None, ""
    if word is not Word.PROVED:
        unchanged = ask("before")
        before = None if unchanged is None else unchanged[0]
    theorem = question.theorem
    lost = word is Word.REFUTED and before is Word.PROVED
    # A theorem for all knobs may state a premise about them, and would be safe where that fails.
    if theorem.safe_when or (lost and not _for_all_knobs(theorem)):
        needs = ask("needs") or ""
    claim = theorem.claim
    if theorem.symbolic_knobs and theorem.expect is Expect.REFUTED and word is Word.PROVED:
        claim = f"With these knobs: {claim}"
    return Verdict(theorem.id, claim, word, said, values, before, needs, monotonic() - start)


def _for_all_knobs(theorem: Theorem) -> bool:
    return bool(theorem.symbolic_knobs) and theorem.expect is Expect.PROVED
