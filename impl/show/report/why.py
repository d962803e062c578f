"""Why a step came out as it did: the code that decided, the lines that ran, and the answers."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import attrs
from attrs import evolve, field, frozen

from impl.ground.homes import home_of
from impl.lab.rules.change import Difference
from impl.show.report.sides import Side, changed_names, decision_codes
from impl.show.report.source import Line, place, reading, source, summary
from impl.show.report.values import Speller, argument_hints, record_names
from impl.show.report.watching import Call, Condition, called, definition, watched
from invariants.kernel.claims import Invariant, Kind
from spec.kernel import clock
from spec.kernel.clock import move

CALLS_AT_MOST, READINGS_AT_MOST = 4, 12
LONG_VALUE = 120
"""Characters of a value beyond which a comparison is clearer without it."""
NEW_STATE = "a new state"
OTHERS = 4
"""The weight of functions that are only listed."""

Decisions = Mapping[CodeType, tuple[str, ...]]


@frozen
class Told:
    """A condition as it is shown."""

    text: str
    holds: bool
    compared: str
    """The values on both sides, where the text does not show them already."""


@frozen
class Asked:
    """One call: what went in, what came out, and the path taken."""

    arguments: tuple[tuple[str, str], ...]
    result: str
    raised: bool
    conditions: tuple[Told, ...]
    times: int = 1

    @property
    def same_as(self) -> tuple[Any, ...]:
        """What tells two calls apart."""
        return self.arguments, self.result, self.conditions


@frozen
class Function:
    """A function that ran in a step."""

    name: str
    place: str
    """File and line."""
    role: str
    """`decision NAME`, or what it is to the step."""
    summary: str
    """The first line of its docstring."""
    asked: tuple[Asked, ...]
    left_out: int
    lines: tuple[Line, ...]
    decision: str
    """The field of the rules that it stands in; empty for what is no decision."""
    weight: int
    """The most telling first: 0 for what was changed, 1 for what said no..."""


@frozen
class Reading:
    """Something changed that a function read, and what came of it on each side."""

    step: int
    function: str
    place: str
    reads: str
    arguments: tuple[tuple[str, str], ...]
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Did the change make a difference here?"""
        return self.one != self.other


