"""How a rule says no.

Every guard raises its own subclass of `Refusal`, which carries the values that were compared. A
refused action leaves no trace in the state. Anything else that a rule raises is a fault of the
rule, and every checker reports it as one.
"""

from attrs import astuple, define, fields


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
