"""Who may do what, and when; and that whoever is honest gets it done in time.

Each claim reads off the state before an accepted action that it was in order, in its own words. So
a rule that accepts too much is noticed where it does, and not only where somebody has lost money.
"""

from typing import Any

from invariants.channels.watchtower.world.protocol import WATCHTOWER
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import START, Version
from spec.channels.people import is_honest, is_there
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.honest import SETTLEMENT
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, State
from spec.channels.watchtower.strategy import Customer
from spec.kernel.basics import Party, Seconds
from spec.kernel.clock import Wait

ACTIONS = tuple(kind for kind in WATCHTOWER.actions if kind != Wait)
"""Everything that a party does."""
ANSWERS = (disputes.Answer, disputes.Respond)
OF_PARTIES = (disputes.Close, disputes.Answer)
OF_CUSTOMER = (offchain.HandOver, offchain.Leave, offchain.Return)
OF_TOWERS = (disputes.Respond, service.Announce, service.WithdrawBond)
DECIDED = (
    disputes.Close, offchain.HandOver, offchain.GiveReceipt, disputes.Respond, offchain.Leave,
)  # fmt: skip
"""What an honest party does only where it is sensible."""


# In whose name ----------------------------------------------------------------------------------


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("somebody acts in a role that it does not have", {"by": action.by})


