"""Claims about decision functions and single steps, for ALL values.

A theorem is an ordinary Python function that returns a bool. Its parameters are the values that
are quantified over; `assume` states its premises. Called with concrete values it simply runs, so
that a counterexample can be replayed and a person can try it in the interpreter.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from attrs import define, field, frozen

from spec.kernel.refusal import Refusal


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
    quantified over nevertheless. `shapes` makes a parameter by hand: a function from fresh values
    (see impl.prover.shapes) to the parameter's value.
    """

    id: str
    claim: str
    statement: Callable[..., bool]
    expect: Expect = Expect.PROVED
    sizes: Mapping[str, Any] = field(factory=dict)
    values: Mapping[str, Any] = field(factory=dict)
    symbolic_knobs: tuple[str, ...] = ()
    shapes: Mapping[str, Callable[[Any], Any]] = field(factory=dict)

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
    shapes: Mapping[str, Callable[[Any], Any]] | None = None,
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
        )

    return make
