"""Derived keys that forget some parts of the state: a test of keys has to notice."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, fields

from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Moment, Unseen
from spec.kernel.shapes import bare, hints_of


def place(kind: type, path: str) -> tuple[int, ...]:
    """Where a part of a state stands in its derived key: "network.signed"."""
    name, _, inner = path.partition(".")
    kept = [n for n, hint in hints_of(kind) if not {Moment(), Unseen()} & {*bare(hint)[1]}]
    types = {each.name: each.type for each in fields(kind)}
    return (kept.index(name), *(place(types[name], inner) if inner else ()))


def forgetting(book: Rulebook, paths: Mapping[str, str], *parts: str) -> Rulebook:
    """A rulebook whose key forgets some parts, or "ages"."""
    protocol = book.protocol
    places = [place(protocol.state, paths[part]) for part in parts if part != "ages"]

    def key(state: Any, rules: Any) -> Callable[[int], Any]:
        whole = protocol.key(state, rules)
        return lambda now: drop(*whole(now))

    def drop(lasting: Any, *ages: Any) -> Any:
        if not ages:
            return lasting  # at rest
        for each in places:
            lasting = blank(lasting, *each)
        return lasting, () if "ages" in parts else ages

    return evolve(book, protocol=evolve(protocol, key=key))


def blank(parts: Any, at: int, *inner: int) -> Any:
    """Nested tuples without what stands at a place."""
    less = blank(parts[at], *inner) if inner else ()
    return (*parts[:at], less, *parts[at + 1 :])
