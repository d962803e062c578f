"""What a wallet can't know changes nothing of what it must do.

Its obligations are computed from the whole state, because that is how the state machine is
written. So the part of the state that it can't see is replaced by something else, and they have to
stay the same; while a change in what it does see has to show somewhere, or the test is blind.
"""

import pytest
from attrs import evolve

from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.scope import ALL_FORGERIES, Scope
from spec.kernel.basics import ETHER, Party
from spec.kernel.protocol import Obligation
from spec.plasma.mvp.exits import ChallengeExit
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    Ghost,
    Ledger,
    Output,
    Spend,
    State,
    Transaction,
    View,
    content,
)
from tests.plasma.mvp.walks import HARDENED, MVP
from tests.protocolwide import duties, ends, other_accounts

ALICE, MALLORY, BOB = Party(1), Party(2), Party(3)
SCOPE = Scope(
    honest=(ALICE, BOB),
    deposits=4,
    blocks=3,
    transactions=2,
    exits=4,
    sends=3,
    bad_blocks=2,
    forgeries=ALL_FORGERIES,
)
PAYMENTS = evolve(
    SCOPE,
    amounts=(1,),
    deposits=1,
    honest_deposits=0,
    transactions=1,
    exits=2,
    sends=0,
    bad_blocks=0,
)  # fmt: skip
"""The coalition's money only: what it spends in good blocks and exits as well."""
GARBAGE = Transaction(
    (encode(1, 0, 0), encode(2, 0, 0)), (MALLORY, MALLORY), (Output(ALICE, ETHER, 77),)
)


obligations = PLASMA.protocol.obligations


@pytest.fixture(scope="module", params=["mvp", "hardened"])
def rules(request) -> Rules:
    return {"mvp": MVP, "hardened": HARDENED}[request.param]


@pytest.fixture(scope="module")
def reachable(rules) -> list[State]:
    found = [*ends(PLASMA, rules, SCOPE, 6_000), *ends(PLASMA, rules, PAYMENTS, 4_000)]
    telling = [state for state in found if any(map(is_challenge, obligations(state, rules)))]
    return [*found[::8], *telling]


def owed(state: State, party: Party, rules: Rules) -> set:
    return set(duties(PLASMA, state, party, rules))


def is_challenge(duty: Obligation) -> bool:
    return isinstance(duty.action, ChallengeExit)


# What it can't know -----------------------------------------------------------------------------


def knows(state: State, party: Party, block: int) -> bool:
    """Deposits are on the main chain; of operator blocks it knows those that it checked."""
    return block % 1000 != 0 or block <= state.knowledge[party].head


def without_ghost(state: State, party: Party) -> State:
    return evolve(state, ghost=Ghost({}, {}, (), {}, {}, 99))


def other_views(state: State, party: Party) -> State:
    known = {
        other: view if other == party else View(0, 5, frozenset(), frozenset())
        for other, view in state.knowledge.items()
    }
    return evolve(state, knowledge=known)


def other_signatures(state: State, party: Party) -> State:
    own = tuple(each for each in state.side.signed if each[0] == party)
    return evolve(state, side=evolve(state.side, signed=((MALLORY, GARBAGE), *own)))


def other_withheld_contents(state: State, party: Party) -> State:
    """Blocks that it was not shown hold something else, but for what an exit shows of them."""
    shown = {transaction_of(exit.output) for exit in state.contract.exits.values()}
    contents, blocks = list(state.side.contents), dict(state.contract.blocks)
    for number, block in state.contract.blocks.items():
        if not knows(state, party, number):
            contents.append(
                tuple(
                    transaction if (number, index) in shown else GARBAGE
                    for index, transaction in enumerate(content(state, number))
                )
                + (GARBAGE,)
            )
            contents[block.root], contents[-1] = contents[-1], contents[block.root]
            if sum(b.root == block.root for b in blocks.values()) > 1:
                # Somebody else's block has the same root: leave this one alone.
                contents[block.root] = contents.pop()
    return evolve(state, side=evolve(state.side, contents=tuple(contents)))


def other_later_ledger(state: State, party: Party) -> State:
    """The ledger past what it checked says anything: its own holdings spent, outputs gone."""
    view, ledger = state.knowledge[party], state.side.ledger
    spent = {p: spend for p, spend in ledger.spent.items() if spend.block <= view.head}
    later = max(view.head, *state.contract.blocks, 0) + 1000
    mine = view.holdings | {exit.output for exit in state.contract.exits.values()}
    spent |= {position: Spend(later, 0, 0) for position in mine if position not in spent}
    outputs = {p: o for p, o in ledger.outputs.items() if knows(state, party, p // 10**9)}
    hidden = Ledger(outputs, spent, {ETHER: 12}, {ETHER: 11})
    return evolve(state, side=evolve(state.side, ledger=hidden))


HIDDEN = (
    without_ghost,
    other_accounts,
    other_views,
    other_signatures,
    other_withheld_contents,
    other_later_ledger,
)


@pytest.mark.parametrize("change", HIDDEN, ids=[change.__name__ for change in HIDDEN])
def test_what_a_wallet_cannot_know_does_not_change_its_obligations(change, rules, reachable):
    for state in reachable:
        for party in SCOPE.honest:
            assert owed(change(state, party), party, rules) == owed(state, party, rules)


def test_all_of_it_at_once_does_not_either(rules, reachable):
    changed = obliged = 0
    for state in reachable:
        for party in SCOPE.honest:
            other = state
            for change in HIDDEN:
                other = change(other, party)
            changed += other.side.contents != state.side.contents
            obliged += bool(owed(state, party, rules))
            assert owed(other, party, rules) == owed(state, party, rules)
    assert changed > 5 and obliged > 50, "the sample has withheld blocks and honest answers"


# What it does know ------------------------------------------------------------------------------


def calm(state: State, party: Party, view: View) -> View:
    return evolve(view, alarm=None)


def alarmed_earlier(state: State, party: Party, view: View) -> View:
    return view if view.alarm is None else evolve(view, alarm=view.alarm + 1)


def without_holdings(state: State, party: Party, view: View) -> View:
    return evolve(view, holdings=frozenset())


def without_confirmations(state: State, party: Party, view: View) -> View:
    return evolve(view, confirmations=frozenset())


@pytest.mark.parametrize("change", (calm, alarmed_earlier, without_holdings, without_confirmations))
def test_what_it_knows_does_change_them(change, rules, reachable):
    changes = 0
    for state in reachable:
        for party in SCOPE.honest:
            view = change(state, party, state.knowledge[party])
            other = evolve(state, knowledge={**state.knowledge, party: view})
            changes += owed(other, party, rules) != owed(state, party, rules)
    assert changes > 0


def test_what_it_saw_of_a_block_does_change_them(rules, reachable):
    """A spend in a block that it checked is what it challenges with."""
    changes = 0
    for state in reachable:
        hidden = evolve(state, side=evolve(state.side, ledger=Ledger({}, {}, {}, {})))
        for party in SCOPE.honest:
            changes += owed(hidden, party, rules) != owed(state, party, rules)
    assert changes > 0


def test_the_coalition_is_obliged_to_nothing(rules, reachable):
    assert not any(owed(state, COALITION, rules) for state in reachable)
