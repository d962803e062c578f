"""How an epoch ends: by a checkpoint, by a rollback, or, after a conviction, by receipts.

Whatever ends it, deposits begin to count, members leave with what is theirs, and the next leader
begins to trade. The last agreed epoch pays everybody.
"""

from collections.abc import Mapping

from attrs import evolve

from spec.channels.multiparty.arbitration import same_number
from spec.channels.multiparty.evidence import Entries, Entry, Payment
from spec.channels.multiparty.knowledge import as_entry, can_show, share, turn
from spec.channels.multiparty.refusals import ForgedSignature, NothingNew, TooEarly, TooLate
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Contract, Network, Phase, State, members, present_stamp
from spec.channels.multiparty.trading import expect, expect_member
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, NOBODY, Party, Wei, put
from spec.kernel.mainchain import MainChain, release

# Receipts decide --------------------------------------------------------------------------------


def convict(state: State, rules: Rules) -> State:
    """The leader is guilty; receipts are collected until the settlement."""
    contract = evolve(
        state.contract,
        phase=Phase.SETTLING,
        since=state.main.now,
        proposal=None,
        disputes={},
        requests=(),
    )
    return evolve(state, contract=contract)


class ShowReceipts(Call, says="shows receipts: {entries:an empty list}"):
    """After a conviction: put payments of this epoch with receipts before the contract. Each counts
    once."""

    entries: Entries

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, TooLate, ForgedSignature, NothingNew."""
        contract = state.contract
        expect(contract, Phase.SETTLING)
        expect_member(contract, self.by)
        until = contract.since + rules.settling_period
        if state.main.now > until:
            raise TooLate(state.main.now, until)
        shown = contract.shown
        for entry in self.entries:
            if not can_show(state, self.by, entry, rules):
                raise ForgedSignature(self.by, entry.payment.number)
            if settles(entry, contract, rules) and not any(
                same_number(entry.payment, other.payment) for other in shown
            ):
                shown = (*shown, entry)
        if shown == contract.shown:
            raise NothingNew(self.by)
        ordered = tuple(sorted(shown, key=lambda entry: _order(entry.payment)))
        return evolve(state, contract=evolve(contract, shown=ordered))


def settles(entry: Entry, contract: Contract, rules: Rules) -> bool:
    """Is this a payment between members with all signatures, of this epoch, with its receipt?"""
    present = present_stamp(contract)
    payment = entry.payment
    return (
        rules.signed(entry)
        and rules.in_epoch(payment.stamp, present)
        and rules.receipted(entry, contract.leader, present)
        and payment.payer in contract.balances
        and payment.payee in contract.balances
        and payment.amount > 0
    )


def _order(payment: Payment) -> tuple[int, int, int]:
    return payment.payer, payment.number, payment.payee


class Settle(Call, says="calls for the settlement"):
    """After a conviction: end the epoch with the last checkpoint and all receipts shown. The leader
    is expelled."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, TooEarly."""
        contract = state.contract
        expect(contract, Phase.SETTLING)
        until = contract.since + rules.settling_period
        if state.main.now <= until:
            raise TooEarly(state.main.now, until + 1)
        balances, spent = settled_balances(contract, rules)
        guilty = contract.leader
        slashed = contract.bonds[guilty]
        state = evolve(
            state,
            contract=evolve(
                contract,
                bonds=put(contract.bonds, guilty, 0),
                burned=contract.burned + slashed - spent,
            ),
        )
        return end_epoch(state, balances, (guilty,), turn(contract), rules)


def settled_balances(contract: Contract, rules: Rules) -> tuple[Mapping[Party, Wei], Wei]:
    """The balances after all receipts shown, and what of the bond makes good, in wei.

    A payer's payments count in the order of their numbers as far as its last balance goes. What
    it can't cover is made good to the payee out of its share of the bond, as far as the rules say;
    the leader has no share in its own bond.
    """
    funds = dict(contract.balances)
    received = dict.fromkeys(contract.balances, 0)
    shares = dict.fromkeys(contract.balances, share(contract, rules)) | {contract.leader: 0}
    spent = 0
    for entry in contract.shown:
        payment = entry.payment
        covered = min(payment.amount, funds[payment.payer])
        good = rules.makes_good(payment.amount - covered, shares[payment.payee])
        funds[payment.payer] -= covered
        shares[payment.payee] -= good
        received[payment.payee] += covered + good
        spent += good
    return {party: funds[party] + received[party] for party in contract.balances}, spent


# The end of an epoch ----------------------------------------------------------------------------


def roll_back(state: State, rules: Rules) -> State:
    """The last checkpoint stands. The next member in turn leads the same epoch again."""
    contract = state.contract
    again = next_trading(contract, contract.epoch, turn(contract), state.main)
    return evolve(state, contract=again, network=_quiet(state, rules))


def end_epoch(
    state: State,
    balances: Mapping[Party, Wei],
    exits: tuple[Party, ...],
    named: Party,
    rules: Rules,
) -> State:
    """New balances take effect, deposits are added, whoever leaves is paid, the next leader leads.

    A member leaves by the exits given, by its own call, or because the last agreed epoch is over or
    nobody else is left.
    """
    contract = state.contract
    grown = dict(balances)
    for party, amount in contract.deposits.items():
        grown[party] = grown.get(party, 0) + amount
    leaving = [party for party in grown if party in exits or party in contract.leaving]
    if contract.epoch == contract.last_epoch or len(grown) - len(leaving) < 2:
        leaving = list(grown)
    main = state.main
    for party in leaving:
        main = _pay_out(main, party, grown[party] + contract.bonds.get(party, 0))
    staying = {party: grown[party] for party in sorted(grown) if party not in leaving}
    leader = rules.next_leader(named, turn(contract))
    ended = next_trading(
        evolve(
            contract,
            balances=staying,
            bonds={p: bond for p, bond in contract.bonds.items() if p in staying},
            deposits={},
            leaving=(),
        ),
        contract.epoch + 1,
        _staying_leader(leader, tuple(staying)),
        main,
    )
    return evolve(state, main=main, contract=ended, network=_quiet(state, rules))


def _staying_leader(leader: Party, staying: tuple[Party, ...]) -> Party:
    """The leader, or the next member in order where it left; NOBODY leads a closed channel."""
    if not staying:
        return NOBODY
    return next((party for party in staying if party >= leader), staying[0])


def next_trading(contract: Contract, epoch: int, leader: Party, main: MainChain) -> Contract:
    """The contract at the beginning of an epoch."""
    return evolve(
        contract,
        epoch=epoch,
        leader=leader,
        phase=Phase.TRADING if members(contract) else Phase.CLOSED,
        since=main.now,
        started=main.now,
        proposal=None,
        disputes={},
        requests=(),
        shown=(),
    )


def _pay_out(main: MainChain, party: Party, amount: Wei) -> MainChain:
    """Pay what is there: a contract can't pay more than it holds."""
    return release(main, party, ETHER, min(amount, main.escrow[ETHER]))


def _quiet(state: State, rules: Rules) -> Network:
    """No message is on its way; the payments with both signatures remain in everybody's hands."""
    network = state.network
    kept = tuple(
        as_entry(state, trade, trade.receipted, rules)
        for trade in network.trades
        if trade.countersigned and not trade.replayed
    )
    past = network.past + tuple(entry for entry in kept if entry not in network.past)
    return Network(
        trades=(),
        made=network.made,
        past=past,
        offers={},
        votes={},
        confirmed=None,
        wishes=(),
    )
