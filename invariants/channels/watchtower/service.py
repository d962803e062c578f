"""What towers are for, and what they get for it: answers, rewards, bonds that stay, and privacy."""

from collections.abc import Iterable
from typing import Any

from invariants.channels.watchtower.conduct import genuine, would_answer
from invariants.channels.watchtower.records import ENDS
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.payment.contract import Phase
from spec.channels.people import is_honest, is_there
from spec.channels.sides import PARTIES
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.honest import read_by
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import ETHER, Party


def ended(before: State, after: State) -> bool:
    """Did the step end the channel?"""
    return before.channel.phase != after.channel.phase == Phase.SETTLED


# Answers ----------------------------------------------------------------------------------------


def _not_answered(before: State, action: disputes.Settle, after: State, rules: Rules) -> Finding:
    return Finding("an honest tower could have answered", {"tower": _silent(before, rules)[0]})


@whenever("TW-ANSWERED", _not_answered, after=(disputes.Settle,))
def answered_in_time(before: State, action: disputes.Settle, after: State, rules: Rules) -> bool:
    """No stale version is paid out while an honest tower that is there holds an answer to it."""
    return not _silent(before, rules)


def _silent(before: State, rules: Rules) -> list[Party]:
    """The honest towers that were there, registered, and kept a good answer to this claim."""
    claim = before.channel.claim
    if claim is None or claim.by == CUSTOMER:
        return []
    claimed = claim.version.number
    return [
        tower
        for tower in before.service.bonds
        if is_there(before.people, tower)
        and claimed < before.talk.versions[-1].number
        and any(
            genuine(each, before) and would_answer(each, claimed, rules)
            for each in before.talk.stores.get(tower, ())
        )
    ]


def _cannot_answer(before: State, action: Any, after: State, rules: Rules) -> Finding:
    tower = action.tower if isinstance(action, offchain.HandOver) else action.by
    kept = after.talk.stores.get(tower, ())
    return Finding(_unable(action, after, rules), {"tower": tower, "kept": len(kept)})


@whenever(
    "TW-ABLE", _cannot_answer, after=(offchain.HandOver, offchain.GiveReceipt, offchain.Crash)
)
def able(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest tower has the appointment that it was given last, and an answer to every stale
    version for which it has signed."""
    return not _unable(action, after, rules)


def _unable(
    action: offchain.HandOver | offchain.GiveReceipt | offchain.Crash, after: State, rules: Rules
) -> str:
    tower = action.tower if isinstance(action, offchain.HandOver) else action.by
    kept = after.talk.stores.get(tower, ())
    if not is_honest(after.people, tower):
        return ""
    if not isinstance(action, offchain.Crash) and action.appointment not in kept:
        return "an honest tower does not have what it was given"
    promised = [each.appointment for each in after.talk.receipts if each.tower == tower]
    if _answered_by(promised, after, rules) - _answered_by(kept, after, rules):
        return "an honest tower has promised an answer that it does not have"
    return ""


def _answered_by(given: Iterable[Appointment], state: State, rules: Rules) -> set[int]:
    """The stale versions that can be answered with these appointments."""
    good = [each for each in given if each.channel == CHANNEL and genuine(each, state)]
    return {
        stale
        for stale in range(state.talk.versions[-1].number)
        if any(would_answer(each, stale, rules) for each in good)
    }


# Rewards ----------------------------------------------------------------------------------------


def _misrewarded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_wrong_reward(before, action, after, rules), {"reward": rules.reward})


@whenever("TW-REWARD", _misrewarded, after=ENDS)
def reward_paid(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The tower whose answer stands at the end gets the reward, once, from whoever claimed a stale
    version; no other tower gets one."""
    return not _wrong_reward(before, action, after, rules)


def _wrong_reward(before: State, action: Any, after: State, rules: Rules) -> str:
    claim = before.channel.claim
    earner = action.by if isinstance(action, disputes.Respond) else before.service.answered_by
    over = ended(before, after)
    if claim is None:
        earner = None
    if not over and after.service.answered_by != earner:
        return "the reward is for another tower than the one whose answer stands"
    for tower in before.ghost.wealth:
        expected = rules.reward if over and tower == earner else 0
        if tower not in PARTIES and _gained(before, after, tower) != expected:
            return "a tower is paid what it has not earned, or not what it has"
    if not over:
        return ""
    outcome = after.service.outcome
    if outcome is None:
        return "the channel is over and nothing on record"
    for side, party in enumerate(PARTIES):
        pays = rules.reward if claim is not None and earner and claim.by == party else 0
        # A cheater with a bond of its own may answer itself: it pays itself.
        earns = rules.reward if party == earner else 0
        expected = outcome.paid[side] + rules.reward - pays + earns
        if _gained(before, after, party) != expected:
            return "the reward is not paid by the cheater"
    return ""


def _gained(before: State, after: State, party: Party) -> int:
    return after.main.accounts[party, ETHER] - before.main.accounts[party, ETHER]


# Bonds ------------------------------------------------------------------------------------------


def _bond_gone(before: State, action: service.WithdrawBond, after: State, rules: Rules) -> Finding:
    announced = before.ghost.leaving.get(action.by, before.main.now)
    return Finding(
        "a bond is withdrawn that a receipt may still call on",
        {"announced": announced, "now": before.main.now},
    )


@whenever("TW-BOND-STAYS", _bond_gone, after=(service.WithdrawBond,))
def bond_stays(before: State, action: service.WithdrawBond, after: State, rules: Rules) -> bool:
    """No bond is withdrawn before its notice is over, or while a customer is away that left with a
    receipt behind which it stands."""
    left, tower = before.ghost.left, action.by
    announced = before.ghost.leaving.get(tower, before.main.now)
    relied_on = any(receipt.tower == tower for receipt in before.talk.receipts)
    away = before.talk.left is not None and is_honest(before.people, CUSTOMER)
    over = before.main.now > announced + rules.unbonding_period
    return over and (announced < left or not (away and relied_on))


# Privacy ----------------------------------------------------------------------------------------


def _learnt(state: State, rules: Rules) -> Finding:
    read = [each for tower in state.talk.stores for each in read_by(state, tower, rules)]
    return Finding("a tower reads a balance before there is a breach", {"read": len(read)})


@always("TW-PRIVATE", _learnt, reads="channel talk people.honest")
def private(state: State, rules: Rules) -> bool:
    """Before a breach no tower can read a balance of an honest customer."""
    if not is_honest(state.people, CUSTOMER) or _is_breach(state):
        return True
    return not any(read_by(state, tower, rules) for tower in state.talk.stores)


def _is_breach(state: State) -> bool:
    claim = state.channel.claim
    return claim is not None and claim.version.number < state.talk.versions[-1].number


SERVICE: tuple[Invariant, ...] = (
    answered_in_time,
    able,
    reward_paid,
    bond_stays,
    private,
)
