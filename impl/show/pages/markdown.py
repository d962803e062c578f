"""Text for a page in Markdown, with whatever would be markup in it made harmless."""

import re
from collections.abc import Iterable, Sequence

from attrs import define, field

CODE = re.compile(r"(``[^`]+``|`[^`]+`)")


def prose(text: str) -> str:
    """A docstring as Markdown: code stays code, the rest means what it says."""
    return "".join(
        f"`{part.strip('`')}`" if CODE.fullmatch(part) else _escaped(part)
        for part in CODE.split(text)
    )


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([*_\[\]])", r"\\\1", text)


def code(text: str) -> str:
    """A short text as code; nothing where there is nothing."""
    if not text:
        return ""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def cell(text: str) -> str:
    """What a table can hold: one line, no borders."""
    return " ".join(text.split()).replace("|", "\\|")


def slug(text: str) -> str:
    """A name as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@define
class Page:
    """A page that is being written."""

    lines: list[str] = field(factory=list)

    def heading(self, level: int, text: str, anchor: str = "") -> None:
        """A heading, with an anchor that other pages can name."""
        if anchor:
            self.lines += [f"({anchor})=", ""]
        self.lines += [f"{'#' * level} {text}", ""]

    def say(self, *paragraphs: str) -> None:
        """Paragraphs; empty ones are left out."""
        for paragraph in paragraphs:
            if paragraph:
                self.lines += [paragraph, ""]

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table of texts that are Markdown already; nothing where there are no rows."""
        body = [[cell(each) for each in row] for row in rows]
        if not body:
            return
        cells = [list(header), ["---"] * len(header), *body]
        self.lines += ["| " + " | ".join(row) + " |" for row in cells]
        self.lines += [""]

    def items(self, items: Iterable[str]) -> None:
        """A list."""
        self.lines += [f"- {' '.join(item.split())}" for item in items]
        self.lines += [""]

    def raw(self, html: str) -> None:
        """A piece of HTML as it is."""
        self.lines += ["```{raw} html", html, "```", ""]

    @property
    def text(self) -> str:
        """The whole page."""
        return "\n".join(self.lines).rstrip() + "\n"
