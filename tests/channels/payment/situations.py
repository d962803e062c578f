"""Situations of the payment channel, told action by action, and random walks through it.

Each side has deposited 2. Whoever is not named as honest belongs to one coalition.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from attrs import evolve

from impl.fuzz.codec import Sources
from invariants.channels.payment.rulebook import PAYMENT
from invariants.channels.payment.world.scope import Scope
from spec.channels.payment import updates
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import Version
from spec.channels.sides import ALICE, BOB, partner
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

PROTOCOL = PAYMENT.protocol
RULES = {"replacement": REPLACEMENT, "penalty": PENALTY}
BOTH = (ALICE, BOB)


def channel(rules: Rules, honest: tuple[Party, ...] = BOTH, **more: Any) -> State:
    """A channel that is open, with 2 from each side."""
    return PROTOCOL.initial(evolve(Scope(honest=honest, funded=(2, 2)), **more), rules)


def after(state: State, rules: Rules, *actions: Any) -> State:
    for action in actions:
        state = move(PROTOCOL, state, action, rules)
    return state


def version(number: int, first: int, second: int, **more: Any) -> Version:
    """Balances in a channel with 2 from each side and no withdrawals."""
    return evolve(Version(number, (first, second), (2, 2), (0, 0)), **more)


def proposed(state: State, rules: Rules, by: Party, **what: Any) -> tuple[State, Version]:
    """An honest party has signed and sent a version."""
    state = after(state, rules, updates.Propose(by, **what))
    return state, state.memory[by - ALICE].signed


def agreed(state: State, rules: Rules, by: Party, **what: Any) -> tuple[State, Version]:
    """An update between two honest parties, all messages delivered, older versions revoked."""
    state, offer = proposed(state, rules, by, **what)
    other = partner(by)
    state = after(state, rules, updates.Countersign(other, offer), updates.Receive(by, offer))
    if rules.punishes(0, 1):
        state = after(state, rules, updates.Reveal(by), updates.Reveal(other))
        state = after(
            state, rules, updates.Hear(by, offer.number), updates.Hear(other, offer.number)
        )
    return state, offer


def offered(state: State, rules: Rules, *versions: Version) -> State:
    """Bob countersigns what a dishonest alice offers, and hears that she has revoked the rest."""
    for each in versions:
        state = after(state, rules, updates.Countersign(BOB, each))
        if rules.punishes(0, 1):
            state = after(state, rules, updates.Hear(BOB, each.number), updates.Reveal(BOB))
    return state


def window_over(state: State, rules: Rules) -> State:
    """The first second after the window."""
    claim = state.contract.claim
    assert claim is not None
    return after(state, rules, Wait(claim.deadline + 1 - state.main.now))


def gained(before: State, now: State, party: Party) -> int:
    """What a party was paid on the main chain."""
    return now.main.accounts[party, ETHER] - before.main.accounts[party, ETHER]


def walk(
    scope: Scope, rules: Rules, seed: int, steps: int = 40
) -> Iterator[tuple[State, Any, State]]:
    """The accepted steps of a random run."""
    random, state = Random(seed), PROTOCOL.initial(scope, rules)
    sources = Sources(PAYMENT, rules, scope)
    for _ in range(10 * steps):
        source = random.choice(sources.table)
        action = sources.draw(source, state, lambda n: random.randrange(n))
        if action is None:
            continue
        try:
            state_after = move(PROTOCOL, state, action, rules)
        except Refusal:
            continue
        yield state, action, state_after
        state = state_after
