"""Theorems asked about one after the other, and what the prover says of them."""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic

import attrs
from attrs import frozen

from impl.ground.crew import Desk, Gone
from impl.ground.evidence import Result, Word
from impl.ground.faults import BadInput
from impl.ground.plain import plain
from impl.ground.watchdog import TimeIsUp, let_through, stoppable
from impl.ground.words import unknown
from impl.lab import prover
from impl.lab.rules.change import RuleChange
from invariants.kernel.theorems import Theorem

NOT_STATED = "not_stated"
"""Under this name the details of a result keep what its author did not write rightly."""
GRACE = 0.5
"""Seconds that the prover has to say that it gave up, before its process is ended."""


@frozen
class Proof:
    """A theorem and what the prover says of it."""

    theorem: Theorem
    result: Result
    taken: float

    @property
    def as_expected(self) -> bool:
        """An impossibility has to be refuted, everything else proved."""
        return prover.as_expected(self.theorem, self.result)


def proofs(
    theorems: Sequence[Theorem], end: float | None, say: Callable[[str], None]
) -> Iterator[Proof]:
    """Ask about one after the other, until the end, in a process of its own, which is ended where
    neither z3 nor a decision comes back."""
    desk = Desk(lambda: _Clerk(theorems))
    try:
        for number, theorem in enumerate(theorems):
            say(theorem.id)
            start = monotonic()
            time = None if end is None else end - start
            if time is not None and time <= 0:
                return
            patience = None if time is None else time + GRACE
            try:
                result = desk.ask("prove", number, time, patience=patience)
            except Gone as gone:
                result = Result(Word.ERROR, "prove", theorem.id, str(gone))
            if result is None:
                said = f"gave up after {monotonic() - start:.1f} s: it did not come back"
                result = Result(Word.UNKNOWN, "prove", theorem.id, said)
            yield Proof(theorem, result, monotonic() - start)
    finally:
        desk.close()


@frozen
class _Clerk:
    """Answers with results that can be sent."""

    theorems: Sequence[Theorem]

    def prove(self, number: int, time: float | None) -> Result:
        end = None if time is None else monotonic() + time
        result = prove_one(self.theorems[number], time, end).result
        return attrs.evolve(result, details=plain(result.details))


def prove_one(theorem: Theorem, time: float | None, end: float | None = None) -> Proof:
    """Ask the prover, for so many seconds of CPU, until then on the monotonic clock."""
    from impl.lab.prover import NotStated, Unsupported, prove
    from impl.lab.prover.paths import Unfaithful

    start = monotonic()
    try:
        with stoppable(end, hears=False):
            result = prove(theorem, time_limit=time)
    except NotStated as mistake:
        told = {NOT_STATED: str(mistake)}
        said = f"not stated rightly: {str(mistake).removeprefix(f'{theorem.id}: ')}"
        result = Result(Word.UNKNOWN, "prove", theorem.id, said, details=told)
    except (Unsupported, Unfaithful) as limit:
        result = Result(Word.UNKNOWN, "prove", theorem.id, f"unsupported: {limit}")
    except TimeIsUp as up:
        where = f", in {up.where}" if up.where else ""
        said = f"gave up after {monotonic() - start:.1f} s{where}"
        result = Result(Word.UNKNOWN, "prove", theorem.id, said)
    except BaseException as fault:
        if isinstance(fault, Exception):
            raise
        let_through(fault)
        said = f"a rule raised {type(fault).__name__}, which is no exception to go on from"
        result = Result(Word.ERROR, "prove", theorem.id, said)
    return Proof(theorem, result, monotonic() - start)


def under(theorem: Theorem, change: RuleChange) -> Theorem:
    """The theorem about changed rules: wherever it speaks of a rule set, it speaks of them.

    A knob that was set by hand is fixed at that value; the others stay symbolic.
    """
    if not change.differences:
        return theorem
    kind = type(change.rules)
    values = {
        name: change.rules if isinstance(value, kind) else value
        for name, value in theorem.values.items()
    }
    fixed = {name.replace("-", "_") for name in change.changes}
    knobs = tuple(knob for knob in theorem.symbolic_knobs if knob not in fixed)
    return attrs.evolve(theorem, values=values, symbolic_knobs=knobs)


def wanted(rules: RuleChange, names: Sequence[str], end: float | None) -> list[Theorem]:
    """Those that are named; else all, or under a change those that read what is changed.

    Raises BadInput.
    """
    known = {theorem.id: theorem for theorem in rules.rulebook.theorems}
    for name in names:
        if name not in known:
            raise BadInput(unknown(f"theorem of {rules.rulebook.protocol.name}", name, known))
    if rules.differences and not names:
        from impl.lab.attack.reads import touched

        found = touched(rules, deadline=end)
        read = {theorem.id for theorem in (*found.decisions, *found.steps)}
        return [theorem for theorem in known.values() if theorem.id in read]
    return [theorem for theorem in known.values() if not names or theorem.id in names]
