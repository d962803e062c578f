"""The generated pages: made from the record of a protocol, any protocol, and from nothing else."""

import json
import tomllib
from pathlib import Path

import pytest
from attrs import evolve
from escrow import ESCROW, Claim, Open, Promise, Refund

from impl.cli.commands import COMMANDS, command_named, exitgame
from impl.ground.evidence import Word
from impl.lab.rulebooks.registry import rulebooks
from impl.show.pages import evidence, lifecycles
from impl.show.pages.commands import commands_page
from impl.show.pages.dependencies import dependencies_page
from impl.show.pages.diagram import BEGIN, END, Change
from impl.show.pages.evidence import NotAsExpected, evidence_page
from impl.show.pages.lifecycles import changes_of
from impl.show.pages.markdown import prose
from impl.show.pages.protocol import protocol_page
from impl.show.pages.rules import rules_page
from impl.show.pages.source import chapters, members, refusals
from impl.show.pages.store import ROOT

DOCS = ROOT / "docs"


class Answers:
    """Stands for a store: answers as given, or what a command says of the example."""

    def __init__(self, **given: object) -> None:
        self.given = given

    def command(self, arguments: list[str]) -> str:
        return json.dumps(self.given[arguments[0]])


def line(id: str, method: str, word: str, told: str, good: bool = True) -> dict:
    return {
        "protocol": "escrow",
        "id": id,
        "title": f"title of {id}",
        "method": method,
        "as_expected": good,
        "evidence": told,
        "result": {"word": word},
    }


def checked(**other: object) -> dict:
    lines = [
        line("ES-T-APART", "prove", "proved", "proved: for all values"),
        line("ES-C-BOTH", "explore", "exhausted", "exhausted: 61 states (sound, both)"),
        line(
            "ES-C-HASTY",
            "explore",
            "broken",
            "found in 4 actions: ES-PAYEE, refunded before he could claim (hasty, payee)",
        ),
    ]
    seen = [{"protocol": "escrow", "id": w.id, "seen": {"ES-C-BOTH": 7}} for w in ESCROW.witnesses]
    document = {"lines": lines, "witnesses": seen, "never_seen": [], "complete": True}
    return document | {"not_covered": ["larger scopes"]} | other


# Life cycles ------------------------------------------------------------------------------------


def test_the_arrows_of_a_life_cycle_are_those_of_the_states() -> None:
    found = changes_of(ESCROW, ESCROW.lifecycles[0])
    assert {(change.frm, change.to): change.actions for change in found.changes} == {
        (BEGIN, "none"): ("(at first)",),
        ("none", "open"): (Open.__name__,),
        ("open", "claimed"): (Claim.__name__,),
        ("open", "refunded"): (Refund.__name__,),
    }
    assert found.looked[0].whole


def test_what_vanishes_goes_to_the_end_and_waiting_is_no_action_of_anybody() -> None:
    life = evolve(
        ESCROW.lifecycles[0],
        stages=lambda state: {"promise": "young"} if 0 < state.promised < 3 else {},
        where=(("sound", "both"),),
    )
    pairs = {(change.frm, change.to) for change in changes_of(ESCROW, life).changes}
    assert pairs == {(BEGIN, "young"), ("young", END)}
    late = evolve(life, stages=lambda state: {0: "late" if state.main.now else "early"})
    changes = changes_of(ESCROW, late).changes
    assert changes[1] == Change("early", "late", ("(time passes)",))


def test_a_scope_that_is_too_large_is_said_to_be_looked_at_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lifecycles, "STATES", 10)
    assert not changes_of(ESCROW, ESCROW.lifecycles[0]).looked[0].whole
    assert "the first 10 states of `both`" in protocol_page(ESCROW)


@pytest.mark.parametrize("name", rulebooks())
def test_the_protocols_that_are_shipped_say_what_has_a_life_and_where_to_look(name: str) -> None:
    book = rulebooks()[name]
    assert book.lifecycles
    for life in book.lifecycles:
        for rule_set, scope in life.where:
            state = book.protocol.initial(book.scopes[scope], book.rules_named(rule_set).rules)
            assert all(isinstance(stage, str) for stage in life.stages(state).values())


# A protocol's pages -----------------------------------------------------------------------------


