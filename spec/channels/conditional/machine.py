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

Chapters, in the order in which to read them: `pays` (a payment and its conditions), `state` and
`actions`, `rules`, `strategy` and `rule_sets` (the decisions), `timeline`, `knowledge`, then the
transitions `offchain`, `registry`, `withdrawals`, `settlement`, and `honest` (the honest party).

Source: reference section 4; celer-network/agent-pay-contracts.
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from spec.channels.conditional import actions as a
from spec.channels.conditional import honest, offchain, registry, settlement, withdrawals
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import (
    Ghost,
    Phase,
    Result,
    State,
    Written,
)
from spec.channels.people import is_honest
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.Deposit: withdrawals.deposit,
    a.Offer: offchain.offer,
    a.Countersign: offchain.countersign,
    a.Learn: offchain.learn,
    a.Reveal: offchain.reveal,
    a.Vouch: offchain.vouch,
    a.CosignVoucher: offchain.cosign_voucher,
    a.Resolve: registry.resolve,
    a.ResolveVouched: registry.resolve_vouched,
    a.Snapshot: settlement.snapshot,
    a.IntendWithdraw: withdrawals.intend_withdraw,
    a.VetoWithdraw: withdrawals.veto_withdraw,
    a.ConfirmWithdraw: withdrawals.confirm_withdraw,
    a.IntendSettle: settlement.intend_settle,
    a.ClearPays: settlement.clear_pays,
    a.ConfirmSettle: settlement.confirm_settle,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if is_honest(state.people, action.by):
        honest.refuse_folly(state, action, rules)
    after = TRANSITIONS[type(action)](state, action, rules)
    return after if after.contract == state.contract else timed(state, after)


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


def settled(state: State, rules: Rules) -> bool:
    """Is the channel closed, so that everybody has what it gets?"""
    return state.contract.phase == Phase.CLOSED
