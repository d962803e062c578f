"""What honest members pay, take and sign, by books of the claims' own.

Each claim tries steps: a member or leader that miscounts is noticed where it would do too much, or
refuse what it should do, and not only where somebody has lost money by it.
"""

from collections.abc import Iterator
from typing import Any

from attrs import evolve, frozen

from invariants.channels.multiparty.money import ENDS
from invariants.channels.multiparty.world.protocol import MULTIPARTY
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, membership, trading
from spec.channels.multiparty.evidence import Entry, Payment
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import (
    Checkpoint,
    Contract,
    Phase,
    State,
    Trade,
    is_honest,
    present_stamp,
)
from spec.channels.multiparty.strategy import Offer
from spec.kernel.basics import Party, Wei
from spec.kernel.clock import accepted

# Books ------------------------------------------------------------------------------------------


@frozen
class Account:
    """What a member did in this epoch, by the claims' own bookkeeping, in wei."""

    before: Wei
    """Its balance in the last checkpoint."""
    signed: Wei = 0
    """What it signed to pay."""
    taken: Wei = 0
    """What it countersigned to receive."""
    received: Wei = 0
    """What of it has a receipt that it holds."""
    again: Wei = 0
    """What of that comes from payments that were settled before: no due."""
    booked: Wei = 0
    """What it pays by payments with receipts."""
    income: Wei = 0
    """What it gets by payments with receipts, whoever holds them."""

    @property
    def due(self) -> Wei:
        """What it can count on while it is there."""
        return self.before - self.signed + self.received - self.again


def account(state: State, party: Party) -> Account:
    """The member's account, payment by payment."""
    own = Account(state.contract.balances[party])
    for trade in state.network.trades:
        amount = trade.payment.amount
        if trade.payment.payer == party:
            own = evolve(
                own,
                signed=own.signed + (0 if trade.replayed else amount),
                booked=own.booked + (amount if trade.receipted else 0),
            )
        if trade.payment.payee == party:
            own = evolve(
                own,
                taken=own.taken + (amount if trade.countersigned else 0),
                received=own.received + (amount if trade.payee_has else 0),
                again=own.again + (amount if trade.payee_has and trade.replayed else 0),
                income=own.income + (amount if trade.receipted else 0),
            )
    return own


def trades_still(state: State, rules: Rules) -> bool:
    """Are payments made and receipts given, by the ghost's clock?"""
    return (
        state.contract.phase == Phase.TRADING
        and state.main.now < state.ghost.began + rules.trading_period
    )


def takes(state: State, action: Any, rules: Rules) -> bool:
    """Is the step taken here?"""
    return accepted(MULTIPARTY, state, action, rules)


NEW = 1_000_000
"""A number that nobody has used."""


def _new(state: State, payer: Party, payee: Party, amount: Wei, rules: Rules) -> Payment:
    return Payment(NEW, payer, payee, amount, rules.body_stamp(present_stamp(state.contract)))


def _with(state: State, trade: Trade) -> tuple[State, int]:
    """With one payment more on its way, and its place."""
    trades = state.network.trades
    return evolve(state, network=evolve(state.network, trades=(*trades, trade))), len(trades)


# What is paid, taken and receipted --------------------------------------------------------------


def _off_its_means(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_beside_its_means(after, rules), {"payments": len(after.network.trades)})


@whenever(
    "MP-MEANS-USED",
    _off_its_means,
    after=(
        trading.RequestPayment,
        trading.Countersign,
        trading.GiveReceipt,
        trading.ReplayToLeader,
        *ENDS,
    ),
)
def trades_within_means(before: State, action: Any, after: State, rules: Rules) -> bool:
    """To the wei: an honest member pays what it has and takes what its strategy allows, no
    number twice; an honest leader gives a receipt for what its payer can cover, once."""
    return not _beside_its_means(after, rules)


def _beside_its_means(state: State, rules: Rules) -> str:
    if not trades_still(state, rules):
        return ""
    for party in state.contract.balances:
        if is_honest(state, party) and party not in state.network.votes:
            if not _pays_what_it_can(state, party, rules):
                return "a member pays more than it can, or is kept from paying"
            if not _takes_what_is_backed(state, party, rules):
                return "a member takes more than its strategy allows, or less"
    if is_honest(state, state.contract.leader) and not _books_what_is_covered(state, rules):
        return "a leader gives a receipt that it should not, or refuses one"
    return ""


def _pays_what_it_can(state: State, party: Party, rules: Rules) -> bool:
    own = account(state, party)
    left = rules.spendable(own.before, own.received, own.signed)
    other = next(each for each in state.contract.balances if each != party)
    return all(
        takes(state, trading.RequestPayment(party, _new(state, party, other, amount, rules)), rules)
        == (0 < amount <= left)
        for amount in (left, left + 1)
    )


