"""A statement on concrete values, as ordinary Python."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from impl.ground.watchdog import let_through
from impl.lab.prover import records
from impl.lab.prover.checked import Checked
from impl.lab.prover.ends import Stop, no_outcomes
from impl.lab.prover.fresh import Chosen, Rejected
from impl.lab.prover.lifting import lifted
from impl.lab.prover.paths import Engine
from impl.lab.prover.statements import arguments, functions_of
from impl.lab.prover.ways import Limits, Outcome, Raised, Returned
from invariants.kernel.theorems import Theorem

Values = Mapping[str, int | bool]
Change = Callable[[Any], Any]


@frozen
class Replay:
    """Runs a theorem's statement on values by the names of its leaves."""

    theorem: Theorem
    _word: Callable[[int], int] = int
    _lift: Change = lambda value: value

    def arguments(self, leaves: Values) -> dict[str, Any] | None:
        """What the statement is called with; None where a shape leaves these values out."""
        try:
            return arguments(self.theorem, Chosen(leaves, self._word), self._lift)
        except Rejected:
            return None

    def outcome(self, given: Mapping[str, Any]) -> Outcome:
        """What Python makes of it. Raises OutOfPatience where the stack or memory is too small."""
        try:
            with no_outcomes():
                return Returned(self.theorem.statement(**given))
        except Stop:
            raise
        except BaseException as error:
            let_through(error)
            return Raised(error)


@contextlib.contextmanager
def replaying(theorem: Theorem, uint256: bool = False) -> Iterator[Replay]:
    """Replays of a theorem; in the uint256 mode, contract code refuses what overflows."""
    if not uint256:
        yield Replay(theorem)
        return
    with lifted(Engine(Limits(), uint256=True), *functions_of(theorem)) as lifter:
        yield Replay(theorem, Checked, lifter.lift)


def replayed(
    theorem: Theorem, leaves: Values, uint256: bool = False
) -> tuple[dict[str, Any], Outcome | None]:
    """The statement's arguments and its outcome; None where a shape leaves these values out."""
    with replaying(theorem, uint256) as replay:
        given = replay.arguments(leaves)
        return ({}, None) if given is None else (given, replay.outcome(given))


def reordered(value: Any, order: Callable[[list[Any]], list[Any]]) -> Any:
    """The value with the keys of every mapping in it in another order; itself where none is."""
    split = records.parts(value)
    if split is None:
        return value
    head, children = split
    new = tuple([reordered(child, order) for child in children])
    if head[0] == "mapping":
        held = dict(zip(value, new, strict=True))
        return {key: held[key] for key in order(list(held))}
    same = all(a is b for a, b in zip(children, new, strict=True))
    return value if same else records.rebuilt(head, new)
