"""The house in one picture: its floors, and the imports that run up instead of down.

Read off the source, without importing any of it: `make house`. A box is a package below `spec`,
`invariants` or a wing of `impl`, or a module that stands in none; a wing without packages is one
box. A box stands above all that it imports. In a circle none can, so there a few imports are left
out and named: arrows that run up.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap

from attrs import frozen

import spec

ROOT = Path(spec.__file__).resolve().parents[1]
FOLDERS = {"spec": "", "invariants": "", "impl": "", "exitgame": "impl/root"}
"""From the ground up, and what each lies in."""
WINGS = ("impl.ground", "impl.lab", "impl.show", "impl.cli")
ROOMS = ("impl.lab", "impl.show")
"""Wings with packages of their own."""
ORDER = ("spec", "invariants", "impl", *WINGS, "exitgame")
"""All that boxes lie in, from the ground up."""
FAMILIES = ("channels", "plasma")
"""Folders of protocols that belong together."""
PAGE = "CONTRIBUTING.md"
BEGIN, END = "<!-- house: begin -->\n", "<!-- house: end -->\n"
WIDTH, NAME = 80, 23
ENOUGH = 20
"""Characters."""

Arrow = tuple[str, str]
"""From the box that imports to the one that it imports."""


@frozen
class Box:
    """A package with all that is in it, or a module."""

    name: str
    package: bool
    sentence: str
    lines: int


@frozen
class House:
    """Boxes, and what they import."""

    boxes: Mapping[str, Box]
    arrows: Mapping[Arrow, Collection[str]]
    """With the files that import."""


def house(root: Path = ROOT) -> House:
    """What stands in a folder."""
    files: dict[str, Path] = {}
    for folder, inside in FOLDERS.items():
        for path in sorted((root / inside / folder).rglob("*.py")):
            name = ".".join(path.relative_to(root / inside).with_suffix("").parts)
            if not name.startswith("impl.root."):
                files[name.removesuffix(".__init__")] = path
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    boxes: dict[str, Box] = {}
    arrows: dict[Arrow, set[str]] = {}
    packages = {name for name, path in files.items() if path.stem == "__init__"}
    within = {name: _box(name, packages) for name in files}
    for name in filter(within.get, texts):
        box = within[name]
        lines = sum(text.count("\n") for each, text in texts.items() if within[each] == box)
        package = files[box].stem == "__init__"
        boxes[box] = Box(box, package, _sentence(texts[box]), lines)
        for other in {within[each] for each in _imported(texts[name], files)} - {"", box}:
            arrows.setdefault((box, other), set()).add(files[name].relative_to(root).as_posix())
    return House(boxes, arrows)


def circles(boxes: Collection[str], arrows: Collection[Arrow]) -> list[list[str]]:
    """The boxes that reach each other, circle by circle."""
    behind = {box: _reached(box, arrows) for box in boxes}
    found = {tuple(sorted(other for other in behind[box] if box in behind[other])) for box in boxes}
    return [list(circle) for circle in sorted(found - {()})]


def running_up(boxes: Collection[str], arrows: Mapping[Arrow, Collection[str]]) -> list[Arrow]:
    """A few arrows without which no circle is left, preferably such that few files ask for. Each of
    them closes a circle; that no smaller number would do is not sure."""
    inside = {box: number for number, circle in enumerate(circles(boxes, arrows)) for box in circle}
    left = {a for a in arrows if inside.get(a[0], -1) == inside.get(a[1], -2)}
    order: list[str] = []
    rest = set(inside)
    while rest:  # from the top: next comes what imports most of the rest, and is imported least

        def pull(box: str, rest: Collection[str] = frozenset(rest)) -> int:
            down = sum(len(arrows[a]) for a in left if a[0] == box and a[1] in rest)
            return down - sum(len(arrows[a]) for a in left if a[1] == box and a[0] in rest)

        order.append(min(rest, key=lambda box: (-pull(box), box)))
        rest.remove(order[-1])
    down = {a for a in arrows if a not in left or order.index(a[0]) < order.index(a[1])}
    up: list[Arrow] = []
    for arrow in sorted(left - down, key=lambda a: (-len(arrows[a]), a)):
        if arrow[0] in _reached(arrow[1], down):
            up.append(arrow)
        else:
            down.add(arrow)
    return sorted(up)


def floors(boxes: Collection[str], arrows: Collection[Arrow]) -> list[list[str]]:
    """The boxes from the ground up, each as low as all that it imports lets it stand; what lies in
    a folder stands above all folders before it. There must be no circle."""
    height: dict[str, int] = {}
    base = 0
    for folder in ORDER:
        here = sorted(box for box in boxes if _folder(box) == folder)
        height.update(dict.fromkeys(here, base))
        for _ in here:
            for frm, to in arrows:
                if frm in here and to in here:
                    height[frm] = max(height[frm], height[to] + 1)
        base = max([base, *(height[box] + 1 for box in here)])
    return [[box for box in sorted(boxes) if height[box] == floor] for floor in range(base)]


def picture(house: House) -> str:
    """All of it as text, the top floor first."""
    foreign = {a for a in house.arrows if ORDER.index(_folder(a[0])) < ORDER.index(_folder(a[1]))}
    inner = {a: files for a, files in house.arrows.items() if a not in foreign}
    up = running_up(house.boxes, inner)
    rows, above = [], ""
    for floor in reversed(floors(house.boxes, set(inner) - set(up))):
        folder = _folder(floor[0])
        rows.append(f"+{'' if folder == above else f'-- {folder} ':-<{WIDTH - 2}}+")
        rows += [f"| {row:<{WIDTH - 4}} |" for row in _floor([house.boxes[b] for b in floor])]
        above = folder
    rows.append(f"+{'':-<{WIDTH - 2}}+")
    rows += ["", "Arrows that run up, with the files that import:"]
    for frm, to in sorted([*up, *foreign]):
        first, *more = sorted(house.arrows[frm, to])
        rows += _told(f"{frm} -> {to}: {first}{f' and {len(more)} more' if more else ''}")
    rows += ["" if up or foreign else "  none", "Circles, in which each box reaches each other:"]
    found = circles(house.boxes, house.arrows)
    for circle in found:
        rows += _told(", ".join(circle))
    return "\n".join([*rows, *([] if found else ["  none"])]) + "\n"


def page_with(text: str, drawn: str) -> str:
    """A page's text with the picture between its two markers. Raises ValueError without them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there are no lines {BEGIN.strip()} and {END.strip()} in it")
    return f"{before}{begin}```text\n{drawn}```\n{end}{after}"


