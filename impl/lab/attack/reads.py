"""Which theorems a rule change touches: those that read what it changes, found by running them.

A theorem is run on unknown values, all its paths, while every read of a knob or a decision by the
rulebook's code is noted. So a theorem that merely could read something, in a branch that its own
values never take, is not touched. Because such a run costs about as much as a proof, the code that
a statement can reach is looked through first: what is nowhere mentioned there is never read.

A theorem is about the rules that its values hold. Where these differ from the rule set that is
being changed, in something that the theorem reads, it is about another variant, and is left alone.
"""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs
from attrs import frozen

from impl.ground.crew import Desk
from impl.lab.prover.paths import Engine, OutOfPatience, Unfaithful, Unsupported
from impl.lab.prover.statements import running
from impl.lab.prover.ways import Limits
from impl.lab.rules.change import RuleChange, difference
from impl.lab.rules.knobs import hyphens
from invariants.kernel.theorems import Theorem

PATIENCE = 5.0
"""CPU seconds that a theorem is run for to see what it reads. All of ours need less than one."""
LONGEST = 8.0
"""Seconds until a run is ended that does not look at its time: a decision may never return."""


@frozen
class Touched:
    """The theorems that a change touches."""

    decisions: tuple[Theorem, ...]
    """About decisions: they read what was changed."""
    steps: tuple[Theorem, ...]
    """About whole steps of the protocol, which mention what was changed; to prove these takes
    long, and running them to see what they read takes as long."""


def touched(
    change: RuleChange, moved: frozenset[str] = frozenset(), deadline: float | None = None
) -> Touched:
    """The rulebook's theorems that a change touches, in its order.

    In the `moved` knobs, a theorem's rules may differ from the rule set, as if it quantified over
    them. What there was no time for until the deadline (monotonic) counts as touched.
    """
    decisions, steps = [], []
    desk = Desk(lambda: _Reader(change, moved))
    try:
        for number, theorem in enumerate(change.rulebook.theorems):
            rules = rules_of(theorem, type(change.rule_set.rules))
            changed = {each.field for each in change.differences}
            if rules is None or not changed & mentioned(theorem, rules):
                continue
            if change.rulebook.protocol.step in theorem.values.values():
                if not _differs(theorem, rules, change.rule_set.rules) - moved:
                    steps.append(theorem)
                continue
            left = LONGEST if deadline is None else min(LONGEST, deadline - monotonic())
            if left <= 0 or desk.ask("touches", number, patience=left) is not False:
                decisions.append(theorem)
    finally:
        desk.close()
    return Touched(tuple(decisions), tuple(steps))


@frozen
class _Reader:
    """Runs theorems in a process of its own, because what was changed may never return."""

    change: RuleChange
    moved: frozenset[str]

    def touches(self, number: int) -> bool:
        base = self.change.rule_set.rules
        theorem = self.change.rulebook.theorems[number]
        changed = {each.field for each in self.change.differences}
        return _touches(theorem, rules_of(theorem, type(base)), base, changed, self.moved)


def rules_of(theorem: Theorem, kind: type) -> Any:
    """The record of rules that a theorem is about; None where it takes none."""
    return next((value for value in theorem.values.values() if isinstance(value, kind)), None)


def _differs(theorem: Theorem, rules: Any, base: Any) -> frozenset[str]:
    """In what the theorem's rules differ from a rule set, less the knobs it quantifies over."""
    free = {hyphens(tuple(knob.split("."))) for knob in theorem.symbolic_knobs}
    return frozenset(each.field for each in difference(base, rules)) - free


class _Enough(BaseException):
    """What was to be known is known. Not an Exception, so that no rule swallows it."""


def _touches(
    theorem: Theorem, rules: Any, base: Any, changed: Iterable[str], moved: frozenset[str]
) -> bool:
    """Does the theorem read what is changed, and nothing in which it is about other rules?"""
    possible = mentioned(theorem, rules)
    theirs = (_differs(theorem, rules, base) - moved) & possible
    ours = possible.intersection(changed)
    seen: set[str] = set()

    def note(path: str) -> None:
        seen.add(path)
        if path in theirs or (path in ours and not theirs):
            raise _Enough

    try:
        _run(theorem, rules, note)
    except _Enough:
        pass
    except (OutOfPatience, Unsupported, Unfaithful):
        return not seen & theirs
    return bool(seen & ours) and not seen & theirs


def reads(theorem: Theorem, rules: Any) -> frozenset[str]:
    """Every knob and decision of the rules that the theorem reads on some path, as typed.

    Raises what the prover raises where it cannot follow the code.
    """
    seen: set[str] = set()
    _run(theorem, rules, seen.add)
    return frozenset(seen)


def _run(theorem: Theorem, rules: Any, note: Callable[[str], None]) -> None:
    now = Engine(Limits(None, PATIENCE), False)
    with watched(rules, note), running(theorem, now) as (_, paths):
        for _ in paths:
            pass


# Reads as they happen ---------------------------------------------------------------------------


class _Spy:
    """Stands in the place of a field's descriptor and notes who reads it."""

    def __init__(self, inner: Any, name: str, note: Callable[[], None]) -> None:
        self.inner, self.name, self.note = inner, name, note

    def __get__(self, record: Any, kind: type | None = None) -> Any:
        if record is None:
            return self
        if _is_rulebooks(sys._getframe(1)):
            self.note()
        if self.inner is None:
            return record.__dict__[self.name]
        return self.inner.__get__(record, kind)

    def __set__(self, record: Any, value: Any) -> None:
        if self.inner is None:
            record.__dict__[self.name] = value
        else:
            self.inner.__set__(record, value)


