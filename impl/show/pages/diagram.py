"""A life cycle as a picture: stages as boxes, actions as arrows between them.

The picture takes its colours from the page around it, so it is as readable in the dark, and says
in words what it shows to whoever cannot see it.
"""

from collections.abc import Sequence
from html import escape

from attrs import frozen

from impl.show.pages.layout import Arrow, Box, Layout, Place, lay_out

BEGIN, END = "", "\x00"
"""Where things come from, and where they go when nothing is left of them."""
LETTER = 7.6
"""Width of a letter in a box, in pixels."""
SMALL_LETTER = 6.7
LINE = 15.0
BOX_HEIGHT = 32.0
DOT = 14.0
MARGIN = 6.0


@frozen
class Change:
    """Something goes from one stage to another when one of these actions is taken."""

    frm: str
    to: str
    actions: tuple[str, ...]


def draw(name: str, changes: Sequence[Change]) -> str:
    """The diagram as an SVG element. `name` says whose life it is, and tells diagrams apart."""
    stages = list(dict.fromkeys([end for change in changes for end in (change.frm, change.to)]))
    stages.sort(key=lambda stage: (stage != BEGIN, stage == END))
    layout = lay_out(
        [_box(stage) for stage in stages],
        [
            Arrow(
                change.frm,
                change.to,
                SMALL_LETTER * max(len(action) for action in change.actions) + 8,
                LINE * len(change.actions),
            )
            for change in changes
        ],
    )
    mark = "".join(letter if letter.isalnum() else "-" for letter in name)
    parts = [_opening(name, mark, layout, changes)]
    for change, way, label in zip(changes, layout.ways, layout.labels, strict=True):
        up = way[0].y > way[-1].y
        parts.append(_line(way, label, mark, up))
        parts.append(_label(change.actions, label))
    parts += [_stage(stage, layout.boxes[stage]) for stage in stages]
    return "".join([*parts, "</svg>"])


def _box(stage: str) -> Box:
    if stage in (BEGIN, END):
        return Box(stage, DOT, DOT)
    return Box(stage, LETTER * len(stage) + 26, BOX_HEIGHT)


def _opening(name: str, mark: str, layout: Layout, changes: Sequence[Change]) -> str:
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    box = f"{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}"
    told = "; ".join(
        f"{_spoken(change.frm)} to {_spoken(change.to)} by {', '.join(change.actions)}"
        for change in changes
    )
    return (
        f'<svg class="lifecycle" xmlns="http://www.w3.org/2000/svg" viewBox="{box}"'
        f' width="{width:.0f}" height="{height:.0f}" role="img"'
        f' aria-labelledby="{mark}-title {mark}-desc">'
        f'<title id="{mark}-title">The life of {escape(name)}</title>'
        f'<desc id="{mark}-desc">{escape(told)}.</desc>'
        f'<defs><marker id="{mark}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/>'
        "</marker></defs>"
    )


def _spoken(stage: str) -> str:
    return {BEGIN: "the beginning", END: "the end"}.get(stage, stage)


def _line(way: Sequence[Place], label: Place, mark: str, up: bool) -> str:
    """A curve past all places of an arrow, with a gap where its label stands."""
    sign = -1 if up else 1
    strokes: list[str] = []
    for start, end in zip(way, way[1:], strict=False):
        x0, y0 = start.x, start.y + sign * start.height / 2
        x1, y1 = end.x, end.y - sign * end.height / 2
        bend = (y1 - y0) / 2
        if not strokes or start is label:
            strokes.append(f"M{x0:.1f} {y0:.1f}")
        strokes.append(f"C{x0:.1f} {y0 + bend:.1f} {x1:.1f} {y1 - bend:.1f} {x1:.1f} {y1:.1f}")
    return (
        f'<path d="{"".join(strokes)}" fill="none" stroke="currentColor" stroke-width="1.2"'
        f' marker-end="url(#{mark}-tip)"/>'
    )


def _label(actions: Sequence[str], place: Place) -> str:
    first = place.y - place.height / 2 + LINE * 0.74
    lines = "".join(
        f'<text x="{place.x:.1f}" y="{first + n * LINE:.1f}">{escape(action)}</text>'
        for n, action in enumerate(actions)
    )
    return f'<g class="action" text-anchor="middle" fill="currentColor">{lines}</g>'


def _stage(stage: str, place: Place) -> str:
    if stage == BEGIN:
        return f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="6" fill="currentColor"/>'
    if stage == END:
        return (
            f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="6" fill="none"'
            ' stroke="currentColor" stroke-width="1.6"/>'
            f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="3" fill="currentColor"/>'
        )
    left, top = place.x - place.width / 2, place.y - place.height / 2
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{place.width:.1f}"'
        f' height="{place.height:.1f}" rx="9" fill="none" stroke="currentColor"'
        ' stroke-width="1.6"/>'
        f'<text class="stage" x="{place.x:.1f}" y="{place.y + 5:.1f}" text-anchor="middle"'
        f' fill="currentColor">{escape(stage)}</text>'
    )
