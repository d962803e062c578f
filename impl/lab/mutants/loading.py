"""Loads a mutant beside the rules: the modules that its mistake can reach are made once more.

Nothing of it gets into `sys.modules`, and nobody else notices. The new modules hold new functions
and the old types, so states, actions, refusals and records of rules are the same everywhere.
"""

import ast
import builtins
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import attrs
from attrs import evolve

from impl.lab.mutants.rules import names_in, package_of, reaches
from impl.lab.mutants.source import EFFECT, Mutant, is_action
from impl.lab.rules.knobs import replace
from invariants.kernel.claims import Invariant, Rulebook
from spec.kernel.steps import Steps

TYPES = "__types_of_the_original__"
EFFECTS = "__with_the_mistake"
"""Behind the name of a type of action: what holds its methods as they are with the mistake."""


class Loaded:
    """A mutant that can be run."""

    def __init__(self, rulebook: Rulebook, space: "_Space | None", original: Rulebook) -> None:
        """The claims about the mutated protocol; those about decisions are made when asked for."""
        self.rulebook = rulebook
        """The same claims about the mutated protocol and the mutated rule sets."""
        self._space, self._original = space, original

    @property
    def modules(self) -> Mapping[str, ModuleType]:
        """The modules that were made again, by name."""
        return {} if self._space is None else self._space.made

    def function(self, module: str, name: str) -> Any:
        """A function of a module, as it is with the mistake."""
        place = (
            importlib.import_module(module) if self._space is None else self._space.module(module)
        )
        return getattr(place, name)

    def theorems(self) -> tuple[Any, ...]:
        """The rulebook's theorems, said of the mutated functions; none about a knob."""
        if self._space is None or not self._original.theorems:
            return ()
        try:
            module, name = _home(self._original.theorems, self._space.packages)
        except LookupError:
            return ()
        if module not in self._space.names:
            return ()  # what they speak of is as it was
        found: tuple[Any, ...] = self._space.again(module, name)
        return found

    @property
    def unmoved(self) -> Rulebook:
        """The rulebook without the mistake."""
        return self._original


def load(mutant: Mutant, rulebook: Rulebook) -> Loaded:
    """The rulebook with a mutant's mistake in it."""
    if mutant.knob is not None:
        path, values = mutant.knob
        sets = tuple(
            evolve(each, rules=replace(each.rules, {path: values[each.name]}))
            if each.name in values
            else each
            for each in rulebook.rule_sets
        )
        return Loaded(evolve(rulebook, rule_sets=sets), None, rulebook)
    space = _Space({mutant.module: mutant.source}, packages_of(rulebook))
    protocol = _protocol_again(space, rulebook.protocol)
    sets = tuple(evolve(each, rules=space.translated(each.rules)) for each in rulebook.rule_sets)
    claims = tuple(_asked_again(space, each, rulebook) for each in rulebook.invariants)
    book = evolve(rulebook, protocol=protocol, rule_sets=sets, invariants=claims)
    return Loaded(book, space, rulebook)


def _asked_again(space: "_Space", claim: Invariant, rulebook: Rulebook) -> Invariant:
    """A claim that tries steps of its own ("it can leave"), or asks what honest parties owe, asks
    the mutant's; all others speak in words of their own, or in the rules' as they are without the
    mistake."""
    protocol = rulebook.protocol
    if not (reaches(claim.holds, protocol.step) or _asks(claim.holds, protocol)):
        return claim
    again = space.translated(claim.holds)
    if isinstance(again, Invariant):  # it was decorated, and what explains it was made with it
        return evolve(claim, holds=again.holds, explain=again.explain)
    return evolve(claim, holds=again, explain=space.translated(claim.explain))


@contextmanager
def installed(loaded: Loaded) -> Iterator[None]:
    """The mutated modules in the place of the real ones: for provers that look for modules."""
    before = {name: sys.modules[name] for name in loaded.modules}
    sys.modules.update(loaded.modules)
    try:
        yield
    finally:
        sys.modules.update(before)


def packages_of(rulebook: Rulebook) -> tuple[str, ...]:
    """What the names of modules begin with that may speak of the rules."""
    module = package_of(rulebook)
    return ("spec.", "invariants.", *(() if module.startswith("spec.") else (module,)))


def _protocol_again(space: "_Space", protocol: Any) -> Any:
    """The protocol made again with its module; one that a function made, from its new functions."""
    try:
        again = space.again(*_home(protocol, space.packages))
    except LookupError:
        again = space.translated(protocol)
    if not isinstance(again.step, Steps):
        return again
    return evolve(again, step=space.steps(again.step))


def _asks(function: Any, protocol: Any) -> bool:
    """Does the code of a claim name the protocol, its steps or its obligations?"""
    wanted = protocol, protocol.step, protocol.obligations
    left, known = [function], set()
    while left:
        here = left.pop()
        if here in known or not isinstance(here, FunctionType):
            continue
        known.add(here)
        named = [here.__globals__.get(name) for name in names_in(here.__code__)]
        if any(each is asked for each in named for asked in wanted):
            return True
        left += [each for each in named if getattr(each, "__module__", "") == here.__module__]
    return False


@cache
def _homes(packages: tuple[str, ...], known: int) -> Mapping[int, tuple[str, str]]:
    """By a value's id: the module and name under which it was made."""
    found: dict[int, tuple[str, str]] = {}
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith(packages) and getattr(module, "__file__", None):
            for name, value in vars(module).items():
                if not name.startswith("__") and _defines(module_name, name):
                    found.setdefault(id(value), (module_name, name))
    return found


