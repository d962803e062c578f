"""Pages as files: whole or not at all, the same bytes each time, nothing from outside in them."""

import errno
import os
import re
import stat
from pathlib import Path

import pytest
from attrs import evolve

from impl.ground import files
from impl.ground.faults import BadInput
from impl.lab.rules.change import RuleChange
from impl.show.report import write_report
from impl.show.report.ledger import Ledger
from impl.show.report.page import gathered
from impl.show.report.values import Speller
from invariants.kernel.claims import Finding
from spec.kernel.basics import DAY, ETHER, Party, put
from tests.cli import toy
from tests.report.runs import Run, hasty, stored, ten_days

MEGABYTE = 1_000_000


def written(run: Run, folder: Path) -> Path:
    return write_report(run.change, run.scope, run.trace, folder)


def test_stands_beside_its_trace_under_the_same_name(tmp_path: Path) -> None:
    page = written(hasty(), tmp_path)
    assert page.parent == tmp_path
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".trace"]
    assert {path.stem for path in tmp_path.iterdir()} == {page.stem}
    assert stat.S_IMODE(page.stat().st_mode) & 0o400


def test_is_small_and_needs_nothing_from_outside(tmp_path: Path) -> None:
    for run in (hasty(), ten_days(), stored("channels/multiparty/traces/036c7e62.trace")):
        page = written(run, tmp_path)
        text = page.read_text()
        assert page.stat().st_size < MEGABYTE
        assert not re.search(r"""(?:src|href)=["'](?!#|data:,)""", text)
        assert not re.search(r"@import|url\(|fetch\(|https?://", text)


def test_a_group_of_the_state_may_be_a_number_or_nothing(tmp_path: Path) -> None:
    def groups(state: toy.State) -> dict[str, object]:
        told = dict(toy.VAULT.groups(state))
        return {**told, "users": len(state.gone), "first": min(state.gone, default=None)}

    book = evolve(toy.TOY, protocol=evolve(toy.VAULT, groups=groups))
    assert "</html>" in written(hasty(book), tmp_path).read_text("utf-8")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(ten_days(), tmp_path).read_bytes()
    assert written(ten_days(), tmp_path).read_bytes() == first


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(BadInput, match="cannot write"):
        written(hasty(), in_the_way)


