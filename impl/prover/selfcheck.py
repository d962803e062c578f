"""Does the symbolic run agree with Python? Two questions to every path of a theorem.

The model of each path, replayed as ordinary Python, must give the outcome that the path says; and
any values at all must fall into exactly one path, with the outcome that Python gives. The first
alone is not enough: it never leaves the values that the prover itself thought of, and so misses a
branch that no path took.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import z3
from attrs import field, frozen

from impl.prover import records
from impl.prover.paths import Engine, Limits, Outcome, Path, Raised, Returned
from impl.prover.shapes import Chosen, Leaf, Rejected, chosen_by
from impl.prover.statements import arguments, running
from impl.prover.values import Symbolic, SymbolicBool, SymbolicEnum
from impl.watchdog import let_through
from invariants.kernel.theorems import Theorem

Values = Mapping[str, int | bool]


class Disagreement(AssertionError):
    """A path says something else than Python."""


@frozen
class Mapped:
    """All paths of a function, with the leaves they speak of and a model of each."""

    theorem: Theorem
    paths: tuple[tuple[Path, Values], ...]
    leaves: Mapping[str, Leaf] = field(factory=dict)

    def check_models(self) -> None:
        """Each path's model, replayed, gives the path's outcome. Raises Disagreement."""
        for path, values in self.paths:
            self._compare(path, values)

    def check(self, values: Values) -> str:
        """These values fall into one path, and Python agrees with it. Raises Disagreement.

        Returns how it ended. Values that the shapes leave out may fall into no path.
        """
        fitting = [path for path, _ in self.paths if _holds(path, self._terms(values))]
        expected = concrete_outcome(self.theorem, values)
        if expected is None and not fitting:
            return "left out"
        if len(fitting) != 1:
            raise Disagreement(f"{values} falls into {len(fitting)} paths")
        return self._compare(fitting[0], values)

    def _compare(self, path: Path, values: Values) -> str:
        expected = concrete_outcome(self.theorem, values)
        said = _known(path.outcome, self._terms(values))
        if expected is None or _shown(said) != _shown(expected):
            raise Disagreement(f"{values}: the path says {said}, Python says {expected}")
        return type(expected.error).__name__ if isinstance(expected, Raised) else "returned"

    def _terms(self, values: Values) -> list[tuple[Any, Any]]:
        return [
            (leaf.term, _literal(values.get(name, _least(leaf)), leaf))
            for name, leaf in self.leaves.items()
        ]


def mapped_out(theorem: Theorem, uint256: bool = False) -> Mapped:
    """Every path of a theorem's statement (any function will do)."""
    now = Engine(Limits(), uint256)
    leaves: dict[str, Leaf] = {}
    found = []
    with running(theorem, now) as (run, paths):
        for path in paths:
            leaves |= run.leaves
            answer, model = now.check()
            if answer == z3.sat:
                found.append((_settled(path), chosen_by(model, run.leaves)))
    return Mapped(theorem, tuple(found), leaves)


def concrete_outcome(theorem: Theorem, values: Values) -> Outcome | None:
    """What Python does with the values; None where the shapes leave them out."""
    try:
        given = arguments(theorem, Chosen(values))
    except Rejected:
        return None
    return _ended(lambda: theorem.statement(**given))


def _ended(run: Callable[[], Any]) -> Outcome:
    try:
        return Returned(run())
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        let_through(error)
        return Raised(error)


def _settled(path: Path) -> Path:
    """Called while the path is still being walked: keys become what it knows them to be."""
    if isinstance(path.outcome, Raised):
        return path
    return Path(path.decisions, Returned(records.settled(path.outcome.value)), path.given)


def _holds(path: Path, terms: list[tuple[Any, Any]]) -> bool:
    conditions = z3.And(*path.given, *path.conditions())
    return bool(z3.is_true(z3.simplify(z3.substitute(conditions, *terms))))


def _known(outcome: Outcome, terms: list[tuple[Any, Any]]) -> Outcome:
    def evaluated(leaf: Any) -> Any:
        if not isinstance(leaf, Symbolic):
            return leaf
        term = z3.simplify(z3.substitute(leaf.term, *terms))
        if isinstance(leaf, SymbolicEnum):
            return tuple(leaf.kind)[term.as_long()]
        return z3.is_true(term) if isinstance(leaf, SymbolicBool) else term.as_long()

    if isinstance(outcome, Raised):
        return Raised(records.mapped(outcome.error, evaluated))
    return Returned(records.mapped(outcome.value, evaluated))


def _shown(outcome: Outcome) -> tuple[Any, ...]:
    """What is compared: for an error, its type and values."""
    if isinstance(outcome, Raised):
        return (type(outcome.error), outcome.error.args)
    return (outcome.value,)


def _literal(value: int | bool, leaf: Leaf) -> Any:
    return z3.BoolVal(bool(value)) if z3.is_bool(leaf.term) else z3.IntVal(int(value))


def _least(leaf: Leaf) -> int | bool:
    if z3.is_bool(leaf.term):
        return False
    return min(leaf.values) if leaf.values else leaf.low or 0


def interesting(leaf: Leaf) -> Iterator[int | bool]:
    """Values of a leaf worth trying: all where there are few, else those around its bounds."""
    if z3.is_bool(leaf.term):
        yield from (False, True)
    elif leaf.values:
        yield from leaf.values
    else:
        low = leaf.low if leaf.low is not None else -12
        yield from range(low, min(low + 25, leaf.high + 1 if leaf.high is not None else low + 25))
