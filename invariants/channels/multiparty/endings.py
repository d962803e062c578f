"""What the end of an epoch brings about, and what the channel is for as long as it is open.

What everybody has afterwards, to the wei; what becomes of a convicted leader; and that members can
pay in, stay while they like and go when they like.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from invariants.channels.multiparty.effects import ON_CHAIN
from invariants.channels.multiparty.money import ENDS, covered, epoch_ended
from invariants.channels.multiparty.world.protocol import MULTIPARTY as MACHINE
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes, membership, settlement
from spec.channels.multiparty.evidence import Verdict
from spec.channels.multiparty.machine import step
from spec.channels.multiparty.rules import Ending, Rules
from spec.channels.multiparty.state import (
    Contract,
    Network,
    Phase,
    State,
    balance_in,
    holdings,
    is_online,
)
from spec.kernel.basics import ETHER, NOBODY, Party, Wei
from spec.kernel.clock import accepted
from spec.kernel.refusal import Refusal

# At the end of an epoch -------------------------------------------------------------------------


def _otherwise_paid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    due = _due(before, action, after, rules)
    was, now = before.main.accounts, after.main.accounts
    party = next(
        (p for p, _ in was if now[p, ETHER] - was[p, ETHER] != due.get(p, 0)),
        before.contract.leader,
    )
    moved = now.get((party, ETHER), 0) - was.get((party, ETHER), 0)
    return Finding(
        "an account moves by something else than what is locked or leaves",
        {"party": party, "moved": moved, "due": due.get(party, 0)},
    )


@whenever("MP-PAID", _otherwise_paid, after=(*ON_CHAIN, *ENDS))
def paid_exactly(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Accounts move by what is locked, and by what leaves with a member: balance, deposits and
    bond."""
    was, now = before.main.accounts, after.main.accounts
    due = _due(before, action, after, rules)
    return all(
        now[account] - held == due.get(account[0], 0)
        for account, held in was.items()
        if account[0] in due or not isinstance(action, settlement.Settle)
    )


def _due(before: State, action: Any, after: State, rules: Rules) -> dict[Party, Wei]:
    """By how much accounts have to grow, in wei; of a settlement the other claims say it."""
    match action:
        case membership.Deposit(by=by, amount=amount):
            return {by: -amount}
        case membership.Join(by=by, amount=amount):
            return {by: -amount - rules.bond}
        case _ if not epoch_ended(before, after) or isinstance(action, settlement.Settle):
            return {}
        case _:
            agreed = _agreed(before, action, after)
            bonds, staying = before.contract.bonds, after.contract.balances
            return {
                party: amount + bonds.get(party, 0)
                for party, amount in agreed.items()
                if party not in staying
            }


def _agreed(before: State, action: Any, after: State) -> Mapping[Party, Wei]:
    """What everybody has at the end of an epoch that no receipts decide, before anybody leaves."""
    contract = before.contract
    if after.contract.epoch == contract.epoch:
        return contract.balances
    checkpoint = action.checkpoint if isinstance(action, consensus.Commit) else contract.proposal
    if checkpoint is None:
        return {}
    balances = {p: balance_in(checkpoint, contract, p) for p in contract.balances}
    return balances | {p: balances.get(p, 0) + more for p, more in contract.deposits.items()}


def _not_anew(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"epoch": after.contract.epoch, "members": len(after.contract.balances)}
    return Finding(_left_over(before, action, after, rules), numbers)


