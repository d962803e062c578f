"""The page of a counterexample in a real Chromium: steps, links, themes, print, no complaints."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from attrs import evolve
from playwright.sync_api import Page

from impl.lab.runs.replay import replay
from impl.show.report import write_report
from impl.show.report.values import Speller
from tests.cli import toy
from tests.report.conftest import Reader
from tests.report.runs import Run, hasty, stored, ten_days

Reads = Callable[..., Reader]


@pytest.fixture(scope="module")
def run() -> Run:
    return ten_days()


@pytest.fixture(scope="module")
def file(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(run, tmp_path_factory.mktemp("pages"))


def written(run: Run, folder: Path) -> Path:
    return write_report(run.change, run.scope, run.trace, folder)


def shown(page: Page) -> str:
    """The heading of the one step that can be seen."""
    seen = page.locator(".step:visible")
    assert seen.count() == 1
    return seen.locator("h3").inner_text()


def place(page: Page) -> str:
    """The step in the address, as the page has it: who drives the browser is told of it later."""
    return page.evaluate("location.hash")


def money(page: Page, side: int = 0) -> dict[str, tuple[int, int]]:
    """Before and after, by account, as the visible step shows it on one side."""
    found = {}
    for row in page.locator(".step:visible .side").nth(side).locator(".ledger tbody tr").all():
        whose, before, _, after = row.locator("td").all_inner_texts()
        found[whose] = int(before.replace(",", "")), int(after.replace(",", ""))
    return found


def moved(step: object, speller: Speller) -> dict[str, tuple[int, int]]:
    """The same, from the replay."""
    was, now = step.before.main, step.after.main
    accounts = {
        speller.party(party): (was.accounts[party, asset], held)
        for (party, asset), held in now.accounts.items()
        if held != was.accounts[party, asset]
    }
    escrow = {"escrow": (was.escrow[0], now.escrow[0])} if was.escrow != now.escrow else {}
    return accounts | escrow


def test_opens_at_the_first_step_with_the_claim_and_both_verdicts(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    assert page.title() == "PL-SAFE-EXIT broken in 7 actions (plasma-mvp)"
    assert "covers what honest wallets are owed" in page.locator("h1").inner_text()
    cards = page.locator(".verdicts .card").all_inner_texts()
    assert "broken at step 7 of 7" in " ".join(cards[0].split())
    assert "holds through the same 7 actions; refuses actions 6, 7" in " ".join(cards[1].split())
    assert page.locator(".differences tbody tr").all_inner_texts() == ["exit-period\t7d\t10d"]
    assert shown(page) == "1. alice deposits 1"


def test_arrow_keys_home_and_end_step_and_the_address_follows(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert place(page) == "#step-3"
    assert shown(page) == "3. mallory starts to exit 1000.0.0"
    page.keyboard.press("ArrowLeft")
    assert place(page) == "#step-2"
    page.keyboard.press("End")
    assert shown(page).startswith("7. ") and place(page) == "#step-7"
    page.keyboard.press("ArrowRight")
    assert place(page) == "#step-7"
    page.keyboard.press("Home")
    assert shown(page).startswith("1. ")
    assert page.locator("[data-move=back]").is_disabled()


def test_every_step_shows_the_numbers_of_the_replay_on_both_sides(
    reads: Reads, file: Path, run: Run
) -> None:
    page, book = reads().open(file), run.change.rulebook
    speller = Speller(book.protocol)
    runs = [
        replay(book, rules, run.scope, run.trace.actions) for rules in (run.change.rules, run.base)
    ]
    total = sum(runs[0].initial.main.accounts.values())
    for n in range(1, len(run.trace.actions) + 1):
        sides = page.locator(".step:visible .side").count()
        for side in range(sides):
            step = runs[side].steps[n - 1]
            assert money(page, side) == moved(step, speller)
            held = sum(step.after.main.accounts.values())
            line = page.locator(".step:visible .side").nth(side).locator(".total").inner_text()
            assert f"accounts {held:,} + escrow {step.after.main.escrow[0]:,}" in line
            assert f"= {total:,}, conserved" in line
        page.keyboard.press("ArrowRight")


def test_marks_the_first_difference_and_what_differs(reads: Reads, file: Path) -> None:
    page = reads().open(file, "#step-5")
    assert "first difference" in page.locator(".step:visible header").inner_text()
    marked = page.locator(".step:visible mark").all_inner_texts()
    assert "exitable_at day 17" in marked and "exitable_at day 14" in marked
    page.keyboard.press("ArrowRight")
    outcomes = page.locator(".step:visible .side .word").all_inner_texts()
    assert outcomes == ["accepted", "refused"]
    assert "DeadlinePending: party alice" in page.locator(".step:visible").inner_text()


def test_says_why_with_the_code_that_decided(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    rows = page.locator(".readings tbody tr.differs").all_inner_texts()
    assert any("exitable-at" in row and "day 17" in row and "day 14" in row for row in rows)
    ran = page.locator(".function", has_text="FinalizeExits.step").first.locator(".ran")
    assert any("for exit in handled" in line for line in ran.all_inner_texts())
    changed = page.locator(".function", has_text="mvp_exitable_at").first.locator(".changed")
    assert any("now + rules.exit_period" in line for line in changed.all_text_contents())


def test_lists_what_else_could_be_done(reads: Reads, file: Path) -> None:
    page = reads().open(file, "#step-5")
    page.locator(".step:visible .others summary").click()
    rows = page.locator(".step:visible .others tbody tr").all_inner_texts()
    assert any("(this run)" in row and "accepted" in row for row in rows)
    assert any("refused:" in row for row in rows)


def test_a_link_with_a_step_opens_there_and_back_goes_back(reads: Reads, file: Path) -> None:
    page = reads().open(file, "#step-4")
    assert shown(page) == "4. 7 days pass"
    page.locator("#list [data-go='6']").click()
    assert shown(page).startswith("6. ")
    page.go_back()
    page.wait_for_function("document.getElementById('step-4').hidden === false")
    assert place(page) == "#step-4" and shown(page).startswith("4. ")
    page.evaluate("location.hash = '#step-2'")
    page.wait_for_function("document.getElementById('step-2').hidden === false")
    assert shown(page).startswith("2. ")


def test_a_link_to_a_step_that_is_not_there_opens_at_the_first(reads: Reads, file: Path) -> None:
    assert shown(reads().open(file, "#step-99")).startswith("1. ")


def test_the_drawing_can_be_clicked_and_its_deadlines_follow_the_step(
    reads: Reads, file: Path
) -> None:
    page = reads().open(file)
    page.locator("#chart [data-go='5'] .disc").click()
    assert shown(page).startswith("5. ")
    assert page.locator("#chart [aria-current]").get_attribute("data-go") == "5"
    ahead = page.locator(".legend tr.ahead").all_inner_texts()
    assert any("alice starts to exit deposit 1.0.0" in row for row in ahead)
    assert page.locator("#chart .rule").count() == page.locator(".legend tbody tr").count()


def test_time_is_to_scale(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    spans = page.locator("#chart line.time:not(.odd)").evaluate_all(
        "lines => lines.map(l => l.x2.baseVal.value - l.x1.baseVal.value).filter(w => w > 50)"
    )
    days = [7, 8.5, 1.5]
    by_days = sorted(spans, reverse=True)[:2]
    assert by_days[0] / by_days[1] == pytest.approx(days[1] / days[0], rel=0.01)


def test_messages_are_arrows_between_lanes(reads: Reads, tmp_path: Path) -> None:
    page = reads().open(written(stored("channels/multiparty/traces/036c7e62.trace"), tmp_path))
    assert page.locator("#chart .head").count() > 0
    lanes = page.locator(".chart .lane-name").all_text_contents()
    assert lanes[-1] == "contract" and len(lanes) > 2


def test_works_by_keyboard_alone(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement;"
                " return e.getAttribute('aria-label') || e.textContent.trim(); })()"
            )
        )
        visible = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert visible != "none"
    assert reached[0] == "To the steps"
    assert "Next step" in reached
    page.locator("[aria-label='Next step']").focus()
    page.keyboard.press("Enter")
    assert shown(page).startswith("2. ")


def test_what_a_screen_reader_meets(reads: Reads, file: Path) -> None:
    page = reads().open(file)
    assert page.locator("html").get_attribute("lang") == "en"
    for role in ("main", "banner", "navigation", "contentinfo"):
        assert page.get_by_role(role).count() >= 1, role
    assert page.get_by_role("heading", level=1).count() == 1
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, a, summary, [role=region]')]"
        ".filter(e => !(e.getAttribute('aria-label') || e.textContent).trim())"
        ".map(e => e.outerHTML)"
    )
    assert unnamed == []
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(e => Number(e.tagName[1]))"
    )
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))
    twice = page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return ids.filter((id, n) => ids.indexOf(id) !== n); })()"
    )
    assert twice == []
    page.keyboard.press("ArrowRight")
    said = page.locator("[aria-live]").text_content()
    assert said.startswith("Step 2 of 7: day 0, operator submits a block")
    assert page.locator("#list [aria-current=step]").count() == 1


CONTRAST = """
() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (c) => {
    const [r, g, b] = parse(c).slice(0, 3).map((v) => {
      v /= 255;
      return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (parse(color).length < 4 || parse(color)[3] > 0.5) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest("title, script, style, .unseen, .skip")) continue;
    const style = getComputedStyle(e);
    const ink = e instanceof SVGElement ? style.fill : style.color;
    let paper = behind(e);
    const disc = e.previousElementSibling;
    if (disc && disc.classList.contains("disc")) paper = getComputedStyle(disc).fill;
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${e.className.baseVal ?? e.className}: ${e.textContent.trim().slice(0, 40)}`);
  }
  return low;
}
"""  # noqa: E501


def test_all_text_has_contrast_enough(reads: Reads, file: Path) -> None:
    page = reads(reduced_motion="reduce").open(file)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for n in (1, 5, 6, 7):
            page.locator(f"#list [data-go='{n}']").click()
            assert page.evaluate(CONTRAST) == [], (theme, n)


def paper_after_reload(page: Page, paper: str, wanted: str) -> str:
    """What a reloaded page looks like. The browser writes what is kept in its own time: under load
    a page may be there before, so it is reloaded until it shows what is wanted, or time is up."""
    until = monotonic() + 20
    while True:
        page.reload()
        shown: str = page.evaluate(paper)
        if shown == wanted or monotonic() > until:
            return shown


def test_light_and_dark_by_system_and_by_button(reads: Reads, file: Path) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = reads(color_scheme="light").open(file).evaluate(paper)
    page = reads(color_scheme="dark").open(file)
    dark = page.evaluate(paper)
    assert light != dark
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert button.inner_text() == "Theme: light"
    assert page.evaluate(paper) == light
    assert paper_after_reload(page, paper, light) == light
    button.click()
    assert page.evaluate(paper) == dark


def test_on_paper_all_steps_stand_in_one_table(reads: Reads, file: Path) -> None:
    page = reads(color_scheme="dark").open(file)
    page.emulate_media(media="print")
    assert page.locator(".step:visible").count() == 0
    assert page.locator("button:visible").count() == 0
    rows = page.locator(".printed tbody tr:visible").all_inner_texts()
    assert len(rows) == 7
    assert "breaks the claim" in rows[-1] and "refused" in rows[-1]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_without_scripts_all_steps_are_there(reads: Reads, file: Path) -> None:
    page = reads(java_script_enabled=False).open(file)
    assert page.locator(".step:visible").count() == 7
    assert page.locator("#stepper:visible").count() == 0
    page.locator("#list a").nth(4).click()
    page.wait_for_url("**#step-5")


def test_copies_the_commands_and_the_run(reads: Reads, file: Path) -> None:
    reader = reads(permissions=["clipboard-read", "clipboard-write"])
    page = reader.open(file)
    page.evaluate("window.setTimeout = () => 0")  # "Copied" stays until somebody has looked
    page.get_by_role("button", name="Copy the replay command").click()
    page.locator("button", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"exitgame replay {file.stem} --out ")
    page.get_by_role("button", name="Copy the run as text").click()
    page.wait_for_function("navigator.clipboard.readText().then(t => t.includes('deposits 1'))")
    page.get_by_role("button", name="Copy as Mermaid").click()
    page.wait_for_function(
        "navigator.clipboard.readText().then(t => t.startsWith('sequenceDiagram'))"
    )


def test_fits_every_window(reads: Reads, file: Path) -> None:
    reader = reads()
    page = reader.open(file)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for n in range(1, 8):
        for width in (360, 480, 820, 1280):
            reader.resize(width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (n, width)
        page.keyboard.press("ArrowRight")


def test_hostile_text_stays_text(reads: Reads, tmp_path: Path) -> None:
    hostile = "</script><img src=x onerror=alert(1)><b>bold</b>"
    protocol = evolve(toy.VAULT, describe=lambda action: hostile, party_name=lambda p: hostile)
    run = hasty(evolve(toy.TOY, protocol=protocol))
    page = reads().open(written(run, tmp_path))
    assert page.locator("img").count() == 0
    assert hostile in shown(page)
