"""Sentences that name fields in braces: "claims {total}". What cannot be filled is refused when the
sentence is written."""

from collections.abc import Iterator
from keyword import iskeyword
from string import Formatter


def named_in(template: str, where: str) -> Iterator[tuple[str, str]]:
    """What a sentence names, each with the form that is asked for behind a colon; `where` is whose
    sentence it is. Raises TypeError for what is no name."""
    if not isinstance(template, str):
        raise TypeError(f"{where} says {template!r}; a sentence is text")
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise TypeError(
            f"{where} says {template!r}: {error}; write {{total}} for a field, {{{{ and }}}} for"
            " braces"
        ) from None
    for _, path, form, conversion in parts:
        if path is None:
            continue
        shown = f"{path}{'!' if conversion else ''}{conversion or ''}{':' if form else ''}{form}"
        if not all(map(str.isidentifier, path.split("."))):
            raise TypeError(f"{where} says {{{shown}}}; write the name of a field, as in {{total}}")
        if conversion:
            right = f"{path}:{form}" if form else path
            raise TypeError(f"{where} says {{{shown}}}; write {{{right}}}: nothing is converted")
        if form and "{" in form:
            raise TypeError(f"{where} says {{{shown}}}; a form has no braces in it")
        yield path, form or ""


def names_in(template: str, where: str, taken: type) -> tuple[str, ...]:
    """The values that a sentence names, for a class that is made of it from another; each once.

    Raises TypeError for what can be no field of it.
    """
    found = []
    for path, form in named_in(template, where):
        if "." in path or form:
            shown = f"{path}:{form}" if form else path
            right = path.rpartition(".")[2]
            raise TypeError(f"{where} says {{{shown}}}; write {{{right}}}: a value as it is")
        if iskeyword(path) or path == "self" or path.startswith("_") or hasattr(taken, path):
            right = path.strip("_")
            raise TypeError(
                f"{where} says {{{path}}}, which can name no value; write {{{right}_}}, or another"
            )
        found.append(path)
    return tuple(dict.fromkeys(found))
