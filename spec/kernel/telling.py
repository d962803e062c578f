"""How actions, and the records in them, are told: from one template for each, filled by type.

A template names fields, and fields of fields: "hands {tower} an appointment: {appointment}". Of a
party is told its name, of several their names, of a record what it says of itself: its template
`says`, or what its method `clause` makes where that depends on more. Behind a colon a shorter form
is asked for, {payment:short}: the template `short`, or the method `label`; or, of a list,
it is said what an empty one is, {entries:an empty list}.
"""

from collections.abc import Callable
from enum import EnumType
from string import Formatter
from typing import Any, NewType, get_args, get_origin

from attrs import frozen, has

from spec.kernel.basics import Party
from spec.kernel.shapes import bare, built_in, hints_of, optional
from spec.kernel.templates import named_in

SHORT = "short"


@frozen
class Teller:
    """Tells what parties do, by their names."""

    party: Callable[[Party], str]
    """What people call a party."""

    def parties(self, parties: tuple[Party, ...]) -> str:
        """Their names."""
        return self._value(tuple(parties), tuple[Party, ...], "")

    def of(self, thing: Any, form: str = "") -> str:
        """What a record says of itself; all of it, or its short form."""
        if form == SHORT and hasattr(thing, "label"):
            return str(thing.label(self))
        if form == SHORT and hasattr(thing, SHORT):
            return self.filled(thing, thing.short)
        if hasattr(thing, "clause"):
            return str(thing.clause(self))
        return self.filled(thing, thing.says)

    def filled(self, record: Any, template: str) -> str:
        """A template, with what it names of a record."""
        told = []
        for text, path, form, _ in Formatter().parse(template):
            told.append(text)
            if path is not None:
                value, kind = record, type(record)
                for name in path.split("."):
                    kind = _part(kind, name)
                    value = None if value is None else getattr(value, name)
                told.append("nothing" if value is None else self._value(value, kind, form or ""))
        return "".join(told)

    def _value(self, value: Any, hint: Any, form: str) -> str:
        kind = bare(hint)[0]
        some = optional(kind)
        if some is not None:
            return "nothing" if value is None else self._value(value, some, form)
        if kind == Party:
            return self.party(value)
        if isinstance(value, tuple) and built_in(get_origin(kind), tuple):
            inner, form, empty = _of_several(kind, len(value), form)
            told = [self._value(each, one, form) for each, one in zip(value, inner, strict=False)]
            apart, none = (", ", "nobody") if get_args(kind)[:1] == (Party,) else ("; ", "nothing")
            return apart.join(told) or empty or none
        if isinstance(kind, type) and has(kind):
            return self.of(value, form)
        return format(value, form)


def fits(kind: type, template: str) -> None:
    """Raises TypeError where a template of a type names what is not there, or asks for a form that
    it does not have."""
    for path, form in named_in(template, kind.__name__):
        hint: Any = kind
        for name in path.split("."):
            of, hint = _within(hint), _part(hint, name)
            of = getattr(of, "__supertype__", of)
            if hint == Any and (of in (int, bool) or _fields(of)) and not hasattr(of, name):
                known = ", ".join([each for each, _ in _fields(of)]) or "no parts"
                raise TypeError(f"{kind.__name__} says {{{path}}}; {of.__name__} has {known}")
        try:
            _has_form(hint, form)
        except (TypeError, ValueError) as error:
            shown = f"{path}:{form}" if form else path
            raise TypeError(f"{kind.__name__} says {{{shown}}}: {error}") from None


def _has_form(hint: Any, form: str) -> None:
    """Raises ValueError or TypeError where what is of a type cannot be told in this form."""
    kind = _within(hint)
    if built_in(get_origin(kind), tuple):
        inner, form, _ = _of_several(kind, 1, form)
        for each in inner:
            _has_form(each, form)
    elif kind == Party and form:
        raise ValueError("a party is told by its name, without a form")
    elif isinstance(kind, type) and has(kind):
        if form not in ("", SHORT):
            raise ValueError(f"of a record there is its sentence, and its form {SHORT!r}")
        if not (hasattr(kind, "clause") or hasattr(kind, "says")):
            raise ValueError(f"{kind.__name__} says nothing; give it `says`, or a method `clause`")
    elif kind != Any and form:
        some = next(iter(kind)) if isinstance(kind, EnumType) else 0
        format(some if isinstance(kind, EnumType | type | NewType) else (), form)


def _of_several(kind: Any, count: int, form: str) -> tuple[tuple[Any, ...], str, str]:
    """Of a tuple: the types of its members, the form of each, and what an empty one is called."""
    args = get_args(kind)
    inner = (args[0],) * count if Ellipsis in args else args
    return (inner, form, "") if form == SHORT else (inner, "", form)


def _part(hint: Any, name: str) -> Any:
    """The type of a field; Any for what is none."""
    return dict(_fields(_within(hint))).get(name, Any)


def _fields(kind: Any) -> list[tuple[str, Any]]:
    return hints_of(kind) if isinstance(kind, type) and has(kind) else []


def _within(hint: Any) -> Any:
    """A type without its marks, and without the possibility that there is nothing."""
    kind = bare(hint)[0]
    return bare(optional(kind))[0] or kind
