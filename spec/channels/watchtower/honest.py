"""The honest customer, partner and tower: what each will not do, and what it must do in time.

Off chain nothing is owed: a tower may refuse an appointment, and a customer without receipts stays.
On the main chain they answer: a party of the channel that is there answers a stale claim itself and
calls for what is to be paid out; a customer shows its receipts where something is missing, before
the bonds behind them are gone; a tower answers every breach that it has an appointment for.
"""

from collections.abc import Iterator
from typing import Any

from spec.channels.payment.contract import Claim, Phase
from spec.channels.payment.versions import Version
from spec.channels.people import is_there
from spec.channels.sides import PARTIES
from spec.channels.watchtower.appointments import CHANNEL, Appointment, Receipt
from spec.channels.watchtower.disputes import Answer, Close, Respond, Settle, answers_from
from spec.channels.watchtower.offchain import GiveReceipt, HandOver, Leave, Return
from spec.channels.watchtower.refusals import AgainstStrategy
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import Recourse, WithdrawBond, owed, recourse_until
from spec.channels.watchtower.state import CUSTOMER, Outcome, State
from spec.kernel.basics import Party, Seconds
from spec.kernel.protocol import Obligation

STALE = "a stale claim"
"""The need that an answer, a party's own or a tower's, answers: whatever is shown meanwhile."""
SETTLEMENT = "a window that is over"
NOTICE = "a notice that is over"

# What they know ---------------------------------------------------------------------------------


def appointments_needed(state: State, rules: Rules) -> tuple[Appointment, ...]:
    """The appointments that answer every claim which is stale now."""
    versions = state.talk.versions
    needed = rules.remedy.needed(versions[-1].number)
    return tuple([Appointment(CHANNEL, number, versions[number]) for number in needed])


def covered(state: State, rules: Rules) -> bool:
    """Has one tower promised all answers that may be needed, with a bond that stays?"""
    service, receipts = state.service, state.talk.receipts
    needed = appointments_needed(state, rules)
    return any(
        tower not in service.announced
        and all(Receipt(tower, appointment) in receipts for appointment in needed)
        for tower in service.bonds
    )


def read_by(state: State, tower: Party, rules: Rules) -> tuple[Appointment, ...]:
    """The appointments whose content a tower can read now."""
    kept = state.talk.stores.get(tower, ())
    return tuple([each for each in kept if rules.readable(opened(state, each, rules))])


def opened(state: State, appointment: Appointment, rules: Rules) -> bool:
    """Does a claim stand that the appointment's locator names?"""
    claim = state.channel.claim
    return claim is not None and rules.remedy.opens(appointment.locator, claim.version.number)


def is_stale(state: State, claim: Claim) -> bool:
    """Have both signed a newer version than the claimed one?"""
    return claim.version.number < state.talk.versions[-1].number


# What they will not do --------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """Raises AgainstStrategy for what an honest party would never do."""
    if action.by not in state.people.honest:
        return
    match action:
        case Close(version=version):
            sensible = version == state.talk.versions[-1]
        case HandOver(appointment=appointment):
            sensible = appointment in appointments_needed(state, rules)
        case GiveReceipt(by=by, appointment=appointment):
            has_it = appointment in state.talk.stores.get(by, ())
            sensible = has_it and rules.tower.takes(state.channel.phase == Phase.OPEN)
        case Respond(by=by, version=version):
            sensible = version in [each.content for each in read_by(state, by, rules)]
        case Leave():
            ending = state.channel.phase != Phase.OPEN
            sensible = not ending and rules.customer.leaves(covered(state, rules))
        case _:
            sensible = True
    if not sensible:
        raise AgainstStrategy(action.by)


# How long they take -----------------------------------------------------------------------------


def reaction(rules: Rules, party: Party) -> Seconds:
    """How long an answer of the party may take."""
    return rules.customer.reaction if party in PARTIES else rules.tower.reaction


# What they must do ------------------------------------------------------------------------------


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """What honest parties must still do, and until when."""
    duties: list[Obligation] = []
    people, claim = state.people, state.channel.claim
    left = state.talk.left
    if left is not None:
        back = left + rules.customer.absence
        duties.append(Obligation(back, CUSTOMER, Return(CUSTOMER), punctual=True))
    if claim is not None:
        for party in PARTIES:
            if is_there(people, party):
                duties += _of_party(state, party, claim, rules)
    outcome = state.service.outcome
    if outcome is not None and is_there(people, CUSTOMER):
        duties += _complaints(state, outcome, rules)
    for tower in state.service.bonds:
        if is_there(people, tower):
            duties += _of_tower(state, tower, claim, rules)
    return tuple(duties)


def _of_party(state: State, party: Party, claim: Claim, rules: Rules) -> Iterator[Obligation]:
    """Answer a stale claim; then call for what is to be paid out."""
    if claim.by != party and is_stale(state, claim):
        answer = Answer(party, own_answer(state, claim, rules))
        yield Obligation(claim.deadline, party, answer, need=STALE)
    end = claim.deadline
    until = end + rules.customer.reaction
    yield Obligation(until, party, Settle(party), until, SETTLEMENT, since=end)


def own_answer(state: State, claim: Claim, rules: Rules) -> Version:
    """What a party of the channel answers a stale claim with."""
    versions = state.talk.versions
    locators = rules.remedy.needed(versions[-1].number)
    fitting = [n for n in locators if rules.remedy.opens(n, claim.version.number)]
    return versions[fitting[0]]


def _complaints(state: State, outcome: Outcome, rules: Rules) -> Iterator[Obligation]:
    """Show the receipts for what is missing, before it is too late."""
    if not outcome.breached:
        return
    for receipt in state.talk.receipts:
        promised, tower = receipt.appointment, receipt.tower
        if tower in state.service.bonds and rules.remedy.unanswered(
            promised.locator, outcome.number
        ):
            got = outcome.paid[0] + state.service.compensated
            if owed(state, promised, rules) > got:
                until = recourse_until(outcome, rules)
                need = ("a promise that was not kept", tower, promised.locator)
                yield Obligation(until, CUSTOMER, Recourse(CUSTOMER, receipt), need=need)


def _of_tower(
    state: State, tower: Party, claim: Claim | None, rules: Rules
) -> Iterator[Obligation]:
    """Answer a breach, and take the bond home when its notice is over."""
    if claim is not None and claim.by != CUSTOMER:
        begins = answers_from(claim, rules)
        for each in read_by(state, tower, rules):
            if opened(state, each, rules) and rules.tower.answers(begins, claim.deadline):
                answer = Respond(tower, each.content)
                yield Obligation(claim.deadline, tower, answer, begins, STALE)
    announced = state.service.announced
    if tower in announced:
        over = announced[tower] + rules.unbonding_period
        until = over + rules.tower.reaction
        yield Obligation(until, tower, WithdrawBond(tower), until, NOTICE, since=over)
