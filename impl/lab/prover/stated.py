"""Whether a theorem is stated so that it can be asked: looked at before anything of it is run.

Whatever an author may have written instead of what belongs there ends in one line that names the
theorem, the parameter, what is wrong and what would be right. Every type that a parameter can be of
is looked at, and not only those that the first paths come to.
"""

import ast
import inspect
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args, get_origin

import attrs

from impl.ground.words import line
from impl.lab.prover.ends import Mistake, NotStated, Unsupported
from impl.lab.prover.names import check_names
from impl.lab.prover.shapes import concrete_kinds, enumerable, hints_of, no_shape
from impl.lab.prover.sizes import Sizes, fits, keys_of, lengths_of, names_of, numbers_of
from invariants.kernel.theorems import Theorem


def check(theorem: Theorem) -> None:
    """Raises NotStated."""
    try:
        _fields(theorem)
        hints = _parameters(theorem)
        _values(theorem, hints)
        _shapes(theorem)
        for name in inspect.signature(theorem.statement).parameters:
            if name in hints and name not in {*theorem.values, *theorem.shapes}:
                _parameter(hints[name], name, theorem.sizes)
        _knobs(theorem)
        check_names(theorem)
        _condition(theorem)
    except (Mistake, Unsupported) as mistake:
        raise NotStated(f"{theorem.id}: {mistake}") from None
    except Exception as failure:
        said = f"it cannot be read ({type(failure).__name__}: {failure})"
        raise NotStated(f"{theorem.id}: {said}") from None


def _fields(theorem: Theorem) -> None:
    """The theorem's own fields."""
    if not callable(theorem.statement):
        raise Mistake(f"its statement is {_shown(theorem.statement)}; it has to be a function")
    for where in ("sizes", "values", "shapes"):
        given = getattr(theorem, where)
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise Mistake(f"{where} is {_shown(given)}; it has to be a mapping from names")
    nothing = [name for name, size in theorem.sizes.items() if size is None]
    if nothing:
        raise Mistake(f"{nothing[0]}: sizes gives it None; leave it out, or say how many")
    knobs = theorem.symbolic_knobs
    if not isinstance(knobs, tuple) or not all(isinstance(knob, str) for knob in knobs):
        raise Mistake(f"symbolic_knobs is {_shown(knobs)}; it has to be a tuple of names")


def _parameters(theorem: Theorem) -> Mapping[str, Any]:
    """The types of the statement's parameters, each of which is given by its name."""
    write = "write it with def, a type for each parameter"
    try:
        parameters = inspect.signature(theorem.statement).parameters
        hints = hints_of(theorem.statement)
    except Exception as failure:
        where, why = _unreadable(theorem.statement, failure)
        said = f"{where} cannot be read ({type(why).__name__}: {why})"
        raise Mistake(f"{said}; {write}") from None
    for name, each in parameters.items():
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            stars = "*" if each.kind is each.VAR_POSITIONAL else "**"
            raise Mistake(f"{stars}{name} has no end; a statement names its parameters")
        if each.kind is each.POSITIONAL_ONLY:
            raise Mistake(f"{name} cannot be given by its name; leave out the / after it")
    return hints


def _unreadable(statement: Any, failure: Exception) -> tuple[str, Exception]:
    """The first parameter whose type cannot be read, and why; all of them, if it is none alone."""
    for name, annotation in getattr(statement, "__annotations__", {}).items():
        alone = types.FunctionType((lambda: None).__code__, getattr(statement, "__globals__", {}))
        alone.__annotations__ = {name: annotation}
        try:
            typing.get_type_hints(alone)
        except Exception as why:
            return (
                (f"what it returns, {annotation!r},", why)
                if name == "return"
                else (f"{name}: its type {annotation!r}", why)
            )
    return "its parameters and their types", failure


def _values(theorem: Theorem, hints: Mapping[str, Any]) -> None:
    for name, value in theorem.values.items():
        if name in hints and not fits(value, hints[name]):
            kind = getattr(hints[name], "__name__", hints[name])
            raise Mistake(f"{name}: values gives it {_a(value)}; it has to be of the type {kind}")


def _a(value: Any) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {_kind(value)}"


def _shown(value: Any) -> str:
    return line(repr(value), 80)


def _kind(value: Any) -> str:
    return type(value).__name__


# Shapes -----------------------------------------------------------------------------------------


def _shapes(theorem: Theorem) -> None:
    for name, shape in theorem.shapes.items():
        _shape(shape, name, theorem.sizes)


def _shape(shape: Any, name: str, sizes: Sizes) -> None:
    if isinstance(shape, tuple):
        for one in shape:
            _shape(one, name, sizes)
    elif isinstance(shape, type):
        _look(shape, f"{name}.{shape.__name__}", sizes, ())
    elif get_origin(shape) is not None or not callable(shape):
        right = "it has to be a function of a Fresh, a class, or a tuple of such"
        raise Mistake(f"{name}: its shape is {_shown(shape)}; {right}")
    else:
        _takes_one(shape, name)


def _takes_one(shape: Any, name: str) -> None:
    try:
        signature = inspect.signature(shape)
    except ValueError:  # of what is not written in Python, nothing is known
        return
    try:
        signature.bind(None)
    except TypeError:
        raise Mistake(f"{name}: its shape has to take one argument, a Fresh") from None


