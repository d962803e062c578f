"""What an accepted step leaves behind: claims and outcomes, bonds, what was said off chain, and the
times from which the claims count."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from invariants.channels.watchtower.conduct import ANSWERS
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.payment.contract import Claim, Phase
from spec.channels.payment.versions import Version, funds
from spec.channels.people import gone, returned
from spec.channels.sides import ALICE, Pair
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import Receipt
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, Ghost, Outcome, State, Talk
from spec.kernel.basics import ETHER, Party, put

# The channel ------------------------------------------------------------------------------------

ENDS = (disputes.CloseTogether, *ANSWERS, disputes.Settle)
"""The actions that can end the channel."""


def _does_not_stand(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"version": action.version.number, "phase": after.channel.phase.value}
    return Finding(_missing(before, action, after, rules), numbers)


@whenever("TW-STANDS", _does_not_stand, after=(disputes.Close, *ANSWERS))
def stands(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A claim or an answer that is accepted stands, in the name of whoever closed, or punishes."""
    return not _missing(before, action, after, rules)


def _missing(before: State, action: Any, after: State, rules: Rules) -> str:
    claim, then = before.channel.claim, after.channel.claim
    if after.channel.phase == Phase.SETTLED:
        return "" if isinstance(action, ANSWERS) else "a claim ended the channel at once"
    by = action.by if claim is None else claim.by
    if then is None or (then.by, then.version) != (by, action.version):
        return "what was shown does not stand"
    earner = action.by if isinstance(action, disputes.Respond) else before.service.answered_by
    same = evolve(before.service, answered_by=earner)
    return "" if after.service == same else "more than the claim has changed"


def _misrecorded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    right, outcome = _right_outcome(before, action, rules), after.service.outcome
    if outcome is None:
        return Finding("the channel is over and nothing on record", {"number": right.number})
    numbers = {
        "number": right.number,
        "on record": outcome.number,
        "alice is due": right.paid[0],
        "alice got": outcome.paid[0],
        "at": outcome.at,
        "now": before.main.now,
    }
    return Finding("the end of the channel is not what is on record", numbers)


@whenever("TW-OUTCOME", _misrecorded, after=ENDS)
def recorded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What ends the channel pays both by the version that stands, or punishes; and the towers'
    contract has on record how it ended, and when."""
    over = after.channel.phase == Phase.SETTLED
    if isinstance(action, ANSWERS) and not over:
        return after.service.outcome is None
    service = after.service
    return (
        over
        and service.outcome == _right_outcome(before, action, rules)
        and (service.stakes, service.answered_by) == ((0, 0), None)
        and (service.bonds, service.announced) == (before.service.bonds, before.service.announced)
    )


def _right_outcome(before: State, action: Any, rules: Rules) -> Outcome:
    channel, claim = before.channel, before.channel.claim
    version: Version = action.version if claim is None else claim.version
    if isinstance(action, ANSWERS) and claim is not None:
        paid = _penalty(before, claim)
    else:
        paid = rules.channel.split(version, channel.deposits, channel.withdrawn)
    breached = claim is not None and claim.by != CUSTOMER
    return Outcome(version.number, paid, before.main.now, breached)


def _penalty(before: State, claim: Claim) -> Pair:
    everything = funds(before.channel.deposits, before.channel.withdrawn)
    return (0, everything) if claim.by == ALICE else (everything, 0)


# Bonds ------------------------------------------------------------------------------------------

OF_BONDS = (service.Register, service.Announce, service.WithdrawBond)


def _bonds_wrong(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "bonds before": sum(before.service.bonds.values()),
        "bonds after": sum(after.service.bonds.values()),
        "leaving": len(after.service.announced),
    }
    return Finding("a bond, or a notice, is not what the tower made it", numbers)


@whenever("TW-BONDS", _bonds_wrong)
def bonds_right(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A tower locks its bond once, and gets back what it locked; nothing but its own steps and a
    recourse touches it."""
    one, two, by = before.service, after.service, action.by
    if isinstance(action, service.Recourse):
        by = action.receipt.tower
        return (_less(one.bonds, by), _less(one.announced, by)) == (two.bonds, two.announced)
    if not isinstance(action, OF_BONDS):
        return (one.bonds, one.announced) == (two.bonds, two.announced)
    bonds, announced, paid = one.bonds, one.announced, 0
    match action:
        case service.Register():
            bonds, paid = put(bonds, by, rules.bond), -rules.bond
        case service.Announce():
            announced = put(announced, by, before.main.now)
        case _:
            bonds, announced, paid = _less(bonds, by), _less(announced, by), bonds.get(by, 0)
    account = by, ETHER
    gained = after.main.accounts[account] - before.main.accounts[account]
    return two == evolve(one, bonds=bonds, announced=announced) and gained == paid


