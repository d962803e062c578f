"""Conditional payments in a duplex channel: each action, and the rules that it goes through.

Two parties lock money in a contract and pay each other off chain. Each direction has one state,
signed by both: what was paid in all, and which conditional payments are pending. A conditional
payment has a maximum, a hash lock and conditions; a registry on the main chain says what it gives.
Settling, either side shows states, newer ones take the place of older ones, pending payments count
as the registry says, and both are paid. Withdrawing, either side announces an amount, which the
other one can veto.

It promises an honest party that answers in time: whatever the other side does, it gets at least
what it put in and was paid by the newest states, less what it paid, and every payment to it whose
preimage it knew and whose conditions gave something; within a bounded time once it wants to settle.

What it does not know: fees of the main chain, payments over several channels (an id and a deadline
are the same on every hop: here is one hop of it), settling or withdrawing by agreement.

Chapters, in the order in which to read them: `pays` (a payment and its conditions), `state`,
`rules`, `strategy` and `rule_sets` (the decisions), `timeline`, `knowledge`, then `offchain` (what
is said), `registry` (what payments give), `withdrawals` and `settlement` (on the main chain), and
`honest` (the honest party).

Source: reference section 4; celer-network/agent-pay-contracts.
"""

from typing import Any

from attrs import evolve

from spec.channels.conditional import honest, offchain, registry, settlement, withdrawals
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Ghost, Learned, Phase, Result, State, Written
from spec.channels.people import is_honest
from spec.kernel.basics import Seconds
from spec.kernel.steps import Steps


def sensible(state: State, action: Any, rules: Rules) -> None:
    """Honest parties sign nothing that they would regret. Raises AgainstStrategy."""
    if is_honest(state.people, action.by):
        honest.refuse_folly(state, action, rules)


def recorded(before: State, action: Any, after: State) -> State:
    """For the record: what has changed on chain, or was learned, and when."""
    if after.network.learned != before.network.learned:
        return learned(before, after)
    return after if after.contract == before.contract else timed(before, after)


def learned(before: State, after: State) -> State:
    """The ghost's clock: when a payee got to know a preimage."""
    now, ghost = before.main.now, after.ghost
    new = [lock for lock in after.network.learned if lock not in before.network.learned]
    known = (*ghost.learned, *[Learned(lock, now) for lock in new])
    return evolve(after, ghost=evolve(ghost, learned=known))


def timed(before: State, after: State) -> State:
    """The ghost's clock: when something began on chain, whatever time a rule has written down."""
    now, was, contract = before.main.now, before.contract, after.contract
    ghost, since, announced = after.ghost, 0, 0
    if contract.phase == Phase.SETTLING:
        since = ghost.settling_since if was.phase == Phase.SETTLING else now
    if contract.intent is not None:
        announced = ghost.announced if was.intent is not None else now
    written = ghost.written
    if contract.registry != was.registry:
        written = tuple([_written(ghost, each, was.registry, now) for each in contract.registry])
    return evolve(
        after,
        ghost=evolve(ghost, settling_since=since, announced=announced, written=written),
    )


def _written(ghost: Ghost, result: Result, before: tuple[Result, ...], now: Seconds) -> Written:
    for each in ghost.written:
        if each.pay == result.pay:
            return each if result in before else evolve(each, last=now)
    return Written(result.pay, first=now, last=now)


step = Steps(
    (
        withdrawals.Deposit,
        offchain.Offer,
        offchain.Countersign,
        offchain.Learn,
        offchain.Reveal,
        offchain.Vouch,
        offchain.CosignVoucher,
        registry.Resolve,
        registry.ResolveVouched,
        settlement.Snapshot,
        withdrawals.IntendWithdraw,
        withdrawals.VetoWithdraw,
        withdrawals.ConfirmWithdraw,
        settlement.IntendSettle,
        settlement.ClearPays,
        settlement.ConfirmSettle,
    ),
    before=sensible,
    after=recorded,
)


def settled(state: State, rules: Rules) -> bool:
    """Is the channel closed, so that everybody has what it gets?"""
    return state.contract.phase == Phase.CLOSED
