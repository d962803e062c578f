"""Arbitrary values of a type: what a theorem quantifies over.

A shape is a function from `Fresh` to a value. It is run with `Unknown`, which makes variables for
z3, and, to replay a model or to try random inputs, with `Chosen`, which looks the same names up.
Because one function makes both, a counterexample is a value that the types' own validators took.

Ints are non-negative unless the sizes say otherwise, since amounts, times and positions are.
"""

import functools
import inspect
import types
import typing
from collections.abc import Hashable, Iterator, Mapping, Sequence
from enum import Enum, Flag
from typing import Any, TypeVar, Union, get_args, get_origin

import attrs

from impl.lab.prover.ends import Mistake, Unsupported, no_outcomes
from impl.lab.prover.paths import engine, running
from impl.lab.prover.sizes import Sizes, keys_of, lengths_of, names_of, numbers_of, optional
from impl.lab.prover.values import Symbolic
from invariants.kernel.theorems import Fresh, Shape

E = TypeVar("E", bound=Enum)


def shaped(shape: Shape, sizes: Sizes, fresh: Fresh) -> Any:
    """The value of a shape: made by hand, arbitrary of a type, or one for each of several."""
    if isinstance(shape, type):
        return arbitrary(shape, shape.__name__, sizes, fresh)
    if not isinstance(shape, tuple):
        return shape(fresh)
    outside, values = fresh.prefix, []
    for place, one in enumerate(shape, 1):
        fresh.prefix = f"{outside}{place}."
        values.append(shaped(one, sizes, fresh))
    return tuple(values)


@functools.cache
def hints_of(thing: Any) -> dict[str, Any]:
    """The types of a class's fields or of a function's parameters, which every path asks for."""
    return typing.get_type_hints(thing)


# Shapes from annotations -----------------------------------------------------------------------


def arbitrary(annotation: Any, name: str, sizes: Sizes, fresh: Fresh) -> Any:
    """Any value of a type, built from fresh parts under `name`.

    Sizes are found by the full name, the last part of it, or the name of the type:

    - int: `"signed"` for no bound, a `range` for bounds, a tuple for a few values;
    - Party and its like: how many, or which;
    - tuple[T, ...] and frozenset: the greatest length, or a `range` of lengths;
    - Mapping: a tuple of keys, all present, or a frozenset of keys, each present or not.

    A mapping comes in every order of its keys, a record is of its class or of any below it.
    """
    if annotation is bool:
        return fresh.bool(name)
    if annotation is int:
        return _an_int(name, sizes, fresh)
    if isinstance(annotation, typing.NewType):
        return _a_name(annotation, name, sizes, fresh)
    if annotation is None or annotation is type(None):
        return None
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return fresh.enum(name, enumerable(annotation))
    if isinstance(annotation, type) and attrs.has(annotation):
        kinds = concrete_kinds(annotation)
        kind = kinds[fresh.pick(f"type({name})", len(kinds))]
        return _a_record(kind, name, sizes, fresh)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return arbitrary(args[fresh.pick(f"{name}?", len(args))], name, sizes, fresh)
    if origin is typing.Annotated:
        return arbitrary(args[0], name, sizes, fresh)
    if origin is typing.Literal:
        return args[fresh.pick(name, len(args))]
    if origin is tuple:
        return _a_tuple(args, name, sizes, fresh)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _a_mapping(args, name, sizes, fresh)
    if origin is frozenset:
        members = keys_of(args, name, sizes)
        return frozenset(m for m in members if fresh.pick(f"{name}.{_label(m)}", 2))
    raise no_shape(annotation, name)


def no_shape(annotation: Any, name: str) -> Mistake:
    """Proofs cannot make values of that type."""
    kind = annotation.__name__ if type(annotation) is type else annotation
    first = name.partition(".")[0]
    return Mistake(
        f"{name}: proofs have no values of the type {kind}; give {first} a value of its own with"
        f" values={{'{first}': ...}}, or a shape with shapes={{'{first}': ...}}"
    )


def _an_int(name: str, sizes: Sizes, fresh: Fresh) -> Any:
    size = numbers_of(name, sizes)
    if size == "signed":
        return fresh.int(name, low=None)
    if isinstance(size, range):
        return fresh.int(name, size.start, size.stop - 1)
    if isinstance(size, tuple):
        return fresh.among(name, size)
    return fresh.int(name)


def _a_name(kind: typing.NewType, name: str, sizes: Sizes, fresh: Fresh) -> Any:
    if kind.__supertype__ is not int:
        return arbitrary(kind.__supertype__, name, sizes, fresh)
    return fresh.among(name, names_of(kind, name, sizes))


