"""The payment channel: each action, and the rules that it goes through.

Two parties lock money in a contract and then pay each other off chain, by versions of who has what
that both sign. Either can end the channel at any time and alone. It promises an honest party,
whatever the other one and the network do, that it gets what it could show or can't be kept from:
at least the least of the balances that it has agreed to and that still count; and this within one
window of its own wish to leave, if it is back before a window that the other has opened is over.

Chapters, in the order in which to read them: `versions` (what is signed), `rules`, `strategy` and
`rule_sets` (the decisions), `contract` (on the main chain), `memory`, `state` and `actions`,
`updates` (off chain), `closing` (who may show what), `presence` (away, crashed, back), `duties`
(what honest parties must do).
"""

from collections.abc import Callable, Mapping
from typing import Any

from spec.channels.payment import actions as a
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.refusals import Away, NotAParty, NotHonest
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State, on_chain, stamped
from spec.channels.sides import PARTIES
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    main = state.main
    later = MainChain(main.now + action.seconds, main.accounts, main.escrow)
    return on_chain(state, later, state.contract)


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.Propose: updates.propose,
    a.Countersign: updates.countersign,
    a.Receive: updates.receive,
    a.Reveal: updates.reveal,
    a.Hear: updates.hear,
    a.Deposit: closing.deposit,
    a.Cancel: closing.cancel,
    a.Withdraw: closing.withdraw,
    a.CooperativeClose: closing.cooperative_close,
    a.UnilateralClose: closing.unilateral_close,
    a.Challenge: closing.challenge,
    a.Punish: closing.punish,
    a.Settle: closing.settle,
    a.GoOffline: presence.go_offline,
    a.Crash: presence.crash,
    a.Return: presence.come_back,
    Wait: wait,
}


BETWEEN_PARTIES = frozenset(
    (a.Propose, a.Countersign, a.Receive, a.Reveal, a.Hear, a.GoOffline, a.Crash, a.Return)
)
"""Steps of honest parties. What others say, and when they are there, is up to them."""


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    kind, by = type(action), action.by
    if by not in PARTIES and kind != Wait:
        raise NotAParty(by)
    if kind in BETWEEN_PARTIES and by not in state.people.honest:
        raise NotHonest(by)
    if by in state.people.offline and kind != a.Return:
        raise Away(by)
    return stamped(state, TRANSITIONS[kind](state, action, rules))


def settled(state: State, rules: Rules) -> bool:
    """Is everything paid out?"""
    return state.contract.phase == Phase.SETTLED
