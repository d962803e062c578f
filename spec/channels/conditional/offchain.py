"""What is said off chain: states offered and countersigned, preimages, vouchers.

Messages may be lost: nobody has to say anything. A dishonest payee may keep an offer to itself and
show it on the main chain later, with its own signature.
"""

from attrs import evolve

from spec.channels.conditional.actions import (
    CosignVoucher,
    Countersign,
    Learn,
    Offer,
    Reveal,
    Vouch,
)
from spec.channels.conditional.knowledge import signed_by_payer, voucher_signed
from spec.channels.conditional.refusals import NotSigned, NotThePayee, NotThePayer, PreimageUnknown
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Network, Simplex, State, Voucher, placed
from spec.channels.sides import PARTIES, Side, other_side
from spec.kernel.basics import Party

# States -----------------------------------------------------------------------------------------


def offer(state: State, action: Offer, rules: Rules) -> State:
    """A payer's next state is in the payee's hands. Raises NotThePayer."""
    simplex, network = action.simplex, state.network
    expect_payer(action.by, simplex.payer)
    return evolve(
        state,
        network=evolve(network, offers=placed(network.offers, simplex.payer, simplex)),
    )


def countersign(state: State, action: Countersign, rules: Rules) -> State:
    """Both have a state that both have signed. Raises NotThePayee, NotSigned."""
    expect_payee(action.by, action.simplex.payer)
    if not signed_by_payer(state, action.simplex):
        raise NotSigned(action.by)
    return evolve(state, network=known_to_both(state.network, action.simplex))


def known_to_both(network: Network, simplex: Simplex) -> Network:
    """Both have both signatures under a state, be it returned or seen on the main chain."""
    payer = simplex.payer
    if simplex in network.signed[payer]:
        return network
    return evolve(
        network,
        signed=placed(network.signed, payer, (*network.signed[payer], simplex)),
        offers=placed(network.offers, payer, None),
    )


# Preimages --------------------------------------------------------------------------------------


def learn(state: State, action: Learn, rules: Rules) -> State:
    """The payee knows a preimage from now on."""
    learned = tuple(sorted({*state.network.learned, action.lock}))
    return evolve(state, network=evolve(state.network, learned=learned))


def reveal(state: State, action: Reveal, rules: Rules) -> State:
    """Both know a preimage that the payee knew. Raises PreimageUnknown."""
    if action.lock not in state.network.learned:
        raise PreimageUnknown(action.by, action.lock)
    return evolve(state, network=revealed_to_both(state.network, action.lock))


def revealed_to_both(network: Network, lock: int) -> Network:
    """Both know a preimage, be it told or seen on the main chain."""
    return evolve(network, revealed=tuple(sorted({*network.revealed, lock})))


# Vouchers ---------------------------------------------------------------------------------------


def vouch(state: State, action: Vouch, rules: Rules) -> State:
    """A result that the payer has signed is in the payee's hands. Raises NotThePayer."""
    expect_payer(action.by, action.pay.payer)
    return _with_voucher(state, Voucher(action.pay, action.amount, cosigned=False))


def cosign_voucher(state: State, action: CosignVoucher, rules: Rules) -> State:
    """Both have a result that both have signed. Raises NotThePayee, NotSigned."""
    expect_payee(action.by, action.pay.payer)
    if not voucher_signed(state, action.pay, action.amount):
        raise NotSigned(action.by)
    return _with_voucher(state, Voucher(action.pay, action.amount, cosigned=True))


def _with_voucher(state: State, voucher: Voucher) -> State:
    others = [
        each
        for each in state.network.vouchers
        if (each.pay, each.amount) != (voucher.pay, voucher.amount)
    ]
    return evolve(state, network=evolve(state.network, vouchers=(*others, voucher)))


def expect_payer(by: Party, payer: Side) -> None:
    """Raises NotThePayer."""
    if by != PARTIES[payer]:
        raise NotThePayer(by)


def expect_payee(by: Party, payer: Side) -> None:
    """Raises NotThePayee."""
    if by != PARTIES[other_side(payer)]:
        raise NotThePayee(by)
