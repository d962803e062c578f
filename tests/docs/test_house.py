"""The picture of the house: in CONTRIBUTING as the source has it now, and right of small houses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from impl.show.pages.house import (
    BEGIN,
    END,
    ROOT,
    WIDTH,
    House,
    circles,
    floors,
    house,
    main,
    page_with,
    picture,
    running_up,
)

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def real() -> House:
    return house()


def test_the_picture_in_contributing_is_that_of_the_source(real: House) -> None:
    drawn = picture(real)
    assert page_with(CONTRIBUTING, drawn) == CONTRIBUTING, "run: make house"
    assert max(map(len, drawn.splitlines())) <= WIDTH


def test_rules_know_nothing_of_claims_and_claims_nothing_of_checkers(real: House) -> None:
    order = ("spec", "invariants", "impl", "exitgame")
    for frm, to in real.arrows:
        assert order.index(to.partition(".")[0]) <= order.index(frm.partition(".")[0])


def test_every_floor_imports_only_what_stands_below_it(real: House) -> None:
    assert not running_up(real.boxes, real.arrows) and not circles(real.boxes, real.arrows)
    floor_by_floor = floors(real.boxes, real.arrows)
    stands = {box: n for n, floor in enumerate(floor_by_floor) for box in floor}
    assert set(stands) == set(real.boxes)
    assert all(stands[frm] > stands[to] for frm, to in real.arrows)


def small(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_small_house(tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {
            "spec/kernel": "'''Ground: all of it.'''",
            "spec/toy": "'''A toy that is made of wood: and so on. More.'''\nimport spec.kernel",
            "invariants/toy": "def claim():\n    from spec.toy import thing\n",
            "impl/low": "from spec import kernel",
            "impl/high": "from impl import low\nfrom impl.low import thing",
        },
    )
    it = house(root)
    assert set(it.arrows) == {
        ("spec.toy", "spec.kernel"),
        ("invariants.toy", "spec.toy"),
        ("impl.low", "spec.kernel"),
        ("impl.high", "impl.low"),
    }
    assert floors(it.boxes, it.arrows) == [
        ["spec.kernel"],
        ["spec.toy"],
        ["invariants.toy"],
        ["impl.low"],
        ["impl.high"],
    ]
    assert it.boxes["spec.toy"].sentence == "A toy that is made of wood"
    assert picture(it).count("  none\n") == 2


def test_a_wing_stands_above_another_also_where_nothing_asks_for_it(tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {
            "impl/ground/words": "",
            "impl/ground/__init__": "'''What everything else stands on.'''",
            "impl/lab/__init__": "'''No box: only its rooms are.'''",
            "impl/lab/walk/step": "import impl.ground.words",
            "impl/lab/walk/__init__": "",
            "impl/show/text": "from impl.lab.walk import step",
            "impl/cli/main": "",
            "impl/cli/__init__": "",
        },
    )
    it = house(root)
    assert set(it.arrows) == {
        ("impl.lab.walk", "impl.ground"),
        ("impl.show.text", "impl.lab.walk"),
    }
    assert floors(it.boxes, it.arrows) == [
        ["impl.ground"],
        ["impl.lab.walk"],
        ["impl.show.text"],
        ["impl.cli"],
    ]
    assert "| ground  " in picture(it) and "+-- impl.lab ---" in picture(it)


def test_what_runs_up_from_wing_to_wing_is_named_although_there_is_no_circle(
    tmp_path: Path,
) -> None:
    root = small(tmp_path, {"impl/lab/walk": "import impl.show.text", "impl/show/text": ""})
    assert "impl.lab.walk -> impl.show.text: impl/lab/walk.py\n" in picture(house(root))


def test_a_circle_is_named_and_so_is_the_arrow_that_fewest_files_ask_for(tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {
            "impl/hunt/__init__": "from impl.walk import step",
            "impl/hunt/more": "import impl.walk.step",
            "impl/walk/__init__": "",
            "impl/walk/step": "from impl.hunt.more import thing",
            "impl/apart": "import impl.hunt",
        },
    )
    it = house(root)
    assert circles(it.boxes, it.arrows) == [["impl.hunt", "impl.walk"]]
    assert running_up(it.boxes, it.arrows) == [("impl.walk", "impl.hunt")]
    assert "impl.walk -> impl.hunt: impl/walk/step.py\n" in picture(it)


def test_what_runs_up_from_folder_to_folder_is_named_although_there_is_no_circle(
    tmp_path: Path,
) -> None:
    root = small(tmp_path, {"spec/toy": "import invariants.toy", "invariants/toy": ""})
    assert "spec.toy -> invariants.toy: spec/toy.py\n" in picture(house(root))


def test_the_picture_is_the_same_in_every_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    here = capsys.readouterr().out
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-m", "impl.show.pages.house"]
    assert subprocess.check_output(command, cwd=ROOT, env=environment, text=True) == here


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    page = f"before\n{BEGIN}old\n{END}after\n"
    assert page_with(page, "new\n") == f"before\n{BEGIN}```text\nnew\n```\n{END}after\n"
    with pytest.raises(ValueError, match="no lines"):
        page_with("without markers", "new\n")


def test_an_option_that_there_is_not_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--wirte"]) == 2
    assert capsys.readouterr().err == "house: the only option is --write\n"


def makefile() -> tuple[set[str], dict[str, str]]:
    """The targets of the Makefile, and those that have a sentence."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", text, re.MULTILINE))
    told = dict(re.findall(r"^([a-z][\w-]*):(?!=).*?  ## (\S.*)$", text, re.MULTILINE))
    return targets, told


def test_every_make_target_is_explained_by_make_help() -> None:
    targets, told = makefile()
    assert targets == set(told)
    assert {"check", "test", "help"} <= targets
    quiet = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    said = subprocess.check_output(["make", "-s", "help"], cwd=ROOT, env=quiet, text=True)
    printed = said.splitlines()
    assert [line.split(None, 2)[1:] for line in printed] == [list(each) for each in told.items()]
    assert all(len(line) <= WIDTH for line in printed)


def test_contributing_says_of_every_make_target_how_long_it_takes() -> None:
    _, _, times = CONTRIBUTING.partition("## How long")
    named = set(re.findall(r"`(?:make )?(\w+)`", times.partition("\n## ")[0]))
    assert makefile()[0] - named == set()


def test_contributing_names_places_that_are_there() -> None:
    outside = CONTRIBUTING.replace(picture(house()), "")
    named = set(re.findall(r"\b(?:spec|invariants|impl|tests|docs)/[\w./-]*\w", outside))
    assert len(named) > 20
    for place in named:
        real = re.sub(r"\bP\b", "channels/payment", place)
        assert (ROOT / real).exists(), place


def test_hooks_ask_what_make_lint_asks() -> None:
    makes = (ROOT / "Makefile").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    lint = makes.partition("\nlint:")[2].partition("\n\n")[0]
    asked = ["ruff check", "ruff format --check", "mypy", "lint-imports --no-logo"]
    for tool in [*asked, "impl.lab.prover.lint spec invariants"]:
        assert tool in lint and tool in hooks
    assert hooks.count("repo: ") == hooks.count("repo: local") == 1