@frozen
class Watcher:
    """Watches the steps of one side."""

    side: Side
    speller: Speller
    changed: Mapping[str, str]
    """Field as typed -> attribute, of what differs between the sides."""
    kinds: frozenset[str]
    """The names of the types that the rules are records of."""
    decisions: Decisions
    """The decision functions of the rules by their code, with the fields that they stand in."""
    seen: dict[int, tuple[Call, ...]] = field(factory=dict)
    told: dict[int, tuple[Function, ...]] = field(factory=dict)

    @classmethod
    def of(cls, side: Side, speller: Speller, changes: Iterable[Difference]) -> "Watcher":
        """For a side, and what differs about its rules."""
        rules = side.rules
        return cls(
            side, speller, changed_names(changes), record_names(rules), decision_codes(rules)
        )

    def calls(self, step: int) -> tuple[Call, ...]:
        """What ran in a step."""
        if self.side.hangs_at(step):
            return ()
        if step not in self.seen:
            played, rules = self.side.at(step), self.side.rules
            protocol = self.speller.protocol
            self.seen[step] = watched(
                lambda: move(protocol, played.before, played.action, rules), self._folders()
            )
        return self.seen[step]

    def _folders(self) -> tuple[Path, ...]:
        """Where rules are written: the protocol's package, the clock, and what was changed."""
        written = getattr(sys.modules[home_of(self.speller.protocol)], "__file__", None)
        files = [Path(code.co_filename) for code in self.decisions]
        return (*([Path(written).parent] if written else []), Path(clock.__file__), *files)

    def functions(self, step: int) -> tuple[Function, ...]:
        """The functions that ran in a step, the most telling first."""
        if step not in self.told:
            action = self.side.at(step).action
            self.told[step] = _functions(self.calls(step), action, self.decisions, self)
        return self.told[step]

    def asked(self, call: Call) -> Asked:
        """A call in words."""
        defined = definition(call.code)
        hints = argument_hints(defined[2]) if defined else {}
        arguments = tuple(
            (name, self.speller.spell(value, hints.get(name), name))
            for name, value in call.arguments.items()
            if not self._everywhere(value)
        )
        if call.raised is not None:
            result = self.speller.raised(call.raised)
        elif self._everywhere(call.result):
            result = NEW_STATE
        else:
            result = self.speller.spell(call.result, hints.get("return"), call.name)
        return Asked(arguments, result, call.raised is not None, self._conditions(call))

    def _conditions(self, call: Call) -> tuple[Told, ...]:
        return tuple(
            Told(each.text, each.holds, self._compared(each)) for each in call.conditions.values()
        )

    def _compared(self, condition: Condition) -> str:
        """The comparison with its values; empty where they say no more than the text."""
        if any(self._everywhere(value) for value, _ in condition.compared):
            return ""
        # What is compared is of one kind, as far as it is a number.
        common = next((hint for _, hint in condition.compared if hint is not None), None)
        values = [
            self.speller.spell(value, hint or (common if type(value) is int else None))
            for value, hint in condition.compared
        ]
        if max(map(len, values), default=0) > LONG_VALUE:
            return ""
        if {"is", "is not"}.intersection(condition.signs):
            return ""
        pairs = zip(condition.signs, values[1:], strict=True)
        return values[0] + "".join(f" {sign} {v}" for sign, v in pairs) if values else ""

    def _everywhere(self, value: Any) -> bool:
        """Is it the state, a group of it, the rules or the protocol, which every rule is given?"""
        first, protocol = self.side.run.initial, self.speller.protocol
        groups = (each for each in protocol.groups(first).values() if attrs.has(type(each)))
        return type(value) in map(type, (self.side.rules, first, protocol, *groups))

    def read_in(self, call: Call) -> list[str]:
        """What differs between the sides and is read by a call."""
        mine = self.decisions.get(call.code, ())
        return [
            knob
            for knob, attribute in self.changed.items()
            if knob in mine or call.lines & reading(call.code, attribute, self.kinds)
        ]

    def lines(self, code: CodeType, ran: set[int]) -> tuple[Line, ...]:
        """A function's source, what ran and what reads a difference marked."""
        reads = [reading(code, attribute, self.kinds) for attribute in self.changed.values()]
        return source(code, ran, set().union(*reads))


def _functions(
    calls: Sequence[Call], action: Any, decisions: Decisions, watcher: Watcher
) -> tuple[Function, ...]:
    by_code: dict[CodeType, list[Call]] = {}
    for call in calls:
        by_code.setdefault(call.code, []).append(call)
    by_code.pop(move.__code__, None)
    ruling, refusing = _ruling(calls, action, watcher), _refusing(calls)
    found = []
    for code, mine in by_code.items():
        weight, role = _role(code, mine, decisions, watcher, ruling, refusing)
        asked = _distinct([watcher.asked(call) for call in mine])
        ran = set().union(*(call.lines for call in mine))
        found.append(
            Function(
                name=called(code),
                place=place(code),
                role=role,
                summary=summary(code),
                asked=tuple(asked[:CALLS_AT_MOST]),
                left_out=max(0, len(asked) - CALLS_AT_MOST),
                lines=watcher.lines(code, ran),
                decision=", ".join(decisions.get(code, ())),
                weight=weight,
            )
        )
    return tuple(sorted(found, key=lambda each: each.weight))


def _ruling(calls: Sequence[Call], action: Any, watcher: Watcher) -> set[CodeType]:
    """The rules of an action: what the protocol's step hands it to, or the step itself."""
    made = watcher.speller.protocol.step
    step = getattr(
        made if isinstance(made, FunctionType) else type(made).__call__, "__code__", None
    )
    depth = next((call.depth for call in calls if call.code is step), 0)
    inside = {c.code for c in calls if c.depth == depth + 1 and _given(action, c)}
    return inside or {call.code for call in calls if call.code is step}


