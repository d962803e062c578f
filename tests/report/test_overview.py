"""The page of a whole run: what it says, what it links to, and that it can be read."""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from impl.ground.faults import BadInput
from impl.show.report import write_overview, write_report
from impl.show.report.charts import bars, line, marks, short
from tests.cli.conftest import Shell, shell  # noqa: F401  (a fixture)
from tests.report.conftest import Reader
from tests.report.runs import answered, hasty
from tests.report.test_in_browser import CONTRAST

Reads = Callable[..., Reader]

RESULT: Mapping[str, Any] = {
    "word": "exhausted",
    "method": "explore",
    "subject": "toy-vault, pair",
    "summary": "120 states",
    "states": 120,
    "transitions": 300,
    "depth": 9,
    "cpu_seconds": 0.1,
    "applied": {"Ask": 40, "PutIn": 0, "Wait": 1000},
    "refused": {"Ask": {"NothingThere": 7, "NotTaken": 2}},
    "witnesses": {"PAID": 3, "MALLORY-PAID": 0},
    "never_seen": ["MALLORY-PAID"],
    "details": {},
}


def check() -> dict[str, Any]:
    """A check of two lines, one of them not as expected."""
    line = {
        "protocol": "toy",
        "id": "TOY-1",
        "title": "The vault as it is",
        "method": "explore",
        "expected": "holds",
        "as_expected": True,
        "evidence": "exhausted: 120 states (toy-vault, pair)",
        "seconds": 0.25,
        "result": copy.deepcopy(dict(RESULT)),
        "error": "",
        "counterexamples": [],
    }
    broken = {
        "hash": "e96717d5",
        "file": "out/e96717d5.trace",
        "report": "out/e96717d5.html",
        "invariant": "NOT-SOON",
        "claim": "Nobody is paid within two days of asking.",
        "cause": "paid too soon",
        "actions": [1, 2, 3, 4],
        "under_base": "",
    }
    wrong = {**line, "id": "TOY-2", "as_expected": False, "counterexamples": [broken]}
    return {
        "command": "check",
        "lines": [line, wrong],
        "causes": [
            {
                "protocol": "toy", "rule_set": "toy-vault", "claim": "NOT-SOON",
                "cause": "paid too soon", "actions": 4, "scope": "pair",
            }
        ],
        "witnesses": [
            {"protocol": "toy", "id": "PAID", "seen": {"TOY-1": 3}},
            {"protocol": "toy", "id": "MALLORY-PAID", "seen": {}},
        ],
        "never_seen": ["MALLORY-PAID"],
        "not_covered": ["longer runs than the stated depth in TOY-1"],
        "complete": True,
        "seconds": 1.5,
        "exit_code": 1,
    }  # fmt: skip


def campaign() -> dict[str, Any]:
    """A campaign that found nothing, of three shards."""
    return {
        "command": "campaign",
        "protocol": "toy",
        "rule_set": "toy-vault",
        "changes": {"delay": "9d"},
        "differences": [{"field": "delay", "before": "7d", "after": "9d"}],
        "scope": {"name": "pair", "changes": {}, "fields": {"type": "Scope", "users": 2}},
        "seed": 5,
        "engine": "processes",
        "workers": 2,
        "shards": 3,
        "steps": 3000,
        "runs": 400,
        "behaviours": 77,
        "series": [
            {"shards": n, "steps": 1000 * n, "behaviours": 70 + n, "states": 50 + n, "found": 0}
            for n in (1, 2, 3)
        ],
        **{name: RESULT[name] for name in ("applied", "refused", "witnesses", "never_seen")},
        "counterexamples": [],
        "complete": False,
        "seconds": 12.0,
        "exit_code": 130,
    }


def test_a_check_says_what_failed_and_links_to_the_run(reads: Reads, tmp_path: Path) -> None:
    run = hasty()
    report = write_report(run.change, run.scope, run.trace, tmp_path)
    document = check()
    document["lines"][1]["counterexamples"][0] |= {"hash": report.stem, "report": str(report)}
    page = reads().open(write_overview(document, tmp_path / "check.html"))
    assert "not as expected 1 of 2 lines as expected" in page.locator(".headline").inner_text()
    rows = page.locator("#toy-explore + div tbody tr").all_inner_texts()
    assert rows[0].startswith("ok") and rows[1].startswith("FAIL")
    assert "MALLORY-PAID. Nothing is said" in page.locator("main > .card").inner_text()
    assert "longer runs than the stated depth" in page.locator(".open").inner_text()
    page.get_by_role("link", name=report.stem).click()
    page.wait_for_url(f"**/{report.name}")
    assert page.title().startswith("NOT-SOON broken in 4 actions")