def _less(mapping: Mapping[Party, int], tower: Party) -> Mapping[Party, int]:
    return {each: value for each, value in mapping.items() if each != tower}


# Off chain --------------------------------------------------------------------------------------


def _known(state: State) -> dict[str, int]:
    return {
        "versions": len(state.talk.versions),
        "stores": sum([len(kept) for kept in state.talk.stores.values()]),
        "receipts": len(state.talk.receipts),
    }


@whenever("TW-KNOWN", "what was said is not what is known", _known)
def known_as_said(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is signed, handed over and promised is known from then on; a crash loses no more than
    appointments that the tower has not signed for."""
    people = before.people  # who goes away is away until it returns
    if isinstance(action, offchain.Leave | offchain.Return):
        change = gone if isinstance(action, offchain.Leave) else returned
        people = change(people, CUSTOMER)
    return (after.talk, after.people) == (_told(before, action, rules), people)


def _told(before: State, action: Any, rules: Rules) -> Talk:
    talk, channel = before.talk, before.channel
    match action:
        case offchain.UpdateChannel(balances=balances):
            number = len(talk.versions)
            version = Version(number, balances, channel.deposits, channel.withdrawn)
            return evolve(talk, versions=(*talk.versions, version))
        case offchain.HandOver(tower=tower, appointment=appointment):
            kept = rules.tower.keeps(talk.stores.get(tower, ()), appointment)
            return evolve(talk, stores=put(talk.stores, tower, kept))
        case offchain.GiveReceipt(by=by, appointment=appointment):
            return evolve(talk, receipts=(*talk.receipts, Receipt(by, appointment)))
        case offchain.Crash(by=by):
            kept = talk.stores.get(by, ())
            left = [each for each in kept if Receipt(by, each) in talk.receipts]
            return evolve(talk, stores=put(talk.stores, by, tuple(left)))
        case offchain.Leave():
            return evolve(talk, left=before.main.now, journeys=talk.journeys + 1)
        case offchain.Return():
            return evolve(talk, left=None)
        case _:
            return talk


# When it happened -------------------------------------------------------------------------------


def _off_the_clock(before: State, action: Any, after: State, rules: Rules) -> Finding:
    right, ghost = _noted(before, action, after), after.ghost
    numbers = {
        "now": before.main.now,
        "claimed": ghost.claimed,
        "ended": ghost.ended,
        "left": ghost.left,
        "notices": len(ghost.leaving),
        "notices due": len(right.leaving),
    }
    return Finding("the clock by which claims count has another moment", numbers)


@whenever("TW-CLOCK", _off_the_clock)
def on_the_clock(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Claims about time count from the moment at which the channel was claimed or ended, a tower
    announced that it goes, or the customer left."""
    return after.ghost == _noted(before, action, after)


def _noted(before: State, action: Any, after: State) -> Ghost:
    """The ghost with the moment of this step; a notice is forgotten with its bond."""
    ghost, now = before.ghost, before.main.now
    over = after.channel.phase == Phase.SETTLED
    match action:
        case disputes.Close():
            return evolve(ghost, claimed=now)
        case (
            disputes.CloseTogether() | disputes.Answer() | disputes.Respond() | disputes.Settle()
        ) if over:
            return evolve(ghost, ended=now)
        case service.Announce(by=by):
            return evolve(ghost, leaving=put(ghost.leaving, by, now))
        case service.WithdrawBond(by=tower) | service.Recourse(receipt=Receipt(tower=tower)):
            return evolve(ghost, leaving=_less(ghost.leaving, tower))
        case offchain.Leave():
            return evolve(ghost, left=now)
        case _:
            return ghost


RECORDS: tuple[Invariant, ...] = (
    stands,
    recorded,
    bonds_right,
    known_as_said,
    on_the_clock,
)
