"""What is said off chain: states offered and countersigned, preimages, vouchers.

Messages may be lost: nobody has to say anything. A dishonest payee may keep an offer to itself and
show it on the main chain later, with its own signature.
"""

from attrs import evolve

from spec.channels.conditional.knowledge import signed_by_payer, voucher_signed
from spec.channels.conditional.pays import Pay
from spec.channels.conditional.refusals import NotSigned, NotThePayee, NotThePayer, PreimageUnknown
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Network, Simplex, State, Voucher, placed
from spec.channels.sides import PARTIES, Side, ToPartner, other_side
from spec.kernel.action import Own
from spec.kernel.basics import Party, Wei

# States -----------------------------------------------------------------------------------------


class Offer(ToPartner, says="offers {simplex}", short="{simplex}"):
    """The payer signs the next state of its direction and sends it to the payee."""

    simplex: Simplex

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotThePayer."""
        simplex, network = self.simplex, state.network
        expect_payer(self.by, simplex.payer)
        return evolve(
            state,
            network=evolve(network, offers=placed(network.offers, simplex.payer, simplex)),
        )


class Countersign(ToPartner, says="countersigns {simplex}", short="{simplex}, countersigned"):
    """The payee signs a state that the payer has signed, and returns it: now it counts, and both
    have it."""

    simplex: Simplex

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotThePayee, NotSigned."""
        expect_payee(self.by, self.simplex.payer)
        if not signed_by_payer(state, self.simplex):
            raise NotSigned(self.by)
        return evolve(state, network=known_to_both(state.network, self.simplex))


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


class Learn(Own, says="gets to know the preimage of payment #{lock}"):
    """The payee gets to know the preimage of a lock, from whoever chose it."""

    lock: int

    def step(self, state: State, rules: Rules) -> State:
        """The payee knows it from now on."""
        learned = tuple(sorted({*state.network.learned, self.lock}))
        return evolve(state, network=evolve(state.network, learned=learned))


class Reveal(ToPartner, says="reveals the preimage of payment #{lock}"):
    """The payee tells the payer the preimage of a lock that it knows."""

    lock: int

    def step(self, state: State, rules: Rules) -> State:
        """Raises PreimageUnknown."""
        if self.lock not in state.network.learned:
            raise PreimageUnknown(self.by, self.lock)
        return evolve(state, network=revealed_to_both(state.network, self.lock))


def revealed_to_both(network: Network, lock: int) -> Network:
    """Both know a preimage, be it told or seen on the main chain."""
    return evolve(network, revealed=tuple(sorted({*network.revealed, lock})))


# Vouchers ---------------------------------------------------------------------------------------


class Vouch(ToPartner, says="vouches for {amount} of payment #{pay.number}"):
    """The payer signs a result of a payment and sends it to the payee."""

    pay: Pay
    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotThePayer."""
        expect_payer(self.by, self.pay.payer)
        return _with_voucher(state, Voucher(self.pay, self.amount, cosigned=False))


class CosignVoucher(ToPartner, says="signs the voucher for {amount} of payment #{pay.number}, too"):
    """The payee signs a result that the payer has signed, and returns it: both have it."""

    pay: Pay
    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotThePayee, NotSigned."""
        expect_payee(self.by, self.pay.payer)
        if not voucher_signed(state, self.pay, self.amount):
            raise NotSigned(self.by)
        return _with_voucher(state, Voucher(self.pay, self.amount, cosigned=True))


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
