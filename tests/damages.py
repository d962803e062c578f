"""Rules with one mistake in their text."""

import importlib
import inspect

from impl.mutants import Mutant, load
from invariants.kernel.claims import Rulebook


def damaged(book: Rulebook, place: str, original: str, new: str) -> Rulebook:
    """The rulebook with something else in a module's text: at the one place where that stands."""
    package = book.protocol.step.__module__.rpartition(".")[0]
    module = f"{package}.{place}"
    text = inspect.getsource(importlib.import_module(module))
    assert text.count(original) == 1, f"{original!r} stands {text.count(original)} times"
    source = text.replace(original, new)
    return load(Mutant(module, "", "by hand", original, new, source=source), book).rulebook