def _is_rulebooks(frame: Any) -> bool:
    """Is this code of a rulebook, and not of a checker or of what attrs writes?"""
    top = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    generated = frame.f_code.co_filename.startswith("<attrs generated")
    return top not in ("impl", "attr", "attrs") and not generated


@contextmanager
def watched(rules: Any, note: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, `note` is told each field of the rules that a rulebook's code reads."""
    undo: list[Callable[[], None]] = []
    try:
        for kind, name, path in _leaves(rules, ()):
            inner = inspect.getattr_static(kind, name, None)
            own = name in vars(kind)
            spy = _Spy(inner, name, functools.partial(note, hyphens(path)))
            setattr(kind, name, spy)
            undo.append(
                functools.partial(setattr, kind, name, inner)
                if own
                else functools.partial(delattr, kind, name)
            )
        yield
    finally:
        for step in reversed(undo):
            step()


def _leaves(record: Any, before: tuple[str, ...]) -> Iterator[tuple[type, str, tuple[str, ...]]]:
    """The fields of a record and of the records in it, with their class and path."""
    for field in attrs.fields(type(record)):
        value, path = getattr(record, field.name), (*before, field.name)
        if attrs.has(type(value)):
            yield from _leaves(value, path)
        else:
            yield type(record), field.name, path


# What is mentioned ------------------------------------------------------------------------------


def mentioned(theorem: Theorem, rules: Any) -> frozenset[str]:
    """The knobs and decisions whose names stand in code that the statement can reach.

    More than is read, never less: functions are followed through globals, modules, records and
    tables, methods by their name wherever a class has one.
    """
    reach = _Reach(rules)
    fixed = [value for value in theorem.values.values() if value is not rules]
    reach.add([theorem.statement, *fixed, *theorem.shapes.values()])
    return frozenset(
        hyphens(path) for _, _, path in _leaves(rules, ()) if reach.names.issuperset(path)
    )


class _Reach:
    """All names in all code that can be reached."""

    def __init__(self, rules: Any) -> None:
        self.names: set[str] = set()
        self._decisions = {path[-1]: _at(rules, path) for _, _, path in _leaves(rules, ())}
        self._methods: dict[str, list[FunctionType]] = {}
        self._known: set[int] = set()
        self._modules: list[ModuleType] = []
        self._spaces: set[int] = set()
        self._left: list[Any] = []

    def add(self, things: Iterable[Any]) -> None:
        """Follow everything that can be reached from these."""
        self._left += things
        while self._left:
            thing = self._left.pop()
            if id(thing) not in self._known:
                self._known.add(id(thing))
                self._visit(thing)

    def _visit(self, thing: Any) -> None:
        if isinstance(thing, FunctionType):
            self._function(thing)
        elif isinstance(thing, functools.partial):
            self._left += [thing.func, *thing.args, *thing.keywords.values()]
        elif isinstance(thing, property):
            self._left += [thing.fget]
        elif isinstance(thing, classmethod | staticmethod):
            self._left += [thing.__func__]
        elif isinstance(thing, type):
            self._class(thing)
        elif isinstance(thing, ModuleType):
            self._modules.append(thing)
            self._left += [vars(thing)[name] for name in self.names & vars(thing).keys()]
        elif isinstance(thing, Theorem):
            self._left.append(thing.statement)
        elif isinstance(thing, Mapping):
            self._left += thing.values()
        elif isinstance(thing, tuple | list):
            self._left += thing
        elif attrs.has(type(thing)):
            self._left += [getattr(thing, f.name) for f in attrs.fields(type(thing))]
        elif hasattr(thing, "__wrapped__"):
            self._left.append(thing.__wrapped__)

    def _function(self, function: FunctionType) -> None:
        if function.__module__.partition(".")[0] in sys.stdlib_module_names:
            return
        space = function.__globals__
        if id(space) not in self._spaces:
            self._spaces.add(id(space))
            self._left += [value for value in space.values() if isinstance(value, type)]
        names = set(_names(function.__code__))
        self._left += [space[name] for name in names & space.keys()]
        self._left += [c.cell_contents for c in function.__closure__ or () if _filled(c)]
        self._left += function.__defaults__ or ()
        for name in sorted(names - self.names):
            self.names.add(name)
            self._left += self._methods.get(name, ())
            self._left += [vars(m)[name] for m in self._modules if name in vars(m)]
            if name in self._decisions:
                self._left.append(self._decisions[name])

    def _class(self, kind: type) -> None:
        if kind.__module__.partition(".")[0] in sys.stdlib_module_names | {"attr", "attrs"}:
            return
        self._left += kind.__mro__[1:-1]
        for name, value in vars(kind).items():
            if isinstance(value, FunctionType | property | classmethod | staticmethod):
                written = not (
                    isinstance(value, FunctionType)
                    and value.__code__.co_filename.startswith("<attrs generated")
                )
                if written and (name in self.names or name.startswith("__")):
                    self._left.append(value)
                elif written:
                    self._methods.setdefault(name, []).append(value)  # type: ignore[arg-type]
        if attrs.has(kind):
            for field in attrs.fields(kind):
                self._left += [field.validator, field.converter]


def _names(code: CodeType) -> Iterator[str]:
    """The names in a function's code, and in the functions inside it; strings may be names too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
        elif isinstance(constant, str) and constant.isidentifier():
            yield constant
        elif isinstance(constant, tuple):
            yield from (each for each in constant if isinstance(each, str))


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _at(record: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        record = getattr(record, name)
    return record