@whenever("MP-ANEW", _not_anew, after=ENDS)
def begins_anew(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An epoch begins with the balances that were agreed, with all deposits and bonds, and with
    nothing of the last one; a conviction changes nothing but the phase."""
    # Nothing is on the table or on its way; a stall leaves everything as it is.
    return not _left_over(before, action, after, rules)


def _left_over(before: State, action: Any, after: State, rules: Rules) -> str:
    was, now = before.contract, after.contract
    if now.phase == Phase.STALLED:
        same = now == evolve(was, phase=now.phase) and before.network == after.network
        return "" if same else "a stall changes more than the phase"
    if now.proposal is not None or now.disputes or now.requests:
        return "something of the last phase still lies before the contract"
    if now.leader == was.leader and not epoch_ended(before, after):
        kept = evolve(
            was, phase=now.phase, since=now.since, proposal=None, disputes={}, requests=()
        )
        same = now == kept and before.network == after.network
        return "" if same else "a conviction changes more than the phase"
    if now.shown or (now.epoch != was.epoch and (now.deposits or now.leaving)):
        return "something of the last epoch counts in the next one"
    if (now.since, now.started) != (before.main.now, before.main.now):
        return "the next epoch begins at another time than now"
    if now.epoch not in (was.epoch, was.epoch + 1) or now.last_epoch != was.last_epoch:
        return "the epoch after the last one is another than the next"
    return _other_money(before, action, after) or _still_on_its_way(before, after)


def _other_money(before: State, action: Any, after: State) -> str:
    was, now = before.contract, after.contract
    if any(now.bonds.get(party) != was.bonds.get(party, 0) for party in now.balances):
        return "a bond is not what it was"
    if isinstance(action, settlement.Settle):
        return ""
    agreed = _agreed(before, action, after)
    if any(agreed.get(party) != amount for party, amount in now.balances.items()):
        return "a member begins with another balance than was agreed"
    return "" if now.burned == was.burned else "something was burned without a conviction"


def _still_on_its_way(before: State, after: State) -> str:
    was, now = before.network, after.network
    quiet = Network((), was.made, now.past, {}, {}, None, ())
    if now != quiet or now.past[: len(was.past)] != was.past:
        return "a message of the last epoch is still on its way, or an old payment forgotten"
    known = [entry.payment for entry in now.past]
    # What somebody sends again is in its hands anyhow, or is a forgery that it can sign once more.
    lost = [t for t in was.trades if t.countersigned and not t.replayed and t.payment not in known]
    return "a payment with both signatures is forgotten" if lost else ""


def _unpunished(before: State, action: Any, after: State, rules: Rules) -> Finding:
    guilty = before.contract.leader
    was, now = before.main.accounts[guilty, ETHER], after.main.accounts[guilty, ETHER]
    return Finding("a convicted leader stays, or keeps its bond", {"paid": now - was})


@whenever("MP-GUILTY", _unpunished, after=(settlement.Settle,))
def guilty_pay(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A convicted leader is out, and has lost its bond."""
    guilty = before.contract.leader
    was, now = before.main.accounts[guilty, ETHER], after.main.accounts[guilty, ETHER]
    most = before.contract.balances[guilty] + before.contract.deposits.get(guilty, 0)
    income = sum(
        entry.payment.amount
        for entry in before.contract.shown
        if entry.payment.payee == guilty
    )  # fmt: skip
    return guilty not in after.contract.balances and now - was <= most + income


def _missettled(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party, moved, due = _otherwise_settled(before, after, rules)[0]
    return Finding(
        "a settlement pays something else than the receipts and the bond say",
        {"party": party, "moved": moved, "due": due},
    )


@whenever("MP-SETTLED", _missettled, after=(settlement.Settle,))
def settles_exactly(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A settlement moves, to the wei, what the receipts shown say as far as payers have it; the
    rest comes out of the payee's share of the bond, and what is left of that is burned."""
    return not covered.holds(before, rules) or not _otherwise_settled(before, after, rules)


def _settled(contract: Contract, rules: Rules) -> tuple[dict[Party, Wei], Wei]:
    """By how much each member's money has to grow, and what of the bond is spent, in wei: never
    more than what is missing, nor than the payee's share."""
    grow, spent = dict.fromkeys(contract.balances, 0), 0
    for payee in contract.balances:
        share = rules.bond // (len(contract.balances) - 1) if payee != contract.leader else 0
        for payer in contract.balances:
            left = contract.balances[payer]
            for payment in [each.payment for each in contract.shown]:
                if payment.payer == payer:
                    paid = min(left, payment.amount)
                    left -= paid
                    if payment.payee == payee:
                        missing = payment.amount - paid
                        good = min(rules.makes_good(missing, share), missing, share)
                        share, spent = share - good, spent + good
                        grow[payer] -= paid
                        grow[payee] += paid + good
    return grow, spent


def _otherwise_settled(before: State, after: State, rules: Rules) -> list[tuple[Party, Wei, Wei]]:
    """Whose money grew by something else, by what, and by what it should have."""
    was, now = before.contract, after.contract
    grow, spent = _settled(was, rules)
    bond = was.bonds[was.leader]
    grow[was.leader] -= bond
    moved = [
        (party, holdings(after, party) - holdings(before, party), due)
        for party, due in grow.items()
    ]
    moved.append((NOBODY, now.burned - was.burned, bond - spent))
    return [(party, by, due) for party, by, due in moved if by != due]


def _undecided(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"epoch": after.contract.epoch, "disputes": len(before.contract.disputes)}
    return Finding("an epoch ends otherwise than was decided", numbers)


@whenever("MP-AS-DECIDED", _undecided, after=(disputes.Conclude, disputes.ReportSilence))
def as_decided(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What the rules decide about an epoch comes about: commit, rollback, settlement or stall;
    what everybody has signed is committed."""
    # What everybody has signed is committed where nobody disputes it.
    return _became(before, after) == _decided(before, action, rules)


def _decided(before: State, action: Any, rules: Rules) -> Ending:
    contract, votes = before.contract, before.network.votes
    if isinstance(action, disputes.ReportSilence):
        return rules.convicted(True)
    verdicts = [rules.arbitrate(dispute, rules) for dispute in contract.disputes.values()]
    if Verdict.CHALLENGER in verdicts:
        return rules.convicted(False)
    if verdicts:
        return Ending.COMMIT
    honest = before.people.honest
    lent = [p for p in contract.balances if p not in honest and contract.leader not in honest]
    signed = {contract.leader, *lent, *(p for p in votes if votes[p] == contract.proposal)}
    return Ending.COMMIT if signed == set(contract.balances) else rules.unchallenged(False)


def _became(before: State, after: State) -> Ending | None:
    if after.contract.epoch == before.contract.epoch + 1:
        return Ending.COMMIT
    led = after.contract.leader != before.contract.leader
    return {
        Phase.TRADING: Ending.ROLL_BACK if led else None,
        Phase.SETTLING: Ending.SETTLE,
        Phase.STALLED: Ending.STALL,
    }.get(after.contract.phase)


# What the channel is for ------------------------------------------------------------------------


def _evicted(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a member is put out that wants to stay", {"put out": len(_put_out(before, after))}
    )


@whenever("MP-STAYS", _evicted, after=ENDS)
def stays_if_it_likes(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest member stays in while it wants to, and while the channel goes on."""
    # It is put out when it asked to leave, or was convicted as leader while it was offline.
    return not _put_out(before, after)


def _put_out(before: State, after: State) -> list[Party]:
    contract = before.contract
    if not epoch_ended(before, after) or after.contract.phase == Phase.CLOSED:
        return []
    asked = {*contract.leaving, *before.network.wishes}
    if contract.phase == Phase.SETTLING and not is_online(before, contract.leader):
        asked.add(contract.leader)
    return [
        party
        for party in before.people.honest
        if party in contract.balances
        and party not in after.contract.balances
        and party not in asked
    ]


def _kept_from(before: State, action: Any, after: State, rules: Rules) -> Finding:
    wish = type(_refused(after, rules)[0]).__name__
    return Finding(f"an open channel refuses an honest party's {wish}", {})


@whenever("MP-OPEN", _kept_from, after=(*ENDS, consensus.CallContract))
def stays_open(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Until the channel is closed honest members can pay in and call for their exit, and honest
    newcomers can join."""
    return not _refused(after, rules)


def _refused(state: State, rules: Rules) -> list[Any]:
    if state.contract.phase == Phase.CLOSED:
        return []
    honest = state.people.honest
    members = [party for party in honest if party in state.contract.balances]
    others = [party for party in honest if party not in state.contract.balances]
    return [
        wish
        for party in (*members[-1:], *others)  # one speaks for all members
        for wish in _wishes(state, party, rules)
        if not accepted(MACHINE, state, wish, rules)
    ]


def _wishes(state: State, party: Party, rules: Rules) -> list[Any]:
    contract, money = state.contract, state.main.accounts[party, ETHER]
    if party not in contract.balances:
        joins = party not in contract.deposits and money > rules.bond
        return [membership.Join(party, 1)] if joins else []
    found: list[Any] = [membership.Deposit(party, 1)] if money > 0 else []
    if rules.admits_forced_exit(True) and party not in contract.leaving:
        found.append(membership.ForceExit(party))
    return found


def _holds_back(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party = _left_behind(after, action, rules)[0]
    return Finding("one member's exit keeps another one in", {"party": party})


@whenever("MP-LEAVE-TOGETHER", _holds_back, after=(membership.ForceExit,))
def leave_together(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A member's call for its exit takes nothing from another one's: both go."""
    return not _left_behind(after, action, rules)


def _left_behind(state: State, action: membership.ForceExit, rules: Rules) -> list[Party]:
    contract, honest = state.contract, state.people.honest
    others = [p for p in honest if p in contract.balances and p not in contract.leaving]
    return [party for party in others if not _both_go(state, party, action.by, rules)]


def _both_go(state: State, party: Party, before: Party, rules: Rules) -> bool:
    try:
        leaving = step(state, membership.ForceExit(party), rules).contract.leaving
    except Refusal:
        return False
    return before in leaving and party in leaving


ENDINGS = (
    paid_exactly,
    begins_anew,
    guilty_pay,
    settles_exactly,
    as_decided,
    leave_together,
    stays_if_it_likes,
    stays_open,
)
