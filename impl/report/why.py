"""Why a step came out as it did: the code that decided, the lines that ran, and the answers."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import cleandoc
from pathlib import Path
from types import CodeType
from typing import Any

from attrs import evolve, field, frozen

import spec
from impl.report.sides import Side, changed_names, decision_codes
from impl.report.values import Speller, argument_hints, module_of
from impl.report.watching import Call, Condition, definition, watched
from impl.rulechange import Difference
from invariants.kernel.claims import Invariant, Kind
from spec.kernel import clock
from spec.kernel.clock import move

CALLS_AT_MOST, READINGS_AT_MOST = 4, 12
LONG_VALUE = 120
"""Characters of a value beyond which a comparison is clearer without it."""
ROOT = Path(spec.__file__).parent.parent
"""What the places of our own code are relative to."""


@frozen
class Line:
    """A line of source."""

    number: int
    text: str
    ran: bool
    changed: bool
    """Does it read what was changed?"""


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
    seen: dict[int, tuple[Call, ...]] = field(factory=dict)

    @classmethod
    def of(cls, side: Side, speller: Speller, changes: Iterable[Difference]) -> "Watcher":
        """For a side, and what differs about its rules."""
        return cls(side, speller, changed_names(changes))

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
        written = getattr(module_of(self.speller.protocol.step), "__file__", None)
        files = [Path(code.co_filename) for code in decision_codes(self.side.rules)]
        return (*([Path(written).parent] if written else []), Path(clock.__file__), *files)

    def functions(self, step: int) -> tuple[Function, ...]:
        """The functions that ran in a step, the most telling first."""
        action = self.side.at(step).action
        decisions = decision_codes(self.side.rules)
        return _functions(self.calls(step), action, decisions, self)

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
            result = "a new state"
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
        pairs = zip(condition.signs, values[1:], strict=True)
        return values[0] + "".join(f" {sign} {v}" for sign, v in pairs) if values else ""

    def _everywhere(self, value: Any) -> bool:
        """Is it the state, the rules or the protocol, which every function is given?"""
        every = (self.side.rules, self.side.run.initial, self.speller.protocol)
        return type(value) in map(type, every)

    def lines(self, code: CodeType, ran: set[int]) -> tuple[Line, ...]:
        """A function's source, what ran marked."""
        defined = definition(code)
        if defined is None:
            return ()
        text, first, tree = defined
        reads = _reading_lines(tree, tuple(self.changed.values()))
        ran = _whole_statements(tree, ran)
        return tuple(
            Line(n, line.rstrip(), n in ran, n in reads)
            for n, line in enumerate(text.splitlines(), first)
            if not _in_docstring(tree, n)
        )


def _functions(
    calls: Sequence[Call], action: Any, decisions: Mapping[CodeType, str], watcher: Watcher
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
                name=code.co_name,
                place=place(code),
                role=role,
                summary=_summary(code),
                asked=tuple(asked[:CALLS_AT_MOST]),
                left_out=max(0, len(asked) - CALLS_AT_MOST),
                lines=watcher.lines(code, ran),
                decision=decisions.get(code, ""),
                weight=weight,
            )
        )
    return tuple(sorted(found, key=lambda each: each.weight))


OTHERS = 4


