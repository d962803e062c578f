"""What the project depends on, and why: read from the requirements and the remarks beside them."""

import re
from pathlib import Path

from impl.show.pages.markdown import Page, code, prose

GROUPS = {
    "dependencies": "To run it",
    "dev": "To test it",
    "docs": "To build these pages",
    "ray": "For campaigns on a cluster",
}
GROUP = re.compile(r"^(\w[\w-]*) = \[$")
REQUIREMENT = re.compile(r'^\s+"([\w.-]+?)(?:\[[\w,]+\])?>=([\w.]+)",\s*#\s*(.+)$')


def dependencies_page(pyproject: Path) -> str:
    """The page as Markdown."""
    page = Page()
    page.heading(1, "Dependencies")
    page.say(
        "Which packages, and what for. `constraints.txt` has the exact versions that `make`"
        " installs. The rules themselves (`spec/`) need `attrs` and the standard library only."
    )
    group = ""
    rows: list[tuple[str, ...]] = []
    for line in [*pyproject.read_text(encoding="utf-8").splitlines(), "]"]:
        opened, required = GROUP.match(line), REQUIREMENT.match(line)
        if opened:
            group, rows = opened[1], []
        elif required and group in GROUPS:
            rows.append((code(required[1]), required[2], prose(required[3])))
        elif line == "]" and rows:
            page.heading(2, GROUPS[group])
            page.table(("package", "from version", "why"), rows)
            rows = []
    return page.text
