"""How it is said what is wrong with a rulebook of somebody's own."""

from typing import Any


class Wrong(Exception):
    """Something that the laboratory cannot work on, in one line."""


def a(value: Any) -> str:
    """What a value is, in words: 'a list', 'None'."""
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