def test_its_charts_add_up_all_searches(reads: Reads, tmp_path: Path) -> None:
    page = reads().open(write_overview(check(), tmp_path / "check.html"))
    rows = page.locator("#toy-actions ~ div[aria-label=Actions] tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [
        ["Ask", "80", "18"], ["PutIn", "0", "0"], ["Wait", "2,000", "0"],
    ]  # fmt: skip
    widths = page.locator("div[aria-label=Actions] .bar .accepted").evaluate_all(
        "bars => bars.map(bar => bar.width.baseVal.value)"
    )
    assert widths[2] == 100 and widths[1] == 0 and 0 < widths[0] < 100
    assert "never" in page.locator("div[aria-label=Witnesses]").inner_text()


def test_a_campaign_is_drawn_over_time(reads: Reads, tmp_path: Path) -> None:
    page = reads().open(write_overview(campaign(), tmp_path / "campaign.html"))
    assert "interrupted nothing broken found in 3,000 steps" in (
        page.locator(".headline").inner_text()
    )
    charts = page.get_by_role("img").all()
    names = [chart.get_attribute("aria-label") for chart in charts]
    assert names[0] == "distinct behaviours: from 0 at 0 steps to 73 at 3,000"
    points = page.locator(".line").first.get_attribute("points").split()
    heights = [float(point.split(",")[1]) for point in points]
    assert len(points) == 4 and heights == sorted(heights, reverse=True)
    facts = page.locator(".facts").inner_text()
    assert "toy/toy-vault, delay 7d -> 9d" in facts and "pair (users 2)" in facts
    assert "never accepted: PutIn" in page.locator(".open").inner_text()
    assert "was interrupted" in page.locator(".open").inner_text()


@pytest.mark.parametrize("document", [check(), campaign()], ids=["check", "campaign"])
def test_can_be_read_by_everybody(
    reads: Reads, tmp_path: Path, document: Mapping[str, Any]
) -> None:
    reader = reads(reduced_motion="reduce")
    page = reader.open(write_overview(document, tmp_path / "page.html"))
    assert page.get_by_role("main").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert page.evaluate(CONTRAST) == []
    for width in (360, 480, 1280):
        reader.resize(width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_in_a_document_are_escaped(tmp_path: Path) -> None:
    document = check()
    document["lines"][0]["title"] = "</script><b>bold</b>"
    document["not_covered"] = ["<i>nothing</i>"]
    text = write_overview(document, tmp_path / "check.html").read_text()
    assert "<b>bold" not in text and "<i>nothing" not in text


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_overview(check(), tmp_path / "one.html").read_bytes()
    assert write_overview(check(), tmp_path / "two.html").read_bytes() == one


def test_a_page_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot write the page"):
        write_overview(check(), tmp_path / "file" / "check.html")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_check_writes_its_page_and_names_it(shell: Shell) -> None:  # noqa: F811
    shell.environment["EXITGAME_RULEBOOK"] = "tests.report.runs:SMALL"
    document = answered(shell, "check toy --workers 1")
    assert document["page"] == "out/check.html"
    text = (shell.folder / "out/check.html").read_text()
    for each in document["lines"]:
        assert f">{each['id']}<" in text


def test_marks_are_round_and_reach_over_the_largest() -> None:
    assert marks(0) == [0, 1]
    assert marks(4) == [0, 1, 2, 3, 4]
    assert marks(950) == [0, 500, 1000]
    assert [short(n) for n in (0, 950, 1200, 40_000, 3e6)] == ["0", "950", "1.2k", "40k", "3M"]


def test_one_point_is_no_line_and_no_counts_are_no_bars() -> None:
    assert line("states", "steps", [(0, 0)]) is None
    assert line("states", "steps", [(0, 0), (10, 0)]) is not None
    assert bars([]) == ()
    assert bars([("a", {"seen": 0}, "")])[0].values == (("seen", 0, 0.0),)