def _ruling(calls: Sequence[Call], action: Any, watcher: Watcher) -> set[CodeType]:
    """The rules of an action: what the protocol's step hands it to, or the step itself."""
    step = getattr(watcher.speller.protocol.step, "__code__", None)
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
    decisions: Mapping[CodeType, str],
    watcher: Watcher,
    ruling: set[CodeType],
    refusing: set[CodeType],
) -> tuple[int, str]:
    """How telling a function is, and what it is to the step."""
    name = decisions.get(code, "")
    ran = set().union(*(call.lines for call in calls))
    if name in watcher.changed:
        return 0, f"decision {name}, which differs"
    reads = [knob for knob in watcher.changed if ran & reading(code, watcher.changed[knob])]
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
    """Every step at which something that was changed is read, with the answers of both sides."""
    found: dict[tuple[Any, ...], Reading] = {}
    for step in range(1, steps + 1):
        mine, yours = _readers(one, step), _readers(other, step)
        for name in dict.fromkeys((*mine, *yours)):
            pairs = _paired(mine.get(name, []), yours.get(name, []))
            for (code, reads, said), (code2, reads2, said2) in pairs:
                asked = said or said2
                if asked is None:
                    continue
                here = Reading(
                    step,
                    name,
                    place(code or code2),
                    reads or reads2,
                    asked.arguments,
                    said.result if said else "",
                    said2.result if said2 else "",
                )
                found.setdefault((name, here.arguments, here.one, here.other), here)
    ordered = sorted(found.values(), key=lambda each: (not each.differs, each.step))
    return tuple(sorted(ordered[:READINGS_AT_MOST], key=lambda each: each.step))


_Read = tuple[Any, str, Asked | None]


def _readers(watcher: Watcher, step: int) -> dict[str, list[_Read]]:
    """The calls of a step that read what was changed, by what they are to the rules."""
    decisions = decision_codes(watcher.side.rules)
    found: dict[str, list[_Read]] = {}
    for call in watcher.calls(step):
        name = decisions.get(call.code, "")
        reads = [
            knob
            for knob, attribute in watcher.changed.items()
            if knob == name or call.lines & reading(call.code, attribute)
        ]
        if reads:
            asked = watcher.asked(call)
            if asked.result != "a new state":
                mine = found.setdefault(name or call.name, [])
                if asked.same_as not in [each[2].same_as for each in mine if each[2]]:
                    mine.append((call.code, ", ".join(reads), asked))
    return found


def _paired(mine: list[_Read], yours: list[_Read]) -> Iterator[tuple[_Read, _Read]]:
    nothing: _Read = (None, "", None)
    for n in range(max(len(mine), len(yours))):
        yield (
            mine[n] if n < len(mine) else nothing,
            yours[n] if n < len(yours) else nothing,
        )


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


@cache
def reading(code: CodeType, attribute: str) -> frozenset[int]:
    """The lines of a function that read an attribute of this name."""
    defined = definition(code)
    return frozenset(_reading_lines(defined[2], (attribute,)) if defined else ())


def _reading_lines(tree: ast.FunctionDef, names: tuple[str, ...]) -> set[int]:
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in names
    }


def place(code: CodeType) -> str:
    """File and line of a function, from the root of the code."""
    path = Path(code.co_filename)
    for base in (ROOT, Path.cwd()):
        if path.is_relative_to(base):
            path = path.relative_to(base)
            break
    else:
        path = Path(path.name)
    return f"{path.as_posix()}:{code.co_firstlineno}"


def _summary(code: CodeType) -> str:
    defined = definition(code)
    text = ast.get_docstring(defined[2]) if defined else None
    return " ".join(cleandoc(text).partition("\n\n")[0].split()) if text else ""


def _whole_statements(tree: ast.FunctionDef, ran: set[int]) -> set[int]:
    """The lines that ran, with the rest of statements that stand on several lines."""
    whole = {*ran, *range(tree.lineno, tree.body[0].lineno)}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node is not tree:
            inside = getattr(node, "body", None) or getattr(node, "cases", None)
            ends = _first_line(inside[0]) - 1 if inside else node.end_lineno or node.lineno
            lines = range(node.lineno, max(node.lineno, ends) + 1)
            if not ran.isdisjoint(lines):
                whole.update(lines)
    return whole


def _first_line(node: ast.AST) -> int:
    return node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 1)


def _in_docstring(tree: ast.FunctionDef, line: int) -> bool:
    first = tree.body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return False
    return first.lineno <= line <= (first.end_lineno or first.lineno)
