"""What honest members owe: all that they have, nothing else, and not too late.

Like in `members`, the evidence is gathered, and time measured, by the claims themselves.
"""

from collections.abc import Iterator
from typing import Any

from invariants.channels.multiparty.members import NEW, account, right, takes, trades_still
from invariants.channels.multiparty.money import ENDS
from invariants.channels.multiparty.showing import as_evidence, evidence, own_trades, was_sent
from invariants.kernel.claims import Finding
from invariants.kernel.stock import always, whenever
from spec.channels.multiparty import consensus, disputes, settlement, trading
from spec.channels.multiparty.evidence import Entries, Entry, Payment
from spec.channels.multiparty.machine import step
from spec.channels.multiparty.member import obligations
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, is_honest, is_online, present_stamp
from spec.kernel.basics import Party, Seconds
from spec.kernel.protocol import Obligation

# What is asked of a leader ----------------------------------------------------------------------


def _speechless(before: State, action: Any, after: State, rules: Rules) -> Finding:
    payment = _unanswerable(after, rules)[0]
    numbers = {"number": payment.number, "amount": payment.amount}
    return Finding("a leader can't answer a request, or answers it wrongly", numbers)


@whenever(
    "MP-ANSWERS",
    _speechless,
    after=(trading.RequestPayment, trading.GiveReceipt, disputes.AnswerRequest, *ENDS),
)
def can_answer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever payment somebody asks a receipt for, an honest leader can answer: with the
    receipt if its payer can pay and its number is new, and else with a refusal."""
    return not _unanswerable(after, rules)


def _unanswerable(state: State, rules: Rules) -> list[Payment]:
    contract = state.contract
    if not (trades_still(state, rules) and is_online(state, contract.leader)) or contract.requests:
        return []
    return [
        payment
        for payer in contract.balances
        if not is_honest(state, payer)
        for payment, fits in _askable(state, payer, rules)
        if not _is_answered(state, payment, fits, rules)
    ]


def _askable(state: State, payer: Party, rules: Rules) -> Iterator[tuple[Payment, bool]]:
    """Payments of the payer's to itself, which it needs nobody for, and whether the leader has to
    give a receipt: as much as it has, a wei more, and a number that it has used."""
    own, stamp = account(state, payer), rules.body_stamp(present_stamp(state.contract))
    left = rules.spendable(own.before, own.income, own.booked)
    yield Payment(NEW, payer, payer, left, stamp), True
    yield Payment(NEW, payer, payer, left + 1, stamp), False
    for trade in state.network.trades:
        if trade.receipted and trade.payment.payer == payer:
            used = Payment(trade.payment.number, payer, payer, 1, stamp)
            yield used, used == trade.payment


def _is_answered(state: State, payment: Payment, fits: bool, rules: Rules) -> bool:
    """Does the leader give the receipt, or refuse it, as it should, and is that taken?"""
    asking = disputes.RequestReceipt(payment.payer, Entry(payment, by_payer=True, by_payee=True))
    if not takes(state, asking, rules):
        return True
    asked = step(state, asking, rules)
    due = [each.action for each in obligations(asked, rules)]
    answers = [each for each in due if isinstance(each, disputes.AnswerRequest)]
    return [each.refuses for each in answers] == [not fits] and takes(asked, answers[0], rules)


# How long there is ------------------------------------------------------------------------------


def _hurried(before: State, action: Any, after: State, rules: Rules) -> Finding:
    challenges, answers = _windows(before.main.now, rules)
    numbers = {"challengers": challenges, "leader": answers}
    return Finding("somebody has less than its period to challenge or to answer", numbers)


@whenever("MP-PERIODS", _hurried, after=(consensus.CallContract,))
def whole_periods(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Once the contract is called, whoever submits first has its whole period, and whoever
    submits second its own after that."""
    # Nobody has to answer what it has had no time to see.
    challenges, answers = _windows(before.main.now, rules)
    return min(challenges, answers) >= 0


