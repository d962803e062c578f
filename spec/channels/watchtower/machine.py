"""Watchtowers: each action, and the rules that it goes through.

A customer of a payment channel goes away. Towers that she has hired watch the main chain for her:
each holds sealed answers to the stale versions that her partner could claim, and has signed a
receipt for each. A tower that answers is paid; one that does not loses its bond to her.

It promises the customer, whatever her partner, the towers in league with him and the others do: she
ends with no less than her newest balance, if she leaves only when one tower has promised every
answer. Either that tower, or any other that is honest, answers inside the window, or its bond pays
what she lost. It promises a tower that answers in time that it keeps its bond and gets its reward;
and both, that until there is a breach no tower learns a balance.

Assumed: the main chain takes every transaction in time; signatures and seals are ideal; the
customer is back while her receipts still count; a bond is as large as the channel.

Chapters: `appointments`, `state` and `actions`; `rules`, `strategy` and `rule_sets` (the
decisions); `offchain`, `disputes` and `service` (the transitions); `honest` (customer, partner and
tower).

Source: reference section 7 (watchtower); PISA, bolt13, Raiden's monitoring service.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from spec.channels.payment.contract import Phase
from spec.channels.watchtower import actions as a
from spec.channels.watchtower import disputes, honest, offchain, service
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import recourse_until
from spec.channels.watchtower.state import State
from spec.channels.windows import is_over
from spec.kernel.basics import drop, put
from spec.kernel.clock import Wait


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.UpdateChannel: offchain.update_channel,
    a.HandOver: offchain.hand_over,
    a.GiveReceipt: offchain.give_receipt,
    a.Leave: offchain.leave,
    a.Return: offchain.come_back,
    a.Close: disputes.close,
    a.CloseTogether: disputes.close_together,
    a.Answer: disputes.answer,
    a.Respond: disputes.respond,
    a.Settle: disputes.settle_channel,
    a.Register: service.register,
    a.Announce: service.announce,
    a.WithdrawBond: service.withdraw_bond,
    a.Recourse: service.recourse,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if action.by in state.people.honest:
        honest.refuse_folly(state, action, rules)
    return timed(state, action, TRANSITIONS[type(action)](state, action, rules))


def timed(before: State, action: Any, after: State) -> State:
    """The ghost's clock: when something was accepted, whatever time a rule has written down."""
    ghost, now = after.ghost, before.main.now
    match action:
        case a.Close():
            ghost = evolve(ghost, claimed=now)
        case a.CloseTogether() | a.Answer() | a.Respond() | a.Settle():
            if after.channel.phase != Phase.SETTLED:
                return after
            ghost = evolve(ghost, ended=now)
        case a.Announce():
            ghost = evolve(ghost, leaving=put(ghost.leaving, action.by, now))
        case a.WithdrawBond():
            ghost = evolve(ghost, leaving=drop(ghost.leaving, action.by))
        case a.Recourse():
            ghost = evolve(ghost, leaving=drop(ghost.leaving, action.receipt.tower))
        case a.Leave():
            ghost = evolve(ghost, left=now)
        case _:
            return after
    return evolve(after, ghost=ghost)


def settled(state: State, rules: Rules) -> bool:
    """Has the channel ended, and is it too late for recourse?"""
    outcome = state.service.outcome
    return outcome is not None and is_over(state.main.now, recourse_until(outcome, rules))
