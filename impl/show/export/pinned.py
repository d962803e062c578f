"""What a pinned test stands on: a kept run, and what some rules make of it today.

A pinned test depends on nothing outside its folder: the run lies beside it as a trace file, and a
rule change of somebody's own as a copy of its text. A copy's name ends in the digest of its text,
so that nobody's edit goes unnoticed.
"""

import ast
import importlib
import os
import sys
import tempfile
from collections.abc import Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.ground.files import taken
from impl.lab.rulebooks.shipped import shipped
from impl.lab.rules.change import CHANGE, RuleChange, rule_change
from impl.lab.rules.changefile import LARGEST, digest
from impl.lab.rules.chosen import Chosen, rule_set_of
from impl.lab.rules.places import Place
from impl.lab.runs.replay import Replay
from impl.lab.traces.format import load_trace, structured_scope
from impl.lab.traces.kept import as_typed, play_again
from invariants.kernel.claims import Rulebook

SUFFIX = ".change"
DIGITS = 8
"""Of a digest, in the name of a copy."""


@frozen
class Outcome:
    """What became of a run."""

    refused: Mapping[int, str]
    """The actions that were refused, by number from 1, and the name of each refusal."""
    broken: tuple[tuple[str, str], ...]
    """Every claim that broke, with its cause."""


def outcome_of(run: Replay) -> Outcome:
    """A replay, reduced to what a test is about."""
    return Outcome(
        {n: type(s.refusal).__name__ for n, s in enumerate(run.steps, 1) if s.refusal is not None},
        tuple(broken.pair for broken in run.broken),
    )


@frozen
class Pinned:
    """A kept run, to be played under any rules."""

    folder: Path
    trace: Trace
    book: Rulebook
    change: str = ""
    """The copy of the change file with which the run was found."""

    def under_its_rules(self) -> Outcome:
        """The rules under which the run was found. Raises BadInput."""
        written = self.trace.changes.get(CHANGE)
        knobs = {knob: text for knob, text in self.trace.changes.items() if knob != CHANGE}
        if written is None:
            return self.under(self.trace.rule_set, knobs)
        name = written.rpartition(":")[2]
        return self.under(self.trace.rule_set, knobs, f"{self.change}:{name}")

    def under_its_rule_set(self) -> Outcome:
        """The rule set that those start from, without the change. Raises BadInput."""
        return self.under(self.trace.rule_set)

    def under(
        self, rule_set: str, knobs: Mapping[str, str] = MappingProxyType({}), change: str = ""
    ) -> Outcome:
        """Any rule set, with knobs as they are typed and `COPY:NAME` of a change. Raises
        BadInput."""
        chosen = Chosen(self.book, rule_set_of(self.book, rule_set))
        rules = self._changed(chosen, knobs, change)
        scope = structured_scope(self.book, self.trace.scope)
        return outcome_of(play_again(self.book, rules.rules, scope, self.trace))

    def _changed(self, chosen: Chosen, knobs: Mapping[str, str], change: str) -> RuleChange:
        settings = as_typed(chosen.rule_set.rules, knobs.items())
        if not change:
            return rule_change(chosen, settings)
        copy, _, name = change.rpartition(":")
        with tempfile.TemporaryDirectory() as folder:
            original = Path(folder) / original_name(copy)
            original.write_bytes(_text_of(self.folder / copy))
            return rule_change(chosen, settings, f"{original}:{name}")


def pinned(test: str, trace: str, change: str = "", rulebook: str = "", path: str = "") -> Pinned:
    """The run in a trace file beside a test; `rulebook` is where one's own protocol is defined, as
    package.module:NAME, in the folder `path` as seen from the test. Raises BadInput."""
    folder = Path(test).parent
    books = {book.protocol.name: book for book in shipped()}
    if rulebook:
        if path and (beside := str((folder / path).resolve())) not in sys.path:
            sys.path.append(beside)
        module, _, name = rulebook.partition(":")
        book: Rulebook = getattr(importlib.import_module(module), name)
        books[book.protocol.name] = book
    run = load_trace(folder / trace, books, folder)
    return Pinned(folder, run, books[run.protocol], change)


# --- copies of change files ---


def copy_name(file: Path, text: bytes) -> str:
    """What the copy of a change file is called."""
    return f"{file.stem}-{digest(text)[:DIGITS]}{SUFFIX}"


def original_name(copy: str) -> str:
    """The name that a copied change file had."""
    return f"{copy.removesuffix(SUFFIX).rpartition('-')[0]}.py"


def _text_of(copy: Path) -> bytes:
    try:
        text = taken(copy, LARGEST)
    except OSError as failure:
        raise BadInput(
            f"{copy}: the pinned change cannot be read ({failure.strerror}); pin the run again"
        ) from None
    if not copy.name.endswith(f"-{digest(text)[:DIGITS]}{SUFFIX}"):
        raise BadInput(
            f"{copy}: not the text that was pinned (its digest is {digest(text)[:DIGITS]}); restore"
            " it, or pin the run again with the new text"
        )
    return text


def leans_on(file: Path, text: bytes, but: str = "") -> str:
    """The module that a change file finds only because it lies beside it; empty if there is none.

    A copy elsewhere would miss it; `but` one that a pinned test sees to itself.
    """
    folder = file.resolve().parent
    elsewhere = [place for place in sys.path if Path(place or ".").resolve() != folder]
    for name in _imported(text):
        beside = (folder / f"{name}.py").exists() or (folder / name).is_dir()
        if beside and name != but and PathFinder.find_spec(name, elsewhere) is None:
            return name
    return ""


def _imported(text: bytes) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module.partition(".")[0])
    return names


def path_to(place: Place | None, folder: Path) -> str:
    """The folder that a rulebook of one's own was found in, as seen from a test's; empty where
    Python's path has it anyway."""
    if place is None or not place.folder:
        return ""
    source = getattr(sys.modules.get(place.module), "__file__", None)
    steps = place.module.count(".") + 1
    parents = Path(source).resolve().parents if source else ()
    home = Path(place.folder).resolve()
    if home not in parents[steps - 1 : steps + 1]:
        return ""
    return Path(os.path.relpath(home, folder.resolve())).as_posix()
