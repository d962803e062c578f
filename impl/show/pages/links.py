"""Looks over a finished site: every link leads somewhere, and nothing comes over the network.

python -m impl.show.pages.links out/site
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import define, field

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""What a browser loads by itself, not because somebody follows it."""
HARMLESS = ("canonical", "next", "prev", "search", "index", "author", "help")
"""Kinds of <link> that load nothing."""


@define(eq=False)
class _Reader(HTMLParser):
    ids: set[str] = field(factory=set)
    links: list[str] = field(factory=list)
    loaded: list[str] = field(factory=list)

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called, where it leads, and what it loads."""
        given = {name: value or "" for name, value in attrs}
        for name in ("id", "name"):
            if name in given:
                self.ids.add(given[name])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if LOADED.get(tag) in given and given.get("rel") not in HARMLESS:
            self.loaded.append(given[LOADED[tag]])


def faults(site: Path) -> list[str]:
    """What is wrong with the site, a line each."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    found = []
    anchors = {path.resolve(): page.ids for path, page in pages.items()}
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for address in page.loaded:
            if _remote(address):
                found.append(f"{name}: loads {address}")
        for address in [*page.links, *page.loaded]:
            if not _remote(address) and not _leads_somewhere(path, address, anchors):
                found.append(f"{name}: {address} leads nowhere")
    for style in sorted(site.rglob("*.css")):
        text = style.read_text(encoding="utf-8")
        if "url(http" in text or "url(//" in text or "@import" in text:
            found.append(f"{style.relative_to(site).as_posix()}: loads something else")
    return found


def _read(path: Path) -> _Reader:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def _remote(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in ("http", "https", "mailto")


def _leads_somewhere(page: Path, address: str, anchors: dict[Path, set[str]]) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return parts.scheme == "data"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    if not target.exists():
        return False
    fragment = unquote(parts.fragment)
    return not fragment or target not in anchors or fragment in anchors[target]


def main(site: Path) -> int:
    """Print what is wrong; 1 if anything is."""
    found = faults(site)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
