"""Every claim declares all that it reads of a state: a spy looks over its shoulder."""

import sys
from pathlib import Path

import pytest
from attrs import evolve, frozen

from impl.cli.answer import BROKEN, HOLDS
from impl.lab.check.declared import everywhere, undeclared
from impl.lab.rulebooks.registry import rulebooks
from impl.show.text.evidence import Evidence
from invariants.kernel.claims import Finding, Invariant, Kind
from tests.checkers.toy import OPEN, TOY

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"
PLACES = (("toy", "small"),)


def escrow():
    sys.path.insert(0, str(EXAMPLES))
    try:
        from escrow import ESCROW
    finally:
        sys.path.remove(str(EXAMPLES))
    return ESCROW


@pytest.mark.parametrize("name", [*rulebooks(), "escrow"])
def test_no_claim_reads_more_than_it_declares(name):
    book = escrow() if name == "escrow" else rulebooks()[name]
    said = undeclared(book, everywhere(book))
    assert not said, "\n".join(said)


def claiming(kind, holds, *reads, protocol=TOY.protocol):
    claim = Invariant("ID", "...", kind, holds, lambda *all: Finding("", {}), reads)
    return evolve(TOY, invariants=(claim,), protocol=protocol)


def always(holds, *reads):
    return undeclared(claiming(Kind.ALWAYS, holds, *reads), PLACES)


def across(holds, *reads):
    return undeclared(claiming(Kind.TRANSITION, holds, *reads), PLACES)


SAID = "ID reads {}, which its `reads` does not name"


def test_a_part_that_is_read_must_be_declared_or_its_group():
    def holds(state, rules):
        return state.main.now >= 0

    assert always(holds, "vault") == (SAID.format("main.now"),)
    assert not always(holds, "main.now") and not always(holds, "main")
    assert not always(holds), "nothing declared is all declared"


def test_what_is_handed_on_is_seen_too():
    def held(main):
        return sum(main.escrow.values())

    assert always(lambda state, rules: held(state.main) >= 0, "main.accounts") == (
        SAID.format("main.escrow"),
    )
    assert always(lambda state, rules: state.main == state.main, "vault")


def test_what_is_read_only_where_a_claim_fails_is_seen():
    """No run shows a vault that owes nobody anything and has open entries."""

    def holds(state, rules):
        entries = [entry for entry in state.vault.values() if entry.status == OPEN]
        return not entries or sum(state.owed.values()) > 0 or state.main.now < 0

    assert SAID.format("main.now") in always(holds, "vault", "owed")


def test_before_and_after_of_a_step_are_both_watched():
    assert across(lambda before, action, after, rules: after.owed is not None, "vault")
    assert across(lambda before, action, after, rules: before.owed is not None, "vault")
    assert not across(lambda before, action, after, rules: action is not None, "vault")


@frozen
class Wider(type(TOY.protocol.initial(TOY.scopes["small"], TOY.rule_sets[0].rules))):
    """A state with two parts that belong to no group."""

    steps: int = 0
    name: str = "vault"


def test_what_belongs_to_no_group_must_not_change():
    toy = TOY.protocol

    def initial(scope, rules):
        state = toy.initial(scope, rules)
        return Wider(state.main, state.vault, state.owed)

    def step(state, action, rules):
        return evolve(toy.step(state, action, rules), steps=state.steps + 1)

    counting = evolve(toy, initial=initial, step=step)
    book = claiming(Kind.ALWAYS, lambda s, r: s.steps >= 0 and s.name, "vault", protocol=counting)
    assert undeclared(book, PLACES) == ("ID reads steps, which changes and belongs to no group",)


def test_check_fails_where_a_claim_looks_further_than_it_says():
    evidence = Evidence((), (), (), "", 0.0, {})
    assert evidence.code == HOLDS
    assert evolve(evidence, undeclared=("ID reads main.now",)).code == BROKEN
