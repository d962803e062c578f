"""What every step of a random run keeps, and what a state must agree on with its own history."""

import hashlib
from collections import Counter

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.lab.fuzz.codec import run_from_bytes
from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.protocol import ENDOWMENT
from spec.kernel.basics import ETHER, NOBODY, WEEK, Party
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal
from spec.plasma.mvp import merkle
from spec.plasma.mvp.blocks import Deposit, SubmitBlock, included
from spec.plasma.mvp.exits import StartDepositExit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.refusals import NothingDue, NotIncluded
from spec.plasma.mvp.rules import Handling
from spec.plasma.mvp.state import OPERATOR, Ghost, Output, Status, Transaction, content
from tests.plasma.mvp.walks import FOURTH_STATE, HARDENED, MVP, SMALL, WIDE
from tests.protocolwide import Step, expect_functions, walk

RULES = {"mvp": MVP, "hardened": HARDENED, "fourth-state": FOURTH_STATE}
EVERYWHERE = [(name, seed) for name in RULES for seed in range(6)]


def steps(name: str, seed: int, length: int = 200) -> list[Step]:
    return list(walk(PLASMA, RULES[name], WIDE, seed, length))


# No step changes what was before ----------------------------------------------------------------


@pytest.mark.parametrize("name, seed", EVERYWHERE)
def test_a_step_leaves_the_state_before_it_and_has_the_same_outcome_again(name, seed):
    expect_functions(PLASMA, RULES[name], steps(name, seed, 60))


# Nobody reads the ghost -------------------------------------------------------------------------


class Unreadable(dict):
    """A ghost's mapping that can be written to, and answers any question with nonsense."""

    def __missing__(self, key):
        return 10**9


def haunted(state):
    garbage = Ghost(
        owed={},
        wealth=Unreadable(),
        paid=(encode(77, 7, 1),) * 3,
        deposited=Unreadable(),
        withdrawn=Unreadable(),
        bad_blocks=99,
    )
    return evolve(state, ghost=garbage)


@pytest.mark.parametrize("name, seed", EVERYWHERE)
def test_no_rule_and_no_strategy_reads_the_ghost(name, seed):
    rules = RULES[name]
    wrong = haunted(PLASMA.protocol.initial(WIDE, rules))
    for step in steps(name, seed):
        try:
            wrong = move(PLASMA.protocol, wrong, step.action, rules)
        except Refusal as refusal:
            assert str(refusal) == str(step.refusal)
        right = step.after
        assert (wrong.main, wrong.contract) == (right.main, right.contract)
        assert (wrong.side, wrong.knowledge) == (right.side, right.knowledge)
        due = PLASMA.protocol.obligations
        assert due(wrong, rules) == due(right, rules)


# Totals are what a recount gives ----------------------------------------------------------------


@pytest.mark.parametrize("name, seed", EVERYWHERE)
def test_running_totals_equal_a_recount_of_the_whole_run(name, seed):
    rules, taken = RULES[name], [s for s in steps(name, seed) if s.refusal is None]
    end = taken[-1].after
    deposited, bonds = Counter(), Counter()
    for step in taken:
        if isinstance(step.action, Deposit):
            deposited[step.action.asset] += step.action.amount
    withdrawn, paid = Counter(), 0
    for exit in end.contract.exits.values():
        bonds[exit.status] += exit.bond
        if exit.status is Status.PAID:
            withdrawn[exit.asset] += exit.amount
            paid += 1
    assert +Counter(end.ghost.deposited) == deposited
    assert +Counter(end.ghost.withdrawn) == withdrawn and len(end.ghost.paid) == paid
    assert end.contract.bonds == bonds[Status.PENDING] + bonds[Status.FAILED]
    for asset, escrow in end.main.escrow.items():
        held = end.contract.bonds if asset == ETHER else 0
        assert escrow == deposited[asset] - withdrawn[asset] + held
        outside = [n for (_, kind), n in end.main.accounts.items() if kind == asset]
        assert sum(outside) + escrow == ENDOWMENT * len(outside)
    burned = end.main.accounts[NOBODY, ETHER] - ENDOWMENT
    assert burned == bonds[Status.CANCELLED] - rules.reward(rules.exit_bond) * (
        sum(e.status is Status.CANCELLED for e in end.contract.exits.values())
    )


def seen_valid(taken: list[Step]) -> list[int]:
    """The blocks that some calm wallet saw and found valid, and the deposits, as they landed."""
    found = []
    for step in taken:
        fresh = [n for n in step.after.contract.blocks if n not in step.before.contract.blocks]
        if isinstance(step.action, Deposit):
            found += fresh
        if isinstance(step.action, SubmitBlock) and any(
            view.head in fresh for view in step.after.knowledge.values()
        ):
            found += fresh
    return found


