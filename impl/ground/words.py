"""Text of others, made safe to show: what a terminal, a page or a shell would take for its own.

Names, causes and messages come from files and from people's rules. A control character in one of
them could clear a screen, a direction override could turn a line around, and a blank or a quote in
a path could make two words, or a program, of a command that is there to be pasted.
"""

import difflib
import shlex
import unicodedata
from collections.abc import Iterable

SHORTEN = 300
"""Characters of somebody else's message that are shown."""


def printable(text: str, instead: str | None = None) -> str:
    """The text, its line breaks kept and every other invisible character written out: `\\x1b`.

    With `instead` each of them becomes that; what is laid out already keeps its width so.
    """
    if text.isprintable():
        return text
    return "".join([c if _shows(c) or c == "\n" else _spelled(c, instead) for c in text])


def line(text: object, longest: int = SHORTEN) -> str:
    """The text on one line, printable, and cut where it is longer than that."""
    plain = printable(" ".join(str(text).split()))
    return plain if len(plain) <= longest else f"{plain[: longest - 3]}..."


def quoted(word: str) -> str:
    """A word as it is typed in a shell, on one line; what cannot be seen is written `$'\\n'`."""
    if all(map(_shows, word)):
        return shlex.quote(word)
    return f"$'{''.join(map(_in_a_shell, word))}'"


def path_typed(path: object) -> str:
    """A path as it is typed in a shell; one that begins with a dash is no option."""
    text = str(path)
    return quoted(f"./{text}" if text.startswith("-") else text)


def unknown(what: str, name: str, valid: Iterable[str]) -> str:
    """The one line for a name that does not exist: the closest one, then all that do."""
    names = list(valid)
    listed = ", ".join(names) if names else "none"
    return f"no {what} named {name!r}{nearest(name, names)} There are: {listed}"


def nearest(name: str, valid: Iterable[str]) -> str:
    """What somebody may have meant, as the end of a sentence."""
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "."


def _shows(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _spelled(character: str, instead: str | None) -> str:
    if instead is not None:
        return instead
    return character.encode("unicode_escape", "surrogatepass").decode()


def _in_a_shell(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if _shows(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
