"""`==` and `<` of values with unknown parts, without splitting the path."""

from functools import cache
from typing import Any

import attrs

from impl.lab.prover.records import parts
from impl.lab.prover.values import both, either
from spec.kernel.refusal import Refusal


def equal(left: Any, right: Any) -> Any:
    """Python's `==`, without splitting the path."""
    if left is right:
        return True
    split, other = parts(left), parts(right)
    if split is None or other is None or type(left) is not type(right):
        return left == right
    kind: Any = type(left)
    if kind is dict:
        return _equal_mappings(left, right)
    if attrs.has(kind):
        return equal_records(left, right) if compares_fields(kind) else left == right
    if kind.__eq__ is not tuple.__eq__:
        return left == right
    if split[0] != other[0]:
        return False
    return _all_equal(zip(split[1], other[1], strict=True))


@cache
def compares_fields(kind: Any) -> bool:
    """Is `==` of these records what attrs makes of the fields? A refusal's is, too."""
    if issubclass(kind, Refusal):
        return kind.__eq__ is Refusal.__eq__
    code = getattr(kind.__eq__, "__code__", None)
    return code is equal_records.__code__ or (
        code is not None and code.co_filename.startswith("<attrs generated")
    )


def equal_records(left: Any, right: Any) -> Any:
    """What attrs generates for `==`, without splitting the path."""
    kind: Any = type(left)
    if type(right) is not type(left):
        return NotImplemented
    result: Any = True
    for f in _compared(kind):
        if f.eq:
            a, b = getattr(left, f.name), getattr(right, f.name)
            same = equal(f.eq_key(a), f.eq_key(b)) if f.eq_key else equal(a, b)
            result = both(result, same)
            if result is False:
                return False
    return result


@cache
def _compared(kind: Any) -> Any:
    """The fields that the `==` of a class knows: those of the class that it comes from."""
    return attrs.fields(next(base for base in kind.__mro__ if "__eq__" in vars(base)))


def _equal_mappings(left: Any, right: Any) -> Any:
    if len(left) != len(right) or any(key not in right for key in left):
        return False
    return _all_equal((value, right[key]) for key, value in left.items())


def _all_equal(pairs: Any) -> Any:
    result: Any = True
    for a, b in pairs:
        result = both(result, equal(a, b))
    return result


def less(left: Any, right: Any) -> Any:
    """Python's `<`, without splitting the path on tuples of numbers."""
    if type(left) is not tuple or type(right) is not tuple:
        return left < right
    result: Any = len(left) < len(right)
    try:
        for a, b in reversed(tuple(zip(left, right, strict=False))):
            result = either(less(a, b), both(equal(a, b), result))
    except TypeError:
        return left < right
    return result