@whenever("TW-OWN-NAME", _usurped, after=ACTIONS)
def in_its_own_name(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Everybody acts in its own role: the channel's parties close and answer, the customer hires
    and leaves, towers with a bond respond."""
    by, bonds = action.by, before.service.bonds
    if isinstance(action, OF_PARTIES):
        return by in PARTIES
    if isinstance(action, OF_CUSTOMER):
        return bool(by == CUSTOMER)
    if isinstance(action, service.Register):
        return by not in bonds
    return by in bonds if isinstance(action, OF_TOWERS) else True


# In its time ------------------------------------------------------------------------------------


def _now(state: State) -> dict[str, int]:
    return {"now": state.main.now}


@whenever("TW-IN-WINDOW", "something is accepted outside its time", _now, after=ACTIONS)
def in_its_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every step is taken in its stage, and neither before its window opens nor after its
    deadline."""
    now, claim, announced = before.main.now, before.channel.claim, before.service.announced
    ghost, ends = before.ghost, before.ghost.claimed + rules.channel.window
    is_open = before.channel.phase == Phase.OPEN
    match action:
        case offchain.UpdateChannel():
            return is_open and before.talk.left is None
        case disputes.Close() | disputes.CloseTogether():
            return is_open
        case offchain.Leave():
            return before.talk.left is None and after.talk.left == now
        case offchain.Return():
            return before.talk.left is not None and after.talk.left is None
        case disputes.Answer():
            return claim is not None and now <= ends
        case disputes.Respond():
            begins = ghost.claimed + rules.grace
            return claim is not None and begins <= now <= ends and claim.by != CUSTOMER
        case disputes.Settle():
            return claim is not None and now > ends
        case service.Announce():
            return action.by not in announced
        case service.WithdrawBond():
            return action.by in announced
        case service.Recourse():
            return before.service.outcome is not None and now <= ghost.ended + rules.recourse_window
        case _:
            return True


@whenever("TW-WINDOW-STANDS", "the window was moved", _now, after=(disputes.Close, *ANSWERS))
def window_stands(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A claim can be answered for one window from the first claim on, whatever comes."""
    claim, then = before.channel.claim, after.channel.claim
    if then is None:
        return True
    begun = before.main.now if claim is None else before.ghost.claimed
    return then.deadline == begun + rules.channel.window


# What stands on the main chain ------------------------------------------------------------------


@always(
    "TW-UNANIMOUS",
    "a version is claimed that an honest party has not signed",
    reads="channel talk people.honest",
)
def unanimous(state: State, rules: Rules) -> bool:
    """Every version before the contract was signed by everybody honest in the channel."""
    claim = state.channel.claim
    if claim is None or claim.version == START or not _honest_parties(state):
        return True
    return _signed(state, claim.version)


def _signed(state: State, version: Version) -> bool:
    return any(
        (version.number, version.balances) == (each.number, each.balances)
        for each in state.talk.versions
    )


def _honest_parties(state: State) -> list[Party]:
    return [party for party in (ALICE, BOB) if is_honest(state.people, party)]


def _no_growth(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a number did not grow", {"versions": len(before.talk.versions)})


@whenever("TW-NUMBERS", _no_growth, after=(offchain.UpdateChannel, *ANSWERS))
def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The numbers of signed versions grow by one, that of a claim strictly."""
    versions, claim, then = before.talk.versions, before.channel.claim, after.channel.claim
    if isinstance(action, offchain.UpdateChannel):
        return after.talk.versions[-1].number == versions[-1].number + 1
    if claim is None or then is None:
        return True
    return then.version.number > claim.version.number


@whenever("TW-BREACH", "a claim was answered that was not stale", after=ANSWERS)
def answers_breaches(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only a stale claim is answered: nobody's newest version is replaced or punished."""
    claim = before.channel.claim
    if claim is None or not _honest_parties(before):
        return claim is not None
    newest = before.talk.versions[-1].number
    return claim.version.number < newest and claim.by != _honest_parties(before)[0]


# What an honest party does ----------------------------------------------------------------------


def _foolish(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_folly(before, action, rules), {"by": action.by})


@whenever("TW-SENSIBLE", _foolish, after=DECIDED)
def sensible(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Honest parties do nothing foolish: they claim the newest version, hand over what answers,
    sign for what they were given, show what they can read, and leave when watched."""
    return not is_honest(before.people, action.by) or not _folly(before, action, rules)


def _folly(before: State, action: Any, rules: Rules) -> str:
    versions, stores = before.talk.versions, before.talk.stores
    match action:
        case disputes.Close(version=version):
            return "" if version == versions[-1] else "an honest party claims a stale version"
        case offchain.HandOver(appointment=each):
            right = each.channel == CHANNEL and genuine(each, before)
            useful = right and _useful(before, each, rules)
            return "" if useful else "an honest customer hands over what answers nothing"
        case offchain.GiveReceipt(by=by, appointment=each):
            has_it = each in stores.get(by, ()) and before.channel.phase == Phase.OPEN
            return "" if has_it else "an honest tower signs for what it can't answer with"
        case disputes.Respond(by=by, version=version):
            kept = [each.content for each in stores.get(by, ()) if _names(before, each, rules)]
            return "" if version in kept else "an honest tower shows what it can't read"
        case offchain.Leave():
            sensible = rules.customer.leaves(False) or watched(before, rules)
            return "" if sensible else "an honest customer leaves without a promise"
        case _:
            return ""


def genuine(each: Appointment, state: State) -> bool:
    """Is the version sealed in it that its locator names, as both have signed it?"""
    return each.content in state.talk.versions and each.content.number == each.locator


def _useful(before: State, each: Appointment, rules: Rules) -> bool:
    """Does it answer a claim that is stale now?"""
    newest = before.talk.versions[-1].number
    if rules.channel.revocable:
        return each.locator < newest
    return each.locator == newest > 0


def _names(before: State, each: Appointment, rules: Rules) -> bool:
    """Does the claim that stands open the appointment?"""
    claim = before.channel.claim
    return claim is not None and would_answer(each, claim.version.number, rules)


def would_answer(each: Appointment, claimed: int, rules: Rules) -> bool:
    """Does its content answer a claim of this version, where the channel takes it?"""
    if rules.channel.revocable:
        return each.locator == claimed
    return each.locator > claimed


def watched(before: State, rules: Rules) -> bool:
    """Is there a bonded tower that has promised an answer to every stale version?"""
    service, newest = before.service, before.talk.versions[-1].number
    return before.channel.phase == Phase.OPEN and any(
        tower not in service.announced
        and all(
            any(
                receipt.tower == tower
                and receipt.appointment.channel == CHANNEL
                and genuine(receipt.appointment, before)
                and would_answer(receipt.appointment, stale, rules)
                and (rules.channel.revocable or receipt.appointment.locator == newest)
                for receipt in before.talk.receipts
            )
            for stale in range(newest)
        )
        for tower in service.bonds
    )


# Nobody is stuck --------------------------------------------------------------------------------


def _stopped(before: State, action: Wait, after: State, rules: Rules) -> Finding:
    return Finding(_stuck(before, after, rules), {"now": after.main.now})


@whenever("TW-NOT-STUCK", _stopped, after=(Wait,))
def nobody_stuck(before: State, action: Wait, after: State, rules: Rules) -> bool:
    """Nobody honest is stuck: claims are settled, customers return and bonds come home in bounded
    time."""
    return not _stuck(before, after, rules)


def _stuck(before: State, after: State, rules: Rules) -> str:
    now, people, claim, ghost = after.main.now, before.people, before.channel.claim, before.ghost
    window = rules.channel.window
    if claim is not None:
        there = [party for party in PARTIES if is_there(people, party)]
        if there and now > done_by(after, SETTLEMENT, ghost.claimed + window, rules.customer):
            return "the channel is not settled although an honest party is there"
    if before.talk.left is not None and now > ghost.left + rules.customer.absence:
        return "the customer stays away"
    for tower, announced in ghost.leaving.items():
        over = announced + rules.unbonding_period
        if is_there(people, tower) and now > over + rules.tower.reaction:
            return "an honest tower's bond does not come home"
    return ""


def done_by(state: State, need: str, over: Seconds, strategy: Customer) -> Seconds:
    """When somebody honest has done what can be done from a moment on: its time runs from then, or
    from its return after that."""
    bars = [each.bar for each in state.main.standing if each.need == need]
    return max([over + strategy.reaction, *bars])


CONDUCT: tuple[Invariant, ...] = (
    in_its_own_name,
    in_its_time,
    window_stands,
    unanimous,
    numbers_grow,
    answers_breaches,
    sensible,
    nobody_stuck,
)
