"""What the parties of a channel are due: read off the signed states, by no rule and no strategy.

An honest party that is there is due what it put in and was paid by the newest signed states, less
what it paid; each pending payment to it of which it knew the preimage in time, with conditions
that became final in time, in full; and it owes of its own pending payments what the registry says,
as far as the other side deserves that. One that is away is due no less than the contract had been
shown.
"""

from spec.channels.conditional.pays import Pay, outcomes
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import NOTHING_PAID, Simplex, State
from spec.channels.conditional.timeline import known_in_time
from spec.channels.people import is_honest, is_there
from spec.channels.sides import PARTIES, Side, other_side
from spec.kernel.basics import ETHER, Wei


def last_signed(state: State, payer: Side) -> Simplex:
    """The newest state of a direction that both have signed."""
    signed = state.network.signed[payer]
    return signed[-1] if signed else NOTHING_PAID[payer]


def value(pay: Pay, rules: Rules) -> Wei:
    """What the conditions of a payment give, in wei, and no more than its maximum."""
    return min(rules.transfers(pay.logic, outcomes(pay), pay.most), pay.most)


def registered(state: State, pay: Pay) -> Wei:
    """What the registry says of a payment, in wei; 0 if nothing."""
    return sum([result.amount for result in state.contract.registry if result.pay == pay])


def income(state: State, pay: Pay, rules: Rules) -> Wei:
    """What a payee is due of a pending payment, in wei."""
    mine = known_in_time(state, pay, rules)
    return max(value(pay, rules) if mine else 0, registered(state, pay))


def expense(state: State, pay: Pay, rules: Rules) -> Wei:
    """What a payer rightly pays of a pending payment, in wei: no more than was deserved."""
    vouched = [voucher.amount for voucher in state.network.vouchers if voucher.pay == pay]
    known = pay.number in state.network.learned
    deserved = max([value(pay, rules) if known else 0, *vouched])
    return min(registered(state, pay), deserved)


def own(state: State, side: Side) -> Wei:
    """What a side has put in and not taken out, in wei."""
    return state.contract.deposits[side] - state.contract.withdrawn[side]


def due(state: State, side: Side, rules: Rules) -> Wei:
    """What an honest side that is there must be paid when the channel is settled, in wei."""
    received, paid = last_signed(state, other_side(side)), last_signed(state, side)
    return (
        own(state, side)
        + received.transferred
        + sum([income(state, pay, rules) for pay in received.pays])
        - paid.transferred
        - sum([expense(state, pay, rules) for pay in paid.pays])
    )


def floor(state: State, side: Side) -> Wei:
    """What an honest side that is away must be paid at least, in wei: what the contract was ever
    shown counts, as far as it is there, and of its own states the one that costs it most."""
    given = [*state.network.signed[side], state.network.offers[side] or NOTHING_PAID[side]]
    most = max([each.transferred + each.pending for each in given])
    backed = own(state, side) + state.ghost.on_chain[other_side(side)].transferred - most
    return min(backed, own(state, 0) + own(state, 1))


def honest_sides(state: State, there: bool) -> list[Side]:
    """The honest sides that are there, or those that are away."""
    return [
        side
        for side, party in enumerate(PARTIES)
        if is_honest(state.people, party) and is_there(state.people, party) == there
    ]


def paid_out(before: State, after: State, side: Side) -> Wei:
    """What a side was paid by a step, in wei."""
    account = (PARTIES[side], ETHER)
    return after.main.accounts[account] - before.main.accounts[account]
