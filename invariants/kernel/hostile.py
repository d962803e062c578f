"""Any call by anybody: a family of moves that follows from the action types of a protocol.

Nobody has to list their attacks. What an action is made of is drawn from a dictionary of the state:
its parties and an outsider, its amounts and moments and those beside them, its versions, entries
and receipts as they are and with up to two of their fields changed, tuples with a member replaced.
What ideal signatures forbid is refused by the rules, like everything else that they forbid.

Calls are tried by all who are not honest, and by somebody who is no part of the protocol;
deliveries reach honest parties, with whatever is in them; of their own will act those who are not
honest. What honest parties do stands in the families that are written by hand, and in what they
owe.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, NewType, get_args, get_origin

from attrs import evolve, fields, frozen, has

from invariants.kernel.claims import Rulebook
from spec.kernel.action import Action, Call, Delivery
from spec.kernel.basics import Asset, Below, Moment, Party
from spec.kernel.clock import Wait
from spec.kernel.protocol import Choose, Family
from spec.kernel.shapes import bare, built_in, hints_of, is_record, optional

HOSTILE = "hostile"
"""The name of the family."""
CHANGED = 2
"""So many fields of what is drawn from the state are changed at most."""
SHARE = 6
"""The family has this share of the weight of all others: one in so many."""


class Nothing(Exception):
    """The dictionary has no value of a type."""


def with_hostile_calls(book: Rulebook) -> Rulebook:
    """The rulebook with one more family: any call by anybody."""
    families = book.protocol.families
    if any(family.name == HOSTILE for family in families):
        return book
    weight = max(1, sum(family.weight for family in families) // SHARE)
    more = Family(HOSTILE, _proposing(book), weight)
    return evolve(book, protocol=evolve(book.protocol, families=(*families, more)))


def _proposing(book: Rulebook) -> Callable[[Any, Any, Any, Choose], Any]:
    kinds = [k for k in book.protocol.actions if k != Wait and issubclass(k, Action)]
    read: list[Any] = [None, None, None]

    def propose(state: Any, rules: Any, scope: Any, choose: Choose) -> Any:
        if read[0] != id(state):
            # Held, so that no other state gets its id.
            read[:] = id(state), Dictionary(book, state, scope), state
        words: Dictionary = read[1]
        kind = kinds[choose(len(kinds))]
        try:
            return words.action(kind, choose)
        except Nothing:
            return None

    return propose


@frozen
class Hints:
    """The fields of a record and their types."""

    names: tuple[str, ...]
    kinds: tuple[Any, ...]


@cache
def _hints(kind: type) -> Hints:
    pairs = [(name, hint) for name, hint in hints_of(kind) if name in _settable(kind)]
    return Hints(tuple([name for name, _ in pairs]), tuple([hint for _, hint in pairs]))


def _settable(kind: type) -> set[str]:
    return {each.name for each in fields(kind) if each.init}


class Dictionary:
    """What stands in a state, by type: of it hostile calls are made."""

    def __init__(self, book: Rulebook, state: Any, scope: Any) -> None:
        """Reads the state."""
        self.words: dict[Any, dict[Any, None]] = {}
        self._read(type(state), state)
        honest = book.honest(state, scope) or ()
        accounts = {party for party, _ in state.main.accounts}
        known = {Party(p) for p in (*accounts, *honest, *self.words.get(Party, {})) if p >= 0}
        outsider = Party(max(known, default=0) + 1)
        self.parties = [*sorted(known), outsider]
        self.honest = [party for party in self.parties if party in honest]
        self.others = [party for party in self.parties if party not in honest]
        self.words[Party] = dict.fromkeys(self.parties)
        self.ints = _beside(self.words.get(int, {}))
        self.moments = _beside(self.words.get(Moment, {}))

    def action(self, kind: type, choose: Choose) -> Any:
        """An action of a type. Raises Nothing."""
        by = self.honest if issubclass(kind, Delivery) else self.others
        only = getattr(kind, "only", None)
        if only is not None:
            by = [party for party in by if party == only or issubclass(kind, Call)]
        if not by:
            raise Nothing
        who = by[choose(len(by))]
        hints = _hints(kind)
        spare = [CHANGED]
        given = {
            name: self.value(hint, choose, spare)
            for name, hint in zip(hints.names, hints.kinds, strict=True)
            if name != "by"
        }
        return kind(by=who, **given)

    def value(self, hint: Any, choose: Choose, spare: list[int]) -> Any:
        """A value of a type: from the state, or changed in as many places as are to spare.

        Raises Nothing.
        """
        kind, marks = bare(hint)
        if Moment() in marks:
            return self._one(self.moments, choose)
        for mark in marks:
            if isinstance(mark, Below):
                return choose(mark.end)
        scalars = self._scalars(kind)
        if scalars is not None:
            return self._one(scalars, choose)
        some, origin, args = optional(kind), get_origin(kind), get_args(kind)
        if some is not None:
            return None if choose(2) == 0 else self.value(some, choose, spare)
        known = list(self.words.get(kind, {}))
        if is_record(kind):
            return self._record(kind, known, choose, spare)
        if built_in(origin, tuple) and args[-1] == Ellipsis:
            return self._members(args[0], known, choose, spare)
        if built_in(origin, tuple):
            return self._fixed(args, known, choose, spare)
        return self._one(known, choose)

    def _scalars(self, kind: Any) -> list[Any] | None:
        if kind in (bool,):
            return [False, True]
        if isinstance(kind, NewType):
            return list(self.words.get(kind, {})) if kind in (Party, Asset) else self.ints
        if kind in (int,):
            return self.ints
        if isinstance(kind, type) and issubclass(kind, Enum):
            return list(kind)
        return None

    def _one(self, values: list[Any], choose: Choose) -> Any:
        if not values:
            raise Nothing
        return values[choose(len(values))]

    def _record(self, kind: type, known: list[Any], choose: Choose, spare: list[int]) -> Any:
        """One from the state, as it is or changed; or, where there is none, a new one."""
        hints = _hints(kind)
        if not known:
            return kind(*[self.value(hint, choose, spare) for hint in hints.kinds])
        made = self._one(known, choose)
        while spare[0] > 0:
            place = choose(len(hints.names) + 1)
            if place == 0:
                break
            spare[0] -= 1
            name, hint = hints.names[place - 1], hints.kinds[place - 1]
            made = evolve(made, **{name.lstrip("_"): self.value(hint, choose, spare)})
        return made

    def _members(self, hint: Any, known: list[Any], choose: Choose, spare: list[int]) -> Any:
        """Nothing, one, two, or a tuple from the state with a member replaced."""
        shape = choose(3 + len(known))
        if shape < 3:
            return tuple([self.value(hint, choose, spare) for _ in range(shape)])
        base = known[shape - 3]
        if not base or spare[0] <= 0:
            return base
        place = choose(len(base) + 1)
        if place == 0:
            return base
        spare[0] -= 1
        member = self.value(hint, choose, spare)
        return (*base[: place - 1], member, *base[place:])

    def _fixed(
        self, hints: tuple[Any, ...], known: list[Any], choose: Choose, spare: list[int]
    ) -> Any:
        if not known:
            return tuple([self.value(hint, choose, spare) for hint in hints])
        base = self._one(known, choose)
        if spare[0] <= 0:
            return base
        place = choose(len(hints) + 1)
        if place == 0:
            return base
        spare[0] -= 1
        member = self.value(hints[place - 1], choose, spare)
        return (*base[: place - 1], member, *base[place:])

    # Reading ------------------------------------------------------------------------------------

    def _read(self, hint: Any, value: Any) -> None:
        kind, marks = bare(hint)
        if Moment() in marks:
            self._add(Moment, value)
            return
        if value is None or isinstance(kind, type) and issubclass(kind, Enum):
            return
        some, origin, args = optional(kind), get_origin(kind), get_args(kind)
        if some is not None:
            self._read(some, value)
        elif isinstance(kind, NewType):
            self._add(kind if kind in (Party, Asset) else int, value)
        elif value.__class__ in (int,):
            self._add(int, value)
        elif has(type(value)):
            self._add(type(value), value)
            record: Any = type(value)
            hints = _hints(record)
            for name, inner in zip(hints.names, hints.kinds, strict=True):
                self._read(inner, getattr(value, name))
        elif built_in(origin, tuple):
            self._add(kind, value)
            inner = [args[0]] * len(value) if args[-1] == Ellipsis else list(args)
            for each, member in zip(inner, value, strict=True):
                self._read(each, member)
        elif isinstance(value, Mapping) and len(args) == 2:
            for key, member in value.items():
                self._read(args[0], key)
                self._read(args[1], member)
        else:
            self._add(kind, value)

    def _add(self, kind: Any, value: Any) -> None:
        try:
            self.words.setdefault(kind, {}).setdefault(value)
        except TypeError:  # what cannot be hashed is no word
            return


def _beside(values: Mapping[int, None]) -> list[int]:
    """Nothing, one, and each of these and what is beside it."""
    near = {each + d for each in values for d in (-1, 0, 1)}
    return sorted({0, 1} | {each for each in near if each >= 0})
