"""Members of an Enum that are not known yet."""

import operator
from collections.abc import Callable
from enum import Enum
from typing import Any

from impl.lab.prover.values import Symbolic, boolean, negation, number, one_of


def _of_member(operation: Callable[..., Any]) -> Callable[..., Any]:
    """An operator that is asked of the member that it is on this path."""

    def method(self: "SymbolicEnum", *others: object) -> Any:
        known = [o.member() if isinstance(o, SymbolicEnum) else o for o in others]
        return operation(self.member(), *known)

    return method


def _swapped(operation: Callable[..., Any]) -> Callable[..., Any]:
    return lambda member, other: operation(other, member)


class SymbolicEnum(Symbolic):
    """A member of an Enum that is not known yet: its place in the order of definition.

    Compared with `==`, it does not split the path; any other use makes it one member.
    """

    __slots__ = ("choices", "kind")

    def __init__(self, term: Any, kind: type[Enum], choices: frozenset[int]) -> None:
        """The member of `kind` at the place that the term says, one of `choices`."""
        super().__init__(term)
        self.kind = kind
        self.choices = choices

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What `isinstance` is told."""
        return self.kind

    def __number__(self) -> Any:
        """Of an IntEnum, the int that it is on this path."""
        return number(self.member()) if issubclass(self.kind, int) else None

    def member(self) -> Enum:
        """The member that it is on this path, which splits over the choices."""
        return tuple(self.kind)[one_of(self.term, tuple(sorted(self.choices)))]

    def __eq__(self, other: object) -> Any:
        """The same member, or what the Enum itself calls equal (an IntEnum its int)."""
        if not has_plain_equality(self.kind):
            return self.member() == (other.member() if isinstance(other, SymbolicEnum) else other)
        if isinstance(other, SymbolicEnum):
            return boolean(self.term == other.term) if other.kind is self.kind else NotImplemented
        if type(other) is not self.kind:
            return NotImplemented
        place = tuple(self.kind).index(other)
        return boolean(self.term == place) if place in self.choices else False

    def __ne__(self, other: object) -> Any:
        """Different members."""
        same = self.__eq__(other)
        return same if same is NotImplemented else negation(same)

    def __hash__(self) -> int:
        """The hash of the member that it is on this path."""
        return hash(self.member())

    def __bool__(self) -> bool:
        """The truth of the member that it is on this path."""
        return bool(self.member())

    def __getattr__(self, name: str) -> Any:
        """An attribute (value, name...) of the member that it is on this path."""
        return getattr(self.member(), name)


def has_plain_equality(kind: type[Enum]) -> bool:
    """Is a member of this Enum equal to itself and to nothing else?"""
    return kind.__eq__ is object.__eq__ and kind.__ne__ is object.__ne__


for _name in ("lt", "le", "gt", "ge", "neg", "pos", "abs", "index", "contains", "getitem"):
    setattr(SymbolicEnum, f"__{_name}__", _of_member(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "floordiv", "mod", "truediv", "pow", "and", "or", "xor"):
    _operation = getattr(operator, f"__{_name}__")
    setattr(SymbolicEnum, f"__{_name}__", _of_member(_operation))
    setattr(SymbolicEnum, f"__r{_name}__", _of_member(_swapped(_operation)))
for _name, _function in (("len", len), ("iter", iter), ("int", int), ("str", str)):
    setattr(SymbolicEnum, f"__{_name}__", _of_member(_function))