def _home(thing: Any, packages: tuple[str, ...]) -> tuple[str, str]:
    """The module and name under which a value was made. Raises LookupError."""
    home = _homes(packages, len(sys.modules)).get(id(thing))
    if home is None or getattr(sys.modules[home[0]], home[1]) is not thing:
        raise LookupError("no module defines it")
    return home


def _defines(module: str, name: str) -> bool:
    """Is it assigned there, not imported?"""
    return not any(
        isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names)
        for node in _tree(module).body
    )


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def _imports(module: str) -> frozenset[str]:
    """The modules whose names a module takes over."""
    found = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
    return frozenset(found)


@cache
def _reached(changed: frozenset[str], packages: tuple[str, ...], known: int) -> frozenset[str]:
    """The loaded modules that have something of the changed ones, directly or not."""
    names = [
        name
        for name, module in sorted(sys.modules.items())
        if name.startswith(packages) and getattr(module, "__file__", None)
    ]
    reached = set(changed)
    while True:
        more = {n for n in names if n not in reached and _imports(n) & reached}
        if not more:
            return frozenset(reached)
        reached |= more


@cache
def _plain_code(module: str) -> CodeType:
    return _compiled(inspect.getsource(importlib.import_module(module)), module)


def _compiled(source: str, module: str) -> CodeType:
    """A module's code, its classes taken from the real one."""
    tree = ast.parse(source)
    real = vars(importlib.import_module(module))
    tree.body = [new for node in tree.body for new in _again(node, real)]
    return compile(tree, f"<mutant of {module}>", "exec", dont_inherit=True)


def _again(node: ast.stmt, real: Mapping[str, Any]) -> Iterator[ast.stmt]:
    if not isinstance(node, ast.ClassDef):
        name = _assigned(node)  # a refusal in a line is a type as well
        yield _taken(node, name) if isinstance(real.get(name), type) else node
        return
    yield _taken(node, node.name)
    if is_action(node):
        effects = ast.parse(f"class {node.name}{EFFECTS}: pass").body[0]
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
        effects.body += methods  # type: ignore[attr-defined]
        yield ast.copy_location(effects, node)


def _assigned(node: ast.stmt) -> str:
    """The one name that a line gives a value to; empty for all other lines."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def _taken(node: ast.stmt, name: str) -> ast.stmt:
    real = ast.Attribute(ast.Name(TYPES, ast.Load()), name, ast.Load())
    taken = ast.Assign([ast.Name(name, ast.Store())], real)
    return ast.fix_missing_locations(ast.copy_location(taken, node))


class _Space:
    """A set of modules made again, which import each other, and all others from the real ones."""

    def __init__(self, sources: Mapping[str, str], packages: tuple[str, ...]) -> None:
        self.sources, self.packages = sources, packages
        self.names = _reached(frozenset(sources), packages, len(sys.modules))
        self.made: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}

    def module(self, name: str) -> ModuleType:
        """A module, made again if the mistake reaches it."""
        if name not in self.names:
            return importlib.import_module(name)
        if name not in self.made:
            real = importlib.import_module(name)
            made = self.made[name] = ModuleType(name, real.__doc__)
            vars(made).update(__file__=real.__file__, __builtins__=self._builtins, **{TYPES: real})
            changed = name in self.sources
            exec(_compiled(self.sources[name], name) if changed else _plain_code(name), vars(made))
            for each, value in vars(made).items():
                if isinstance(value, Steps) and value is not getattr(real, each, None):
                    vars(made)[each] = self.steps(value)
        return self.made[name]

    def again(self, module: str, name: str) -> Any:
        """What a module calls by this name."""
        return getattr(self.module(module), name)

    def steps(self, steps: Steps[Any, Any]) -> Steps[Any, Any]:
        """The steps of a protocol, with what comes now of each type of action."""
        effects = {kind: self._effect(kind, step) for kind, step in steps.effects.items()}
        around = self.translated((steps.before, steps.after))
        return evolve(steps, effects=effects, before=around[0], after=around[1])

    def _effect(self, kind: type, step: Any) -> Any:
        home = next((each for each in kind.__mro__ if EFFECT in vars(each)), kind)
        holder = getattr(self.module(home.__module__), f"{home.__name__}{EFFECTS}", None)
        return getattr(holder, EFFECT, step)

    def translated(self, value: Any) -> Any:
        """A record of rules with its functions replaced by their new selves."""
        if isinstance(value, FunctionType):
            if value.__module__ not in self.names:
                return value
            return getattr(self.module(value.__module__), value.__name__, value)
        if isinstance(value, tuple):
            return tuple(self.translated(each) for each in value)
        if not isinstance(value, type) and attrs.has(type(value)):
            changes = {
                f.alias: self.translated(getattr(value, f.name)) for f in attrs.fields(type(value))
            }
            return evolve(value, **changes)
        return value

    def _import(
        self,
        name: str,
        space: Any = None,
        local: Any = None,
        wanted: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        if wanted and name in self.names:
            return self.module(name)
        inner = [each for each in wanted or () if f"{name}.{each}" in self.names]
        real = builtins.__import__(name, space, local, wanted or (), level)
        if not inner:
            return real
        return SimpleNamespace(
            **{each: getattr(real, each) for each in wanted or () if each not in inner},
            **{each: self.module(f"{name}.{each}") for each in inner},
        )
