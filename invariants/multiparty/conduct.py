"""Who may do what, when and with which evidence: what must have been so for an action to count.

Each claim reads off the state before an accepted action that whoever acted was entitled to, in its
own words. So a rule that accepts too much is noticed where it does, and not only where somebody has
lost money by it. The last claims turn this round: what is due in time is never refused.
"""

from collections.abc import Iterable
from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.multiparty.money import ENDS, epoch_ended
from spec.kernel.basics import NOBODY, Party, Wei
from spec.kernel.clock import Wait
from spec.multiparty import actions as a
from spec.multiparty.evidence import Entries, Entry
from spec.multiparty.member import obligations
from spec.multiparty.rules import Rules
from spec.multiparty.state import Checkpoint, Contract, Phase, State, present_stamp
from spec.multiparty.timeline import instants

LEADS = (a.GiveReceipt, a.Propose, a.Confirm, a.CallContract, a.AnswerDispute, a.AnswerRequest)
"""What only the leader does."""
OPEN_TO_ALL = (a.Join, a.Commit, a.Conclude, a.Settle)
"""What somebody who is no member can do: Commit only with what the leader has broadcast."""
OF_TRADES = (a.Countersign, a.SendToLeader, a.GiveReceipt)
"""What speaks of a payment by its place."""
ON_CHAIN_EVIDENCE = (
    a.ReplayToLeader, a.Challenge, a.AnswerDispute, a.ShowReceipts, a.RequestReceipt,
    a.AnswerRequest,
)  # fmt: skip
"""What carries payments with signatures."""
ACTIONS = (
    a.RequestPayment, a.Countersign, a.SendToLeader, a.ReplayToLeader, a.GiveReceipt,
    a.AskToLeave, a.Propose, a.Vote, a.Confirm, a.Commit, a.CallContract, a.Challenge,
    a.AnswerDispute, a.Conclude, a.ReportSilence, a.ShowReceipts, a.Settle, a.RequestReceipt,
    a.AnswerRequest, a.Deposit, a.Join, a.ForceExit,
)  # fmt: skip
"""Everything that a party does."""


# In whose name ----------------------------------------------------------------------------------


