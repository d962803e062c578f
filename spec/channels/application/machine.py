"""The application channel: each action, and the rules that it goes through.

Two parties deposit stakes in a contract and run an application off chain, turn by turn. The state
that a party can support with signatures is what counts; if somebody stalls, the other challenges,
and after a window the outcome of the challenged state is final and paid.

It promises a party that moves and answers in time: at least what the application's rules guarantee
it from the last state on, within a bounded time.

Chapters, in the order in which to read them: `outcomes`, `evidence` (what can be shown),
`streaming`, `rock_paper_scissors`, `tic_tac_toe`, `applications` (what is played), `state`,
`rules`, `strategy` and `rule_sets` (the decisions), `holdings` (deposits and payments), `play` (off
chain), `adjudicator` (the contract as judge), `player` (the honest party).

Source: reference section 5; ForceMove, Nitro.
"""

from typing import Any

from attrs import evolve

from spec.channels.application import adjudicator, holdings, play, player
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.people import is_honest
from spec.kernel.steps import Steps


def sensible(state: State, action: Any, rules: Rules) -> None:
    """Honest parties do nothing that they would regret. Raises AgainstStrategy."""
    if is_honest(state.people, action.by):
        player.refuse_folly(state, action, rules)


def timed(before: State, action: Any, after: State) -> State:
    """The ghost's clock: when an action was accepted, whatever time a rule has written down."""
    now = after.main.now
    if isinstance(action, adjudicator.Challenge | adjudicator.Conclude):
        return evolve(after, ghost=evolve(after.ghost, called=now))
    if isinstance(action, holdings.Deposit | play.Move | play.Agree | adjudicator.Checkpoint):
        return evolve(after, ghost=evolve(after.ghost, since=now))
    return after


step = Steps(
    (
        holdings.Deposit,
        play.Move,
        play.Agree,
        adjudicator.Challenge,
        adjudicator.Checkpoint,
        adjudicator.Conclude,
        holdings.PayOut,
    ),
    before=sensible,
    after=timed,
)


def settled(state: State, rules: Rules) -> bool:
    """Was the outcome paid, so that everybody has what it gets?"""
    return state.contract.paid
