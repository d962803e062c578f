"""Who may do what, and when: what must have been so for an action to count.

Each claim reads off the state before an accepted action that whoever acted was entitled to, in its
own words. So a rule that accepts too much is noticed where it does, and not only where somebody has
lost money by it.
"""

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from invariants.channels.multiparty.world.protocol import MULTIPARTY
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Contract, Phase, State
from spec.kernel.clock import Wait, accepted

ACTIONS = tuple(kind for kind in MULTIPARTY.actions if kind != Wait)
"""Everything that a party does."""
LEADS = (
    trading.GiveReceipt,
    consensus.Propose,
    consensus.Confirm,
    consensus.CallContract,
    disputes.AnswerDispute,
    disputes.AnswerRequest,
)
"""What only the leader does."""
OPEN_TO_ALL = (membership.Join, consensus.Commit, disputes.Conclude, settlement.Settle)
"""What somebody who is no member can do: Commit only with what the leader has broadcast."""
OF_TRADES = (trading.Countersign, trading.SendToLeader, trading.GiveReceipt)
"""What speaks of a payment by its place."""


# In whose name ----------------------------------------------------------------------------------


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_whose_place(before, action), {"by": action.by})


@whenever("MP-OWN-NAME", _usurped, after=ACTIONS)
def in_its_own_name(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Everybody acts in its own name only: the leader alone leads, members alone trade, and
    nobody signs, sends, asks or challenges for somebody else."""
    return not _whose_place(before, action)


def _whose_place(before: State, action: Any) -> str:
    """In whose place somebody acted; empty if in its own."""
    contract, by = before.contract, action.by
    if isinstance(action, LEADS):
        return "" if by == contract.leader else "somebody else acts as leader"
    if by not in contract.balances and not isinstance(action, OPEN_TO_ALL):
        return "an outsider acts as a member"
    match action:
        case trading.RequestPayment(payment=payment):
            own = payment.payer == by and payment.payee in contract.balances
        case trading.Countersign(trade=place):
            own = before.network.trades[place].payment.payee == by
        case trading.SendToLeader(trade=place):
            payment = before.network.trades[place].payment
            own = by in (payment.payer, payment.payee)
        case disputes.RequestReceipt(entry=entry):
            parties = entry.payment.payer, entry.payment.payee
            own = by in parties and all(party in contract.balances for party in parties)
        case consensus.Commit(checkpoint=checkpoint):
            own = by == contract.leader or before.network.confirmed == checkpoint
        case disputes.Challenge():
            own = by != contract.leader
        case membership.Join():
            own = by not in contract.balances and by not in contract.deposits
        case _:
            own = True
    return "" if own else "somebody acts on what is somebody else's"


# At which time ----------------------------------------------------------------------------------

PHASE_OF = {
    disputes.Challenge: Phase.CALLED,
    disputes.AnswerDispute: Phase.CALLED,
    disputes.Conclude: Phase.CALLED,
    settlement.ShowReceipts: Phase.SETTLING,
    settlement.Settle: Phase.SETTLING,
}
"""What is possible in one later phase; membership changes in any, all else while trading."""
AT_ANY_TIME = (membership.Deposit, membership.Join, membership.ForceExit)


def _out_of_time(before: State, action: Any, after: State, rules: Rules) -> Finding:
    contract = before.contract
    cause = (
        "something is accepted before or after its time"
        if _in_phase(contract, action)
        else "something is accepted in another phase"
    )
    return Finding(cause, {"now": before.main.now, "phase began": before.ghost.began})


@whenever("MP-IN-WINDOW", _out_of_time, after=ACTIONS)
def in_its_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every step is taken in its phase, and neither before its window opens nor after its
    deadline; nobody honest makes payments once trading is over."""
    return _in_phase(before.contract, action) and _in_window(before, action, rules)


def _in_phase(contract: Contract, action: Any) -> bool:
    if isinstance(action, AT_ANY_TIME):
        return contract.phase != Phase.CLOSED
    return contract.phase == PHASE_OF.get(type(action), Phase.TRADING)


def _in_window(before: State, action: Any, rules: Rules) -> bool:
    began, now = before.ghost.began, before.main.now
    voting = began + rules.trading_period
    voted = voting + rules.voting_period
    match action:
        case trading.GiveReceipt() | disputes.RequestReceipt():
            return now < voting
        case trading.RequestPayment() | trading.Countersign() | trading.SendToLeader():
            return now < voting or action.by not in before.people.honest
        case consensus.Propose() | consensus.Vote() | consensus.Commit() | consensus.CallContract():
            return voting <= now <= voted
        case disputes.ReportSilence():
            return now > voted
        case disputes.Challenge():
            return now <= rules.challenges_until(began, rules)
        case disputes.AnswerDispute():
            return now <= rules.answers_until(began, rules)
        case disputes.Conclude():
            open_still = rules.challenges_until, rules.answers_until
            return all(now > until(began, rules) for until in open_still)
        case settlement.ShowReceipts():
            return now <= began + rules.settling_period
        case settlement.Settle():
            return now > began + rules.settling_period
        case _:
            return True


def _unknown(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a call is taken that the rules do not have", {"by": action.by})


@whenever(
    "MP-KNOWN-CALLS",
    _unknown,
    after=(membership.ForceExit, disputes.RequestReceipt, disputes.ReportSilence),
)
def known_to_the_rules(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Exits are forced, receipts asked for and silence reported through the contract only where
    the rules have such a call."""
    match action:
        case disputes.ReportSilence():
            return rules.silence_convicts(True)
        case membership.ForceExit():
            return rules.admits_forced_exit(before.contract.phase == Phase.TRADING)
        case _:
            return rules.admits_request(True)


# In which order ---------------------------------------------------------------------------------


def _out_of_order(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a step is taken twice, or before the one that it follows", {"by": action.by})


@whenever("MP-ONCE", _out_of_order, after=ACTIONS)
def one_after_another(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No step A1 to B4 is taken twice, and none before the step that it follows; an honest
    leader proposes only after it has answered all requests."""
    network, contract, by = before.network, before.contract, action.by
    if isinstance(action, OF_TRADES) and not 0 <= action.trade < len(network.trades):
        return False
    match action:
        case trading.Countersign(trade=place):
            return not network.trades[place].countersigned
        case trading.SendToLeader(trade=place):
            return network.trades[place].countersigned and not network.trades[place].sent
        case trading.GiveReceipt(trade=place):
            return network.trades[place].sent and after.network != network
        case consensus.Propose(to=to):
            new = len(set(to)) == len(to) and not any(party in network.offers for party in to)
            return new and not (contract.requests and by in before.people.honest)
        case consensus.Vote():
            return by in network.offers and by not in network.votes
        case consensus.Confirm(checkpoint=checkpoint):
            return network.confirmed != checkpoint
        case trading.AskToLeave():
            return by not in network.wishes
        case membership.ForceExit():
            return by not in contract.leaving
        case disputes.Challenge():
            dispute = contract.disputes.get(by)
            return dispute is None or (not dispute.challenged and len(action.entries) > 0)
        case disputes.AnswerDispute(participant=participant):
            return participant in contract.disputes and not contract.disputes[participant].answered
        case disputes.RequestReceipt(entry=entry):
            return all(each.entry.payment != entry.payment for each in contract.requests)
        case disputes.AnswerRequest():
            return len(contract.requests) > 0
        case consensus.CallContract():
            return not contract.requests
        case _:
            return True


@whenever(
    "MP-COUNTED-ONCE",
    "nothing new is shown",
    lambda after: {"shown": len(after.contract.shown)},
    after=(settlement.ShowReceipts,),
)
def counted_once(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A receipt counts once in a settlement, and no number of a payer's counts twice."""
    # What was shown is refused when it is shown again, and so is another payment with its number.
    shown = [entry.payment for entry in after.contract.shown]
    numbers = {(payment.payer, payment.number) for payment in shown}
    return (
        len(numbers) == len(shown) > len(before.contract.shown)
        and min(payment.amount for payment in shown) > 0
        and not any(accepted(MULTIPARTY, after, again, rules) for again in _shown_again(action))
    )


def _shown_again(action: settlement.ShowReceipts) -> Iterator[settlement.ShowReceipts]:
    yield action
    for entry in action.entries:
        more = evolve(entry.payment, amount=entry.payment.amount + 1)
        yield settlement.ShowReceipts(action.by, (evolve(entry, payment=more),))


CONDUCT = (
    in_its_own_name,
    in_its_time,
    known_to_the_rules,
    one_after_another,
    counted_once,
)