def enumerable(kind: type[E]) -> type[E]:
    """An Enum, if its members are all the values there are, and have nothing that is ours.

    Raises Unsupported.
    """
    if not len(kind):
        raise Unsupported(f"{kind.__name__} has no members: it has no values", "")
    ours = [name for name in ("term", "kind", "choices", "member") if hasattr(kind, name)]
    if ours:
        raise Unsupported(f"{kind.__name__} has a `{ours[0]}`, which is hidden here: rename it", "")
    if issubclass(kind, Flag):
        raise Unsupported(f"{kind.__name__} is a Flag, whose members combine: use bools", "")
    mixed = [base for base in kind.__mro__ if base not in (object, int, str) and not _enums(base)]
    if mixed:
        raise Unsupported(f"{kind.__name__} is also a {mixed[0].__name__}: use a plain Enum", "")
    return kind


def _enums(base: type) -> bool:
    return issubclass(base, Enum) or base.__module__ == "enum"


def concrete_kinds(kind: type) -> tuple[type, ...]:
    """A class of records and all below it, without those that cannot be made."""
    found = dict.fromkeys((kind, *_below(kind)))
    return tuple(each for each in found if not inspect.isabstract(each)) or (kind,)


def _below(kind: type) -> Iterator[type]:
    subs: list[type] = kind.__subclasses__()
    for sub in subs:
        if not _is_draft(sub, subs):
            yield sub
            yield from _below(sub)


def _is_draft(kind: type, siblings: Sequence[type]) -> bool:
    """Is the class only what attrs made another one with slots of? It lingers for a while."""
    return "__attrs_attrs__" not in vars(kind) and any(
        "__attrs_attrs__" in vars(other)
        and (other.__module__, other.__qualname__) == (kind.__module__, kind.__qualname__)
        for other in siblings
    )


def _a_record(kind: type, name: str, sizes: Sizes, fresh: Fresh) -> Any:
    hints = hints_of(kind)
    values = {
        f.alias or f.name: arbitrary(hints[f.name], f"{name}.{f.name}", sizes, fresh)
        for f in attrs.fields(kind)
        if f.init
    }
    with attrs.validators.disabled():
        record = kind(**values)
    return validated(record, attrs.fields(kind), fresh)


def validated(record: Any, fields: Sequence[Any], fresh: Fresh) -> Any:
    """The record; values that the validators of these fields refuse are left out."""
    for f in fields:
        if f.validator is not None:
            _validate(f.validator, record, f, getattr(record, f.name), fresh)
    return record


def _validate(validator: Any, record: Any, f: Any, value: Any, fresh: Fresh) -> None:
    """Ask a validator without having it print an unknown value."""
    if hasattr(validator, "_validators"):
        for one in validator._validators:
            _validate(one, record, f, value, fresh)
    elif hasattr(validator, "compare_func"):
        fresh.require(validator.compare_func(value, validator.bound))
    elif not (isinstance(value, Symbolic) and hasattr(validator, "type")):
        if running():
            engine().entered.add(validator)
        try:
            with no_outcomes():
                validator(record, f, value)
        except Exception:
            fresh.require(False)


def _a_tuple(args: tuple[Any, ...], name: str, sizes: Sizes, fresh: Fresh) -> tuple[Any, ...]:
    if len(args) != 2 or args[1] is not Ellipsis:
        return tuple(arbitrary(a, f"{name}.{i}", sizes, fresh) for i, a in enumerate(args))
    lengths = lengths_of(name, sizes)
    length = lengths[fresh.pick(f"len({name})", len(lengths))]
    return tuple(arbitrary(args[0], f"{name}.{i}", sizes, fresh) for i in range(length))


def _a_mapping(
    args: tuple[Any, ...], name: str, sizes: Sizes, fresh: Fresh
) -> Mapping[Hashable, Any]:
    keys = keys_of(args, name, sizes)
    may_lack = optional(name, sizes)
    held = {
        key: arbitrary(args[1], f"{name}.{_label(key)}", sizes, fresh)
        for key in keys
        if not may_lack or fresh.pick(f"{name}.{_label(key)}?", 2)
    }
    if len(held) > MANY_KEYS:
        raise Unsupported(
            f"{name} has {len(held)} keys, and more orders than can be tried: at most {MANY_KEYS}",
            where="",
        )
    ordered, left = {}, list(held)
    while left:
        key = left.pop(fresh.pick(f"order({name}): one of {len(left)}", len(left)))
        ordered[key] = held[key]
    return ordered


MANY_KEYS = 5
"""A mapping of so many keys has 120 orders."""


def _label(key: Any) -> str:
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)