@pytest.mark.parametrize("name, seed", EVERYWHERE)
def test_the_ledger_is_the_fold_of_the_valid_blocks(name, seed):
    taken = [step for step in steps(name, seed) if step.refusal is None]
    end = taken[-1].after
    outputs, spent, fees = {}, {}, Counter()
    for number in seen_valid(taken):
        for index, transaction in enumerate(content(end, number)):
            for place, output in enumerate(transaction.outputs):
                outputs[encode(number, index, place)] = output
                if transaction.inputs or number % 1000 == 0:
                    fees[output.asset] -= output.amount
            for place, position in enumerate(transaction.inputs):
                spent[position] = (number, index, place)
                fees[outputs[position].asset] += outputs[position].amount
    ledger = end.side.ledger
    assert ledger.outputs == outputs
    assert {p: (s.block, s.transaction, s.input) for p, s in ledger.spent.items()} == spent
    kept = {asset: fee for asset, fee in fees.items() if fee}
    assert {asset: fee for asset, fee in ledger.fees.items() if fee} == kept
    assert all(
        0 <= ledger.confirmed_fees.get(asset, 0) <= fee or name == "fourth-state"
        for asset, fee in ledger.fees.items()
    )


# The ideal commitment is the Merkle tree --------------------------------------------------------


def test_a_block_with_confirmations_of_what_never_landed_is_only_invalid():
    nowhere = Transaction((encode(5000, 0, 0),), (Party(2),), (Output(Party(2), ETHER, 1),))
    before = PLASMA.protocol.initial(WIDE, HARDENED)
    block = SubmitBlock(OPERATOR, (nowhere,), (Party(1),), carries=True)
    after = move(PLASMA.protocol, before, block, HARDENED)
    assert after.knowledge[1].alarm == 0 and after.ghost.bad_blocks == 1


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
def test_a_block_that_spends_what_it_makes_itself_is_invalid(rules):
    mallory = Party(2)
    first = Transaction((encode(1, 0, 0),), (mallory,), (Output(mallory, ETHER, 1),))
    second = Transaction((encode(1000, 0, 0),), (mallory,), (Output(Party(1), ETHER, 1),))
    state = PLASMA.protocol.initial(WIDE, rules)
    for action in (
        Deposit(mallory, ETHER, 1, 0),
        SubmitBlock(OPERATOR, (first, second), (Party(1),), True),
    ):
        state = move(PLASMA.protocol, state, action, rules)
    assert state.knowledge[1].alarm == 0 and state.ghost.bad_blocks == 1


def test_a_block_that_is_shown_twice_to_one_wallet_is_withheld_from_the_other():
    scope = PLASMA.scopes["two-honest"]
    before = PLASMA.protocol.initial(scope, HARDENED)
    after = move(PLASMA.protocol, before, SubmitBlock(OPERATOR, (), (Party(1), Party(1))), HARDENED)
    assert after.knowledge[3].alarm == 0 and after.ghost.bad_blocks == 1


def test_what_the_rules_skip_stays_pending_and_is_never_paid():
    def skips_all(status, reverts):
        return Handling.SKIP

    rules = evolve(HARDENED, handling=skips_all)
    state = PLASMA.protocol.initial(WIDE, rules)
    for action in (
        Deposit(Party(1), ETHER, 1, 0),
        StartDepositExit(Party(1), encode(1, 0, 0)),
        Wait(2 * WEEK + 1),
    ):
        state = move(PLASMA.protocol, state, action, rules)
    with pytest.raises(NothingDue):
        move(PLASMA.protocol, state, FinalizeExits(Party(1), ETHER), rules)


def leaves(transactions):
    """Each transaction as bytes: the hash of what it says, and who signed."""
    return [
        merkle.leaf(
            hashlib.sha3_256(repr((t.inputs, t.outputs)).encode()).digest(),
            repr(t.signers).encode(),
        )
        for t in transactions
    ]


def tree_shows(root, index, leaf, proof) -> bool:
    try:
        merkle.verify(root, index, leaf, proof)
    except merkle.NotIncluded:
        return False
    return True


def contract_shows(state, block, index, transaction) -> bool:
    try:
        return included(state, block, index) == transaction
    except NotIncluded:
        return False


@pytest.mark.parametrize("seed", range(6))
def test_a_transaction_is_included_where_the_tree_proves_it_and_nowhere_else(seed):
    state = steps("mvp", seed)[-1].after
    known = {t for number in state.contract.blocks for t in content(state, number)}
    for number in state.contract.blocks:
        stand = leaves(content(state, number))
        root = merkle.root(stand)
        for index in range(len(stand) + 1):
            proof = merkle.prove(stand, index)
            for transaction in known:
                [leaf] = leaves([transaction])
                shown = tree_shows(root, index, leaf, proof)
                assert shown == contract_shows(state, number, index, transaction)


@pytest.mark.parametrize("seed", range(6))
def test_two_blocks_share_an_ideal_root_exactly_if_they_share_a_merkle_root(seed):
    state = steps("mvp", seed)[-1].after
    ideal = {n: block.root for n, block in state.contract.blocks.items()}
    real = {n: merkle.root(leaves(content(state, n))) for n in ideal}
    assert all((ideal[a] == ideal[b]) == (real[a] == real[b]) for a in ideal for b in ideal)


# Runs from bytes --------------------------------------------------------------------------------


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_the_hardened_rules(data):
    run = run_from_bytes(PLASMA, HARDENED, WIDE, data)
    assert run.broken == ()


@pytest.mark.parametrize("name, seed", EVERYWHERE)
def test_time_never_runs_back_and_only_a_wait_moves_it(name, seed):
    for step in walk(PLASMA, RULES[name], SMALL, seed, 80):
        passed = step.after.main.now - step.before.main.now
        waited = isinstance(step.action, Wait) and step.refusal is None
        assert passed == (step.action.seconds if waited else 0) and passed >= 0