def test_a_full_disk_leaves_no_half_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(hasty(), tmp_path).read_bytes()

    fill = files.fill

    def full(descriptor: int, data: bytes) -> None:
        if data.startswith(b"<!doctype"):
            fill(descriptor, data[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fill(descriptor, data)

    monkeypatch.setattr(files, "fill", full)
    with pytest.raises(BadInput, match="cannot write the page .No space left on device.; name a"):
        written(hasty(), tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".trace"]
    assert next(tmp_path.glob("*.html")).read_bytes() == before


def test_names_from_the_trace_are_escaped(tmp_path: Path) -> None:
    run = hasty()
    hostile = "</script><b>bold</b>"
    trace = evolve(
        run.trace,
        finding=Finding(hostile, {"<i>number</i>": 1}),
        changes={"delay": "1d", "change": hostile},
    )
    text = write_report(run.change, run.scope, trace, tmp_path).read_text()
    assert "<b>bold" not in text and "<i>number" not in text
    assert "&lt;b&gt;bold" in text


def test_compares_with_the_rules_before_the_change() -> None:
    run = ten_days()
    page = gathered(run.change, run.scope, run.trace)
    assert [v["word"] for v in page["verdicts"]] == ["broken", "holds"]
    assert page["sides"][1].title == "mvp"
    parting = page["parting"]
    assert (parting.state, parting.outcome, parting.money) == (5, 6, 7)


def test_compares_an_unchanged_rule_set_with_the_nearest_that_holds() -> None:
    run = stored("channels/multiparty/traces/036c7e62.trace")
    page = gathered(run.change, run.scope, run.trace)
    assert page["other"] is not None
    assert not page["other"].broken
    assert page["differences"]


def test_shows_one_side_and_says_so_where_no_rule_set_holds() -> None:
    run = hasty()
    book = evolve(run.change.rulebook, cases=())
    page = gathered(RuleChange(book, run.change.rule_set, run.base), run.scope, run.trace)
    assert page["other"] is None
    assert "one side only" in page["reason"]


def test_compares_with_what_is_asked_for(tmp_path: Path) -> None:
    run = hasty()
    beside = RuleChange(toy.TOY, toy.TOY.rule_sets[1], toy.HASTY)
    page = gathered(run.change, run.scope, run.trace, beside)
    assert page["sides"][1].title == "toy-hasty"
    assert page["parting"].first is None
    assert "accept and pay the same in every step" in page["parting_said"]


def test_says_whose_a_deadline_is_and_what_it_is_made_of() -> None:
    run = ten_days()
    page = gathered(run.change, run.scope, run.trace)
    exits = next(d for d in page["deadlines"] if d.time == 10 * DAY)
    assert [str(duty) for duty in exits.duties] == ["alice starts to exit deposit 1.0.0"]
    assert exits.origin == "created of blocks.1 (day 0) + exit-period"
    assert exits.steps == [3, 4, 5]


def test_the_ledger_notices_money_that_appears() -> None:
    state = toy.initial(toy.Scope(2, 1), toy.PLAIN)
    accounts = put(state.main.accounts, (Party(1), ETHER), 5)
    richer = evolve(state, main=evolve(state.main, accounts=accounts))
    page = Ledger(Speller(toy.VAULT), state).page(state, richer)
    assert [(e.whose, e.before, e.change, e.after) for e in page.money] == [("alice", 1, "+4", 5)]
    assert not page.totals[0].conserved
    assert page.totals[0].all == 6 and page.totals[0].at_first == 2


def test_a_rule_that_fails_is_reported_as_broken(tmp_path: Path) -> None:
    run = hasty()

    def fails(amount: int, rules: toy.Rules) -> int:
        return amount // (rules.fee * 0)

    change = evolve(run.change, rules=evolve(run.change.rules, payout=fails))
    trace = evolve(
        run.trace,
        invariant="RULE-ERROR",
        finding=Finding("ZeroDivisionError in fails (test_pages.py)", {"line": 1}),
    )
    page = gathered(change, run.scope, trace)
    assert page["verdicts"][0]["word"] == "broken"
    refusing = next(f for f in page["why"]["breaking"] if f.name == "fails")
    assert "ZeroDivisionError" in refusing.asked[0].result
    assert write_report(change, run.scope, trace, tmp_path).exists()


def test_a_claim_that_the_first_state_breaks_has_a_page(tmp_path: Path) -> None:
    run = hasty()
    never = evolve(toy.SOLVENT, holds=lambda state, rules: False)
    book = evolve(toy.TOY, invariants=(never,))
    cause = Finding("owes more than it holds", {"owed": 0, "held": 0})
    trace = evolve(run.trace, actions=(), invariant="SOLVENT", finding=cause)
    change = evolve(run.change, rulebook=book)
    page = gathered(change, run.scope, trace)
    assert page["verdicts"][0]["said"] == "before the first action"
    assert write_report(change, run.scope, trace, tmp_path).exists()


def test_conditions_are_told_with_their_values() -> None:
    run = hasty()
    page = gathered(run.change, run.scope, run.trace)
    (_, other) = next(pair for pair in page["why"]["parted"] if pair[1].name == "step")
    asked = other.asked[0]
    assert asked.raised and asked.result.startswith("TooEarly: now day 1, matures day 7")
    condition = next(c for c in asked.conditions if c.text == "state.main.now < matures")
    assert condition.holds
    assert condition.compared == "day 1 < day 7"


def test_a_rule_that_hangs_is_met_once_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 0.2)
    met = []

    def hangs(amount: int, rules: toy.Rules) -> int:
        met.append(amount)
        while rules.delay > 0:
            pass
        return amount

    run = hasty()
    change = evolve(run.change, rules=evolve(run.change.rules, payout=hangs))
    finding = Finding("RuleHangs in hangs (test_pages.py)", {"line": 1})
    trace = evolve(run.trace, invariant="RULE-ERROR", finding=finding)
    page = write_report(change, run.scope, trace, tmp_path)
    assert len(met) == 1
    assert "Not tried: a rule hangs" in page.read_text()