def _floor(boxes: Sequence[Box]) -> Iterator[str]:
    for box in boxes:
        if box.package:
            yield from _row(_short(box), box.lines, box.sentence)
    modules = [box for box in boxes if not box.package]
    if modules:
        told = f"modules: {', '.join(map(_short, modules))}"
        yield from _row("", sum(box.lines for box in modules), told)


def _row(name: str, lines: int, text: str) -> Iterator[str]:
    step = 500 if lines >= 1000 else 100  # else every commit would change the picture
    size = f"{max(step, round(lines / step) * step):>5,}  "
    for number, part in enumerate(wrap(text, WIDTH - 4 - NAME - len(size))):
        yield f"{'' if number else name:<{NAME}}{' ' * len(size) if number else size}{part}"


def _told(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * 6, break_on_hyphens=False)


def _short(box: Box) -> str:
    within = box.name.removeprefix(f"{_folder(box.name)}.")
    return within.rpartition(".")[2] if within in ORDER else within


def _folder(box: str) -> str:
    wing = ".".join(box.split(".")[:2])
    return wing if wing in WINGS else box.partition(".")[0]


def _box(module: str, packages: Collection[str]) -> str:
    """The box that a module is in; empty for a folder's own docstring. A family's protocols have
    boxes of their own, and so has what they share."""
    parts = module.split(".")
    if module in ROOMS:
        return ""
    if module.startswith(tuple(f"{wing}." for wing in ROOMS)):
        return ".".join(parts[:3])
    if parts[0] == [*FOLDERS][-1]:
        return parts[0]
    family = len(parts) > 2 and parts[1] in FAMILIES and ".".join(parts[:3]) in packages
    return ".".join(parts[: 3 if family else 2]) if len(parts) > 1 else ""


def _sentence(text: str) -> str:
    """What a docstring says first, up to the colon that explains it, if that says enough."""
    said = " ".join((ast.get_docstring(ast.parse(text)) or "").split()).partition(". ")[0]
    short = re.split("[:;] ", said)[0]
    return (short if len(short) > ENOUGH else said).rstrip(".").replace("``", "`")


def _imported(text: str, modules: Collection[str]) -> Iterator[str]:
    """The modules of the house that a module imports, at its top or later."""
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            while name and name not in modules:
                name = name.rpartition(".")[0]
            if name:
                yield name


def _reached(box: str, arrows: Collection[Arrow]) -> set[str]:
    """What a box imports, and what that does, and so on."""
    found: set[str] = set()
    new = {box}
    while new:
        new = {to for frm, to in arrows if frm in new} - found
        found |= new
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the picture; with --write, put it into the page."""
    if arguments not in ([], ["--write"]):
        print("house: the only option is --write", file=sys.stderr)
        return 2
    drawn = picture(house())
    if not arguments:
        print(drawn, end="")
        return 0
    page = ROOT / PAGE
    try:
        page.write_text(page_with(page.read_text(encoding="utf-8"), drawn), encoding="utf-8")
    except (OSError, ValueError) as failure:
        print(f"house: {PAGE}: {getattr(failure, 'strerror', None) or failure}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
