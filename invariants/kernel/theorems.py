"""Claims about decision functions and single steps, for ALL values.

A theorem is an ordinary Python function that returns a bool. Its parameters are the values that
are quantified over; `assume` states its premises. Called with concrete values it simply runs, so
that a counterexample can be replayed and a person can try it in the interpreter.
"""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Any, Protocol, TypeAlias, TypeVar, Union

from attrs import define, evolve, field, frozen

from spec.kernel.basics import Party
from spec.kernel.refusal import Refusal

E = TypeVar("E", bound=Enum)
Whole: TypeAlias = int
Truth: TypeAlias = bool


class Fresh(Protocol):
    """Where the unknown parts of a value come from. Names are unique within one value."""

    prefix: str
    """Stands before every name: the parameter that is being built."""

    def int(self, name: str, low: Whole | None = 0, high: Whole | None = None) -> Any:
        """An int from `low` to `high`, both included; None: no bound."""

    def bool(self, name: str) -> Any:
        """A truth value."""

    def among(self, name: str, values: Collection[Whole]) -> Any:
        """One of a few ints; it becomes one of them only where it has to (as a key)."""

    def party(self, name: str, parties: Whole | Collection[Whole]) -> Party:
        """A party: one of the first so many, or of those listed."""

    def enum(self, name: str, kind: type[E]) -> E:
        """A member of an Enum."""

    def pick(self, name: str, ways: Whole) -> Whole:
        """One of so many ways to go on, from 0; decided at once."""

    def require(self, condition: Any) -> None:
        """Leave out values for which the condition does not hold."""


Shape = Union[Callable[[Fresh], Any], type, "tuple[Shape, ...]"]
"""How a value is made: by hand from fresh parts, arbitrary of a type, or a tuple of such values."""


class Expect(Enum):
    """What the prover should answer. An impossibility is a theorem that must be refuted."""

    PROVED = "proved"
    REFUTED = "refuted"


@define
class PremiseFails(Refusal):
    """The values do not meet the theorem's premises: it says nothing about them."""


def assume(premise: bool) -> None:
    """State a premise. Raises PremiseFails where it does not hold."""
    if not premise:
        raise PremiseFails()


@frozen
class Theorem:
    """A claim for all values of its parameters.

    `sizes` bounds what has a shape (lengths of tuples, keys of mappings), by parameter or field
    name, and is printed with every answer. `values` fixes parameters to concrete objects (a rule
    set whose functions are used); `symbolic_knobs` names the int fields of those rules that are
    quantified over nevertheless. `shapes` makes a parameter by hand. With `safe_when`, the question
    is for which values of the symbolic knobs the statement holds whatever else happens, and this
    is the condition that elimination has to find.
    """

    id: str
    claim: str
    statement: Callable[..., bool]
    expect: Expect = Expect.PROVED
    sizes: Mapping[str, Any] = field(factory=dict)
    values: Mapping[str, Any] = field(factory=dict)
    symbolic_knobs: tuple[str, ...] = ()
    shapes: Mapping[str, Shape] = field(factory=dict)
    safe_when: str = ""

    def __call__(self, *args: Any, **kwargs: Any) -> bool:
        """The statement itself, on concrete values."""
        return self.statement(*args, **kwargs)


def theorem(
    id: str,
    claim: str,
    *,
    expect: Expect = Expect.PROVED,
    sizes: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    symbolic_knobs: tuple[str, ...] = (),
    shapes: Mapping[str, Shape] | None = None,
    safe_when: str = "",
) -> Callable[[Callable[..., bool]], Theorem]:
    """Make a function that returns a bool a theorem with a stable id and a claim in English."""

    def make(statement: Callable[..., bool]) -> Theorem:
        return Theorem(
            id,
            claim,
            statement,
            expect,
            sizes or {},
            values or {},
            symbolic_knobs,
            shapes or {},
            safe_when,
        )

    return make


def refuted(theorem: Theorem, id: str, claim: str, rules: Any) -> Theorem:
    """The same statement about other rules, for which it is false."""
    values = {**theorem.values, "rules": rules}
    return evolve(theorem, id=id, claim=claim, values=values, expect=Expect.REFUTED)
