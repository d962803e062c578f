"""The application channel as one record: what a checker runs.

Two parties deposit stakes in a contract and run an application off chain, turn by turn. The state
that a party can support with signatures is what counts; if somebody stalls, the other challenges,
and after a window the outcome of the challenged state is final and paid.

It promises a party that moves and answers in time: at least what the application's rules guarantee
it from the last state on, within a bounded time.

Chapters, in the order in which to read them: `outcomes`, `evidence` (what can be shown),
`streaming`, `rock_paper_scissors`, `tic_tac_toe`, `applications` (what is played), `state` and
`actions`, `rules`, `strategy` and `rule_sets` (the decisions), `holdings`, `play`, `adjudicator`
(the transitions), `player` (the honest party).

Source: reference section 5; ForceMove, Nitro.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from spec.application import actions as a
from spec.application import adjudicator, holdings, keys, play, player
from spec.application.applications import app_state
from spec.application.moves import FAMILIES
from spec.application.rules import Rules
from spec.application.scope import Scope
from spec.application.state import Channel, Contract, Ghost, Network, Phase, State
from spec.application.telling import describe, message, party_name
from spec.application.timeline import instants
from spec.channels.people import People, is_honest
from spec.channels.sides import PARTIES, side_of
from spec.kernel.basics import ETHER
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol


def initial(scope: Scope, rules: Rules) -> State:
    """Both have signed the start; in a funded channel both have deposited."""
    start = app_state(scope.app, scope.start, 0, scope.stakes, rules.stalled)
    deposited = scope.stakes if scope.funded else (0, 0)
    held = deposited[0] + deposited[1]
    accounts = {
        (party, ETHER): scope.purse + scope.stakes[side_of(party)] - deposited[side_of(party)]
        for party in PARTIES
    }
    return State(
        main=MainChain(now=0, accounts=accounts, escrow={ETHER: held}),
        channel=Channel(scope.app, scope.stakes),
        contract=Contract(
            held=held,
            deposited=deposited,
            phase=Phase.OPEN,
            record=0,
            claimed=start,
            ends=0,
            paid=False,
        ),
        network=Network(line=(start,), agreed=False, since=0),
        people=People(
            honest=tuple(p for p in PARTIES if p not in scope.coalition), offline=scope.offline
        ),
        ghost=Ghost(challenged=0, cleared=0, since=0, called=0),
    )


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.Deposit: holdings.deposit,
    a.Move: play.move,
    a.Agree: play.agree,
    a.Challenge: adjudicator.challenge,
    a.Checkpoint: adjudicator.checkpoint,
    a.Conclude: adjudicator.conclude,
    a.PayOut: holdings.pay_out,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if is_honest(state.people, action.by):
        player.refuse_folly(state, action, rules)
    return timed(TRANSITIONS[type(action)](state, action, rules), action)


def timed(after: State, action: Any) -> State:
    """The ghost's clock: when an action was accepted, whatever time a rule has written down."""
    now = after.main.now
    if isinstance(action, a.Challenge | a.Conclude):
        return evolve(after, ghost=evolve(after.ghost, called=now))
    if isinstance(action, a.Deposit | a.Move | a.Agree | a.Checkpoint):
        return evolve(after, ghost=evolve(after.ghost, since=now))
    return after


def settled(state: State, rules: Rules) -> bool:
    """Was the outcome paid, so that everybody has what it gets?"""
    return state.contract.paid


def groups(state: State) -> Mapping[str, Any]:
    """The groups of the state by name."""
    return {
        "main": state.main,
        "channel": state.channel,
        "contract": state.contract,
        "network": state.network,
        "people": state.people,
        "ghost": state.ghost,
    }


APPLICATION: Protocol[State, Rules, Scope] = Protocol(
    name="application",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=player.obligations,
    instants=instants,
    room=None,
    key=keys.key,
    actions=tuple(TRANSITIONS),
    party_name=party_name,
    describe=describe,
    groups=groups,
    message=message,
)