def _refusing(calls: Sequence[Call]) -> set[CodeType]:
    """The function that says no, not those through which its refusal passes."""
    said = calls[0].raised if calls else None
    raising = [call for call in calls if said is not None and call.raised is said]
    return {max(raising, key=lambda call: call.depth).code} if raising else set()


def _role(
    code: CodeType,
    calls: Sequence[Call],
    decisions: Decisions,
    watcher: Watcher,
    ruling: set[CodeType],
    refusing: set[CodeType],
) -> tuple[int, str]:
    """How telling a function is, and what it is to the step."""
    names = decisions.get(code, ())
    name = ", ".join(names)
    if any(each in watcher.changed for each in names):
        return 0, f"decision {name}, which differs"
    reads = list(dict.fromkeys(knob for call in calls for knob in watcher.read_in(call)))
    if reads:
        said = f"decision {name}, reads {', '.join(reads)}" if name else f"reads {', '.join(reads)}"
        return 0, said
    if code in refusing:
        return 1, f"decision {name}, says no" if name else "says no"
    if code in ruling:
        rules_it = any(type(call.result) is type(watcher.side.run.initial) for call in calls)
        return (2, "the rule of this action") if rules_it else (3, "looks at the action first")
    if name:
        return 3, f"decision {name}"
    return OTHERS, ""


def _given(action: Any, call: Call) -> bool:
    return any(type(value) is type(action) and value == action for value in call.arguments.values())


def _distinct(asked: Iterable[Asked]) -> list[Asked]:
    found: dict[tuple[Any, ...], Asked] = {}
    for each in asked:
        known = found.get(each.same_as)
        found[each.same_as] = evolve(known, times=known.times + 1) if known else each
    return list(found.values())


def readings(one: Watcher, other: Watcher, steps: int) -> tuple[Reading, ...]:
    """Every step at which something that differs is read, with the answers of both sides."""
    found: dict[tuple[Any, ...], Reading] = {}
    for step in range(1, steps + 1):
        mine, yours = _readers(one, step), _readers(other, step)
        for name, arguments in dict.fromkeys((*mine, *yours)):
            here, there = mine.get((name, arguments)), yours.get((name, arguments))
            answers = [each.asked.result if each else "" for each in (here, there)]
            known = here or there
            if known is None or answers == [NEW_STATE, NEW_STATE]:
                continue
            told = Reading(step, name, known.place, known.reads, arguments, *answers)
            found.setdefault((name, arguments, *answers), told)
    ordered = sorted(found.values(), key=lambda each: (not each.differs, each.step))
    return tuple(sorted(ordered[:READINGS_AT_MOST], key=lambda each: each.step))


@frozen
class _Read:
    """One call that read what differs."""

    place: str
    reads: str
    asked: Asked


def _readers(watcher: Watcher, step: int) -> dict[tuple[str, tuple[Any, ...]], _Read]:
    """The calls of a step that read what differs, by what they are to the rules and were given."""
    found: dict[tuple[str, tuple[Any, ...]], _Read] = {}
    for call in watcher.calls(step):
        reads = watcher.read_in(call)
        if reads:
            asked = watcher.asked(call)
            name = ", ".join(watcher.decisions.get(call.code, ())) or call.name
            here = _Read(place(call.code), ", ".join(reads), asked)
            found.setdefault((name, asked.arguments), here)
    return found


def claim_function(
    invariant: Invariant, side: Side, step: int, watcher: Watcher
) -> Function | None:
    """The claim itself as code, with what it asked of the step that breaks it."""
    if step:
        played = side.at(step)
        before, action, after = played.before, played.action, played.after
    else:
        before = after = side.run.initial
        action = None
    given = (before, action) if invariant.kind is Kind.TRANSITION else ()
    code = getattr(invariant.holds, "__code__", None)
    if code is None:
        return None
    calls = watched(lambda: invariant.holds(*given, after, side.rules), (Path(code.co_filename),))
    mine = [call for call in calls if call.code is code]
    if not mine:
        return None
    found = _functions(mine, None, {}, watcher)[0]
    ran = mine[0].lines
    return evolve(found, role="the claim", lines=watcher.lines(code, ran))
