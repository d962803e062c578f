"""Every feasible way through a function, one run per way.

A symbolic Boolean asks `Engine.decide` for its truth. The engine answers one way, remembers the
other, and runs the function again until no way is left: depth first, with one solver whose stack
follows the path. What it relies on is that a run is repeatable, so every rerun must ask the
structurally identical questions, and is aborted where it does not.

Calls of pure functions are enumerated on the spot, in a frame of their own, and come back as one
answer (see `folding`). A rerun reads that answer by its position in the path: computing it again,
with more known, could answer differently.

What is no outcome of a run (see `ends`) ends it for good, whatever a rule swallows.
"""

import time
from collections.abc import Callable, Generator, Hashable
from typing import Any

import z3

from impl.ground.watchdog import let_through
from impl.lab.prover.ends import (
    Infeasible,
    NeedsSolver,
    OutOfPatience,
    Stop,
    Unfaithful,
    Unsupported,
    listen,
    no_outcomes,
)
from impl.lab.prover.terms import FALSE, TRUE, choice, is_false, is_true
from impl.lab.prover.ways import (
    Decision,
    Frame,
    Given,
    Limits,
    Outcome,
    Path,
    Raised,
    Recorded,
    Returned,
    path_of,
)

__all__ = ["Engine", "OutOfPatience", "Unfaithful", "Unsupported"]


