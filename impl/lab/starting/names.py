"""What a new protocol may be called, so that it is found, imported and told from all others."""

import keyword
import re
import sys
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path

from attrs import frozen

from impl.ground.faults import BadInput
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rulebooks.shipped import shipped

GOOD = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
LONGEST = 30
PYTESTS = re.compile(r"test_.*|.*_test|conftest|tests?")
"""What pytest takes for its own."""


@frozen
class Name:
    """A name, as it is needed here and there."""

    protocol: str
    """With hyphens: it is typed."""

    @property
    def module(self) -> str:
        """With underscores: it is imported."""
        return self.protocol.replace("-", "_")

    @property
    def rulebook(self) -> str:
        """As a constant."""
        return self.module.upper()

    @property
    def place(self) -> str:
        """How --rulebook has it, in the folder of the module."""
        return f"{self.module}:{self.rulebook}"

    @property
    def initials(self) -> str:
        """With which the ids of its claims begin: two letters."""
        words = self.protocol.split("-")
        letters = "".join(word[0] for word in words) if len(words) > 1 else self.protocol
        return f"{letters}x"[:2].upper()


def name_of(typed: str, folder: Path) -> Name:
    """The name of a new protocol in a folder. Raises BadInput, which says what would be right."""
    if not GOOD.fullmatch(typed):
        plain = re.sub(r"[^a-z0-9]+", "-", typed.lower()).strip("-0123456789")
        like = plain if GOOD.fullmatch(plain) and len(plain) <= LONGEST else "two-words"
        raise BadInput(
            f"{typed!r} is no name for a protocol: write small letters, digits, hyphens, such as"
            f" {like}"
        )
    if len(typed) > LONGEST:
        raise BadInput(f"{typed[:LONGEST]}... is too long: at most {LONGEST} characters")
    name = Name(typed.replace("_", "-"))
    taken = _taken(name, folder)
    if taken:
        raise BadInput(f"{typed} {taken}: take another name")
    return name


def _taken(name: Name, folder: Path) -> str:
    """Who has that name already; empty if nobody has."""
    if keyword.iskeyword(name.module):
        return "is a word of Python's own"
    if name.module in sys.stdlib_module_names:
        return "is a module of Python's standard library"
    if PYTESTS.fullmatch(name.module):
        return "is what pytest takes for tests"
    for book in shipped():
        if name.protocol == book.protocol.name:
            return "is a protocol that is shipped"
        if any(name.protocol == rule_set.name for rule_set in book.rule_sets):
            return f"is a rule set of {book.protocol.name}"
    with suppress(BadInput):  # what is wrong with others is no matter here
        if name.protocol in rulebooks():
            return "is a protocol of yours already"
    return "" if is_free(name.module, folder) else "is a module that Python finds elsewhere"


def is_free(module: str, folder: Path) -> bool:
    """Would a module of that name in this folder be the one that is imported?"""
    path = [each for each in sys.path if each and Path(each).resolve() != folder.resolve()]
    found = PathFinder.find_spec(module, path)
    return found is None or found.origin is None
