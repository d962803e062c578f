"""Records, tuples and mappings with unknown values inside: shape, identity, join, order.

A value is a tree. Its inner nodes (attrs records, tuples, mappings, exceptions) have a head that
says which children belong where; its leaves are numbers, Booleans, enum members, or constants. Two
values with equal heads all the way down, and leaves of the same sort, differ only in what z3 can
express: an if-then-else joins them into one.
"""

import operator
from collections.abc import Callable, Hashable, Mapping
from enum import Enum, Flag
from functools import cache, partial
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeVar

import attrs
import z3

from impl.lab.prover.members import SymbolicEnum
from impl.lab.prover.paths import engine, running
from impl.lab.prover.terms import choice
from impl.lab.prover.values import (
    MANY,
    Symbolic,
    SymbolicBool,
    SymbolicInt,
    boolean,
    domain,
    known_value,
    number,
    truth,
)

Head = tuple[Any, ...]
"""What an inner node is, and of which type, keys or length."""


def parts(value: Any) -> tuple[Head, tuple[Any, ...]] | None:
    """The head and the children of an inner node; None for a leaf."""
    kind: Any = type(value)
    if kind is tuple:
        return ("tuple", len(value)), value
    if issubclass(kind, Symbolic):
        return None
    names = field_names(kind)
    if names is not None:
        return ("record", kind), tuple([getattr(value, name) for name in names])
    if kind is dict:
        return ("mapping", tuple(value)), tuple(value.values())
    if isinstance(value, Exception):
        return ("error", kind, len(value.args)), value.args
    if isinstance(value, tuple):
        return ("tuple of", kind, len(value)), tuple(value)
    return None


@cache
def field_names(kind: Any) -> tuple[str, ...] | None:
    """The fields of an attrs class; None for any other type."""
    return tuple(f.name for f in attrs.fields(kind)) if attrs.has(kind) else None


@cache
def is_frozen(kind: Any) -> bool:
    """Is this a class of records that nobody can change?"""
    return field_names(kind) is not None and kind.__setattr__.__name__ == "_frozen_setattrs"


Answer = TypeVar("Answer")


_DATA: dict[int, tuple[Any, tuple[Any, ...]]] = {}
"""Tables that hold no function, with what they held when that was seen."""


def is_table_of_data(value: Any) -> bool:
    """Is this a mapping in which, however deep, no function stands?

    The tables of all protocols are asked about whenever a proof begins, so it is remembered.
    """
    if type(value) is not dict:
        return False
    held = tuple(value.values())
    _, before = _DATA.get(id(value), (None, None))
    if before is not None and len(before) == len(held) and all(map(operator.is_, before, held)):
        return True
    if _holds_a_function(value):
        return False
    if len(_DATA) >= 1024:
        _DATA.clear()
    _DATA[id(value)] = value, held
    return True


def _holds_a_function(value: Any) -> bool:
    split = parts(value)
    if split is None:
        return isinstance(value, FunctionType)
    return any(map(_holds_a_function, split[1]))


def _once_per_record(compute: Callable[[Any], Answer], *, shorten: bool) -> Callable[[Any], Any]:
    """Ask only once, while a proof runs, about a record that can't change any more.

    `shorten`: replace the answer by a number that stands for equal answers, fast to compare.
    """

    def asked(value: Any) -> Any:
        kind: Any = type(value)
        if not is_frozen(kind) or not running():
            return compute(value)
        answers = engine().answers.setdefault(compute.__name__, {})
        if id(value) not in answers:
            answer: Any = compute(value)
            if shorten:
                answer = "record", engine().numbers.setdefault(answer, len(engine().numbers))
            answers[id(value)] = answer, value
        return answers[id(value)][0]

    return asked


