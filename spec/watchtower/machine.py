"""Watchtowers as one record: what a checker runs.

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

from spec.channels.people import People
from spec.channels.sides import ALICE, BOB
from spec.channels.windows import is_over
from spec.kernel.basics import ETHER, drop, put
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol
from spec.payment.contract import Contract, Phase
from spec.payment.versions import START
from spec.watchtower import actions as a
from spec.watchtower import disputes, honest, keys, offchain, service
from spec.watchtower.moves import FAMILIES, honest_people, past_receipts
from spec.watchtower.rules import Rules
from spec.watchtower.scope import Scope
from spec.watchtower.service import recourse_until
from spec.watchtower.state import Ghost, Service, State, Talk
from spec.watchtower.telling import describe, message, party_name
from spec.watchtower.timeline import instants

ENDOWMENT = 100
"""What every account holds beside channel, stake and bond, in wei: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """A channel that both sides have funded, and towers that wait for customers."""
    people = (ALICE, BOB, *scope.towers)
    bonds = dict.fromkeys(scope.towers, rules.bond) if scope.registered else {}
    locked = sum(scope.deposits) + 2 * rules.reward + sum(bonds.values())
    wealth = {
        p: ENDOWMENT + bonds.get(p, 0) + (rules.reward if p in (ALICE, BOB) else 0) for p in people
    }
    return State(
        main=MainChain(
            now=0,
            accounts={(p, ETHER): ENDOWMENT for p in people},
            escrow={ETHER: locked},
        ),
        channel=Contract(Phase.OPEN, scope.deposits, (0, 0), None),
        service=Service(
            bonds=bonds,
            announced={},
            stakes=(rules.reward, rules.reward),
            answered_by=None,
            outcome=None,
            compensated=0,
            burned=0,
        ),
        talk=Talk(
            versions=(START,), stores={}, receipts=past_receipts(scope), left=None, journeys=0
        ),
        people=People(honest=honest_people(scope), offline=scope.offline),
        ghost=Ghost(wealth=wealth, claimed=0, ended=0, leaving={}, left=0),
    )


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


def groups(state: State) -> Mapping[str, Any]:
    """The groups of the state by name."""
    return {
        "main": state.main,
        "channel": state.channel,
        "service": state.service,
        "talk": state.talk,
        "people": state.people,
        "ghost": state.ghost,
    }


WATCHTOWER: Protocol[State, Rules, Scope] = Protocol(
    name="watchtower",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=honest.obligations,
    instants=instants,
    room=None,
    key=keys.key,
    actions=tuple(TRANSITIONS),
    party_name=party_name,
    describe=describe,
    groups=groups,
    message=message,
)