def test_a_protocols_page_has_its_promises_actions_state_and_refusals() -> None:
    page = protocol_page(ESCROW)
    assert page.startswith("(protocol-escrow)=\n\n# escrow\n")
    assert "It promises Bob that he gets what he was promised" in page
    for action in (Open, Promise, Claim, Refund):
        assert f"### `{action.__name__}`" in page
    assert "Show the contract a promise" in page
    assert "| `TooLate` |" in page and "`opened`, `now`" in page
    assert "of `both` under `sound`" in page
    assert "<svg" in page


def test_the_same_protocol_makes_the_same_page() -> None:
    assert protocol_page(ESCROW) == protocol_page(ESCROW)


def test_chapters_come_as_the_machine_names_them() -> None:
    assert [m.__name__ for m in chapters(ESCROW.protocol)] == ["escrow"]


def test_fields_are_told_by_what_stands_under_them() -> None:
    told = {each.name: each for each in members(type(ESCROW.rule_sets[0].rules))}
    assert told["lifetime"].says == "Bob has this long to claim, from the opening."
    assert told["lifetime"].kind == "Seconds"


def test_refusals_are_those_of_the_protocols_own_files() -> None:
    names = [each.__name__ for each in refusals(chapters(ESCROW.protocol))]
    assert "TooEarly" in names and "EscrowShort" not in names


def test_rules_have_their_units_and_tables() -> None:
    rules = {
        "decisions": [
            {
                "name": "claimable",
                "signature": "claimable(opened, now, rules)",
                "function": "within_lifetime",
                "says": "In time.",
                "note": "",
                "rows": [["now <= opened | 1", "True"]],
                "where": [],
            }
        ],
        "elsewhere": [],
    }
    page = rules_page(ESCROW, Answers(rules=rules))
    assert "| `lifetime` | `7d` | Bob has this long to claim, from the opening. |" in page
    assert "| `now <= opened \\| 1` | `True` |" in page
    assert "`payee` is the strategy. The strategy of an honest Bob." in page


def test_every_claim_stands_with_its_evidence() -> None:
    page = evidence_page(ESCROW, Answers(check=checked(), keys={"lines": []}))
    assert "**Broken** under `hasty`, found in 4 actions: refunded before he could claim" in page
    assert "Not broken in 1 case exhausted" in page
    assert "proved: for all values" in page
    assert "| ES-W-CLAIMED | Bob claims. | 7 times in 1 case |" in page
    assert "`honest` (alice, bob)" in page


@pytest.mark.parametrize(
    "other",
    [
        {"lines": [line("ES-C-BOTH", "explore", "broken", "broken", good=False)]},
        {"never_seen": ["ES-W-CLAIMED"]},
        {"complete": False},
    ],
)
def test_evidence_that_is_not_as_expected_is_not_published(other: dict) -> None:
    with pytest.raises(NotAsExpected):
        evidence_page(ESCROW, Answers(check=checked(**other)))


def test_every_kind_of_claim_and_line_has_a_title() -> None:
    from invariants.kernel.claims import Kind, Method

    assert set(evidence.LOOKED_AT) == set(Kind)
    assert set(evidence.TITLES) == {"prove", *(method.value for method in Method)}


# The other pages --------------------------------------------------------------------------------


def test_every_command_and_option_is_on_the_page_of_commands() -> None:
    page = commands_page(exitgame)
    for name in COMMANDS:
        command = command_named(name)
        assert command.name == name
        if not command.hidden:
            assert f"## `exitgame {name}`" in page
            for option in command.params:
                assert all(each in page for each in option.opts if each.startswith("--"))


def test_every_requirement_is_told_with_its_reason() -> None:
    page = dependencies_page(ROOT / "pyproject.toml")
    assert "| `attrs` |" in page and "| `ray` |" in page
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    assert page.count("\n| `") == sum(len(group) for group in groups)


def test_every_word_of_evidence_is_explained() -> None:
    told = (DOCS / "concepts" / "evidence.md").read_text("utf-8").splitlines()
    for word in Word:
        assert word.value in told, f"{word.value} is not explained"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("``by`` and `a_b`", "`by` and `a_b`"),
        (
            "**not** bold, snake_case, [no](link)",
            "\\*\\*not\\*\\* bold, snake\\_case, \\[no\\](link)",
        ),
    ],
)
def test_a_docstring_means_what_it_says(text: str, markdown: str) -> None:
    assert prose(text) == markdown


def test_no_page_says_the_word() -> None:
    for page in DOCS.rglob("*.md"):
        if "generated" not in page.parts:
            assert "verified" not in page.read_text("utf-8").lower(), page


def test_examples_are_where_the_pages_look_for_them() -> None:
    assert (Path(DOCS) / "examples" / "escrow.py").exists()
