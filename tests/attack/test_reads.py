"""A theorem is touched by a change exactly if it reads what is changed."""

import pytest

from impl.lab.attack.reads import mentioned, reads, rules_of, touched
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import RuleChange, rule_change
from invariants.kernel.theorems import assume, theorem
from tests.cli.toy import PLAIN, TOY, Rules

ORDER = [
    "PL-T-ORDER",
    "PL-T-ORDER-ANY-KNOBS",
    "PL-T-ORDER-KNOBS",
    "PL-T-ORDER-FEES",
    "PL-T-ORDER-LATE-DEPOSIT",
]


def changed(protocol: str, *settings: tuple[str, str], written: str | None = None) -> RuleChange:
    return rule_change(choose(protocol, None), settings, written)


def names(change: RuleChange) -> list[str]:
    return [theorem.id for theorem in touched(change).decisions]


def test_a_knob_touches_what_computes_with_it():
    assert names(changed("plasma-mvp", ("exit-period", "10d"))) == [
        "PL-T-PRIORITY-ORDER",
        "PL-T-PRIORITY-TOTAL",
        "PL-T-EXIT-KEY",
        "PL-T-MATURITY",
        "PL-T-MATURITY-AGE",
        *ORDER,
        "PL-T-CHALLENGE",
        "PL-T-CHALLENGE-CONFIRMED",
        "PL-T-SPOKEN-FOR-PLAIN",
        "PL-T-CHALLENGE-ABOUT-OWN-SPEND",
        "PL-T-FEES-TIED",
        "PL-T-NEXT-ROOM",
        "PL-T-REACTION",
        "PL-T-REACTION-AGE",
    ]


def test_a_decision_function_touches_what_asks_it():
    by_arrival = "docs/examples/by_arrival.py:by_arrival"
    expected = ["PL-T-PRIORITY-ORDER", "PL-T-PRIORITY-TOTAL", *ORDER]
    assert names(changed("plasma-mvp", written=by_arrival)) == expected
    assert names(changed("hardened", written=by_arrival)) == expected


@pytest.mark.parametrize(
    ("protocol", "knob", "value"),
    [
        ("plasma-mvp", "exit-bond", "0"),
        ("hardened", "exit-bond", "0"),
        ("sound", "bond", "1"),
        ("sound", "answer-period", "1d"),
    ],
)
def test_what_no_decision_reads_touches_no_theorem_about_decisions(protocol, knob, value):
    assert names(changed(protocol, (knob, value))) == []


def test_in_the_channel_a_check_touches_the_theorems_about_its_rule_set(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def mine(entries) -> bool:\n    return True\n")
    found = names(changed("sound", written=f"{file}:mine"))
    about_sound = [
        t.id for t in choose("sound", None).rulebook.theorems
        if t.values.get("rules") == choose("sound", None).rule_set.rules
    ]  # fmt: skip
    assert found and set(found) < set(about_sound)
    assert "MP-T-S2" in found and "MP-T-S2-WITHOUT-EPOCH" not in found
    assert not any("LITERAL" in name for name in found)
    assert names(changed("sound", written="docs/examples/second_thoughts.py:may_challenge")) == []


def test_a_theorem_about_another_variant_is_left_alone():
    found = names(changed("plasma-mvp", ("exit-period", "10d")))
    assert "PL-T-MATURITY-OFF-BY-ONE" not in found and "PL-T-ORDER-TIGHT" not in found


def test_theorems_about_whole_steps_are_named_apart():
    about = touched(changed("hardened", ("exit-period", "10d")))
    assert [theorem.id for theorem in about.steps] == [
        "PL-T-STEP-HARDENED/StartDepositExit",
        "PL-T-STEP-HARDENED/StartExit",
        "PL-T-STEP-HARDENED/ChallengeExit",
    ]


def test_what_is_read_is_mentioned():
    for name in ("PL-T-ORDER", "PL-T-CHALLENGE", "PL-T-POSITION-NO-ALIAS", "PL-T-NUMBERS-APART"):
        book = choose("plasma-mvp", None).rulebook
        about = next(t for t in book.theorems if t.id == name)
        rules = rules_of(about, type(choose("plasma-mvp", None).rule_set.rules))
        assert reads(about, rules) and reads(about, rules) <= mentioned(about, rules)


@theorem("READS", "For trying what is read.", values={"rules": PLAIN})
def reading(started: int, rules: Rules) -> bool:
    assume(started > 5)
    return rules.matures(started, rules) < 9 or rules.wallet.patience > 0


@theorem("NEVER", "The fee is only read where nothing leads.", values={"rules": PLAIN})
def never_reading(started: int, rules: Rules) -> bool:
    if started < 0:
        return rules.fee == 0
    return True


def test_reads_go_through_decisions_and_into_records():
    assert reads(reading, PLAIN) == {"matures", "delay", "wallet.patience"}


def test_a_branch_without_values_reads_nothing():
    assert "fee" in mentioned(never_reading, PLAIN)
    assert reads(never_reading, PLAIN) == frozenset()


def test_afterwards_the_rules_are_as_they_were():
    before = {name: vars(Rules)[name] for name in ("delay", "fee", "wallet")}
    reads(reading, PLAIN)
    assert {name: vars(Rules)[name] for name in before} == before
    assert TOY.rule_sets[0].rules.delay == PLAIN.delay
