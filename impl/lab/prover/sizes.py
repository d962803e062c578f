"""What the sizes of a theorem say of a value, each read in one place.

A size that means nothing for what it is given would be ignored, and the answer would hold for
something else than its author thinks; so it is a Mistake that says what would be right.
"""

import itertools
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args, get_origin

from impl.ground.words import line
from impl.lab.prover.ends import Mistake

Sizes = Mapping[str, Any]


def size_of(name: str, sizes: Sizes, *others: str) -> Any:
    """What is said of the name, of its last part, or of one of the others; None for nothing."""
    for key in (name, name.rsplit(".", 1)[-1], *others):
        if key in sizes:
            return sizes[key]
    return None


def numbers_of(name: str, sizes: Sizes) -> Any:
    """Which numbers an int can be: None for all from 0, "signed" for all, a range, or a tuple.

    Raises Mistake.
    """
    size = size_of(name, sizes)
    if isinstance(size, range):
        if size.step != 1 or not size:
            raise _wrong(name, size, "a range for an int has a number in it and goes in steps of 1")
    elif isinstance(size, tuple):
        if not size or not all(map(_is_whole, size)):
            raise _wrong(name, size, "a tuple for an int holds whole numbers, one at least")
    elif size is not None and not (isinstance(size, str) and size == "signed"):
        raise _wrong(name, size, "for an int it is 'signed', a range, or a tuple of a few values")
    return size


def names_of(kind: typing.NewType, name: str, sizes: Sizes) -> tuple[int, ...]:
    """The parties, or whatever is named by ints of a type of its own. Raises Mistake."""
    size = size_of(name, sizes, kind.__name__)
    if size is None:
        raise Mistake(f"{name}: say how many there are, with sizes={{'{kind.__name__}': n}}")
    if _is_whole(size) and 0 < size < MANY:
        return tuple(range(size))
    if isinstance(size, _LISTS) and 0 < len(size) < MANY and all(map(_is_whole, size)):
        return tuple(size)
    what = (
        f"for a {kind.__name__} it says how many there are, from 1 and below {MANY}, or which: a"
        " tuple of whole numbers"
    )
    raise _wrong(name, size, what)


def lengths_of(name: str, sizes: Sizes) -> tuple[int, ...]:
    """How long a tuple can be. Raises Mistake."""
    size = size_of(name, sizes)
    if size is None:
        raise Mistake(f"{name}: say how long it can be, with sizes={{'{name}': n}}")
    lengths = tuple(size) if isinstance(size, range) and len(size) < MANY else ()
    if _is_whole(size) and 0 <= size < MANY:
        lengths = tuple(range(size + 1))
    if not lengths or min(lengths) < 0 or max(lengths) >= MANY:
        raise _wrong(
            name,
            size,
            f"for a tuple it is its greatest length, from 0 and below {MANY}, or a range",
        )
    return lengths


MANY = 1_000
"""Nothing so long can be proved of."""
_LISTS = (tuple, list, range, set, frozenset)


def keys_of(args: tuple[Any, ...], name: str, sizes: Sizes) -> tuple[Any, ...]:
    """The keys declared for a mapping, or the members for a set, or all there are of their type.

    `args`: the types of the keys and of what they hold. Raises Mistake.
    """
    if not args:
        raise Mistake(f"{name}: say of which types its keys are, as in Mapping[int, int]")
    size = size_of(name, sizes)
    if size is None:
        return _all_there_are(args[0], name, sizes)
    if not isinstance(size, tuple | frozenset | range):
        what = "it is a tuple of keys, all present, or a frozenset of keys, each present or not"
        raise _wrong(name, size, what)
    if len(size) >= MANY:
        raise _wrong(name, size, f"there are fewer than {MANY} keys")
    if isinstance(size, tuple) and len(set(size)) < len(size):
        raise _wrong(name, size, "no key comes twice")
    for key in size:
        if not fits(key, args[0]):
            raise _wrong(name, size, f"{key!r} is none of its keys, which are {_named(args[0])}")
    return tuple(sorted(size, key=_place))


def optional(name: str, sizes: Sizes) -> bool:
    """Is each key of the mapping present or not?"""
    return isinstance(size_of(name, sizes), frozenset)


def _place(key: Any) -> Any:
    """Where a key stands among others: members of an Enum as they are defined."""
    if isinstance(key, tuple):
        return tuple(map(_place, key))
    return list(type(key)).index(key) if isinstance(key, Enum) else key


def _all_there_are(kind: Any, name: str, sizes: Sizes) -> tuple[Any, ...]:
    if isinstance(kind, typing.NewType) and kind.__supertype__ is int:
        return names_of(kind, kind.__name__, sizes)
    if get_origin(kind) is tuple and get_args(kind)[-1:] != (Ellipsis,):
        return tuple(itertools.product(*(_all_there_are(a, name, sizes) for a in get_args(kind))))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(kind)
    if kind is bool:
        return (False, True)
    raise Mistake(f"{name}: say which keys, with sizes={{'{name}': (...)}}")


def fits(value: Any, annotation: Any, *, whole: bool = True) -> bool:
    """Can the value be of the type, as far as that can be told? With `whole`, also its parts."""
    while isinstance(annotation, typing.NewType):
        annotation = annotation.__supertype__
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return fits(value, args[0], whole=whole)
    if origin in _UNIONS:
        return any(fits(value, each, whole=whole) for each in args)
    if origin is typing.Literal:
        return value in args
    if annotation is None:
        return value is None
    kind: Any = annotation if origin is None else origin
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    if isinstance(value, bool) and kind is int:
        return False
    if not isinstance(value, (int, float) if kind is float else kind):
        return any(_path(base) == _path(kind) for base in type(value).__mro__)
    if not whole:
        return True
    held: Any = value
    if kind is tuple and len(args) == 2 and args[1] is Ellipsis:
        return all(fits(each, args[0]) for each in held)
    if kind is tuple and args:
        return len(held) == len(args) and all(map(fits, held, args))
    return True


_UNIONS = (typing.Union, type(int | str))


def _path(kind: type) -> tuple[str, str]:
    """What a class and another making of it share."""
    return kind.__module__, kind.__qualname__


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _named(kind: Any) -> str:
    return getattr(kind, "__name__", None) or str(kind)


def _wrong(name: str, size: Any, right: str) -> Mistake:
    return Mistake(f"{name}: its size is {line(repr(size), 80)}; {right}")
