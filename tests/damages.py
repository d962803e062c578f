"""Rules with a mistake in them, and claims that are seen to break by it."""

import importlib
import inspect
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from impl.ground.evidence import Word
from impl.lab.fuzz import fuzz
from impl.lab.mutants import Kind, Mutant, load, load_kills, mutants, population
from impl.lab.mutants.kills import FILE
from impl.lab.mutants.rules import package_of
from impl.lab.runs.replay import replay
from invariants.kernel.claims import Rulebook
from tests.protocolwide import watching

MAIN_CHAIN = "spec.kernel.mainchain"
Broken = tuple[Rulebook, Any, Any]
"""A rulebook, rules and a scope in which a claim breaks."""


def damaged(book: Rulebook, place: str, original: str, new: str) -> Rulebook:
    """The rulebook with something else in a module's text: at the one place where that stands."""
    module = f"{package_of(book)}.{place}"
    text = inspect.getsource(importlib.import_module(module))
    assert text.count(original) == 1, f"{original!r} stands {text.count(original)} times"
    source = text.replace(original, new)
    return load(Mutant(module, "", "by hand", original, new, source=source), book).rulebook


def mistake(module: str, original: str, kind: str, function: str = "") -> Mutant:
    """The mutant of a place in the text, whatever line it stands on."""
    [found] = {
        each
        for each in mutants([module])
        if each.kind == kind and each.original == original and function in each.function
    }
    return found


def wrong_effect(module: str, function: str, kind: str, original: str = "") -> Mutant:
    """The first mistake of a kind in what a function does."""
    return next(
        each
        for each in mutants([module], effect=True)
        if (each.function, each.kind) == (function, kind) and original in each.original
    )


@frozen
class Breaking:
    """Ways to make wrong rules out of a protocol's sound ones, each with a scope to see it in."""

    book: Rulebook
    sound: str
    """The name of the rule set."""

    def shipped(self, rule_set: str, scope: str) -> Broken:
        return self.book, self.book.rules_named(rule_set).rules, self.book.scopes[scope]

    def changed(self, scope: str, rule_set: str = "", **decisions: Any) -> Broken:
        """With other decisions or numbers."""
        book, rules, size = self.shipped(rule_set or self.sound, scope)
        return book, evolve(rules, **decisions), size

    def mutated(
        self, module: str, original: str, kind: str, scope: str, function: str = "", **more: Any
    ) -> Broken:
        """With one mistake of the kind that `mutate` makes; `more` is said of the scope."""
        book = load(mistake(module, original, kind, function), self.book).rulebook
        return book, book.rules_named(self.sound).rules, evolve(self.book.scopes[scope], **more)

    def does_otherwise(self, scope: str, place: str, original: str, new: str) -> Broken:
        """With something else in the rules' text."""
        book = damaged(self.book, place, original, new)
        return book, book.rules_named(self.sound).rules, self.book.scopes[scope]


def expect_broken(broken: Broken, claim: str, steps: int) -> None:
    """Assert that random runs break it, with a cause."""
    book, rules, scope = broken
    result = fuzz(watching(book, claim), rules, scope, seed=1, steps=steps)
    assert result.word is Word.BROKEN, result.summary
    assert result.traces[0].invariant == claim and result.traces[0].finding.cause


def expect_kept(book: Rulebook, rules: Any, scope: Any, claim: str, steps: int) -> None:
    """Assert that random runs do not break it."""
    kept = fuzz(watching(book, claim), rules, scope, seed=1, steps=steps)
    assert kept.word is Word.SAMPLED, kept.summary


# What only a mistake in the text breaks ---------------------------------------------------------


def kept_runs(book: Rulebook, folder: Path) -> dict[str, tuple[Mutant, Any]]:
    """By claim, the mutant with the shortest run that is kept for one which breaks it."""
    kills = load_kills(folder / FILE, book)
    found: dict[str, tuple[Mutant, Any]] = {}
    for mutant in population(book).mutants:
        kill = kills.get(mutant.id)
        if kill is None or kill.kind is not Kind.INVARIANT:
            continue
        if kill.by not in found or len(kill.run.actions) < len(found[kill.by][1].actions):
            found[kill.by] = mutant, kill.run
    return found


def expect_broken_by_mistake(book: Rulebook, claim: str, mutant: Mutant, run: Any) -> None:
    """Assert that the run breaks it under the mistake, and not without."""

    def broken(book: Rulebook) -> set[str]:
        rules, scope = book.rules_named(run.rule_set).rules, book.scopes[run.scope]
        return {each.invariant for each in replay(book, rules, scope, run.actions).broken}

    assert claim not in broken(book)
    assert claim in broken(load(mutant, book).rulebook)
