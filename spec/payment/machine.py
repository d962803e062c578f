"""The payment channel as one record: what a checker runs.

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

from spec.channels.people import People
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol
from spec.payment import actions as a
from spec.payment import closing, keys, presence, updates
from spec.payment.contract import Contract, Phase
from spec.payment.duties import instants, obligations
from spec.payment.memory import BLANK
from spec.payment.moves import FAMILIES
from spec.payment.refusals import Away, NotAParty, NotHonest
from spec.payment.rules import Rules
from spec.payment.scope import Scope
from spec.payment.state import Absence, Ghost, Network, State, on_chain, stamped
from spec.payment.telling import describe, message, party_name
from spec.payment.versions import START


def initial(scope: Scope, rules: Rules) -> State:
    """A channel in which nothing was paid yet."""
    funded = scope.funded
    phase = Phase.OPEN if funded[0] > 0 and funded[1] > 0 else Phase.OPENING
    return State(
        main=MainChain(
            now=0,
            accounts={(party, ETHER): scope.purse for party in PARTIES},
            escrow={ETHER: funded[0] + funded[1]},
        ),
        contract=Contract(phase, funded, (0, 0), None),
        memory=(BLANK, BLANK),
        disk=(BLANK, BLANK),
        network=Network(signed=((), ()), revealed=(0, 0)),
        people=People(honest=scope.honest),
        absence=Absence(back=(0, 0), times=0),
        ghost=Ghost(held=(START, START), heard=(0, 0)),
    )


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


def groups(state: State) -> Mapping[str, Any]:
    """The groups of the state by name."""
    return {
        "main": state.main,
        "contract": state.contract,
        "memory": state.memory,
        "disk": state.disk,
        "network": state.network,
        "people": state.people,
        "absence": state.absence,
        "ghost": state.ghost,
    }


PAYMENT: Protocol[State, Rules, Scope] = Protocol(
    name="payment",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    room=None,
    key=keys.key,
    actions=tuple(TRANSITIONS),
    party_name=party_name,
    describe=describe,
    groups=groups,
    message=message,
)
