"""Who can show what, and what the parties know: newest states, balances, what payments are worth.

Honest parties decide by these functions, so each of them reads only what the party has signed or
was sent, the preimages it knows, and what is public on the main chain.
"""

from spec.channels.conditional.pays import Pay, Pays, all_final, outcomes
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import NOTHING_PAID, Simplex, State, Voucher
from spec.channels.conditional.timeline import closes, result_of
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, Side, other_side
from spec.channels.windows import is_open, is_over
from spec.kernel.basics import Party, Wei

# States -----------------------------------------------------------------------------------------


def newest(state: State, payer: Side) -> Simplex:
    """The newest state of a direction that both have signed and have."""
    signed = state.network.signed[payer]
    return signed[-1] if signed else NOTHING_PAID[payer]


def can_show(state: State, by: Party, simplex: Simplex) -> bool:
    """Has this party both signatures under a state?

    Both have what was countersigned. A dishonest payee signs what it was offered, and returns
    nothing. Nobody has an honest party's signature under anything else.
    """
    payer = simplex.payer
    return simplex in state.network.signed[payer] or (
        simplex == state.network.offers[payer] and by == PARTIES[other_side(payer)]
    )


def signed_by_payer(state: State, simplex: Simplex) -> bool:
    """Has the payer signed this state? A dishonest one signs anything."""
    payer = simplex.payer
    return not is_honest(state.people, PARTIES[payer]) or simplex == state.network.offers[payer]


# Balances ---------------------------------------------------------------------------------------


def free(state: State, side: Side, paying: Simplex) -> Wei:
    """What a side has that is not spoken for, in wei, if this is the state of its direction: all
    its money, less what is pending and what it has announced to withdraw."""
    contract = state.contract
    return (
        contract.deposits[side]
        - contract.withdrawn[side]
        - announced(state, side)
        + newest(state, other_side(side)).transferred
        - paying.transferred
        - sum([pay.most for pay in paying.pays])
    )


def free_to_withdraw(state: State, side: Side) -> Wei:
    """What a side has that is not spoken for, in wei, but by what it has announced to withdraw.

    What it has offered is spoken for: the other side may hold that state, signed by both, or may
    still show the one before. The costlier counts.
    """
    signed = newest(state, side)
    offered = state.network.offers[side] or signed
    return min(free(state, side, signed), free(state, side, offered)) + announced(state, side)


def announced(state: State, side: Side) -> Wei:
    """What a side has announced to withdraw, in wei."""
    intent = state.contract.intent
    return intent.amount if intent is not None and intent.side == side else 0


# What payments are worth ------------------------------------------------------------------------


def worth(pay: Pay, rules: Rules) -> Wei:
    """What the conditions of a payment give once they are final, in wei, up to its maximum."""
    return min(by_rules(pay, rules), pay.most)


def by_rules(pay: Pay, rules: Rules) -> Wei:
    """What the registry would write for a payment by its conditions, in wei."""
    return rules.above_maximum(rules.transfers(pay.logic, outcomes(pay), pay.most), pay.most)


def written(state: State, pay: Pay) -> Wei:
    """What the registry says of a payment, in wei; 0 if nothing."""
    result = result_of(state.contract, pay)
    return 0 if result is None else result.amount


def knows_preimage(state: State, side: Side, pay: Pay) -> bool:
    """Does this side know the preimage of the payment's lock?"""
    learned = side != pay.payer and pay.number in state.network.learned
    return learned or pay.number in state.network.revealed


def can_resolve(state: State, side: Side, pay: Pay) -> bool:
    """Can this side resolve the payment by its conditions right now?"""
    now = state.main.now
    return (
        knows_preimage(state, side, pay)
        and all_final(pay, now)
        and is_open(now, closes(state.contract, pay))
    )


def asks(state: State, pay: Pay, rules: Rules) -> Wei:
    """What the payee asks for a payment, in wei: everything, as long as it cannot be known what it
    will be worth; then what it can get for it."""
    if is_over(state.main.now, closes(state.contract, pay)):
        return written(state, pay)
    if can_resolve(state, other_side(pay.payer), pay):
        return max(worth(pay, rules), written(state, pay))
    return pay.most


def owes(state: State, pay: Pay, rules: Rules) -> Wei | None:
    """What the payer owes for a payment, in wei; None as long as it need not pay anything."""
    if is_over(state.main.now, closes(state.contract, pay)):
        return written(state, pay)
    if can_resolve(state, pay.payer, pay):
        return max(worth(pay, rules), written(state, pay))
    return None


def voucher_signed(state: State, pay: Pay, amount: Wei) -> bool:
    """Has the payer signed this result? A dishonest one signs anything."""
    return not is_honest(state.people, PARTIES[pay.payer]) or any(
        (voucher.pay, voucher.amount) == (pay, amount) for voucher in state.network.vouchers
    )


def can_show_voucher(state: State, by: Party, pay: Pay, amount: Wei) -> bool:
    """Has this party both signatures under a result? A dishonest payee signs what it was sent."""
    cosigned = Voucher(pay, amount, cosigned=True) in state.network.vouchers
    mine = by == PARTIES[other_side(pay.payer)] and not is_honest(state.people, by)
    return cosigned or (mine and voucher_signed(state, pay, amount))


def missing_from(pays: Pays, others: Pays) -> Pays:
    """The payments that are not among the others."""
    return tuple([pay for pay in pays if pay not in others])
