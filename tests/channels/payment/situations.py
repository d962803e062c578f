"""Situations of the payment channel, told action by action.

Each side has deposited 2. Whoever is not named as honest belongs to one coalition.
"""

from typing import Any

from attrs import evolve

from invariants.channels.payment.rulebook import PAYMENT
from invariants.channels.payment.world.scope import Scope
from spec.channels.payment import updates
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import Version
from spec.channels.sides import ALICE, BOB, partner
from spec.kernel.basics import Party
from spec.kernel.clock import Wait
from tests.protocolwide import Step, account, moved, walk

PROTOCOL = PAYMENT.protocol
RULES = {"replacement": REPLACEMENT, "penalty": PENALTY}
BOTH = (ALICE, BOB)


def channel(rules: Rules, honest: tuple[Party, ...] = BOTH, **more: Any) -> State:
    """A channel that is open, with 2 from each side."""
    return PROTOCOL.initial(evolve(Scope(honest=honest, funded=(2, 2)), **more), rules)


def after(state: State, rules: Rules, *actions: Any) -> State:
    return moved(PAYMENT, state, rules, actions)


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
    if rules.revocable:
        state = after(state, rules, updates.Reveal(by), updates.Reveal(other))
        state = after(
            state, rules, updates.Hear(by, offer.number), updates.Hear(other, offer.number)
        )
    return state, offer


def offered(state: State, rules: Rules, *versions: Version) -> State:
    """Bob countersigns what a dishonest alice offers, and hears that she has revoked the rest."""
    for each in versions:
        state = after(state, rules, updates.Countersign(BOB, each))
        if rules.revocable:
            state = after(state, rules, updates.Hear(BOB, each.number), updates.Reveal(BOB))
    return state


def window_over(state: State, rules: Rules) -> State:
    """The first second after the window."""
    claim = state.contract.claim
    assert claim is not None
    return after(state, rules, Wait(claim.deadline + 1 - state.main.now))


def gained(before: State, now: State, party: Party) -> int:
    """What a party was paid on the main chain."""
    return account(now, party) - account(before, party)


def accepted(scope: str, rules: Rules, seeds: int) -> list[Step]:
    """The accepted steps of so many random runs."""
    runs = [walk(PAYMENT, rules, PAYMENT.scopes[scope], seed, 400) for seed in range(seeds)]
    return [step for run in runs for step in run if step.refusal is None]
