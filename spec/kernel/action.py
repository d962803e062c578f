"""An action as its author declares it: its data, its sentence, whose it is, and what comes of it.

    class Claim(Call, says="claims {total}", only=BOB):
        total: Wei

        def step(self, state: State, rules: Rules) -> State: ...

`Claim(BOB, 3)` is then a frozen record like any other. There are three kinds: what a party calls
on the main chain (`Call`), what reaches it (`Delivery`), and what it does of its own will (`Own`).
"""

from typing import Any, ClassVar, dataclass_transform, get_args

from attrs import define, field, fields, frozen, has

from spec.kernel.basics import Party
from spec.kernel.protocol import CONTRACT, Message
from spec.kernel.refusal import Refusal
from spec.kernel.shapes import bare, hints_of
from spec.kernel.telling import SHORT, Teller, fits
from spec.kernel.templates import named_in


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
        if "__attrs_attrs__" in vars(cls):  # a decorator makes the class once more
            raise TypeError(f"{cls.__name__} is a frozen record by itself: take @frozen away")
        frozen(slots=False)(cls)
        if cls.__bases__ != (_Record,):  # inherited; attrs freezes nothing that has one of its own
            del cls.__setattr__, cls.__delattr__


class Action(_Record):
    """Something that a party does: a record with fields of its own, a sentence, and an effect.

    `says`, `short`, `known_as` and `only` are declared behind the kind, as in the example; an `Own`
    also declares `to`. In a sentence, `{total}` is the field of that name: a party by its name, a
    record by its own sentence. Its method `step(state, rules)` is the effect; an action that is
    told in more than one way has a method `clause(tell)` in place of `says`.
    """

    by: Party
    """Who does it; the first field of every action."""

    says: ClassVar[str] = ""
    """What is done, as a clause that follows the party's name: "claims {total}"."""
    short: ClassVar[str] = ""
    """The same in a few words, for an arrow between two parties; where there is none, `says`."""
    known_as: ClassVar[str] = ""
    """The published name of the step, at most four characters: "A1"."""
    only: ClassVar[Party | None] = None
    """The one party whose action this is: by all others it is refused. None: anybody's."""

    def __init_subclass__(
        cls,
        *,
        says: str | None = None,
        short: str | None = None,
        known_as: str | None = None,
        only: Party | None = None,
        **declared: Any,
    ) -> None:
        """What is not said is as the type that it is made from says it; a new sentence has no
        short form but its own. Raises TypeError where a sentence names what the action does not
        have, for what no action declares, and for a field that hides a part of every action."""
        if declared:
            more = ", to" if issubclass(cls, Own) else ""
            raise TypeError(
                f"{cls.__name__} declares {', '.join(declared)}; it can declare says, short,"
                f" known_as, only{more}"
            )
        super().__init_subclass__()
        cls.short = (cls.short if says is None else "") if short is None else short
        cls.says = cls.says if says is None else says
        cls.known_as = cls.known_as if known_as is None else known_as
        cls.only = cls.only if only is None else only
        for name, party in (("only", cls.only), ("to", getattr(cls, "receiver", None))):
            if party.__class__ not in (int, type(None)):
                raise TypeError(f"{cls.__name__}: {name} is {party!r}; write one party, as in BOB")
        known = [each.name for each in fields(cls)]  # type: ignore[arg-type]
        for base in [each for each in cls.__mro__[1:] if each.__module__ == __name__]:
            for name in [each for each in known if each != "to" and hasattr(base, each)]:
                raise TypeError(f"{cls.__name__}.{name}: {base.__name__} has it; rename the field")
        for template in (cls.says, cls.short):
            for path, _ in named_in(template, cls.__name__):
                if path.partition(".")[0] not in known:
                    raise TypeError(f"{cls.__name__} says {{{path}}}; it has {', '.join(known)}")

    def step(self, state: Any, rules: Any) -> Any:
        """The state after it. Raises a Refusal, and then nothing has happened."""
        raise NotImplementedError(f"{type(self).__name__} has no step")

    def clause(self, tell: Teller) -> str:
        """What is done; for what needs more than one sentence for all cases."""
        return tell.filled(self, self.says)

    def label(self, tell: Teller) -> str:
        """The same in a few words."""
        return tell.filled(self, self.short) if self.short else self.clause(tell)

    def between(self, state: Any) -> tuple[Party, tuple[Party, ...]] | None:
        """From whom to whom it goes, in the state before it; None where that can't be told there.

        Without receivers it is something that its sender does alone.
        """
        return self.by, ()

    def message(self, state: Any, tell: Teller) -> Message | None:
        """The action as an arrow in the drawing of a run."""
        ways = self.between(state)
        return None if ways is None else Message(self.known_as, *ways, self.label(tell))


class Call(Action):
    """A transaction on the main chain: whoever has the arguments can call the contract."""

    def between(self, state: Any) -> tuple[Party, tuple[Party, ...]] | None:
        """From the caller to the contract."""
        return self.by, (CONTRACT,)


class Delivery(Action):
    """Something reaches a party, and it takes note: when, how often and whether at all is up to the
    network; what it is, to its sender."""

    def between(self, state: Any) -> tuple[Party, tuple[Party, ...]] | None:
        """From its sender to who takes note of it."""
        sender = self.sender(state)
        return None if sender is None else (sender, (self.by,))

    def sender(self, state: Any) -> Party | None:
        """Who has sent it; None where that can't be told."""
        return None


class Own(Action):
    """Something that a party does of its own will: it signs, sends, leaves."""

    receiver: ClassVar[Party | None] = None
    """Who receives it, where that is always the same party."""

    def __init_subclass__(cls, *, to: Party | None = None, **declared: Any) -> None:
        """See Action."""
        cls.receiver = cls.receiver if to is None else to
        super().__init_subclass__(**declared)

    def between(self, state: Any) -> tuple[Party, tuple[Party, ...]] | None:
        """From the party to all that it sends it to."""
        receivers = self.to(state)
        return None if receivers is None else (self.by, receivers)

    def to(self, state: Any) -> tuple[Party, ...] | None:
        """Who receives it; nobody where nothing is sent, None where that can't be told."""
        return () if self.receiver is None else (self.receiver,)


def can_be_told(kind: Any, known: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """Raises TypeError where an action, or a record in it, names in a sentence what is not there,
    or asks for a form that it does not have. Gives the `known` records, and all of these."""
    kind = bare(kind)[0]
    if not (isinstance(kind, type) and has(kind)):
        inner = [each for each in get_args(kind) if each != Ellipsis]
    elif kind in known:
        inner = []
    else:
        known, inner = (*known, kind), [each for _, each in hints_of(kind)]
        for name, method in (("says", "clause"), (SHORT, "label")):
            template, by_hand = getattr(kind, name, None), getattr(kind, method, None)
            if isinstance(template, str) and by_hand in (None, Action.clause, Action.label):
                fits(kind, template)
    for each in inner:
        known = can_be_told(each, known)
    return known
