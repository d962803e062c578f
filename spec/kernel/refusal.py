"""How a rule says no.

Every guard raises its own subclass of `Refusal`, which carries the values that were compared. A
refused action leaves no trace in the state. Anything else that a rule raises is a fault of the
rule, and every checker reports it as one.
"""

from attrs import define, fields


@define(eq=True, order=False, hash=False, unsafe_hash=False)
class Refusal(Exception):
    """An action that the rules do not allow in this state."""

    def __str__(self) -> str:
        """The failure by name, with the values behind it."""
        values = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(type(self)))
        return f"{type(self).__name__}({values})"