def _windows(called: Seconds, rules: Rules) -> tuple[Seconds, Seconds]:
    """By how much challengers and leader have more than their periods, in seconds."""
    challenges, answers = rules.challenges_until(called, rules), rules.answers_until(called, rules)
    leader_waits = challenges < answers
    return (
        challenges - (called if leader_waits else answers) - rules.challenge_period,
        answers - (challenges if leader_waits else called) - rules.answer_period,
    )


# What is owed -----------------------------------------------------------------------------------


def _not_its_own(state: State, rules: Rules) -> Finding:
    duty = _strange(state, rules)[0]
    own = duty.by == duty.action.by
    cause = "somebody owes what it should not do" if own else "somebody owes what another one does"
    return Finding(cause, {"by": duty.by, "act": duty.action.by})


@always("MP-DUTIES", _not_its_own, reads="contract network people ghost")
def each_its_own(state: State, rules: Rules) -> bool:
    """Only honest members that are there owe anything, and each what it does itself: it submits
    all the evidence that it has, and an honest leader commits or calls with what its receipts
    lead to and the votes that it has."""
    return not _strange(state, rules)


def _strange(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in obligations(state, rules)
        if duty.by != duty.action.by
        or not is_online(state, duty.by)
        or duty.by not in state.contract.balances
        or not _as_it_knows(state, duty.action, rules)
    ]


def _as_it_knows(state: State, action: Any, rules: Rules) -> bool:
    contract, votes = state.contract, state.network.votes
    match action:
        case (
            consensus.Commit(by=by, checkpoint=checkpoint)
            | consensus.CallContract(by=by, checkpoint=checkpoint)
        ):
            given = {by, *(party for party in votes if votes[party] == checkpoint)}
            complete = given == set(contract.balances)
            called_with = (
                set(action.voters) if isinstance(action, consensus.CallContract) else given
            )
            return (
                checkpoint == right(state)
                and called_with == given
                and complete == isinstance(action, consensus.Commit)
            )
        case disputes.Challenge(by=by, entries=entries) if by in contract.disputes:
            listed = [entry.payment for entry in contract.disputes[by].listed]
            return entries == _receipts(state, by, listed, rules)
        case disputes.Challenge(by=by, entries=entries):
            return entries == evidence(state, by, rules)
        case settlement.ShowReceipts(by=by, entries=entries):
            shown = [entry.payment for entry in contract.shown]
            return entries == _receipts(state, by, shown, rules)
        case disputes.AnswerDispute(participant=party, entries=entries):
            booked = [trade for trade in own_trades(state, party) if trade.receipted]
            return entries == tuple(as_evidence(state, trade, True, rules) for trade in booked)
        case _:
            return True


def _receipts(state: State, party: Party, without: list[Payment], rules: Rules) -> Entries:
    """What the member holds receipts for, but for what is there already."""
    return tuple(
        as_evidence(state, trade, True, rules)
        for trade in own_trades(state, party)
        if was_sent(trade, party) and not trade.replayed and trade.payment not in without
    )


def _sits_idle(state: State, rules: Rules) -> Finding:
    party = _idle(state, rules)[0]
    owed = sum(duty.by == party for duty in obligations(state, rules))
    return Finding(
        "somebody owes something else than its case demands", {"by": party, "owed": owed}
    )


@always("MP-OWED", _sits_idle, reads="contract network people ghost")
def nobody_sits_idle(state: State, rules: Rules) -> bool:
    """Every honest member that is there owes what its case demands: whoever is offered less
    than its due, or misses a receipt in the leader's list, complains, and nobody else; the
    leader answers; and all of them call for what ends a phase."""
    return not _idle(state, rules)


def _idle(state: State, rules: Rules) -> list[Party]:
    owed = [(duty.by, _kind(duty.action)) for duty in obligations(state, rules)]
    return [
        party
        for party in state.contract.balances
        if is_online(state, party)
        and sorted(kind for by, kind in owed if by == party)
        != sorted(each.__name__ for each in _to_do(state, party, rules))
    ]


