"""How actions, and the records in them, are told: from one template for each, filled by type.

A template names fields, and fields of fields: "hands {tower} an appointment: {appointment}". Of a
party is told its name, of several their names, of a record what it says of itself: its template
`says`, or what its method `clause` makes where that depends on more. Behind a colon a shorter form
is asked for, {payment:short}: the template `short`, or the method `label`; or, of a list,
it is said what an empty one is, {entries:an empty list}.
"""

from collections.abc import Callable, Iterator
from string import Formatter
from typing import Any, get_args, get_origin

from attrs import frozen, has

from spec.kernel.basics import Party
from spec.kernel.shapes import bare, built_in, hints_of, optional

SHORT = "short"


@frozen
class Teller:
    """Tells what parties do, by their names."""

    party: Callable[[Party], str]
    """What people call a party."""

    def parties(self, parties: tuple[Party, ...]) -> str:
        """Their names."""
        return ", ".join([self.party(each) for each in parties]) or "nobody"

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
                    kind = dict(hints_of(bare(kind)[0])).get(name, Any)
                    value = getattr(value, name)
                told.append(self._value(value, kind, form or ""))
        return "".join(told)

    def _value(self, value: Any, hint: Any, form: str) -> str:
        kind = bare(hint)[0]
        some = optional(kind)
        if some is not None:
            return "nothing" if value is None else self._value(value, some, form)
        if kind == Party:
            return self.party(value)
        if built_in(get_origin(kind), tuple):
            inner = get_args(kind)[0]
            if bare(inner)[0] == Party:
                return self.parties(value)
            form, empty = (form, "") if form == SHORT else ("", form)
            told = [self._value(each, inner, form) for each in value]
            return "; ".join(told) or empty or "nothing"
        if isinstance(kind, type) and has(kind):
            return self.of(value, form)
        return format(value, form)


def named_in(template: str) -> Iterator[str]:
    """The fields that a template names."""
    for _, path, _, _ in Formatter().parse(template):
        if path is not None:
            yield path.partition(".")[0]
