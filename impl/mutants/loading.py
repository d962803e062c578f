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

from impl.mutants.source import Mutant
from invariants.kernel.claims import Rulebook

PACKAGES = ("spec.", "invariants.")
TYPES = "__types_of_the_original__"


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

    def theorems(self) -> tuple[Any, ...]:
        """The rulebook's theorems, said of the mutated functions; none about a knob."""
        if self._space is None or not self._original.theorems:
            return ()
        module, name = _home(self._original.theorems, "invariants")
        if module not in self._space.names:
            return ()  # what they speak of is as it was
        found: tuple[Any, ...] = self._space.again(module, name)
        return found


def load(mutant: Mutant, rulebook: Rulebook) -> Loaded:
    """The rulebook with a mutant's mistake in it."""
    if mutant.knob is not None:
        knob, value = mutant.knob
        sets = tuple(
            evolve(each, rules=evolve(each.rules, **{knob: value})) for each in rulebook.rule_sets
        )
        return Loaded(evolve(rulebook, rule_sets=sets), None, rulebook)
    space = _Space({mutant.module: mutant.source})
    protocol = space.again(*_home(rulebook.protocol, "spec"))
    sets = tuple(evolve(each, rules=space.translated(each.rules)) for each in rulebook.rule_sets)
    return Loaded(evolve(rulebook, protocol=protocol, rule_sets=sets), space, rulebook)


@contextmanager
def installed(loaded: Loaded) -> Iterator[None]:
    """The mutated modules in the place of the real ones: for provers that look for modules."""
    before = {name: sys.modules[name] for name in loaded.modules}
    sys.modules.update(loaded.modules)
    try:
        yield
    finally:
        sys.modules.update(before)


def _home(thing: Any, package: str) -> tuple[str, str]:
    """The module and name under which a value was made."""
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith(f"{package}."):
            for name, value in vars(module).items():
                if value is thing and _defines(module_name, name):
                    return module_name, name
    raise LookupError(f"no module of {package} defines it")


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


def _reached(changed: frozenset[str]) -> frozenset[str]:
    """The loaded modules that have something of the changed ones, directly or not."""
    names = [
        name
        for name, module in sorted(sys.modules.items())
        if name.startswith(PACKAGES) and getattr(module, "__file__", None)
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
    tree.body = [_taken(node) if isinstance(node, ast.ClassDef) else node for node in tree.body]
    return compile(tree, f"<mutant of {module}>", "exec", dont_inherit=True)


def _taken(node: ast.ClassDef) -> ast.stmt:
    real = ast.Attribute(ast.Name(TYPES, ast.Load()), node.name, ast.Load())
    taken = ast.Assign([ast.Name(node.name, ast.Store())], real)
    return ast.fix_missing_locations(ast.copy_location(taken, node))


class _Space:
    """A set of modules made again, which import each other, and all others from the real ones."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.names = _reached(frozenset(sources))
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
        return self.made[name]

    def again(self, module: str, name: str) -> Any:
        """What a module calls by this name."""
        return getattr(self.module(module), name)

    def translated(self, value: Any) -> Any:
        """A record of rules with its functions replaced by their new selves."""
        if isinstance(value, FunctionType):
            if value.__module__ not in self.names:
                return value
            return getattr(self.module(value.__module__), value.__name__, value)
        if attrs.has(type(value)):
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
