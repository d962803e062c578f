"""Fairness and progress: who is convicted, what is committed, and that nobody is stuck.

The honest leader and the honest challenger are protected whatever the others do; an epoch needs all
votes or proofs; epochs end in bounded time, and nobody is held in the channel.
"""

from typing import Any

from invariants.channels.multiparty.money import ENDS, epoch_ended, why_leader_won
from invariants.kernel.claims import Finding
from invariants.kernel.stock import always, whenever
from spec.channels.multiparty.arbitration import among
from spec.channels.multiparty.disputes import AnswerRequest, Conclude
from spec.channels.multiparty.evidence import Dispute, Entries, Verdict
from spec.channels.multiparty.knowledge import due, holds_receipt, signed_away, turn
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, is_honest, is_online, members
from spec.channels.multiparty.timeline import promised_end
from spec.kernel.basics import Party

# The leader -------------------------------------------------------------------------------------


def _convicted(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Was the leader found guilty in this step: of silence, or in a dispute?"""
    contract = before.contract
    if contract.phase == Phase.CALLED:
        return any(_lost(dispute, rules) for dispute in contract.disputes.values())
    return not isinstance(action, Conclude) and after.contract.phase == Phase.SETTLING


def _lost(dispute: Dispute, rules: Rules) -> bool:
    return rules.arbitrate(dispute, rules) == Verdict.CHALLENGER


def _why_convicted(before: State, action: Any, after: State, rules: Rules) -> Finding:
    contract = before.contract
    lost = [dispute for dispute in contract.disputes.values() if _lost(dispute, rules)]
    if not lost:
        return Finding("the leader could neither commit nor call in time", {})
    dispute = lost[0]
    numbers = {"shown": len(dispute.shown), "listed": len(dispute.listed)}
    return Finding(_what_convicts(before, dispute), numbers)


@whenever("MP-LEADER", _why_convicted, after=ENDS)
def honest_leader_wins(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest leader that is online is never convicted."""
    if before.contract.phase == after.contract.phase:
        return True
    if before.contract.phase not in (Phase.CALLED, Phase.TRADING):
        return True
    return not is_online(before, before.contract.leader) or not _convicted(
        before, action, after, rules
    )


def _what_convicts(state: State, dispute: Dispute) -> str:
    """Which payment turned the dispute against an honest leader."""
    if not dispute.answered:
        return "the leader had no time to answer"
    shown = dispute.shown
    extra = [entry.payment for entry in shown if not among(entry.payment, dispute.listed)]
    if any(among(payment, state.network.past) for payment in extra):
        return "a payment of an earlier epoch was shown"
    for trade in state.network.trades:
        if trade.payment in extra:
            return "a payment was shown that was held back from the leader"
    if any(payment.payer == payment.payee for payment in extra):
        return "a payment to oneself was shown that nobody sent to the leader"
    if extra:
        return "a payment within the coalition was shown that nobody sent to the leader"
    if _repeats(shown):
        return "a payment was shown twice"
    return "the leader's list was not good enough"


def _repeats(entries: Entries) -> bool:
    return any(among(entry.payment, entries[:place]) for place, entry in enumerate(entries))


# The challenger ---------------------------------------------------------------------------------


def _why_wronged(before: State, action: Any, after: State, rules: Rules) -> Finding:
    dispute = _wronged(before, rules)[0]
    numbers = {
        "proposed": dispute.proposed,
        "due": due(before, dispute.participant),
        "shown": len(dispute.shown),
        "listed": len(dispute.listed),
    }
    return Finding(why_leader_won(before, dispute), numbers)


@whenever("MP-CHALLENGER", _why_wronged, after=(Conclude,))
def honest_challenger_wins(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest online participant whose proposed balance is below its due wins its dispute."""
    return not _wronged(before, rules)


def _wronged(before: State, rules: Rules) -> list[Dispute]:
    return [
        dispute
        for party, dispute in before.contract.disputes.items()
        if is_online(before, party)
        and dispute.proposed < due(before, party)
        and not _lost(dispute, rules)
    ]


# What is committed ------------------------------------------------------------------------------


def committed(before: State, after: State) -> bool:
    """Did the step commit the leader's checkpoint?"""
    return (
        epoch_ended(before, after)
        and before.contract.phase in (Phase.TRADING, Phase.CALLED)
        and (before.contract.epoch != after.contract.epoch)
    )


def _not_asked(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a checkpoint is committed without the votes of all, and without proof",
        {"members without vote or proof": len(_ignored(before))},
    )


@whenever("MP-AGREED", _not_asked, after=ENDS)
def agreed_or_proven(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever is committed was signed by every honest member, or the leader proved its list."""
    return not committed(before, after) or not _ignored(before)


def _ignored(before: State) -> list[Party]:
    contract, votes = before.contract, before.network.votes
    if contract.phase != Phase.CALLED:
        return []
    return [
        party
        for party in before.people.honest
        if party in contract.balances
        and party != contract.leader
        and votes.get(party) != contract.proposal
        and not _proven(contract.disputes.get(party))
    ]


def _proven(dispute: Dispute | None) -> bool:
    return dispute is not None and dispute.answered


def _unbound(before: State, action: Any, after: State, rules: Rules) -> Finding:
    held = sum(trade.payer_has or trade.payee_has for trade in before.network.trades)
    return Finding("receipts are void and their leader loses nothing", {"receipts": held})


@whenever("MP-RECEIPTS-BIND", _unbound, after=ENDS)
def receipts_bind(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An epoch for which an honest participant holds a receipt is settled, or its leader is
    slashed."""
    # Of a participant that is online.
    if not epoch_ended(before, after) or before.contract.epoch != after.contract.epoch:
        return True
    held = any(
        holds_receipt(trade, party)
        for trade in before.network.trades
        for party in before.people.honest
        if is_online(before, party)
    )
    leader = before.contract.leader
    slashed = after.contract.bonds.get(leader, 0) < before.contract.bonds.get(leader, 0)
    return not held or slashed


@whenever(
    "MP-EPOCHS",
    "a rolled-back epoch begins again under its old number",
    lambda after: {"epoch": after.contract.epoch},
    after=ENDS,
)
def epochs_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every trading period has a greater number than all before it."""
    return not epoch_ended(before, after) or after.contract.epoch > before.contract.epoch


def _out_of_turn(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "the leader chose who leads next",
        {"leader": before.contract.leader, "next": after.contract.leader},
    )


@whenever("MP-TURNS", _out_of_turn, after=ENDS)
def leaders_take_turns(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Members lead in turn."""
    # The next leader is the next staying member in order.
    if not epoch_ended(before, after) or after.contract.phase == Phase.CLOSED:
        return True
    staying = members(after.contract)
    expected = next((p for p in staying if p >= turn(before.contract)), staying[0])
    return after.contract.leader == expected


def _unanswered(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a receipt was withheld, and nothing compels the leader",
        {"payments": len(_withheld(before, rules))},
    )


@whenever("MP-ASKED", _unanswered, after=ENDS)
def requests_answered(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nothing is committed over a receipt that the leader withholds from an honest member."""
    # Withheld from one that could not ask for it, or whose request is unanswered.
    return not committed(before, after) or not _withheld(before, rules)


def _withheld(before: State, rules: Rules) -> list[Party]:
    contract = before.contract
    if rules.admits_request(True):
        asking = [request.by for request in contract.requests]
        return [p for p in asking if is_online(before, p) and p != contract.leader]
    return [
        trade.payment.payee
        for trade in before.network.trades
        if trade.sent
        and not trade.payee_has
        and is_online(before, trade.payment.payee)
        and not is_online(before, contract.leader)
    ]


def _unfounded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    payment = before.contract.requests[0].entry.payment
    return Finding(
        "a payment was refused that its payer can cover",
        {"amount": payment.amount, "balance": before.contract.balances[payment.payer]},
    )


@whenever("MP-REFUSED", _unfounded, after=(AnswerRequest,))
def refusals_founded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The leader refuses no receipt for a payment that its honest payer can cover."""
    return not action.refuses or not _covered(before, rules)


def _covered(before: State, rules: Rules) -> bool:
    payment = before.contract.requests[0].entry.payment
    payer = payment.payer
    others = signed_away(before, payer) - sum(
        trade.payment.amount for trade in before.network.trades if trade.payment == payment
    )
    left = rules.spendable(before.contract.balances[payer], 0, others)
    return is_honest(before, payer) and payment.amount <= left


# Progress ---------------------------------------------------------------------------------------


def _stuck(state: State, rules: Rules) -> Finding:
    contract = state.contract
    cause = {
        Phase.TRADING: "the leader is silent, and nobody else can go on",
        Phase.STALLED: "one member that does not vote stops all others",
    }.get(contract.phase, "nobody ends the phase")
    limit, now = promised_end(state, rules), state.main.now
    return Finding(cause, {"since": state.ghost.began, "limit": limit, "now": now})


@always("MP-IN-TIME", _stuck, reads="main contract people ghost")
def in_time(state: State, rules: Rules) -> bool:
    """Every phase of an epoch is over in bounded time: the channel is never stuck while a
    member is honest and online."""
    # By the clock and the periods of the rules, not by the times that the contract keeps.
    return state.main.now <= promised_end(state, rules) or not any(
        is_online(state, party) for party in state.contract.balances
    )


def _kept_in(before: State, action: Any, after: State, rules: Rules) -> Finding:
    again = after.contract.epoch == before.contract.epoch
    cause = (
        "a rollback keeps everybody in"
        if again
        else "the leader leaves out of the exit set who wants to go"
    )
    return Finding(cause, {"held": len(_held(before, after, rules))})


@whenever("MP-FREE-TO-GO", _kept_in, after=ENDS)
def nobody_held(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest member that wants to leave is out, with its money, when the epoch ends."""
    # Who wants to leave has called, or, where there is no such call, has asked the leader.
    return not epoch_ended(before, after) or not _held(before, after, rules)


def _held(before: State, after: State, rules: Rules) -> list[Party]:
    contract = before.contract
    wish = contract.leaving
    if not rules.admits_forced_exit(True):
        wish += before.network.wishes
    return [p for p in wish if is_online(before, p) and p in after.contract.balances]


FAIRNESS = (
    honest_leader_wins,
    honest_challenger_wins,
    agreed_or_proven,
    receipts_bind,
    epochs_grow,
    leaders_take_turns,
    requests_answered,
    refusals_founded,
    in_time,
    nobody_held,
)