def in_its_own_name(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody acts for somebody else."""
    return not _whose_place(before, action)


def _whose_place(before: State, action: Any) -> str:
    """In whose place somebody acted; empty if in its own."""
    contract, by = before.contract, action.by
    if isinstance(action, LEADS):
        return "" if by == contract.leader else "somebody else acts as leader"
    if by not in contract.balances and not isinstance(action, OPEN_TO_ALL):
        return "an outsider acts as a member"
    match action:
        case a.RequestPayment(payment=payment):
            own = payment.payer == by and payment.payee in contract.balances
        case a.Countersign(trade=place):
            own = before.network.trades[place].payment.payee == by
        case a.SendToLeader(trade=place):
            payment = before.network.trades[place].payment
            own = by in (payment.payer, payment.payee)
        case a.RequestReceipt(entry=entry):
            parties = entry.payment.payer, entry.payment.payee
            own = by in parties and all(party in contract.balances for party in parties)
        case a.Commit(checkpoint=checkpoint):
            own = by == contract.leader or before.network.confirmed == checkpoint
        case a.Challenge():
            own = by != contract.leader
        case a.Join():
            own = by not in contract.balances and by not in contract.deposits
        case _:
            own = True
    return "" if own else "somebody acts on what is somebody else's"


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_whose_place(before, action), {"by": action.by})


# At which time ----------------------------------------------------------------------------------

PHASE_OF = {
    a.Challenge: Phase.CALLED,
    a.AnswerDispute: Phase.CALLED,
    a.Conclude: Phase.CALLED,
    a.ShowReceipts: Phase.SETTLING,
    a.Settle: Phase.SETTLING,
}
"""What is possible in one later phase; membership changes in any, all else while trading."""
AT_ANY_TIME = (a.Deposit, a.Join, a.ForceExit)


def in_its_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every action falls into its phase, and there into its window."""
    return _in_phase(before.contract, action) and _in_window(before, action, rules)


def _in_phase(contract: Contract, action: Any) -> bool:
    if isinstance(action, AT_ANY_TIME):
        return contract.phase != Phase.CLOSED
    return contract.phase == PHASE_OF.get(type(action), Phase.TRADING)


def _in_window(before: State, action: Any, rules: Rules) -> bool:
    contract, now = before.contract, before.main.now
    voting = contract.started + rules.trading_period
    voted = voting + rules.voting_period
    match action:
        case a.GiveReceipt() | a.RequestReceipt():
            return now < voting
        case a.RequestPayment() | a.Countersign() | a.SendToLeader():
            return now < voting or action.by not in before.people.honest
        case a.Propose() | a.Vote() | a.Commit() | a.CallContract():
            return voting <= now <= voted
        case a.ReportSilence():
            return now > voted
        case a.Challenge():
            return now <= rules.challenges_until(contract.since, rules)
        case a.AnswerDispute():
            return now <= rules.answers_until(contract.since, rules)
        case a.Conclude():
            open_still = rules.challenges_until, rules.answers_until
            return all(now > until(contract.since, rules) for until in open_still)
        case a.ShowReceipts():
            return now <= contract.since + rules.settling_period
        case a.Settle():
            return now > contract.since + rules.settling_period
        case _:
            return True


def _out_of_time(before: State, action: Any, after: State, rules: Rules) -> Finding:
    contract = before.contract
    cause = (
        "something is accepted before or after its time"
        if _in_phase(contract, action)
        else "something is accepted in another phase"
    )
    return Finding(cause, {"now": before.main.now, "phase began": contract.since})


def known_to_the_rules(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The contract takes no call that the rules do not have."""
    match action:
        case a.ReportSilence():
            return rules.silence_convicts(True)
        case a.ForceExit():
            return rules.admits_forced_exit(before.contract.phase == Phase.TRADING)
        case _:
            return rules.admits_request(True)


def _unknown(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a call is taken that the rules do not have", {"by": action.by})


# In which order ---------------------------------------------------------------------------------


def one_after_another(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No step is taken twice, and none before the step that it follows."""
    network, contract, by = before.network, before.contract, action.by
    if isinstance(action, OF_TRADES) and not 0 <= action.trade < len(network.trades):
        return False
    match action:
        case a.Countersign(trade=place):
            return not network.trades[place].countersigned
        case a.SendToLeader(trade=place):
            return network.trades[place].countersigned and not network.trades[place].sent
        case a.GiveReceipt(trade=place):
            return network.trades[place].sent and after.network != network
        case a.Propose(to=to):
            new = len(set(to)) == len(to) and not any(party in network.offers for party in to)
            return new and not (contract.requests and by in before.people.honest)
        case a.Vote():
            return by in network.offers and by not in network.votes
        case a.Confirm(checkpoint=checkpoint):
            return network.confirmed != checkpoint
        case a.AskToLeave():
            return by not in network.wishes
        case a.ForceExit():
            return by not in contract.leaving
        case a.Challenge():
            dispute = contract.disputes.get(by)
            return dispute is None or (not dispute.challenged and len(action.entries) > 0)
        case a.AnswerDispute(participant=participant):
            return participant in contract.disputes and not contract.disputes[participant].answered
        case a.RequestReceipt(entry=entry):
            return all(each.entry.payment != entry.payment for each in contract.requests)
        case a.AnswerRequest():
            return len(contract.requests) > 0
        case a.CallContract():
            return not contract.requests
        case _:
            return True


def _out_of_order(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a step is taken twice, or before the one that it follows", {"by": action.by})


def counted_once(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Something is shown that was not shown before, of payments that pay something, and no payer's
    number stands there twice."""
    shown = [entry.payment for entry in after.contract.shown]
    numbers = {(payment.payer, payment.number) for payment in shown}
    return (
        len(numbers) == len(shown) > len(before.contract.shown)
        and min(payment.amount for payment in shown) > 0
    )


def _counted_again(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("nothing new is shown", {"shown": len(after.contract.shown)})


# With which evidence ----------------------------------------------------------------------------


def all_genuine(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No honest party's signature is taken that it has not given."""
    return all(_was_given(before, entry, rules) for entry in _entries(action))


def _entries(action: Any) -> Entries:
    match action:
        case a.ReplayToLeader(entry=entry) | a.RequestReceipt(entry=entry):
            return (entry,)
        case a.AnswerRequest(refuses=False):
            return ()
        case _:
            entries: Entries = action.entries
            return entries


def _was_given(state: State, entry: Entry, rules: Rules) -> bool:
    payment, honest, network = entry.payment, state.people.honest, state.network
    trades = [trade for trade in network.trades if trade.payment == payment]
    old = [each for each in network.past if each.payment == payment]
    if entry.by_payer and payment.payer in honest and not trades and not old:
        return False
    countersigned = any(trade.countersigned for trade in trades)
    if entry.by_payee and payment.payee in honest and not countersigned and not old:
        return False
    if entry.receipt_by == NOBODY or entry.receipt_by not in honest:
        return True
    contract = state.contract
    shown = entry.receipt_by, entry.receipt
    given = contract.leader, rules.receipt_stamp(present_stamp(contract))
    now = shown == given and any(trade.receipted for trade in trades)
    return now or any((each.receipt_by, each.receipt) == shown for each in old)


def _forged(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "an honest party's signature is accepted that it never gave",
        {"payments": len(_entries(action))},
    )


def votes_given(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody's vote is counted that it has not given. Dishonest members lend theirs to a dishonest
    leader."""
    leader, honest = before.contract.leader, before.people.honest
    counted = action.voters if isinstance(action, a.CallContract) else before.contract.balances
    return all(
        before.network.votes.get(party) == action.checkpoint
        for party in counted
        if party != leader and (party in honest or leader in honest)
    )


def _not_given(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a vote is counted that was not given", {"votes given": len(before.network.votes)}
    )


def well_made(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is put on the table makes sense: payments and deposits of something, checkpoints of this
    epoch and its members."""
    match action:
        case a.RequestPayment(payment=payment):
            present = rules.body_stamp(present_stamp(before.contract))
            return payment.amount > 0 and payment.stamp == present
        case a.RequestReceipt(entry=entry):
            return entry.payment.amount > 0
        case a.Deposit(amount=amount) | a.Join(amount=amount):
            return amount > 0
        case a.Propose(to=to) if any(party not in before.contract.balances for party in to):
            return False
        case _:
            return _is_checkpoint(action.checkpoint, before.contract)


def _is_checkpoint(checkpoint: Checkpoint, contract: Contract) -> bool:
    named: Iterable[Party] = (checkpoint.next_leader, *checkpoint.exits)
    return (
        checkpoint.epoch == contract.epoch
        and len(checkpoint.balances) == len(contract.balances)
        and min(checkpoint.balances) >= 0
        and all(party in contract.balances for party in named)
    )


def _ill_made(before: State, action: Any, after: State, rules: Rules) -> Finding:
    checkpoint = hasattr(action, "checkpoint")
    cause = (
        "a checkpoint is accepted that is none of this epoch and its members"
        if checkpoint
        else "a payment of nothing or for another epoch is accepted"
    )
    return Finding(cause, {"epoch": before.contract.epoch})


def within_its_means(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No honest participant has signed away more than its last balance and receipted income."""
    return action.by not in after.people.honest or _left(after, action.by) >= 0


def _left(state: State, party: Party) -> Wei:
    mine = [each for each in state.network.trades if each.payment.payer == party]
    got = [each for each in state.network.trades if each.payment.payee == party and each.payee_has]
    paid = sum(each.payment.amount for each in mine if not each.replayed)
    return state.contract.balances[party] + sum(each.payment.amount for each in got) - paid


def _overspent(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an honest party signs away more than it has", {"left": _left(after, action.by)})


# What is never refused --------------------------------------------------------------------------


def heard_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The clock passes no honest party's last moment: it does so only where the answer is refused.

    Where the rules limit how many disputes an epoch can have, whoever comes too late is refused.
    Every last moment is an instant of the timeline, and most waits pass none.
    """
    was, now = before.main.now, after.main.now
    passes = any(was <= instant < now for instant in instants(before, rules))
    return not passes or not _unheard(before, after, rules)


def _unheard(before: State, after: State, rules: Rules) -> list[Any]:
    was, now = before.main.now, after.main.now
    full = 0 < rules.challengers <= len(before.contract.disputes)
    return [
        duty
        for duty in obligations(before, rules)
        if was <= duty.deadline < now and not (full and isinstance(duty.action, a.Challenge))
    ]


def _refused(before: State, action: Any, after: State, rules: Rules) -> Finding:
    duty = _unheard(before, after, rules)[0]
    return Finding(
        "an honest party's answer was refused until its last moment",
        {"by": duty.by, "deadline": duty.deadline, "now": after.main.now},
    )


def only_leavers_leave(before: State, action: Any, after: State, rules: Rules) -> bool:
    """After an epoch the members are those before it and those who joined, less who left."""
    return not epoch_ended(before, after) or tuple(after.contract.balances) == _staying(
        before, action, after
    )


def _staying(before: State, action: Any, after: State) -> tuple[Party, ...]:
    contract = before.contract
    if after.contract.epoch == contract.epoch:
        return tuple(contract.balances)
    if contract.epoch == contract.last_epoch:
        return ()
    if isinstance(action, a.Commit):
        exits = action.checkpoint.exits
    elif contract.proposal is not None:
        exits = contract.proposal.exits
    else:
        exits = (contract.leader,)
    everybody = sorted({*contract.balances, *contract.deposits})
    staying = tuple(p for p in everybody if p not in exits and p not in contract.leaving)
    return staying if len(staying) > 1 else ()


def _wrong_members(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "other members go on than those who stayed or joined",
        {
            "expected": len(_staying(before, action, after)),
            "members": len(after.contract.balances),
        },
    )


CONDUCT: tuple[Invariant, ...] = (
    Invariant(
        "MP-OWN-NAME",
        "Everybody acts in its own name only: the leader alone leads, members alone trade, and"
        " nobody signs, sends, asks or challenges for somebody else.",
        Kind.TRANSITION,
        in_its_own_name,
        _usurped,
        after=ACTIONS,
    ),
    Invariant(
        "MP-IN-WINDOW",
        "Every step is taken in its phase, and neither before its window opens nor after its"
        " deadline; nobody honest makes payments once trading is over.",
        Kind.TRANSITION,
        in_its_time,
        _out_of_time,
        after=ACTIONS,
    ),
    Invariant(
        "MP-KNOWN-CALLS",
        "Exits are forced, receipts asked for and silence reported through the contract only where"
        " the rules have such a call.",
        Kind.TRANSITION,
        known_to_the_rules,
        _unknown,
        after=(a.ForceExit, a.RequestReceipt, a.ReportSilence),
    ),
    Invariant(
        "MP-ONCE",
        "No step A1 to B4 is taken twice, and none before the step that it follows; an honest"
        " leader proposes only after it has answered all requests.",
        Kind.TRANSITION,
        one_after_another,
        _out_of_order,
        after=ACTIONS,
    ),
    Invariant(
        "MP-COUNTED-ONCE",
        "A receipt counts once in a settlement, and no number of a payer's counts twice.",
        Kind.TRANSITION,
        counted_once,
        _counted_again,
        after=(a.ShowReceipts,),
    ),
    Invariant(
        "MP-UNFORGED",
        "No payment is taken as evidence with an honest party's signature or receipt that this one"
        " never gave.",
        Kind.TRANSITION,
        all_genuine,
        _forged,
        after=ON_CHAIN_EVIDENCE,
    ),
    Invariant(
        "MP-VOTES-GIVEN",
        "Nobody's vote is counted for a checkpoint that it has not signed.",
        Kind.TRANSITION,
        votes_given,
        _not_given,
        after=(a.Confirm, a.Commit, a.CallContract),
    ),
    Invariant(
        "MP-WELL-MADE",
        "Only checkpoints of the present epoch and its members, without debts, are proposed to"
        " members, called with and committed; only amounts above zero are paid and locked.",
        Kind.TRANSITION,
        well_made,
        _ill_made,
        after=(
            a.RequestPayment, a.RequestReceipt, a.Deposit, a.Join, a.Propose, a.Commit,
            a.CallContract,
        ),
    ),
    Invariant(
        "MP-MEANS",
        "An honest participant never signs away more than its last balance and receipted income.",
        Kind.TRANSITION,
        within_its_means,
        _overspent,
        reads=("network",),
        after=(a.RequestPayment,),
    ),
    Invariant(
        "MP-HEARD",
        "What an honest participant has to do is not refused until its last moment has passed,"
        " unless others have taken all the disputes that an epoch can have.",
        Kind.TRANSITION,
        heard_in_time,
        _refused,
        reads=("main",),
        after=(Wait,),
    ),
    Invariant(
        "MP-MEMBERS",
        "After an epoch exactly those are members who were or joined, and did not leave; with the"
        " last agreed epoch, or with fewer than two, the channel closes.",
        Kind.TRANSITION,
        only_leavers_leave,
        _wrong_members,
        reads=("contract",),
        after=ENDS,
    ),
)  # fmt: skip
