"""Python's builtins on values that are not known yet: they split no path where it can be helped."""

import builtins
import gc
import itertools
import sys
from collections.abc import Callable, Iterable, Mapping
from sys import getrefcount
from types import FrameType, GeneratorType
from typing import Any

from impl.lab.prover import records
from impl.lab.prover.comparing import less
from impl.lab.prover.ends import OutOfPatience, Unsupported
from impl.lab.prover.values import SymbolicBool, SymbolicInt, boolean, both, either, truth


def _gathered(
    items: Iterable[Any], start: Any, combine: Callable[[Any, Any], Any], stop: bool
) -> Any:
    """All or any, to the end instead of to the first that decides.

    Python would not look at what stands behind that one, so whatever a later item raises counts
    only where nothing before it decides.
    """
    result = start
    iterator = iter(items)
    for _ in range(_ENDLESS):
        try:
            item = next(iterator)
        except StopIteration:
            return result
        except Exception:
            if isinstance(result, SymbolicBool) and bool(result) is stop:
                return stop
            raise
        result = combine(result, boolean(truth(item)) if _is_number(item) else bool(item))
        if result is stop:
            return stop
    raise OutOfPatience(f"{_ENDLESS} items of one `all` or `any`")


_ENDLESS = 100_000


def _is_number(item: Any) -> bool:
    return isinstance(item, SymbolicBool | SymbolicInt)


def _all(items: Iterable[Any]) -> Any:
    _read_by_nobody_else(items)
    return _gathered(items, True, both, False)


def _any(items: Iterable[Any]) -> Any:
    _read_by_nobody_else(items)
    return _gathered(items, False, either, True)


def _read_by_nobody_else(items: Any) -> None:
    """Raises Unsupported for what reads from an iterator that somebody else reads, too: Python
    stops behind the item that decides, and the other goes on from there.

    A name that the caller has for it is looked at in its source; see `misread`.
    """
    if hasattr(items, "__next__") and _is_shared(items, sys._getframe(2)):
        raise Unsupported("`all` or `any` over an iterator that is used elsewhere: make it a tuple")


def _is_shared(iterator: Any, caller: FrameType) -> bool:
    inner = _sources(iterator)
    if not inner:
        return False
    alone = _HELD_BY_A_GENERATOR if isinstance(iterator, GeneratorType) else _HELD
    return any(
        alone + _names(inner, n, caller) < getrefcount(inner[n]) or _is_shared(inner[n], caller)
        for n in range(len(inner))
    )


def _names(inner: list[Any], n: int, caller: FrameType) -> int:
    """References that come from the names that the caller has for an iterator: each counts twice,
    because to ask for them is another."""
    return 2 * sum(value is inner[n] for value in caller.f_locals.values())


def _sources(iterator: Any) -> list[Any]:
    """The iterators that this one reads from, as far as Python tells."""
    if isinstance(iterator, GeneratorType):
        frame = iterator.gi_frame
        first = frame.f_locals.get(".0") if frame is not None else None
        return [] if first is None else [first]
    if isinstance(iterator, zip | map | filter | enumerate | itertools.chain | itertools.islice):
        held = gc.get_referents(iterator)
        held += [each for group in held if type(group) is tuple for each in group]
        return [each for each in held if hasattr(each, "__next__")]
    return []


def _references(iterator: Any) -> int:
    inner = _sources(iterator)
    return max(getrefcount(inner[n]) for n in range(len(inner)))


_HELD = _references(zip((1,), (2,), strict=False))
_HELD_BY_A_GENERATOR = _references(n for n in (1,))
"""References to an iterator inside another one, where nobody else has it."""


def _extreme(better: Callable[[Any, Any], Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*args: Any, **options: Any) -> Any:
        items = list(args[0]) if len(args) == 1 else list(args)
        if all(records.is_known(item) for item in items):
            return plain(items, **options)
        key = options.get("key") or _itself
        best, value = items[0], key(items[0])
        for item in items[1:]:
            candidate = key(item)
            wins = better(candidate, value)
            best, value = _if(wins, item, best), _if(wins, candidate, value)
        return best

    return extreme


_min = _extreme(less, min)
_max = _extreme(lambda a, b: less(b, a), max)


def _itself(item: Any) -> Any:
    return item


def _if(condition: Any, yes: Any, no: Any) -> Any:
    """One of two values; splits the path only where they can't be joined."""
    if isinstance(condition, SymbolicBool) and records.shape(yes) == records.shape(no):
        return records.joined(condition.term, yes, no)
    return yes if condition else no


def _sorted(items: Iterable[Any], *, key: Any = None, reverse: Any = False) -> list[Any]:
    """A stable sort by exchanging neighbours, so that the order splits no path.

    Items that can't be joined are compared one by one, and split it.
    """
    rows, down = [(key(item) if key else item, item) for item in items], bool(reverse)
    if all(records.is_known(rank) for rank, _ in rows):
        ordered = sorted(rows, key=lambda row: row[0], reverse=down)
        return [item for _, item in ordered]
    for end in range(len(rows) - 1, 0, -1):
        for place in range(end):
            first, second = rows[place], rows[place + 1]
            ranks = (first[0], second[0]) if down else (second[0], first[0])
            swap = less(*ranks)
            rows[place] = _if(swap, second, first)
            rows[place + 1] = _if(swap, first, second)
    return [item for _, item in rows]


def _sum(items: Iterable[Any], /, start: Any = 0) -> Any:
    result = start
    for item in items:
        result = result + item
    return result


BUILTINS: Mapping[str, Callable[..., Any]] = {
    "all": _all, "any": _any, "min": _min, "max": _max, "sorted": _sorted, "sum": _sum
}  # fmt: skip

assert all(hasattr(builtins, name) for name in BUILTINS)
