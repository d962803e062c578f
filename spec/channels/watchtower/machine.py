"""Watchtowers: each action, and the rules that it goes through.

A customer of a payment channel goes away. Towers that she has hired watch the main chain for her:
each holds sealed answers to the stale versions that her partner could claim, and has signed a
receipt for each. A tower that answers is paid; one that does not loses its bond to her.

It promises the customer, whatever her partner, the towers in league with him and the others do: she
ends with no less than her newest balance, if she leaves only when one tower has promised every
answer. Either that tower, or any other that is honest, answers inside the window, or its bond pays
what she lost. It promises a tower that answers in time that it keeps its bond and gets its reward;
and both, that until there is a breach no tower learns a balance.

Assumed: whoever is honest and there answers within its reaction, main chain included; signatures
and seals are ideal; the customer is back while there is time to call on the bond, which is as large
as the channel.

Chapters: `appointments` and `state`; `rules`, `strategy` and `rule_sets` (the decisions);
`offchain`, `disputes` and `service` (what each does); `honest` (customer, partner and tower).

Source: reference section 7 (watchtower); PISA, bolt13, Raiden's monitoring service.
"""

from typing import Any

from attrs import evolve

from spec.channels.payment.contract import Phase
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.honest import refuse_folly
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import recourse_until
from spec.channels.watchtower.state import State
from spec.channels.windows import is_over
from spec.kernel.basics import drop, put
from spec.kernel.steps import Steps


def timed(before: State, action: Any, after: State) -> State:
    """The ghost's clock: when something was accepted, whatever time a rule has written down."""
    ghost, now = after.ghost, before.main.now
    match action:
        case disputes.Close():
            ghost = evolve(ghost, claimed=now)
        case disputes.CloseTogether() | disputes.Answer() | disputes.Respond() | disputes.Settle():
            if after.channel.phase != Phase.SETTLED:
                return after
            ghost = evolve(ghost, ended=now)
        case service.Announce():
            ghost = evolve(ghost, leaving=put(ghost.leaving, action.by, now))
        case service.WithdrawBond():
            ghost = evolve(ghost, leaving=drop(ghost.leaving, action.by))
        case service.Recourse():
            ghost = evolve(ghost, leaving=drop(ghost.leaving, action.receipt.tower))
        case offchain.Leave():
            ghost = evolve(ghost, left=now)
        case _:
            return after
    return evolve(after, ghost=ghost)


step = Steps(
    (
        offchain.UpdateChannel,
        offchain.HandOver,
        offchain.GiveReceipt,
        offchain.Crash,
        offchain.Leave,
        offchain.Return,
        disputes.Close,
        disputes.CloseTogether,
        disputes.Answer,
        disputes.Respond,
        disputes.Settle,
        service.Register,
        service.Announce,
        service.WithdrawBond,
        service.Recourse,
    ),
    before=refuse_folly,
    after=timed,
)


def settled(state: State, rules: Rules) -> bool:
    """Has the channel ended, and is it too late for recourse?"""
    outcome = state.service.outcome
    return outcome is not None and is_over(state.main.now, recourse_until(outcome, rules))
