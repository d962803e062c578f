"""Where the boxes and labels of a small diagram go: top to bottom, in layers, nothing overlapping.

Boxes stand in even layers. The label of an arrow is an item of its own in the odd layers between
them, so that there is room for it. An arrow that goes up is laid out as if it went down. The same
diagram always gets the same places.
"""

from collections.abc import Hashable, Mapping, Sequence

from attrs import define, field, frozen

GAP = 26.0
"""Between neighbours of a layer, in pixels; as are all other lengths."""
BETWEEN = 24.0
"""Between layers."""
SWEEPS = 12


@frozen
class Box:
    """Something that takes space."""

    name: Hashable
    width: float
    height: float


@frozen
class Arrow:
    """From one box to another, past a label."""

    frm: Hashable
    to: Hashable
    width: float
    """Of the label."""
    height: float


@define
class Place:
    """The middle of an item, and its size."""

    x: float
    y: float
    width: float
    height: float


@frozen
class Layout:
    """A finished diagram."""

    width: float
    height: float
    boxes: Mapping[Hashable, Place]
    labels: tuple[Place, ...]
    """In the order of the arrows."""
    ways: tuple[tuple[Place, ...], ...]
    """For each arrow, what it goes past from its first box to its last, both included; ascending
    for an arrow that goes up."""


@define(eq=False)
class _Item:
    layer: int
    width: float
    height: float
    rank: float = 0.0
    x: float = 0.0
    above: list["_Item"] = field(factory=list)
    below: list["_Item"] = field(factory=list)


def lay_out(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layout:
    """Place the boxes of a diagram; the first box is at the top."""
    layer_of, down = _layers([box.name for box in boxes], arrows)
    items = {box.name: _Item(2 * layer_of[box.name], box.width, box.height) for box in boxes}
    everything = list(items.values())
    labels: list[_Item] = []
    chains: list[list[_Item]] = []
    for arrow, goes_down in zip(arrows, down, strict=True):
        ends = (arrow.frm, arrow.to) if goes_down else (arrow.to, arrow.frm)
        first, last = items[ends[0]], items[ends[1]]
        middle = _label_layer(first.layer, last.layer)
        chain = [first]
        for layer in range(first.layer + 1, last.layer):
            size = (arrow.width, arrow.height) if layer == middle else (2.0, 0.0)
            chain.append(_Item(layer, *size))
        chain.append(last)
        for upper, lower in zip(chain, chain[1:], strict=False):
            upper.below.append(lower)
            lower.above.append(upper)
        everything += chain[1:-1]
        labels.append(chain[middle - first.layer])
        chains.append(chain if goes_down else chain[::-1])
    rows = _rows(everything)
    _order(rows)
    _spread(rows)
    return _measure(rows, items, labels, chains)


def _layers(
    names: Sequence[Hashable], arrows: Sequence[Arrow]
) -> tuple[dict[Hashable, int], list[bool]]:
    """A layer for each box, as high as it can be; and which arrows go down."""
    entered: list[Hashable] = []
    done: set[Hashable] = set()
    down = [True] * len(arrows)

    def visit(name: Hashable, path: tuple[Hashable, ...]) -> None:
        entered.append(name)
        for n, arrow in enumerate(arrows):
            if arrow.frm == name:
                if arrow.to in (*path, name):
                    down[n] = False
                elif arrow.to not in entered:
                    visit(arrow.to, (*path, name))
        done.add(name)

    for name in names:
        if name not in done:
            visit(name, ())
    layer = dict.fromkeys(names, 0)
    for _ in names:
        for arrow, goes_down in zip(arrows, down, strict=True):
            upper, lower = (arrow.frm, arrow.to) if goes_down else (arrow.to, arrow.frm)
            layer[lower] = max(layer[lower], layer[upper] + 1)
    return layer, down


def _label_layer(first: int, last: int) -> int:
    """The odd layer nearest to the middle of an arrow."""
    middle = (first + last) // 2
    return middle if middle % 2 else middle - 1


def _rows(everything: Sequence[_Item]) -> list[list[_Item]]:
    rows: list[list[_Item]] = [[] for _ in range(1 + max(item.layer for item in everything))]
    for item in everything:
        rows[item.layer].append(item)
    for row in rows:
        _number(row)
    return rows


def _number(row: list[_Item]) -> None:
    for n, item in enumerate(row):
        item.rank = n - (len(row) - 1) / 2


def _order(rows: list[list[_Item]]) -> None:
    """Fewer crossings: every item goes where its neighbours are; the best order seen stays."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        ways = rows if sweep % 2 == 0 else rows[::-1]
        for row in ways:
            row.sort(key=lambda item: _mean(item, sweep % 2 == 0))
            _number(row)
        now = _crossings(rows)
        if now < fewest:
            best, fewest = [list(row) for row in rows], now
    for row, order in zip(rows, best, strict=True):
        row[:] = order
        _number(row)


def _mean(item: _Item, downward: bool) -> float:
    others = item.above if downward else item.below
    return sum(other.rank for other in others) / len(others) if others else item.rank


def _crossings(rows: list[list[_Item]]) -> int:
    count = 0
    for row in rows:
        lines = [(item.rank, other.rank) for item in row for other in item.below]
        for n, (a, b) in enumerate(lines):
            count += sum(1 for c, d in lines[:n] if (a - c) * (b - d) < 0)
    return count


def _spread(rows: list[list[_Item]]) -> None:
    """Every item as near to the middle of its neighbours as those beside it allow."""
    for row in rows:
        _settle(row, [0.0] * len(row))
    for sweep in range(4 * SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wished = []
            for item in row:
                near = [*item.above, *item.below]
                wished.append(sum(other.x for other in near) / len(near) if near else item.x)
            _settle(row, wished)


def _settle(row: list[_Item], wished: Sequence[float]) -> None:
    """The places nearest to the wished ones (least squares) that keep order and distance."""
    offsets = [0.0]
    for left, right in zip(row, row[1:], strict=False):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + GAP)
    blocks: list[list[float]] = []
    for wish, offset in zip(wished, offsets, strict=True):
        blocks.append([wish - offset])
        while len(blocks) > 1 and _middle(blocks[-2]) >= _middle(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    places = [_middle(block) for block in blocks for _ in block]
    for item, place, offset in zip(row, places, offsets, strict=True):
        item.x = place + offset


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _measure(
    rows: list[list[_Item]],
    items: Mapping[Hashable, _Item],
    labels: Sequence[_Item],
    chains: Sequence[Sequence[_Item]],
) -> Layout:
    left = min(item.x - item.width / 2 for row in rows for item in row)
    right = max(item.x + item.width / 2 for row in rows for item in row)
    places: dict[int, Place] = {}
    top = 0.0
    for row in rows:
        height = max((item.height for item in row), default=0.0)
        for item in row:
            middle = top + height / 2
            places[id(item)] = Place(item.x - left, middle, item.width, item.height)
        top += height + BETWEEN
    return Layout(
        width=right - left,
        height=top - BETWEEN,
        boxes={name: places[id(item)] for name, item in items.items()},
        labels=tuple(places[id(item)] for item in labels),
        ways=tuple(tuple(places[id(item)] for item in chain) for chain in chains),
    )
