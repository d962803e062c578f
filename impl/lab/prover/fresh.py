"""Where the unknown parts of a value come from: variables for z3, or values looked up by name.

Because one shape is run with both, a counterexample is a value that the types' own validators took.
"""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Any, TypeVar

import attrs
import z3
from attrs import define

from impl.lab.prover.ends import Infeasible
from impl.lab.prover.members import SymbolicEnum
from impl.lab.prover.paths import Engine
from impl.lab.prover.values import WORD, SymbolicBool, SymbolicInt
from invariants.kernel.theorems import Truth, Whole
from spec.kernel.basics import Party

E = TypeVar("E", bound=Enum)


@define
class Leaf:
    """What a name stands for: a z3 constant, and the values it can have."""

    term: Any
    low: int | None = None
    high: int | None = None
    values: tuple[int, ...] = ()
    kind: type[Enum] | None = None
    """Of an enum leaf, whose values are places in the order of definition."""
    decl: Any = attrs.field(init=False, eq=False, repr=False)
    """What z3 models know the term by."""

    def __attrs_post_init__(self) -> None:
        """Look it up once, and not for every model."""
        self.decl = self.term.decl()

    def bounds(self) -> list[Any]:
        """What limits its values."""
        terms = [self.term >= self.low] if self.low is not None else []
        terms += [self.term <= self.high] if self.high is not None else []
        return [*terms, *([_within(self.term, self.values)] if self.values else [])]


class _Shared:
    """What both kinds of fresh values derive from the few basic ones."""

    prefix: str
    """Stands before every name: the parameter that is being built."""

    def among(self, name: str, values: Collection[Whole]) -> Any:
        raise NotImplementedError

    def party(self, name: str, parties: Whole | Collection[Whole]) -> Party:
        """A party: one of the first so many, or of those listed."""
        return Party(self.among(name, range(parties) if isinstance(parties, int) else parties))


class Unknown(_Shared):
    """Fresh values that are z3 variables."""

    def __init__(self, now: Engine) -> None:
        """Fresh values for the run that the engine is at."""
        self.prefix = ""
        self._now = now
        self.leaves: dict[str, Leaf] = {}

    def int(self, name: str, low: Whole | None = 0, high: Whole | None = None) -> Any:
        """An int variable. uint256 mode: a word, unless bounds say otherwise."""
        if self._now.uint256 and low == 0 and high is None:
            high = WORD - 1
        return SymbolicInt(self._declare(name, z3.Int, low, high))

    def bool(self, name: str) -> Any:
        """A Boolean variable."""
        return SymbolicBool(self._declare(name, z3.Bool))

    def among(self, name: str, values: Collection[Whole]) -> Any:
        """An int variable with a small domain."""
        domain = tuple(sorted(set(values)))
        if len(domain) == 1:
            return domain[0]
        return SymbolicInt(self._declare(name, z3.Int, None, None, domain), frozenset(domain))

    def enum(self, name: str, kind: type[E]) -> E:
        """An enum variable."""
        places = tuple(range(len(kind)))
        term = self._declare(name, z3.Int, None, None, places, kind)
        return SymbolicEnum(term, kind, frozenset(places))  # type: ignore[return-value]

    def pick(self, name: str, ways: Whole) -> Whole:
        """Splits the path into so many ways."""
        if ways == 1:
            return 0
        term = self.among(name, range(ways)).term
        for way in range(ways - 1):
            if self._now.decide(term == way):
                return way
        return ways - 1

    def require(self, condition: Any) -> None:
        """Prunes the path where the condition fails."""
        if isinstance(condition, SymbolicBool):
            self._now.require(condition.term)
        elif not condition:
            raise Infeasible

    def _declare(self, name: str, sort: Callable[[str], Any], *limits: Any) -> Any:
        """The constant of that name; each run asks for it again, so it is made only once."""
        name = self.prefix + name
        if name in self.leaves:
            raise ValueError(f"two fresh values are called {name!r}")
        known = self._now.declared.get((name, sort, limits))
        if known is None:
            leaf = Leaf(sort(name), *limits)
            bounds = leaf.bounds()
            known = leaf, z3.And(bounds) if bounds else None
            self._now.declared[name, sort, limits] = known
        self.leaves[name], within = known
        if within is not None:
            self._now.require(within)
        return known[0].term


def _within(term: Any, values: tuple[int, ...]) -> Any:
    if values[-1] - values[0] == len(values) - 1:
        return z3.And(term >= values[0], term <= values[-1])
    return z3.Or([term == value for value in values])


class Rejected(Exception):
    """Chosen values that the shape leaves out."""


@define
class Chosen(_Shared):
    """Fresh values that are looked up by name; those not named are as small as can be."""

    values: Mapping[str, Whole | Truth]
    word: Callable[[Whole], Whole] = Whole
    """Makes the ints of the run (the uint256 mode replays with ints that overflow)."""
    prefix: str = ""

    def int(self, name: str, low: Whole | None = 0, high: Whole | None = None) -> Any:
        """The int of that name."""
        value = int(self._look_up(name, low or 0))
        if (low is not None and value < low) or (high is not None and value > high):
            raise Rejected(name)
        return self.word(value)

    def bool(self, name: str) -> Any:
        """The truth value of that name."""
        return bool(self._look_up(name, False))

    def among(self, name: str, values: Collection[Whole]) -> Any:
        """The int of that name."""
        value = int(self._look_up(name, min(values)))
        if value not in values:
            raise Rejected(name)
        return value

    def enum(self, name: str, kind: type[E]) -> E:
        """The member of that name."""
        return tuple(kind)[int(self._look_up(name, 0))]

    def pick(self, name: str, ways: Whole) -> Whole:
        """The way of that name."""
        return int(self.among(name, range(ways)))

    def require(self, condition: Any) -> None:
        """Raises Rejected where the condition fails."""
        if not condition:
            raise Rejected("required")

    def _look_up(self, name: str, default: Whole | Truth) -> Whole | Truth:
        return self.values.get(self.prefix + name, default)


def chosen_by(model: Any, leaves: Mapping[str, Leaf]) -> dict[str, int | bool]:
    """What a z3 model says of each leaf. Every path is asked, so it is read without detours."""
    context, found = model.ctx.ref(), {}
    for name, leaf in leaves.items():
        value = z3.Z3_model_get_const_interp(context, model.model, leaf.decl.ast)
        if z3.is_bool(leaf.term):
            found[name] = bool(value) and z3.Z3_get_bool_value(context, value) == z3.Z3_L_TRUE
        else:
            found[name] = int(z3.Z3_get_numeral_string(context, value)) if value else 0
    return found
