"""The application channel: each action, and the rules that it goes through.

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

from spec.channels.application import actions as a
from spec.channels.application import adjudicator, holdings, play, player
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.people import is_honest
from spec.kernel.clock import Wait


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