# Types ------------------------------------------------------------------------------------------


def _parameter(annotation: Any, name: str, sizes: Sizes) -> None:
    if name in sizes and not _has_sizes(annotation):
        kind = getattr(annotation, "__name__", annotation)
        raise Mistake(f"{name}: sizes gives it {_shown(sizes[name])}, but a {kind} has no size")
    _look(annotation, name, sizes, ())


def _has_sizes(annotation: Any) -> bool:
    """Is there anything in a value of the type that a size of its name could be for?"""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return _has_sizes(args[0])
    if origin in (typing.Union, types.UnionType):
        return any(map(_has_sizes, args))
    if origin is tuple and args[-1:] != (Ellipsis,):
        return False
    fixed = isinstance(annotation, type) and (
        annotation is bool or issubclass(annotation, Enum | types.NoneType) or attrs.has(annotation)
    )
    return not fixed and annotation is not None and origin is not typing.Literal


def _look(annotation: Any, name: str, sizes: Sizes, above: tuple[Any, ...]) -> None:
    """Can a value be made, whichever way it may go? As `arbitrary` makes it. Raises Mistake."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in (bool, None, types.NoneType):
        return
    if annotation is int:
        numbers_of(name, sizes)
    elif isinstance(annotation, typing.NewType):
        if annotation.__supertype__ is int:
            names_of(annotation, name, sizes)
        else:
            _look(annotation.__supertype__, name, sizes, above)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        _members(annotation, name)
    elif isinstance(annotation, type) and attrs.has(annotation):
        _record(annotation, name, sizes, above)
    elif origin in (typing.Union, types.UnionType):
        for each in args:
            _look(each, name, sizes, above)
    elif origin is typing.Annotated:
        _look(args[0], name, sizes, above)
    elif origin is typing.Literal:
        if not args:
            raise no_shape(annotation, name)
    elif origin is tuple and hasattr(annotation, "__args__"):
        _tuple(args, name, sizes, above)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        if keys_of(args, name, sizes):
            _look(args[1], f"{name}.0", _without(sizes, "0"), above)
    elif origin is frozenset:
        keys_of(args, name, sizes)
    else:
        raise no_shape(annotation, name)


def _members(kind: type[Enum], name: str) -> None:
    try:
        enumerable(kind)
    except Unsupported as limit:
        raise Mistake(f"{name}: {limit}") from None


def _record(kind: type, name: str, sizes: Sizes, above: tuple[Any, ...]) -> None:
    if kind in above:
        return  # one inside of another of its kind is looked at once
    for each in concrete_kinds(kind):
        if inspect.isabstract(each):
            missing = ", ".join(sorted(getattr(each, "__abstractmethods__", ())))
            raise Mistake(f"{name}: no {each.__name__} can be made, it is abstract ({missing})")
        hints = _fields_of(each, name)
        for field in attrs.fields(each):
            if field.init and field.name not in hints:
                raise Mistake(f"{name}.{field.name}: say of which type it is, in {each.__name__}")
            if field.init:
                _look(hints[field.name], f"{name}.{field.name}", sizes, (*above, kind))


def _fields_of(kind: Any, name: str) -> Mapping[str, Any]:
    try:
        return hints_of(kind)
    except Exception as failure:
        said = f"the types of the fields of {kind.__name__} cannot be read"
        raise Mistake(f"{name}: {said} ({type(failure).__name__}: {failure})") from None


def _tuple(args: tuple[Any, ...], name: str, sizes: Sizes, above: tuple[Any, ...]) -> None:
    if len(args) == 2 and args[1] is Ellipsis:
        for place in range(min(max(lengths_of(name, sizes)), LOOKED)):
            _look(args[0], f"{name}.{place}", sizes, above)
        return
    for place, each in enumerate(args):
        _look(each, f"{name}.{place}", sizes, above)


LOOKED = 20
"""Places of a long tuple that are looked at."""


def _without(sizes: Sizes, name: str) -> Sizes:
    return {key: size for key, size in sizes.items() if key != name}


# Knobs ------------------------------------------------------------------------------------------


def _knobs(theorem: Theorem) -> None:
    for parameter, value in theorem.values.items():
        if theorem.symbolic_knobs and attrs.has(type(value)):
            for knob in theorem.symbolic_knobs:
                *around, last = knob.split(".")
                record = value
                for name in around:
                    record = getattr(record, name, None)
                if attrs.has(type(record)):
                    hints = _fields_of(type(record), parameter)
                    if last in hints:
                        _look(hints[last], f"{parameter}.{knob}", theorem.sizes, ())


def _condition(theorem: Theorem) -> None:
    """`safe_when` is a condition on the symbolic knobs."""
    if not theorem.safe_when:
        return
    if not theorem.symbolic_knobs:
        raise Mistake("safe_when is a condition on symbolic_knobs; name the knobs there")
    try:
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(theorem.safe_when, mode="eval"))
            if isinstance(node, ast.Attribute | ast.Name)
        }
    except (SyntaxError, ValueError):
        raise Mistake(f"safe_when is no condition in Python: {_shown(theorem.safe_when)}") from None
    others = sorted(names - set(theorem.symbolic_knobs))
    if others:
        there = ", ".join(theorem.symbolic_knobs)
        raise Mistake(f"safe_when names {others[0]!r}; the symbolic_knobs are: {there}")
