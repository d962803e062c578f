"""Diagrams: nothing overlaps, arrows go where they should, and words say the same."""

from itertools import combinations
from random import Random
from xml.etree import ElementTree

import pytest

from impl.show.pages.diagram import BEGIN, END, Change, draw
from impl.show.pages.layout import Arrow, Box, Layout, Place, lay_out

EXIT = (
    Change(BEGIN, "pending", ("StartExit",)),
    Change("pending", "cancelled", ("ChallengeExit", "StartExit")),
    Change("pending", "paid", ("FinalizeExits",)),
    Change("cancelled", "pending", ("StartExit",)),
)


def places(layout: Layout) -> list[Place]:
    return [*layout.boxes.values(), *layout.labels]


def apart(one: Place, two: Place) -> bool:
    return (
        abs(one.x - two.x) >= (one.width + two.width) / 2
        or abs(one.y - two.y) >= (one.height + two.height) / 2
    )


def some_diagram(seed: int) -> Layout:
    random = Random(seed)
    names = list("abcdefg")[: random.randint(2, 7)]
    ends = [(a, b) for a in names for b in names if a != b and random.random() < 0.3]
    boxes = [Box(name, random.randint(20, 140), 30) for name in names]
    arrows = [Arrow(a, b, random.randint(20, 140), 15 * random.randint(1, 3)) for a, b in ends]
    return lay_out(boxes, arrows)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_overlaps(seed: int) -> None:
    layout = some_diagram(seed)
    assert all(apart(one, two) for one, two in combinations(places(layout), 2))


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_inside(seed: int) -> None:
    layout = some_diagram(seed)
    for place in places(layout):
        assert place.x - place.width / 2 >= -0.01
        assert place.x + place.width / 2 <= layout.width + 0.01
        assert 0 <= place.y <= layout.height


@pytest.mark.parametrize("seed", range(20))
def test_an_arrow_begins_and_ends_at_its_boxes(seed: int) -> None:
    layout = some_diagram(seed)
    boxes = list(layout.boxes.values())
    for way, label in zip(layout.ways, layout.labels, strict=True):
        assert way[0] in boxes and way[-1] in boxes and label in way


def test_what_comes_first_stands_above() -> None:
    layout = lay_out(
        [Box(name, 50, 30) for name in "abc"], [Arrow(a, b, 40, 15) for a, b in ("ab", "bc", "ca")]
    )
    heights = [layout.boxes[name].y for name in "abc"]
    assert heights == sorted(heights)


def test_the_same_life_is_drawn_the_same() -> None:
    assert draw("an exit", EXIT) == draw("an exit", EXIT)


def test_a_picture_says_in_words_what_it_shows() -> None:
    svg = ElementTree.fromstring(draw("an exit", EXIT))
    space = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "img"
    assert svg.find(f"{space}title").text == "The life of an exit"
    told = svg.find(f"{space}desc").text
    assert "the beginning to pending by StartExit" in told
    assert "pending to cancelled by ChallengeExit, StartExit" in told


def test_a_picture_takes_its_colours_from_the_page() -> None:
    picture = draw("an exit", (*EXIT, Change("paid", END, ("<Forget>",))))
    assert "currentColor" in picture and "#" not in picture.replace("url(#", "")
    assert "&lt;Forget&gt;" in picture and END not in picture