def rebuilt(head: Head, children: tuple[Any, ...]) -> Any:
    """The inner node with this head and other children; validators are not asked again."""
    what, kind = head[0], head[1]
    if what == "tuple":
        return children
    if what == "mapping":
        return dict(zip(kind, children, strict=True))
    if what == "tuple of":
        return tuple.__new__(kind, children)
    new = kind.__new__(kind)
    if what == "error":
        new.args = children
        return new
    for name, child in zip(field_names(kind) or (), children, strict=True):
        object.__setattr__(new, name, child)
    if isinstance(new, Exception):
        new.args = children
    return new


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every leaf changed; itself where no leaf does."""
    split = parts(value)
    if split is None:
        return change(value)
    head, children = split
    new = tuple(mapped(child, change) for child in children)
    if all(a is b for a, b in zip(children, new, strict=True)):
        return value
    return rebuilt(head, new)


def _shape(value: Any) -> Hashable:
    split = parts(value)
    if split is not None:
        head, children = split
        return head, tuple([shape(child) for child in children])
    if isinstance(value, bool | SymbolicBool):
        return "bool"
    if isinstance(value, SymbolicEnum):
        return value.kind
    if isinstance(value, Enum) and not isinstance(value, Flag):
        return type(value)
    if type(value) is int or isinstance(value, SymbolicInt):
        return "int"
    return constant(value)


def shape(value: Any) -> Hashable:
    """What two values must share to be joined."""
    found: Hashable = _shape_once(value)
    return found


_shape_once = _once_per_record(_shape, shorten=True)


def _identity(value: Any) -> Hashable:
    split = parts(value)
    if split is not None:
        head, children = split
        if head[0] == "mapping":
            head = ("mapping", tuple([identity(key) for key in value]))
        return head, tuple([identity(child) for child in children])
    if isinstance(value, Symbolic):
        return type(value), value.term.get_id()
    return constant(value)


def identity(value: Any) -> Hashable:
    """What two values share only if they are the same in all respects, terms included."""
    found: Hashable = _identity_once(value)
    return found


_identity_once = _once_per_record(_identity, shorten=True)


def constant(value: Any) -> Hashable:
    """A leaf without a term: by type and value where it has a value, by identity otherwise."""
    if isinstance(value, frozenset):
        return frozenset, frozenset(identity(member) for member in value)
    if isinstance(value, int | float | str | bytes | Enum | type(None)):
        return type(value), value
    return "object", id(value)


def _is_value(value: Any) -> bool:
    kind: Any = type(value)
    if issubclass(kind, Symbolic) or kind in _PLAIN or issubclass(kind, Enum | type):
        return True
    if kind is partial:
        return is_value(value.func) and is_value(value.args) and is_value(value.keywords)
    if kind is FunctionType:
        return "<" not in value.__qualname__ or hasattr(value, "__lifted__")
    if kind is frozenset:
        return all(map(is_value, value))
    if kind is dict:
        return all(map(is_value, value)) and all(map(is_value, value.values()))
    if is_frozen(kind) or (issubclass(kind, tuple) and not hasattr(value, "__dict__")):
        split = parts(value)
        return split is not None and all(map(is_value, split[1]))
    return False


_PLAIN = frozenset((int, bool, float, str, bytes, type(None), BuiltinFunctionType))


def is_value(value: Any) -> bool:
    """Is it nothing that somebody could change later, or use up?

    A mapping counts as a value: whoever changes one that is not his own is found out elsewhere.
    """
    return bool(_is_value_once(value))


_is_value_once = _once_per_record(_is_value, shorten=False)


def is_same_mapping(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> bool:
    """Do two mappings hold the same objects under the same keys, in the same order?"""
    return len(left) == len(right) and all(
        a is c and b is d for (a, b), (c, d) in zip(left.items(), right.items(), strict=True)
    )


def _is_known(value: Any) -> bool:
    split = parts(value)
    if split is None:
        if isinstance(value, frozenset):
            return all(is_known(member) for member in value)
        return not isinstance(value, Symbolic)
    return _has_known_keys(value) and all(map(is_known, split[1]))


def is_known(value: Any) -> bool:
    """Does nothing symbolic hide in the value?"""
    return bool(_is_known_once(value))


_is_known_once = _once_per_record(_is_known, shorten=False)


def _has_known_keys(value: Any) -> bool:
    return type(value) is not dict or all(map(is_known, value))


def _is_settled(value: Any) -> bool:
    split = parts(value)
    if split is None:
        return not isinstance(value, frozenset) or is_known(value)
    return _has_known_keys(value) and all(map(is_settled, split[1]))


def is_settled(value: Any) -> bool:
    """Is every key and set member in the value known already?"""
    return bool(_is_settled_once(value))


_is_settled_once = _once_per_record(_is_settled, shorten=False)


def settled(value: Any) -> Any:
    """The value with every key and set member replaced by what this path knows it to be."""
    if is_settled(value):
        return value
    split = parts(value)
    if split is None:
        return frozenset(_decided(member) for member in value)
    head, children = split
    new = tuple([settled(child) for child in children])
    if head[0] == "mapping":
        return dict(zip((_decided(key) for key in value), new, strict=True))
    return rebuilt(head, new)


def _decided(key: Any) -> Any:
    return mapped(key, _decided_leaf)


def _decided_leaf(leaf: Any) -> Any:
    if isinstance(leaf, SymbolicInt) and leaf.domain is not None:
        known = known_value(leaf.term, leaf.domain)
        return leaf if known is None else known
    if isinstance(leaf, SymbolicEnum):
        known = known_value(leaf.term, leaf.choices)
        return leaf if known is None else tuple(leaf.kind)[known]
    return leaf


def joined(condition: Any, yes: Any, no: Any) -> Any:
    """If the condition, `yes`, else `no`: one value, for two of the same shape."""
    if yes is no:
        return yes
    split, other = parts(yes), parts(no)
    if split is not None and other is not None:
        children = zip(split[1], other[1], strict=True)
        new = tuple([joined(condition, a, b) for a, b in children])
        if all(a is b for a, b in zip(split[1], new, strict=True)):
            return yes
        return rebuilt(split[0], new)
    return _joined_leaf(condition, yes, no)


def _joined_leaf(condition: Any, yes: Any, no: Any) -> Any:
    if isinstance(yes, bool | SymbolicBool):
        a, b = truth(yes), truth(no)
        return yes if a.eq(b) else boolean(choice(condition, a, b))
    if isinstance(yes, Enum | SymbolicEnum):
        return _joined_members(condition, yes, no)
    if not isinstance(yes, int | SymbolicInt):
        return yes
    a, b = number(yes), number(no)
    if a.eq(b):
        return yes
    left, right = domain(yes), domain(no)
    either_way = None if left is None or right is None else left | right
    few = either_way is not None and len(either_way) <= MANY
    return SymbolicInt(z3.If(condition, a, b), either_way if few else None)


def _joined_members(condition: Any, yes: Any, no: Any) -> Any:
    kind = yes.kind if isinstance(yes, SymbolicEnum) else type(yes)
    a, left = _place(yes)
    b, right = _place(no)
    return yes if a.eq(b) else SymbolicEnum(z3.If(condition, a, b), kind, left | right)


def _place(member: Enum | SymbolicEnum) -> tuple[Any, frozenset[int]]:
    if isinstance(member, SymbolicEnum):
        return member.term, member.choices
    place = tuple(type(member)).index(member)
    return z3.IntVal(place), frozenset({place})
