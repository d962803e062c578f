"""Induction on a payout queue: three exits, three parties."""

import time
from typing import Any

import pytest

from impl.ground.evidence import Result, Word
from impl.lab.prover import prove, safe_knobs
from invariants.kernel.induction import induction, preserved, script
from invariants.kernel.theorems import Fresh, Theorem
from spec.kernel.basics import ETHER, Party
from spec.kernel.mainchain import MainChain
from tests.prover import toy
from tests.prover.toy import Challenge, Exit, Finalize, StartExit, State, Status

POSITIONS = (1000, 2000, 3000)
PARTIES = 3
SIZES = {"Party": PARTIES, "position": (*POSITIONS, 4000)}


def any_state(fresh: Fresh) -> State:
    """Any subset of three exits, each in any condition, and any balances."""
    exits = {p: any_exit(fresh, p) for p in POSITIONS if fresh.pick(f"{p}?", 2)}
    return State(
        MainChain(
            fresh.int("now"),
            {(Party(p), ETHER): fresh.int(f"account {p}") for p in range(PARTIES)},
            {ETHER: fresh.int("escrow")},
        ),
        exits,
        {p: fresh.int(f"{p} paid") for p in exits},
        fresh.int("bonds"),
    )


def any_exit(fresh: Fresh, position: int) -> Exit:
    return Exit(
        fresh.party(f"{position} owner", PARTIES),
        position,
        fresh.int(f"{position} amount"),
        fresh.int(f"{position} at"),
        fresh.enum(f"{position} status", Status),
    )


def theorems(rules: toy.Rules, **options: Any) -> dict[str, Theorem]:
    found = induction(
        "TOY",
        any_state,
        (StartExit, Challenge, Finalize),
        toy.step,
        toy.INVARIANTS,
        rules,
        SIZES,
        transitions=(toy.supply_is_constant,),
        **options,
    )
    return {theorem.id: theorem for theorem in found}


def test_every_action_keeps_every_invariant_within_the_time() -> None:
    start = time.process_time()
    answers = {name: prove(theorem) for name, theorem in theorems(toy.RULES).items()}
    assert {name: answer.word for name, answer in answers.items()} == {
        "TOY/StartExit": Word.PROVED,
        "TOY/Challenge": Word.PROVED,
        "TOY/Finalize": Word.PROVED,
    }
    assert time.process_time() - start < 20, "2 s when it was written"
    assert all("Party=3" in answer.summary for answer in answers.values())


def test_it_holds_for_every_bond_too() -> None:
    answer = prove(theorems(toy.RULES, symbolic_knobs=("bond",))["TOY/Finalize"])
    assert answer.word is Word.PROVED


def refutation(rules: toy.Rules) -> Result:
    return prove(theorems(rules)["TOY/Finalize"])


def test_paying_without_writing_it_down_is_refuted_by_a_state_that_does_it() -> None:
    answer = refutation(toy.FORGETFUL)
    assert answer.word is Word.REFUTED
    values = answer.details["counterexample"]
    assert toy.paid_at_most_once(values["before"], toy.FORGETFUL)
    after = toy.step(values["before"], values["action"], toy.FORGETFUL)
    assert not toy.paid_at_most_once(after, toy.FORGETFUL)


def test_the_counterexample_replays_as_ordinary_python() -> None:
    answer = refutation(toy.FORGETFUL)
    theorem = theorems(toy.FORGETFUL)["TOY/Finalize"]
    assert preserved(**{**theorem.values, **answer.details["counterexample"]}) is False


def never(state: State, action: object, rules: toy.Rules) -> State:
    raise toy.NoPendingExit(0)


def test_an_action_that_is_never_accepted_is_vacuous() -> None:
    (theorem,) = induction("TOY", any_state, (Challenge,), never, toy.INVARIANTS, toy.RULES, SIZES)
    assert prove(theorem).word is Word.VACUOUS


def rich_state(fresh: Fresh) -> State:
    return State(
        MainChain(100, {(Party(p), ETHER): 50 for p in range(PARTIES)}, {ETHER: 50}), {}, {}, 0
    )


def nobody_paid_early(state: State, rules: toy.Rules) -> bool:
    return all(paid_late_enough(state, exit, rules) for exit in state.exits.values())


def paid_late_enough(state: State, exit: Exit, rules: toy.Rules) -> bool:
    return exit.status != Status.PAID or state.main.now >= 100 + rules.exit_period


def waiting_script(fresh: Fresh) -> StartExit:
    return StartExit(Party(1), 1000, fresh.int("amount"), fresh.int("created"))


@pytest.mark.parametrize("change", [False, True])
def test_a_fixed_run_with_unknown_values(change: bool) -> None:
    run = script(
        "TOY/RUN",
        rich_state,
        (waiting_script, Finalize),
        toy.step,
        (nobody_paid_early,),
        toy.RULES,
        SIZES,
        symbolic_knobs=("exit_period", "minimum_age") if change else (),
    )
    assert prove(run).word is Word.PROVED


def unpaid(state: State, rules: toy.Rules) -> bool:
    return all(exit.status != Status.PAID for exit in state.exits.values())


def test_for_which_knobs_a_run_breaks() -> None:
    run = script(
        "TOY/RUN",
        rich_state,
        (waiting_script, Finalize),
        toy.step,
        (unpaid,),
        toy.RULES,
        SIZES,
        symbolic_knobs=("exit_period",),
    )
    answer = prove(run)
    assert answer.word is Word.REFUTED
    assert str(safe_knobs(run)) == "exit_period >= 1"
