"""Who may do what, and when; and that whoever is honest gets it done in time.

Each claim reads off the state before an accepted action that it was in order, in its own words. So
a rule that accepts too much is noticed where it does, and not only where somebody has lost money.
"""

from typing import Any

from invariants.channels.watchtower.world.protocol import WATCHTOWER
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import START, Version
from spec.channels.people import is_honest, is_there
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import Party
from spec.kernel.clock import Wait

ACTIONS = tuple(kind for kind in WATCHTOWER.actions if kind != Wait)
"""Everything that a party does."""
OF_PARTIES = (disputes.Close, disputes.Answer)
OF_CUSTOMER = (offchain.HandOver, offchain.Leave, offchain.Return)
OF_TOWERS = (disputes.Respond, service.Announce, service.WithdrawBond)


# In whose name ----------------------------------------------------------------------------------


def in_its_own_name(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Parties close and answer, the customer hires, towers that are registered respond."""
    by, bonds = action.by, before.service.bonds
    if isinstance(action, OF_PARTIES):
        return by in PARTIES
    if isinstance(action, OF_CUSTOMER):
        return bool(by == CUSTOMER)
    if isinstance(action, service.Register):
        return by not in bonds
    return by in bonds if isinstance(action, OF_TOWERS) else True


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("somebody acts in a role that it does not have", {"by": action.by})


# In its time ------------------------------------------------------------------------------------


def in_its_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every action falls into the stage, and there into the window, that is meant for it."""
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


def _out_of_time(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("something is accepted outside its time", {"now": before.main.now})


def window_stands(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A claim has its window from the start, and no answer makes it longer."""
    claim, then = before.channel.claim, after.channel.claim
    if then is None:
        return True
    begun = before.main.now if claim is None else before.ghost.claimed
    return then.deadline == begun + rules.channel.window


def _moved(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("the window was moved", {"now": before.main.now})


# What stands on the main chain ------------------------------------------------------------------


def unanimous(state: State, rules: Rules) -> bool:
    """Whatever version is claimed was signed by everybody honest."""
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


def _not_unanimous(state: State, rules: Rules) -> Finding:
    return Finding("a version is claimed that an honest party has not signed", {})


def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Each new version has the next number, and a claim gives way only to a greater one."""
    versions, claim, then = before.talk.versions, before.channel.claim, after.channel.claim
    if isinstance(action, offchain.UpdateChannel):
        return after.talk.versions[-1].number == versions[-1].number + 1
    if claim is None or then is None:
        return True
    return then.version.number > claim.version.number


def _no_growth(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a number did not grow", {"versions": len(before.talk.versions)})


def answers_breaches(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever answers a claim shows that it was stale, as far as anybody honest has a say."""
    claim = before.channel.claim
    if claim is None or not _honest_parties(before):
        return claim is not None
    newest = before.talk.versions[-1].number
    return claim.version.number < newest and claim.by != _honest_parties(before)[0]


def _no_breach(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a claim was answered that was not stale", {})


# What an honest party does ----------------------------------------------------------------------


def sensible(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party does nothing that its strategy forbids."""
    return not is_honest(before.people, action.by) or not _folly(before, action, rules)


def _folly(before: State, action: Any, rules: Rules) -> str:
    versions, stores = before.talk.versions, before.talk.stores
    match action:
        case disputes.Close(version=version):
            return "" if version == versions[-1] else "an honest party claims a stale version"
        case offchain.HandOver(appointment=each):
            right = each.channel == CHANNEL and each.content in versions
            fits = each.content.number == each.locator and _useful(before, each, rules)
            return "" if right and fits else "an honest customer hands over what answers nothing"
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


def _useful(before: State, each: Appointment, rules: Rules) -> bool:
    """Does it answer a claim that is stale now?"""
    newest = before.talk.versions[-1].number
    if rules.channel.punishes(0, 1):
        return each.locator < newest
    return each.locator == newest > 0


def _names(before: State, each: Appointment, rules: Rules) -> bool:
    """Does the claim that stands open the appointment?"""
    claim = before.channel.claim
    return claim is not None and would_answer(each, claim.version.number, rules)


def would_answer(each: Appointment, claimed: int, rules: Rules) -> bool:
    """Does its content answer a claim of this version, where the channel takes it?"""
    if rules.channel.punishes(0, 1):
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
                and would_answer(receipt.appointment, stale, rules)
                and (rules.channel.punishes(0, 1) or receipt.appointment.locator == newest)
                for receipt in before.talk.receipts
            )
            for stale in range(newest)
        )
        for tower in service.bonds
    )


def _foolish(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_folly(before, action, rules), {"by": action.by})


# Nobody is stuck --------------------------------------------------------------------------------


def nobody_stuck(before: State, action: Wait, after: State, rules: Rules) -> bool:
    """Time does not pass where somebody honest should have been done by now."""
    return not _stuck(before, after, rules)


def _stuck(before: State, after: State, rules: Rules) -> str:
    now, people, claim, ghost = after.main.now, before.people, before.channel.claim, before.ghost
    if claim is not None:
        there = [party for party in PARTIES if is_there(people, party)]
        if there and now > ghost.claimed + rules.channel.window + rules.customer.patience:
            return "the channel is not settled although an honest party is there"
    if before.talk.left is not None and now > ghost.left + rules.customer.absence:
        return "the customer stays away"
    for tower, announced in ghost.leaving.items():
        home = announced + rules.unbonding_period + rules.tower.patience
        if is_there(people, tower) and now > home:
            return "an honest tower's bond does not come home"
    return ""


def _stopped(before: State, action: Wait, after: State, rules: Rules) -> Finding:
    return Finding(_stuck(before, after, rules), {"now": after.main.now})


CONDUCT: tuple[Invariant, ...] = (
    Invariant(
        "TW-OWN-NAME",
        "Everybody acts in its own role: the channel's parties close and answer, the customer"
        " hires and leaves, towers with a bond respond.",
        Kind.TRANSITION,
        in_its_own_name,
        _usurped,
        after=ACTIONS,
    ),
    Invariant(
        "TW-IN-WINDOW",
        "Every step is taken in its stage, and neither before its window opens nor after its"
        " deadline.",
        Kind.TRANSITION,
        in_its_time,
        _out_of_time,
        after=ACTIONS,
    ),
    Invariant(
        "TW-WINDOW-STANDS",
        "A claim can be answered for one window from the first claim on, whatever comes.",
        Kind.TRANSITION,
        window_stands,
        _moved,
        after=(disputes.Close, disputes.Answer, disputes.Respond),
    ),
    Invariant(
        "TW-UNANIMOUS",
        "Every version before the contract was signed by everybody honest in the channel.",
        Kind.ALWAYS,
        unanimous,
        _not_unanimous,
        reads=("channel", "talk", "people.honest"),
    ),
    Invariant(
        "TW-NUMBERS",
        "The numbers of signed versions grow by one, that of a claim strictly.",
        Kind.TRANSITION,
        numbers_grow,
        _no_growth,
        after=(offchain.UpdateChannel, disputes.Answer, disputes.Respond),
    ),
    Invariant(
        "TW-BREACH",
        "Only a stale claim is answered: nobody's newest version is replaced or punished.",
        Kind.TRANSITION,
        answers_breaches,
        _no_breach,
        after=(disputes.Answer, disputes.Respond),
    ),
    Invariant(
        "TW-SENSIBLE",
        "Honest parties do nothing foolish: they claim the newest version, hand over what answers,"
        " sign for what they were given, show what they can read, and leave when watched.",
        Kind.TRANSITION,
        sensible,
        _foolish,
        after=(
            disputes.Close,
            offchain.HandOver,
            offchain.GiveReceipt,
            disputes.Respond,
            offchain.Leave,
        ),
    ),
    Invariant(
        "TW-NOT-STUCK",
        "Nobody honest is stuck: claims are settled, customers return and bonds come home in"
        " bounded time.",
        Kind.TRANSITION,
        nobody_stuck,
        _stopped,
        after=(Wait,),
    ),
)
