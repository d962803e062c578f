"""Every claim can fail: a mistake, made by hand, breaks it, and it can say why.

What a step does is made wrong, or it is a step that should have been refused. `test_traces` has the
claims that the known weaknesses break, and `mutants.kills` those that mistakes in the rules break.
"""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from invariants.channels.payment.rulebook import PAYMENT
from invariants.kernel.claims import Kind
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Claim, Phase
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import START
from spec.channels.sides import ALICE, BOB, with_side
from spec.kernel.basics import DAY, ETHER, put
from spec.kernel.clock import Wait
from tests.channels.payment.situations import (
    PROTOCOL,
    after,
    channel,
    offered,
    proposed,
    version,
)

CLAIMS = {claim.id: claim for claim in PAYMENT.invariants}
Broken = tuple[Callable[[], State], Any, Callable[[State], State], Rules]
"""How to make a state, an action there, what is made wrong, and the rules."""
R, P = REPLACEMENT, PENALTY


def richer(state: State) -> State:
    """Alice has 2 more than she should."""
    accounts = state.main.accounts
    more = put(accounts, (ALICE, ETHER), accounts[ALICE, ETHER] + 2)
    return evolve(state, main=evolve(state.main, accounts=more))


def poorer(state: State) -> State:
    """Bob has less than he should, by more than he had."""
    less = put(state.main.accounts, (BOB, ETHER), -1)
    return evolve(state, main=evolve(state.main, accounts=less))


def emptied(state: State) -> State:
    return evolve(state, main=evolve(state.main, escrow={ETHER: 1}))


def contract(**what: Any) -> Callable[[State], State]:
    return lambda state: evolve(state, contract=evolve(state.contract, **what))


def claiming(**what: Any) -> Callable[[State], State]:
    def made(state: State) -> State:
        claim = evolve(state.contract.claim, **what)
        return evolve(state, contract=evolve(state.contract, claim=claim))

    return made


def signing(**what: Any) -> Callable[[State], State]:
    """The version that bob has signed last is another one."""

    def made(state: State) -> State:
        mine = state.network.signed[1]
        signed = with_side(state.network.signed, 1, (*mine[:-1], evolve(mine[-1], **what)))
        return evolve(state, network=evolve(state.network, signed=signed))

    return made


def no_mistake(state: State) -> State:
    return state


def unsigned(state: State) -> State:
    return evolve(state, network=evolve(state.network, signed=((), ())))


def unrevealed(state: State) -> State:
    return evolve(state, network=evolve(state.network, revealed=(0, 0)))


def away(state: State) -> State:
    return evolve(state, people=evolve(state.people, offline=(BOB,)))


def unheard(state: State) -> State:
    """Bob was never told what alice has revoked."""
    return evolve(state, ghost=evolve(state.ghost, heard=(0, 0)))


def there(state: State) -> State:
    return evolve(state, people=evolve(state.people, offline=()))


def knowing(**what: Any) -> Callable[[State], State]:
    """Bob holds another version than it does."""

    def made(state: State) -> State:
        mine = state.memory[1]
        mine = evolve(mine, held=evolve(mine.held, **what))
        return evolve(state, memory=with_side(state.memory, 1, mine))

    return made


def long_after(state: State) -> State:
    return evolve(state, main=evolve(state.main, now=10 * DAY))


def bobs() -> State:
    """Bob is honest, and holds version 1."""
    return offered(channel(R, honest=(BOB,)), R, FIRST)


def stale() -> State:
    return after(bobs(), R, closing.UnilateralClose(ALICE, START))


def left() -> State:
    return after(bobs(), R, presence.GoOffline(BOB, DAY))


def closed() -> State:
    return after(bobs(), R, closing.UnilateralClose(BOB, FIRST))


def punishable() -> State:
    state = offered(channel(P, honest=(BOB,)), P, FIRST)
    return after(state, P, closing.UnilateralClose(ALICE, START))


def revealing() -> State:
    state, offer = proposed(channel(P), P, ALICE, pays=1)
    return after(state, P, updates.Countersign(BOB, offer))


def third() -> State:
    return offered(channel(P, honest=(BOB,)), P, FIRST, version(3, 1, 3))


def settled() -> State:
    """Everything is paid out, and another channel may be opened."""
    state = offered(channel(R, honest=(BOB,), channels=2), R, END)
    return after(state, R, closing.CooperativeClose(BOB, END))


def final() -> State:
    return offered(channel(R, honest=(BOB,)), R, END)


FIRST, NEXT, END = version(1, 1, 3), version(3, 0, 4), version(1, 1, 3, final=True)
CHALLENGE, CLOSE, TOP_UP = (
    closing.Challenge(BOB, FIRST),
    closing.UnilateralClose(BOB, FIRST),
    closing.Deposit(BOB, 1),
)
UNFUNDED = version(3, 0, 5, deposits=(3, 2))
CLAIM = Claim(ALICE, START, DAY)
SIGN, PROPOSE = updates.Countersign(BOB, NEXT), updates.Propose(BOB, 1)

