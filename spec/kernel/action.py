"""An action as its author declares it: its data, its sentence, whose it is, and what comes of it.

    class Claim(Action, says="claims {total}", only=BOB):
        total: Wei

        def step(self, state: State, rules: Rules) -> State: ...

`Claim(BOB, 3)` is then a frozen record like any other. An action whose effect several protocols
share, or whose words need more than a sentence, is written as a plain record with a function.
"""

from string import Formatter
from typing import Any, ClassVar, dataclass_transform

from attrs import define, field, fields, frozen

from spec.kernel.basics import Party
from spec.kernel.refusal import Refusal


@define
class NotTheirs(Refusal):
    """This is for another party to do."""

    by: Party
    """Who tried."""
    needed: Party
    """Whose action it is."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class _Record:
    """Every class below it is a frozen record, without a decorator."""

    def __init_subclass__(cls, **declared: Any) -> None:
        super().__init_subclass__(**declared)
        frozen(slots=False)(cls)


class Action(_Record):
    """Something that a party does: a record with fields of its own, a sentence, and an effect."""

    by: Party
    """Who does it; the first field of every action."""

    says: ClassVar[str] = ""
    """What is done, as a clause that follows the party's name: "claims {total}"."""
    only: ClassVar[Party | None] = None
    """The one party whose action this is: by all others it is refused. None: anybody's."""

    def __init_subclass__(cls, *, says: str, only: Party | None = None, **declared: Any) -> None:
        """Raises TypeError where the sentence names what the action does not have."""
        super().__init_subclass__(**declared)
        cls.says, cls.only = says, only
        known = [each.name for each in fields(cls)]  # type: ignore[arg-type]
        for _, name, _, _ in Formatter().parse(says):
            if name is not None and name.partition(".")[0] not in known:
                raise TypeError(f"{cls.__name__} says {{{name}}}; it has {', '.join(known)}")

    def step(self, state: Any, rules: Any) -> Any:
        """The state after it. Raises a Refusal, and then nothing has happened."""
        raise NotImplementedError(f"{type(self).__name__} has no step")
