"""How a rule says no.

Every guard raises its own subclass of `Refusal`, which carries the values that were compared. A
refused action leaves no trace in the state. Anything else that a rule raises is a fault of the
rule, and every checker reports it as one.
"""

import sys
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Generic, TypeVarTuple

from attrs import astuple, define, fields

from spec.kernel.templates import names_in

Values = TypeVarTuple("Values")


@define
class Refusal(Exception):
    """An action that the rules do not allow in this state. Equal if guard and values are."""

    def __eq__(self, other: object) -> bool:
        """Attrs leaves exceptions with identity."""
        if not isinstance(other, Refusal) or other.__class__ != self.__class__:
            return False
        return astuple(self) == astuple(other)

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash((self.__class__, astuple(self)))

    def __str__(self) -> str:
        """The failure by name, with the values behind it."""
        values = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(type(self)))
        return f"{type(self).__name__}({values})"


if TYPE_CHECKING:

    class Refusing(Generic[*Values]):
        """See below: to a type checker a refusal is a function of the values that it carries."""

        def __init__(self, name: str, sentence: str) -> None: ...

        def __call__(self, *values: *Values) -> Refusal:
            """The refusal with these values."""
            ...

else:

    class Refusing:
        """A refusal in one line: its name, and a sentence that names the values that it carries.

        `TooLate = Refusing[Instant, Instant]("TooLate", "opened at {opened}, it is over at {now}")`
        is the class `TooLate` with the fields `opened` and `now`, in that order. Raises TypeError
        where the types are not as many as the values, and for what can name no value.
        """

        def __class_getitem__(cls, kinds):
            return partial(_refusal, kinds if isinstance(kinds, tuple) else (kinds,))

        def __new__(cls, name, sentence):
            """Raises TypeError: without the types there is no refusal."""
            raise TypeError(f"{name}: write the types of its values, as in Refusing[Instant](...)")


def _refusal(kinds: tuple[Any, ...], name: str, sentence: str) -> type[Refusal]:
    if not name.isidentifier() or iskeyword(name):
        raise TypeError(f"{name!r} can name no refusal; write one word, as in TooLate")
    values = names_in(sentence, name, Refusal)
    if len(values) != len(kinds):
        raise TypeError(
            f"{name}: {len(kinds)} types for the {len(values)} values of its sentence"
            f" ({', '.join(values) or 'none'})"
        )
    members = {
        "__annotations__": dict(zip(values, kinds, strict=True)),
        "__doc__": sentence,
        "__module__": sys._getframe(1).f_globals["__name__"],
    }
    made: type[Refusal] = define(type(name, (Refusal,), members))
    return made