AFTERWARDS: dict[str, Broken] = {
    "PC-SUPPLY": (bobs, TOP_UP, richer, R),
    "PC-COVERED": (bobs, TOP_UP, emptied, R),
    "PC-NOT-NEGATIVE": (bobs, TOP_UP, poorer, R),
    "PC-SAFE-EXIT": (bobs, SIGN, signing(number=9, balances=(4, 0)), R),
    "PC-STALE": (punishable, closing.Punish(BOB, 1), richer, P),
    "PC-WINDOW": (stale, CHALLENGE, claiming(deadline=3 * DAY), R),
    "PC-NUMBERS": (stale, CHALLENGE, claiming(version=START), R),
    "PC-TOTALS": (bobs, TOP_UP, contract(deposits=(9, 9)), R),
    "PC-PHASE": (bobs, CLOSE, contract(phase=Phase.OPEN), R),
    "PC-SIGNED": (bobs, SIGN, signing(number=1), R),
    "PC-AT-MOST-THREE": (third, updates.Countersign(BOB, version(5, 1, 3)), unheard, P),
    "PC-SHOWABLE": (bobs, SIGN, unsigned, R),
    "PC-REVEALS": (revealing, updates.Reveal(BOB), unrevealed, P),
    "PC-TIME": (closed, Wait(1), long_after, R),
    "PC-NOT-STUCK": (bobs, TOP_UP, unsigned, R),
    "PC-PAID": (bobs, TOP_UP, richer, R),
    "PC-STANDS": (stale, CHALLENGE, claiming(by=BOB), R),
    "PC-NOTHING-ELSE": (bobs, TOP_UP, away, R),
    "PC-KNOWS": (bobs, SIGN, knowing(number=1), R),
    "PC-PROPOSED": (bobs, PROPOSE, signing(balances=(0, 4)), R),
    "PC-ANEW": (settled, closing.Reopen(ALICE), contract(claim=CLAIM), R),
    "PC-BACK": (left, Wait(1), long_after, R),
    "PC-AWAY": (bobs, presence.GoOffline(BOB, DAY), there, R),
    "PC-FREE-TO-ACT": (bobs, TOP_UP, knowing(withdrawn=(0, 1)), R),
}
"""What the step did is made wrong."""
BEFOREHAND: dict[str, Broken] = {
    "PC-UNANIMOUS": (stale, CHALLENGE, unsigned, R),
    "PC-IN-TIME": (stale, CHALLENGE, long_after, R),
    "PC-FINAL": (final, closing.CooperativeClose(BOB, FIRST), no_mistake, R),
    "PC-DESERVED": (punishable, closing.Punish(BOB, 0), no_mistake, P),
    "PC-ARRIVES": (bobs, updates.Countersign(BOB, FIRST), no_mistake, R),
    "PC-SHOWS": (bobs, closing.UnilateralClose(BOB, START), no_mistake, R),
    "PC-OWN-NAME": (bobs, CLOSE, away, R),
    "PC-FUNDED": (bobs, updates.Countersign(BOB, UNFUNDED), no_mistake, R),
}
"""The step itself is one that should have been refused."""


def test_no_claim_is_left_out():
    assert {*AFTERWARDS, *BEFOREHAND} == set(CLAIMS)


def holds(claim, before, action, now, rules):
    if claim.kind is Kind.TRANSITION:
        return claim.holds(before, action, now, rules)
    return claim.holds(now, rules)


def why(claim, before, action, now, rules):
    arguments = (before, action, now, rules) if claim.kind is Kind.TRANSITION else (now, rules)
    return claim.explain(*arguments)


@pytest.mark.parametrize("id", AFTERWARDS)
def test_a_mistake_in_what_a_step_does_breaks_it(id):
    claim, (make, action, mistake, rules) = CLAIMS[id], AFTERWARDS[id]
    before = make()
    now = PROTOCOL.step(before, action, rules)
    assert not claim.after or type(action) in claim.after
    assert holds(claim, before, action, now, rules)
    assert not holds(claim, before, action, mistake(now), rules)
    assert why(claim, before, action, mistake(now), rules).cause


@pytest.mark.parametrize("id", BEFOREHAND)
def test_a_step_that_should_have_been_refused_breaks_it(id):
    claim, (make, action, mistake, rules) = CLAIMS[id], BEFOREHAND[id]
    before = mistake(make())
    assert not claim.after or type(action) in claim.after
    assert not holds(claim, before, action, before, rules)
    assert why(claim, before, action, before, rules).cause