def _takes_what_is_backed(state: State, party: Party, rules: Rules) -> bool:
    """Up to what its strategy says of its share of the bond; and no number of a payer's twice."""
    taken, others = account(state, party).taken, len(state.contract.balances) - 1
    payer = next(each for each in state.contract.balances if each != party)
    for amount in (1, rules.bond // others - taken, rules.bond // others - taken + 1):
        new = _new(state, payer, party, amount, rules)
        offered, place = _with(state, Trade(new, False, False, False, False, False))
        may = rules.member.takes(taken + amount, rules.bond // others)
        if takes(offered, trading.Countersign(party, place), rules) != may:
            return False
    used = [t.payment for t in state.network.trades if t.countersigned and t.payment.payee == party]
    for payment in used:
        offered, place = _with(state, Trade(payment, False, False, False, False, False))
        if takes(offered, trading.Countersign(party, place), rules):
            return False
    return True


def _books_what_is_covered(state: State, rules: Rules) -> bool:
    leader = state.contract.leader
    for payer in state.contract.balances:
        own = account(state, payer)
        left = rules.spendable(own.before, own.income, own.booked)
        payee = next(each for each in state.contract.balances if each != payer)
        for amount in (left, left + 1):
            if amount > 0:
                new = _new(state, payer, payee, amount, rules)
                sent, place = _with(state, Trade(new, True, True, False, False, False))
                receipt = trading.GiveReceipt(leader, place, to_payer=True, to_payee=True)
                if takes(sent, receipt, rules) != (amount <= left):
                    return False
    return all(_books_once(state, trade, rules) for trade in state.network.trades)


def _books_once(state: State, trade: Trade, rules: Rules) -> bool:
    """Where a list can't hold a number twice, a leader gives no second receipt for one."""
    body = Entry(trade.payment, by_payer=True, by_payee=True)
    if not trade.receipted or rules.unique((body, body)):
        return True
    sent, place = _with(state, evolve(trade, receipted=False, payer_has=False, payee_has=False))
    receipt = trading.GiveReceipt(state.contract.leader, place, to_payer=True, to_payee=True)
    return not takes(sent, receipt, rules)


def _penniless(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party = _kept_from_paying(after, rules)[0]
    numbers = {"party": party, "balance": after.contract.balances[party]}
    return Finding("a member can't pay what it has", numbers)


@whenever(
    "MP-CAN-PAY",
    _penniless,
    after=(
        trading.RequestPayment,
        trading.AskToLeave,
        membership.ForceExit,
        membership.Deposit,
        membership.Join,
        *ENDS,
    ),
)
def can_pay_all(before: State, action: Any, after: State, rules: Rules) -> bool:
    """While payments are made, an honest member that has signed nothing away can pay its whole
    balance to any other member."""
    return not _kept_from_paying(after, rules)


def _kept_from_paying(state: State, rules: Rules) -> list[Party]:
    if not trades_still(state, rules):
        return []
    return [
        party
        for party, balance in state.contract.balances.items()
        if is_honest(state, party) and balance > 0 and account(state, party).signed == 0
        for other in state.contract.balances
        if other != party
        and not takes(
            state, trading.RequestPayment(party, _new(state, party, other, balance, rules)), rules
        )
    ]


# What is proposed and signed --------------------------------------------------------------------


def right(state: State) -> Checkpoint:
    """What the receipts of this epoch lead to, with the next leader in order and all who asked."""
    contract = state.contract
    balances = {
        party: own.before - own.booked + own.income
        for party in contract.balances
        for own in [account(state, party)]
    }
    asked = sorted({*state.network.wishes, *contract.leaving})
    return Checkpoint(
        contract.epoch, _next_in_order(contract), tuple(balances.values()), tuple(asked)
    )


def _next_in_order(contract: Contract) -> Party:
    later = [party for party in contract.balances if party > contract.leader]
    return min(later or contract.balances)


def _misjudges(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party = _misjudged(after, action, rules)[0]
    numbers = {"party": party, "due": account(after, party).due}
    return Finding("a member signs what is wrong, or not what is right", numbers)


@whenever("MP-SIGNS", _misjudges, after=(consensus.Propose,))
def signs_what_is_right(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest member signs what its strategy calls right by its own balance and due, the sum
    of all, the turn and its own wish to stay or go; and nothing while it asks for a receipt."""
    # It is asked with what it was sent, and with what is wrong by one wei, one turn or one exit.
    return not _misjudged(after, action, rules)


def _misjudged(state: State, action: consensus.Propose, rules: Rules) -> list[Party]:
    asking = [request.by for request in state.contract.requests]
    return [
        party
        for party in action.to
        if is_honest(state, party) and party in state.contract.balances
        for checkpoint in (action.checkpoint, *_nearly_right(state, party))
        if takes(_offered(state, party, checkpoint), consensus.Vote(party), rules)
        != (party not in asking and rules.member.votes_for(_offer(state, party, checkpoint)))
    ]


def _offered(state: State, party: Party, checkpoint: Checkpoint) -> State:
    offers = {**state.network.offers, party: checkpoint}
    return evolve(state, network=evolve(state.network, offers=offers))


def _nearly_right(state: State, party: Party) -> Iterator[Checkpoint]:
    checkpoint, names = right(state), list(state.contract.balances)
    own, other = names.index(party), names.index(party) - 1
    yield checkpoint
    for mine, theirs in ((1, -1), (-1, 1), (1, 0)):
        balances = list(checkpoint.balances)
        balances[own] += mine
        balances[other] += theirs
        yield evolve(checkpoint, balances=tuple(balances))
    yield evolve(checkpoint, next_leader=state.contract.leader)
    yield evolve(checkpoint, exits=tuple(sorted({*checkpoint.exits} ^ {party})))


def _offer(state: State, party: Party, checkpoint: Checkpoint) -> Offer:
    contract = state.contract
    proposed = dict(zip(contract.balances, checkpoint.balances, strict=True))
    goes, asked = party in checkpoint.exits, {*state.network.wishes, *contract.leaving}
    return Offer(
        own=proposed[party],
        due=account(state, party).due,
        total=sum(proposed.values()),
        funds=sum(contract.balances.values()),
        leads_next=checkpoint.next_leader == _next_in_order(contract),
        exits_agreed=goes == (party in asked),
    )


MEMBERS = (
    trades_within_means,
    can_pay_all,
    signs_what_is_right,
)
