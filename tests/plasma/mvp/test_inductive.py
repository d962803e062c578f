"""Every action keeps the money right, and rules that do not are refuted by a run of one step."""

from typing import Any

import pytest
from attrs import evolve, fields

from impl.ground.evidence import Result, Word
from impl.lab.prover import as_expected, prove
from invariants.kernel.induction import preserved
from invariants.kernel.theorems import Theorem
from invariants.plasma.mvp.inductive import ACTIONS, CHANGED, INDUCTION
from spec.kernel.basics import ETHER, put
from spec.kernel.clock import Wait
from spec.kernel.mainchain import release
from spec.plasma.mvp import machine
from spec.plasma.mvp.exits import ChallengeExit, StartExit, StartFeeExit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.rule_sets import (
    EARLY_MATURITY,
    HARDENED,
    PLASMA_MVP,
    REEXIT_AFTER_CHALLENGE,
    REEXIT_AFTER_PAYMENT,
)
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import State, Status

PLAIN = {t.id.rsplit("/")[-1]: t for t in INDUCTION if t.id.startswith("PL-T-STEP/")}


@pytest.mark.parametrize("theorem", INDUCTION, ids=[t.id for t in INDUCTION])
def test_every_action_keeps_every_claim(theorem: Theorem) -> None:
    result = prove(theorem)
    assert as_expected(theorem, result), result.summary
    assert "outputs=4, exits=3, users=3, assets=" in result.summary
    assert result.cpu_seconds < 30, "5 s for the longest when it was written"


def test_there_is_a_theorem_for_every_action() -> None:
    assert set(ACTIONS) == {*machine.step.actions, Wait}
    assert set(PLAIN) == {kind.__name__ for kind in ACTIONS}


def test_for_all_other_actions_the_hardened_rules_move_money_as_the_plain_ones() -> None:
    names = {f.name for f in fields(Rules)}
    differ = {n for n in names if getattr(PLASMA_MVP, n) != getattr(HARDENED, n)}
    assert {kind.__name__ for kind in CHANGED} == {
        "StartDepositExit", "StartExit", "ChallengeExit",
    }  # fmt: skip
    assert differ == {
        "admits_deposit", "admits_fee_exit",  # refuse
        "cancels_input_exit", "refused_by_input_exit", "bars_input_exit",  # start exits
        "reward",  # challenges
        "handled_at_once",  # no limit, no difference
        "spendable", "fee_output_limit", "wallet",  # what is valid, and what wallets do
    }  # fmt: skip


def under(kind: type, rules: Rules = PLASMA_MVP, step: Any = machine.step) -> Result:
    theorem = PLAIN[kind.__name__]
    values = {**theorem.values, "rules": rules, "step": step}
    changed = evolve(theorem, values=values)
    result = prove(changed)
    if result.word is Word.REFUTED:
        shown = result.details["counterexample"]
        assert preserved(**{**values, **shown}) is False, "the counterexample is an ordinary run"
    return result


@pytest.mark.parametrize(
    "kind, rules",
    [
        (FinalizeExits, REEXIT_AFTER_PAYMENT),
        (ChallengeExit, REEXIT_AFTER_CHALLENGE),
        (StartExit, EARLY_MATURITY),
        (StartExit, evolve(PLASMA_MVP, exitable_at=lambda created, now, rules: now)),
        (ChallengeExit, evolve(PLASMA_MVP, reward=lambda bond: bond + 1)),
    ],
    ids=lambda value: "",
)
def test_wrong_decisions_are_refuted_by_an_ordinary_run(kind: type, rules: Rules) -> None:
    assert under(kind, rules).word is Word.REFUTED


def pays_without_marking(state: State, action: FinalizeExits, rules: Rules) -> State:
    paid = machine.step(state, action, rules)
    return evolve(paid, contract=evolve(paid.contract, exits=state.contract.exits))


def pays_and_forgets_the_log(state: State, action: FinalizeExits, rules: Rules) -> State:
    paid = machine.step(state, action, rules)
    return evolve(paid, ghost=evolve(paid.ghost, paid=state.ghost.paid))


def releases_the_bond_twice(state: State, action: ChallengeExit, rules: Rules) -> State:
    after = machine.step(state, action, rules)
    bond = state.contract.exits[action.exit].bond
    return evolve(after, main=release(after.main, action.by, ETHER, bond))


def mints_the_reward(state: State, action: ChallengeExit, rules: Rules) -> State:
    after = machine.step(state, action, rules)
    accounts = after.main.accounts
    held = accounts[action.by, ETHER] + 1
    return evolve(after, main=evolve(after.main, accounts=put(accounts, (action.by, ETHER), held)))


def takes_no_bond(state: State, action: StartFeeExit, rules: Rules) -> State:
    after = machine.step(state, action, rules)
    return evolve(after, main=state.main)


def reopens(state: State, action: ChallengeExit, rules: Rules) -> State:
    after = machine.step(state, action, rules)
    exit = evolve(after.contract.exits[action.exit], status=Status.PENDING)
    opened = put(after.contract.exits, action.exit, exit)
    return evolve(after, contract=evolve(after.contract, exits=opened))


@pytest.mark.parametrize(
    "kind, step",
    [
        (FinalizeExits, pays_without_marking),
        (FinalizeExits, pays_and_forgets_the_log),
        (ChallengeExit, releases_the_bond_twice),
        (ChallengeExit, mints_the_reward),
        (ChallengeExit, reopens),
        (StartFeeExit, takes_no_bond),
    ],
)
def test_wrong_transitions_are_refuted_by_an_ordinary_run(kind: type, step: Any) -> None:
    assert under(kind, step=step).word is Word.REFUTED
