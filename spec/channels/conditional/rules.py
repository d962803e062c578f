"""The decisions of the channel, and the record that holds them.

A rule change is a value: ``attrs.evolve(SOUND, split=naive_split)``. The first definition of each
decision is the sound one; what follows it are the published ones and other mistakes.

Source: reference sections 1, 3 and 4; Celer's `LedgerOperation`, `LedgerChannel`, `PayResolver`.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.conditional.pays import Logic
from spec.channels.conditional.state import NOTHING_PAID, Simplex
from spec.channels.conditional.strategy import Strategy
from spec.channels.sides import Pair
from spec.kernel.basics import Seconds, Wei

positive = validators.ge(1)
not_negative = validators.ge(0)


@frozen
class Rules:
    """Everything that contract and registry decide, and the honest strategy."""

    window: Seconds = field(validator=positive)
    """Newer states can be shown, and withdrawals vetoed, this long."""
    resolve_window: Seconds = field(validator=positive)
    """A result below the maximum can be raised this long, but not beyond the payment's deadline."""
    clear_margin: Seconds = field(validator=not_negative)
    """So long after the last resolve deadline and the window, pending payments can still be added
    up."""

    transfers: Callable[[Logic, tuple[Wei, ...], Wei], Wei]
    above_maximum: Callable[[Wei, Wei], Wei]
    raises: Callable[[Wei, Wei], bool]
    newer: Callable[[int, int], bool]
    window_after: Callable[[Seconds, Seconds, Seconds], Seconds]
    adds_up_until: Callable[[Seconds, Seconds, Seconds], Seconds]
    confirms_after: Callable[[Seconds, Seconds], Seconds]
    split: Callable[[Pair, Pair, Pair], Pair]
    after_failure: Callable[[Simplex], Simplex]
    limit: Callable[[Wei, Wei, Wei, Wei, Wei], Wei]
    hears_veto: Callable[[bool], bool]

    strategy: Strategy


# The registry -----------------------------------------------------------------------------------


def only_more(amount: Wei, stands: Wei) -> bool:
    """A result only grows."""
    return amount > stands


def anything_new(amount: Wei, stands: Wei) -> bool:
    """The last word counts."""
    return amount != stands


# Which state wins, and until when ---------------------------------------------------------------


def strictly_newer(seq: int, stored: int) -> bool:
    """A state takes the place of one with a smaller number. Source: Raiden, Celer."""
    return seq > stored


def not_older(seq: int, stored: int) -> bool:
    """A state takes the place of one with no greater number: of itself, too."""
    return seq >= stored


def margin_after_both(last_deadline: Seconds, window_ends: Seconds, margin: Seconds) -> Seconds:
    """Pending payments are added up after the last one can be resolved, and after the last moment
    to show them."""
    return max(last_deadline, window_ends) + margin


def margin_after_locks(last_deadline: Seconds, window_ends: Seconds, margin: Seconds) -> Seconds:
    """The margin runs from the last resolve deadline, though the payments may be shown later."""
    return last_deadline + margin


def after_both(window_ends: Seconds, cleared_by: Seconds) -> Seconds:
    """Payments are paid when no newer state can be shown and nothing pending can be resolved."""
    return max(window_ends, cleared_by)


def after_window(window_ends: Seconds, cleared_by: Seconds) -> Seconds:
    """The window alone decides; what is not added up by then is dropped."""
    return window_ends


# Who gets what ----------------------------------------------------------------------------------


def naive_split(deposits: Pair, withdrawn: Pair, paid: Pair) -> Pair:
    """What each side has by its numbers, in wei; below zero where states do not fit together.
    Source: Celer, `_validateSettleBalance`."""
    return (
        deposits[0] - withdrawn[0] + paid[1] - paid[0],
        deposits[1] - withdrawn[1] + paid[0] - paid[1],
    )


def clamped_split(deposits: Pair, withdrawn: Pair, paid: Pair) -> Pair:
    """The same, but nobody gets less than nothing, and nobody more than there is. So who leaves out
    a state that is to its own good loses what it does not show, and the other side nothing.
    Source: Raiden, `getSettleTransferAmounts`."""
    there = deposits[0] + deposits[1] - withdrawn[0] - withdrawn[1]
    first = naive_split(deposits, withdrawn, paid)[0]
    alice = min(max(first, 0), there)
    return (alice, there - alice)


def cap_then_subtract(deposits: Pair, withdrawn: Pair, paid: Pair) -> Pair:
    """What bob has is cut to what there is before what he paid is taken: who has received more than
    the channel holds, and paid some of it back, loses that."""
    there = deposits[0] + deposits[1] - withdrawn[0] - withdrawn[1]
    bob = max(min(deposits[1] - withdrawn[1] + paid[0], there) - paid[1], 0)
    return (there - bob, bob)


def state_stands(simplex: Simplex) -> Simplex:
    """After a settlement that failed, the contract keeps the states that it has seen."""
    return simplex


def start_again(simplex: Simplex) -> Simplex:
    """After a settlement that failed, the contract forgets all states, and their numbers begin at
    zero. Source: Celer, `_resetDuplexState`."""
    return NOTHING_PAID[simplex.payer]


# Withdrawals ------------------------------------------------------------------------------------


def limit_less_pending(deposit: Wei, received: Wei, withdrawn: Wei, paid: Wei, pending: Wei) -> Wei:
    """What a side can withdraw by the states on chain, in wei; it may be below zero. Source: Celer,
    `confirmWithdraw`."""
    return deposit + received - withdrawn - paid - pending


def limit_with_pending(deposit: Wei, received: Wei, withdrawn: Wei, paid: Wei, pending: Wei) -> Wei:
    """The same, as if nothing pending ever had to be paid."""
    return deposit + received - withdrawn - paid


def always_heard(in_window: bool) -> bool:
    """A veto stops a withdrawal until it is carried out."""
    return True


def never_heard(in_window: bool) -> bool:
    """There is no veto: the limit is all that protects the other side."""
    return False