def _kind(action: Any) -> str:
    """Of what kind an answer is; whether a leader commits or calls is a matter of votes."""
    calls = isinstance(action, consensus.CallContract)
    return (consensus.Commit if calls else type(action)).__name__


def _to_do(state: State, party: Party, rules: Rules) -> Iterator[type]:
    contract, leads = state.contract, party == state.contract.leader
    if contract.phase == Phase.TRADING and leads:
        yield disputes.AnswerRequest if contract.requests else consensus.Commit
    elif contract.phase == Phase.TRADING and rules.silence_convicts(True):
        yield disputes.ReportSilence
    elif contract.phase == Phase.CALLED:
        if leads:
            yield from [
                disputes.AnswerDispute for each in contract.disputes.values() if not each.answered
            ]
        elif _has_a_complaint(state, party, rules):
            yield disputes.Challenge
        yield disputes.Conclude
    elif contract.phase == Phase.SETTLING:
        shown = [entry.payment for entry in contract.shown]
        if _receipts(state, party, shown, rules):
            yield settlement.ShowReceipts
        yield settlement.Settle


def _has_a_complaint(state: State, party: Party, rules: Rules) -> bool:
    """Is it offered less than its due, and nobody asks yet; or is a receipt of its not listed?"""
    contract, dispute = state.contract, state.contract.disputes.get(party)
    if dispute is None and contract.proposal is not None:
        offered = dict(zip(contract.balances, contract.proposal.balances, strict=True))
        return offered[party] < account(state, party).due
    if dispute is None or dispute.challenged or not dispute.answered:
        return False
    listed = [entry.payment for entry in dispute.listed]
    return len(_receipts(state, party, listed, rules)) > 0


def _at_another_moment(state: State, rules: Rules) -> Finding:
    duty = _mistimed(state, rules)[0]
    first, last = _span(state, duty, rules)
    cause = "somebody honest is hurried" if duty.deadline < last else "somebody honest comes late"
    numbers = {"by": duty.by, "from": duty.opens, "until": duty.deadline}
    return Finding(cause, {**numbers, "possible from": first, "in time until": last})


@always("MP-LAST-MOMENT", _at_another_moment, reads="contract network people ghost")
def at_the_last_moment(state: State, rules: Rules) -> bool:
    """What somebody honest owes it can do from the first moment at which it is possible until
    the last at which it comes in time, by the clock and the periods of the rules."""
    return not _mistimed(state, rules)


def _mistimed(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in obligations(state, rules)
        if (max(duty.opens, state.ghost.began), duty.deadline) != _span(state, duty, rules)
    ]


def _span(state: State, duty: Obligation, rules: Rules) -> tuple[Seconds, Seconds]:
    """When a duty can first be done, and until when it comes in time: by the ghost's clock. What
    anybody may call for is left to others for the member's patience."""
    began, patience = state.ghost.began, rules.member.patience
    voting = began + rules.trading_period
    voted = voting + rules.voting_period
    answers, challenges = rules.answers_until(began, rules), rules.challenges_until(began, rules)
    settling = began + rules.settling_period
    match duty.action:
        case disputes.ReportSilence():
            return voted + 1, voted + patience
        case disputes.AnswerRequest():
            return began, voted
        case consensus.Commit() | consensus.CallContract():
            return voting, voted
        case disputes.AnswerDispute():
            return began, answers
        case disputes.Challenge():
            return began, challenges
        case disputes.Conclude():
            over = max(answers, challenges)
            return over + 1, over + patience
        case settlement.ShowReceipts():
            return began, settling
        case _:
            return settling + 1, settling + patience


DUTIES = (
    can_answer,
    whole_periods,
    each_its_own,
    nobody_sits_idle,
    at_the_last_moment,
)
