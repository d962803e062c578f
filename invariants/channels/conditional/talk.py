"""What is known of what was said: offers, signatures of both, preimages, vouchers."""

from typing import Any

from attrs import evolve

from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.conditional.offchain import (
    CosignVoucher,
    Countersign,
    Learn,
    Offer,
    Reveal,
    Vouch,
)
from spec.channels.conditional.registry import Resolve
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import IntendSettle, Snapshot
from spec.channels.conditional.state import Network, Simplex, State, Voucher
from spec.channels.sides import Side


def _unknown(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "signed by both": sum([len(side) for side in after.network.signed]),
        "preimages that both know": len(after.network.revealed),
        "vouchers": len(after.network.vouchers),
    }
    return Finding("what was said is not what is known", numbers)


@whenever("CP-KNOWN", _unknown)
def known_as_said(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is said, or shown on chain, is known to whom it was said, and nothing known is lost."""
    return after.network == _told(before.network, action)


def _told(network: Network, action: Any) -> Network:
    match action:
        case Offer(simplex=simplex):
            return evolve(network, offers=_with_side(network.offers, simplex.payer, simplex))
        case Countersign(simplex=simplex) | Snapshot(simplex=simplex):
            return _in_both_hands(network, simplex)
        case IntendSettle(states=states):
            for simplex in states:
                network = _in_both_hands(network, simplex)
            return network
        case Learn(lock=lock):
            return evolve(network, learned=tuple(sorted({*network.learned, lock})))
        case Reveal(lock=lock):
            return evolve(network, revealed=tuple(sorted({*network.revealed, lock})))
        case Resolve(pay=pay):
            return evolve(network, revealed=tuple(sorted({*network.revealed, pay.number})))
        case Vouch(pay=pay, amount=amount):
            return _with_voucher(network, Voucher(pay, amount, cosigned=False))
        case CosignVoucher(pay=pay, amount=amount):
            return _with_voucher(network, Voucher(pay, amount, cosigned=True))
        case _:
            return network


def _with_side(both: tuple[Any, ...], side: Side, value: Any) -> tuple[Any, ...]:
    return tuple([value if each == side else was for each, was in enumerate(both)])


def _in_both_hands(network: Network, simplex: Simplex) -> Network:
    signed, payer = network.signed, simplex.payer
    if simplex in signed[payer]:
        return network
    return evolve(
        network,
        signed=_with_side(signed, payer, (*signed[payer], simplex)),
        offers=_with_side(network.offers, payer, None),
    )


def _with_voucher(network: Network, voucher: Voucher) -> Network:
    one = voucher.pay, voucher.amount
    others = [each for each in network.vouchers if (each.pay, each.amount) != one]
    return evolve(network, vouchers=(*others, voucher))


TALK: tuple[Invariant, ...] = (known_as_said,)