class Engine:
    """The oracle behind symbolic Booleans, while a proof runs."""

    def __init__(self, limits: Limits, uint256: bool = False) -> None:
        """A fresh engine with an empty solver."""
        self.limits = limits
        self.uint256 = uint256
        self.checked = False
        """uint256 only: does contract code run, whose overflow is refused?"""
        self.solver = z3.SimpleSolver()
        if limits.query_ms is not None:
            self.solver.set("timeout", limits.query_ms)
        self.frame: Frame | None = None
        self.model: Any = None
        self.queries = 0
        self.unknowns = 0
        self.memo: dict[Hashable, tuple[Any, Any]] = {}
        self.answers: dict[str, dict[int, tuple[Any, Any]]] = {}
        """What was found out about records, by question and by the record's id; see `records`."""
        self.numbers: dict[Hashable, int] = {}
        self.equalities: dict[tuple[int, int], tuple[Any, Any]] = {}
        self.declared: dict[Hashable, tuple[Any, Any]] = {}
        """Fresh values by name and limits: the leaf, and the term of its limits."""
        self.entered: set[Any] = set()
        """The author's functions that have been called."""
        self.started = time.process_time()

    def seconds(self) -> float:
        """CPU time since the engine was made."""
        return time.process_time() - self.started

    def equality(self, term: Any, value: int) -> Any:
        """The term that a number has this value: made once, and of what the number is joined from,
        so that the solver sees which of a few values it is and no arithmetic."""
        name = term.get_id(), value
        if name not in self.equalities:
            if z3.is_int_value(term):
                same = TRUE if term.as_long() == value else FALSE
            elif term.decl().kind() == z3.Z3_OP_ITE:
                condition, yes, no = term.children()
                same = choice(condition, self.equality(yes, value), self.equality(no, value))
            else:
                same = term == value
            self.equalities[name] = same, term
        return self.equalities[name][0]

    # Enumerating -------------------------------------------------------------------------------

    def paths(self, run: Callable[[], Any], solved: bool = True) -> Generator[Path, None, None]:
        """Every path of a run, in a new frame; the frame is left when the iterator ends.

        Raises NeedsSolver without the solver, OutOfPatience with it.
        """
        frame = Frame(solved, self.frame, self.solver.num_scopes())
        outer_model, outer_checked = self.model, self.checked
        self.frame = frame
        if solved and self.model is None:
            self.model = self._first_model()
        count = 0
        try:
            while True:
                frame.position, frame.facts = 0, {}
                self.checked = outer_checked
                outcome = self._attempt(run)
                if frame.position != len(frame.trail):
                    raise Unfaithful("a rerun ended before it reached its last decision")
                if outcome is not None:
                    count += 1
                    yield path_of(frame.trail, outcome)
                if not self._backtrack(frame):
                    return
                if not solved and count >= self.limits.quick_paths:
                    raise NeedsSolver
        finally:
            self.solver.pop(self.solver.num_scopes() - frame.scopes)
            self.frame, self.model, self.checked = frame.parent, outer_model, outer_checked

    def _attempt(self, run: Callable[[], Any]) -> Outcome | None:
        assert self.frame is not None
        frame = self.frame
        frame.stop, outcome = None, None
        try:
            outcome = self._outcome(run)
        except Stop as raised:
            frame.stop = frame.stop or raised
        finally:
            self.frame = frame
        stop: Stop | None = frame.stop
        if stop is None or isinstance(stop, Infeasible):
            return outcome if stop is None else None
        if isinstance(stop, Unsupported) and not frame.solved:
            raise NeedsSolver from None
        raise stop

    def _outcome(self, run: Callable[[], Any]) -> Outcome:
        try:
            with no_outcomes():
                return Returned(run())
        except Stop:
            raise
        except BaseException as error:
            let_through(error)
            error.__traceback__ = error.__context__ = None
            return Raised(error)

    def stopped(self, stop: Stop) -> None:
        """The run that is going on ends with this, and with nothing else."""
        if self.frame is not None and self.frame.stop is None:
            self.frame.stop = stop

    def _backtrack(self, frame: Frame) -> bool:
        """Turn the last decision that has another way; False where none is left."""
        while frame.trail:
            step = frame.trail[-1]
            if isinstance(step, Decision) and step.open:
                step.open, step.value = False, not step.value
                if frame.solved:
                    self.solver.pop(self.solver.num_scopes() - step.scopes)
                    self._assert(step.term if step.value else z3.Not(step.term))
                    self.model, step.other = step.other, None
                return True
            frame.trail.pop()
        return False

    # Deciding ----------------------------------------------------------------------------------

    def decide(self, term: Any) -> bool:
        """The truth of a term on this path."""
        if is_true(term) or is_false(term):
            return is_true(term)
        if z3.is_not(term):
            return not self.decide(term.arg(0))
        frame = self._running()
        name = term.get_id()
        if (fact := self._fact(frame, name)) is not None:
            return fact[0]
        step = self._replayed(frame)
        if step is None:
            step = self._decide_first(frame, term)
            frame.trail.append(step)
        elif not isinstance(step, Decision) or not step.term.eq(term):
            raise Unfaithful(f"a rerun asked {term} where it had asked {step}")
        frame.position += 1
        frame.facts[name] = step.value, term
        return step.value

    def note(self, term: Any) -> None:
        """The term is true here, because of what has been decided before."""
        self._running().facts[term.get_id()] = True, term

    def require(self, term: Any) -> None:
        """From here on, the condition holds: other values are not looked at.

        Raises Infeasible where no values are left.
        """
        frame = self._running()
        if not frame.solved:
            raise NeedsSolver
        step = self._replayed(frame)
        if step is None:
            frame.trail.append(Given(term, self.solver.num_scopes()))
            self._assert(term)
            if not (self.model is not None and self._model_says(term)):
                answer, self.model = self.check()
                if answer == z3.unsat:
                    frame.position += 1
                    raise Infeasible
        elif not isinstance(step, Given) or not step.term.eq(term):
            raise Unfaithful(f"a rerun required {term} where it had asked {step}")
        frame.position += 1

    def recorded(self, question: Hashable, alive: Any, answer: Callable[[], Any]) -> Any:
        """The answer that this path was given here before; computed when asked the first time."""
        frame = self._running()
        step = self._replayed(frame)
        if step is None:
            step = Recorded(question, alive, answer())
            frame.trail.append(step)
        elif not isinstance(step, Recorded) or step.question != question:
            raise Unfaithful("a rerun called another function, or with other arguments")
        frame.position += 1
        return step.answer

    def is_known(self, term: Any) -> bool | None:
        """What has been decided about a term, here or outside."""
        inside: list[Frame] = []
        frame: Frame | None = self._running()
        while frame is not None:
            if (fact := frame.facts.get(term.get_id())) is not None:
                for dependent in inside:
                    dependent.free = False
                return fact[0]
            inside.append(frame)
            frame = frame.parent
        return None

    def check(self, *terms: Any) -> tuple[Any, Any]:
        """Ask the solver, with more conditions: its answer, and a model if there is one."""
        if (left := self.look_at_the_clock()) is not None:
            self.solver.set("timeout", min(left, self.limits.query_ms or left))
        self.queries += 1
        answer = self.solver.check(*terms)
        if answer == z3.unknown:
            self.unknowns += 1
        return answer, self.solver.model() if answer == z3.sat else None

    def _running(self) -> Frame:
        if self.frame is None:
            raise Unsupported("a symbolic value was asked for its truth, and no proof is running")
        return self.frame

    def _replayed(self, frame: Frame) -> Decision | Given | Recorded | None:
        if frame.position < len(frame.trail):
            return frame.trail[frame.position]
        if not frame.solved and len(frame.trail) >= self.limits.quick_decisions:
            raise NeedsSolver
        if len(frame.trail) >= self.limits.decisions:
            raise OutOfPatience(f"{len(frame.trail)} decisions on one path")
        return None

    def _fact(self, frame: Frame, name: int) -> tuple[bool, Any] | None:
        fact = frame.facts.get(name)
        while fact is None and frame.solved and frame.parent is not None:
            frame = frame.parent
            fact = frame.facts.get(name)
        return fact

    def _decide_first(self, frame: Frame, term: Any) -> Decision:
        self.look_at_the_clock()
        scopes = self.solver.num_scopes()
        if not frame.solved:
            plain = z3.simplify(term)
            fork = not (is_true(plain) or is_false(plain))
            return Decision(term, not is_false(plain), fork, fork, scopes)
        return self._decide_with_solver(term, scopes)

    def _decide_with_solver(self, term: Any, scopes: int) -> Decision:
        """Ask for the ways that the present model does not already show to be possible."""
        value = True if self.model is None else self._model_says(term)
        if self.model is None:
            answer, self.model = self.check(term)
            if answer == z3.unsat:
                value = False
        answer, other = self.check(z3.Not(term) if value else term)
        fork = answer != z3.unsat
        if fork:
            self._assert(term if value else z3.Not(term))
        return Decision(term, value, fork, fork, scopes, other)

    def _assert(self, term: Any) -> None:
        self.solver.push()
        self.solver.add(term)

    def _model_says(self, term: Any) -> bool:
        return bool(z3.is_true(self.model.eval(term, model_completion=True)))

    def _first_model(self) -> Any:
        return self.check()[1]

    def look_at_the_clock(self) -> int | None:
        """The milliseconds left. Raises OutOfPatience where there are none."""
        if self.limits.seconds is None:
            return None
        left = self.limits.seconds - self.seconds()
        if left <= 0:
            raise OutOfPatience(f"{self.limits.seconds} s")
        return int(left * 1000) + 1


_engine: Engine | None = None


def engine() -> Engine:
    """The engine of the proof that is running. Raises Unsupported outside any proof."""
    if _engine is None:
        raise Unsupported("a symbolic value was used, and no proof is running")
    return _engine


def running() -> bool:
    """Is a proof running?"""
    return _engine is not None


def switch(new: Engine | None) -> Engine | None:
    """Make an engine the running one; returns the one before."""
    global _engine
    old, _engine = _engine, new
    listen(new.stopped if new else None)
    return old
