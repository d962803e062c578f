"""The names that a theorem may use for what it fixes, frees, sizes and shapes.

A name that is nobody's would be ignored in silence, and the answer would hold for something else
than its author thinks; so it is an error that names it, and those that there are.
"""

import functools
import inspect
import re
import types
import typing
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs

from impl.lab.prover.ends import Mistake
from impl.lab.prover.shapes import concrete_kinds, hints_of
from invariants.kernel.theorems import Theorem


def check_names(theorem: Theorem) -> None:
    """Raises Mistake for a name that means nothing, or a parameter of which nothing is known."""
    parameters = inspect.signature(theorem.statement).parameters
    _known(theorem, "values", theorem.values, parameters)
    _known(theorem, "shapes", theorem.shapes, parameters)
    both = [name for name in theorem.values if name in theorem.shapes]
    if both:
        raise Mistake(f"{both[0]} is in values and in shapes; it has to be in one")
    _known(theorem, "symbolic_knobs", theorem.symbolic_knobs, _knobs(theorem))
    free = [name for name in parameters if not {name} & {*theorem.values, *theorem.shapes}]
    hints = hints_of(theorem.statement) if free else {}
    bare = [name for name in free if name not in hints]
    if bare:
        raise Mistake(f"{bare[0]}: say of which type it is, or give its value or shape")
    sized = _sized(theorem, {name: hints[name] for name in free})
    for name in theorem.sizes:
        first, last = name.split(".", 1)[0], name.rsplit(".", 1)[-1]
        element = first in free and last.isdigit()
        if not (last in sized or element or _of_handmade_shapes(theorem, last)):
            _known(theorem, "sizes", (name,), sized)


def _known(theorem: Theorem, where: str, names: Collection[str], valid: Collection[str]) -> None:
    for name in names:
        if name not in valid:
            there = ", ".join(sorted(valid)) or "none"
            raise Mistake(f"{where} names {name!r}; there are: {there}")


def _knobs(theorem: Theorem) -> set[str]:
    """The fields of the fixed records that can be left open."""
    return {name for value in theorem.values.values() for name in _open_in(value)}


def _open_in(record: Any) -> Iterator[str]:
    """The names of the numbers in a record, and of those in the records in it: "peer.window"."""
    if not attrs.has(type(record)):
        return
    hints = _hints(record)
    for f in attrs.fields(type(record)):
        if _is_number(hints.get(f.name)):
            yield f.name
        for inner in _open_in(getattr(record, f.name)):
            yield f"{f.name}.{inner}"


def _hints(record: Any) -> Mapping[str, Any]:
    kind: Any = type(record)
    return hints_of(kind)


def _is_number(annotation: Any) -> bool:
    while isinstance(annotation, typing.NewType):
        annotation = annotation.__supertype__
    if get_origin(annotation) is typing.Annotated:
        return _is_number(get_args(annotation)[0])
    return isinstance(annotation, type) and issubclass(annotation, int)


def _sized(theorem: Theorem, hints: Mapping[str, Any]) -> set[str]:
    """Everything that a size can be given for: parameters, fields, types and knobs."""
    found = {*hints, *theorem.symbolic_knobs}
    for shape in theorem.shapes.values():
        found.update(name for kind in _types_in(shape) for name in _names_in(kind, set()))
    for annotation in hints.values():
        found.update(_names_in(annotation, set()))
    for value in theorem.values.values():
        if theorem.symbolic_knobs and attrs.has(type(value)):
            for name in theorem.symbolic_knobs:
                found.update(_names_in(_hints(value).get(name), set()))
    return found


def _types_in(shape: Any) -> Iterator[type]:
    if isinstance(shape, type):
        yield shape
    elif isinstance(shape, tuple):
        for one in shape:
            yield from _types_in(one)


def _names_in(annotation: Any, seen: set[Any]) -> Iterator[str]:
    """The names of fields and types in a type, however deep."""
    if isinstance(annotation, typing.NewType):
        yield annotation.__name__
        yield from _names_in(annotation.__supertype__, seen)
    elif isinstance(annotation, type) and attrs.has(annotation):
        if annotation not in seen:
            seen.add(annotation)
            yield annotation.__name__
            for kind in concrete_kinds(annotation):
                for f in attrs.fields(kind):
                    yield f.name
                    yield from _names_in(hints_of(kind).get(f.name), seen)
    else:
        for argument in get_args(annotation):
            yield from _names_in(argument, seen)


def _of_handmade_shapes(theorem: Theorem, name: str) -> bool:
    """Does the module of a shape that is made by hand speak of it? It may note its sizes so."""
    return any(name in _words(file) for file in _files_of(theorem.shapes))


def _files_of(shape: Any) -> Iterator[str]:
    if isinstance(shape, Mapping | tuple):
        for one in shape.values() if isinstance(shape, Mapping) else shape:
            yield from _files_of(one)
    elif isinstance(shape, functools.partial):
        yield from _files_of(shape.func)
    elif isinstance(shape, types.FunctionType):
        yield shape.__globals__.get("__file__") or shape.__code__.co_filename


@functools.cache
def _words(file: str) -> frozenset[str]:
    try:
        text = Path(file).read_text("utf-8")
    except OSError:
        return frozenset()
    return frozenset(re.findall(r"\w+", text.lower())) | frozenset(re.findall(r"\w+", text))
