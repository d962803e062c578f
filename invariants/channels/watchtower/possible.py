"""What stays possible for whoever is honest and there: to use the channel and to end it, to be made
whole, and to take its time."""

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from invariants.channels.watchtower.conduct import genuine, watched, would_answer
from invariants.channels.watchtower.money import brought_by_answer
from invariants.channels.watchtower.world.protocol import WATCHTOWER
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import funds
from spec.channels.people import is_honest, is_there
from spec.channels.sides import BOB, PARTIES, Pair, side_of
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import CHANNEL, Appointment, Receipt
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, Outcome, State
from spec.kernel.basics import Seconds, Wei
from spec.kernel.clock import accepted
from spec.kernel.protocol import Obligation


def _kept_in(state: State, rules: Rules) -> Finding:
    name = _closed_in(state, rules)
    return Finding(f"an honest party's {name} is refused", {"now": state.main.now})


@always("TW-WAY-OUT", _kept_in)
def can_end(state: State, rules: Rules) -> bool:
    """An honest party that is there can close with the newest version at any time, both together
    can end the channel, and after the window everybody can have it paid out; and a customer that is
    watched can go away."""
    return not _closed_in(state, rules)


def _closed_in(state: State, rules: Rules) -> str:
    for action in _ways_out(state, rules):
        if not accepted(WATCHTOWER, state, action, rules):
            return type(action).__name__
    return ""


def _ways_out(state: State, rules: Rules) -> Iterator[Any]:
    newest, people = state.talk.versions[-1], state.people
    there = [party for party in PARTIES if is_there(people, party)]
    if state.channel.phase == Phase.OPEN:
        for party in there:
            yield disputes.Close(party, newest)
        if CUSTOMER in there and rules.customer.leaves(True) and watched(state, rules):
            yield offchain.Leave(CUSTOMER)
        if len(there) == sum([is_honest(people, party) for party in PARTIES]):
            yield disputes.CloseTogether(BOB, evolve(newest, final=True))
    over = state.main.now > state.ghost.claimed + rules.channel.window
    if over and state.channel.phase == Phase.DISPUTED:
        yield disputes.Settle(BOB)


def _not_signed(state: State, rules: Rules) -> Finding:
    alice, bob = _unsigned(state, rules)[0]
    return Finding("both can't sign what they agree on", {"alice": alice, "bob": bob})


@always("TW-SIGNABLE", _not_signed)
def can_sign(state: State, rules: Rules) -> bool:
    """As long as the channel is open and the customer is there, both can sign how they like to
    split what it holds."""
    return not _unsigned(state, rules)


def _unsigned(state: State, rules: Rules) -> list[Pair]:
    """Everything to one side, where both can't sign that."""
    everything = funds(state.channel.deposits, state.channel.withdrawn)
    if state.channel.phase != Phase.OPEN or state.talk.left is not None:
        return []
    return [
        balances
        for balances in ((everything, 0), (0, everything))
        if not accepted(WATCHTOWER, state, offchain.UpdateChannel(CUSTOMER, balances), rules)
    ]


def _not_heard(state: State, rules: Rules) -> Finding:
    receipt = _unheard(state, rules)[0]
    numbers = {"tower": receipt.tower, "locator": receipt.appointment.locator}
    return Finding("a customer is refused what a promise is worth", numbers)


@always("TW-RECOURSE", _not_heard)
def can_complain(state: State, rules: Rules) -> bool:
    """An honest customer that is there can call on every bond behind a promise that was not kept,
    as long as receipts count."""
    return not _unheard(state, rules)


def _unheard(state: State, rules: Rules) -> list[Receipt]:
    outcome = state.service.outcome
    if outcome is None or not outcome.breached or not is_there(state.people, CUSTOMER):
        return []
    if state.main.now > state.ghost.ended + rules.recourse_window:
        return []
    return [
        receipt
        for receipt in state.talk.receipts
        if receipt.tower in state.service.bonds
        and missing(state, receipt.appointment, outcome, rules) > 0
        and not accepted(WATCHTOWER, state, service.Recourse(CUSTOMER, receipt), rules)
    ]


def missing(state: State, promised: Appointment, outcome: Outcome, rules: Rules) -> Wei:
    """What the customer has less than by the promised answer, in wei; 0 for one that would have
    answered nothing."""
    answers = (
        promised.channel == CHANNEL
        and genuine(promised, state)
        and outcome.number < state.talk.versions[-1].number
        and would_answer(promised, outcome.number, rules)
    )
    if not answers:
        return 0
    brought = brought_by_answer(state, promised, rules)
    return max(brought - outcome.paid[side_of(CUSTOMER)] - state.service.compensated, 0)


def _twice(state: State, rules: Rules) -> Finding:
    receipt = _paid_again(state, rules)[0]
    numbers = {"tower": receipt.tower, "compensated": state.service.compensated}
    return Finding("a receipt counts although nothing is missing any more", numbers)


@always("TW-PAID-ONCE", _twice)
def paid_once(state: State, rules: Rules) -> bool:
    """What has been compensated once is not paid again by another tower: where nothing is missing
    any more, no receipt counts."""
    return not _paid_again(state, rules)


def _paid_again(state: State, rules: Rules) -> list[Receipt]:
    outcome = state.service.outcome
    if outcome is None:
        return []
    got = outcome.paid[side_of(CUSTOMER)] + state.service.compensated
    return [
        receipt
        for receipt in state.talk.receipts
        if got >= brought_by_answer(state, receipt.appointment, rules)
        and accepted(WATCHTOWER, state, service.Recourse(CUSTOMER, receipt), rules)
    ]


def _short(before: State, action: service.Recourse, after: State, rules: Rules) -> Finding:
    numbers = {"paid": _paid(before, after), "due": _due(before, action, rules)}
    return Finding("a recourse does not pay what is missing", numbers)


@whenever("TW-MADE-WHOLE", _short, after=(service.Recourse,))
def made_whole(before: State, action: service.Recourse, after: State, rules: Rules) -> bool:
    """A recourse pays an honest customer all that is missing, as far as the bond reaches."""
    return not is_honest(before.people, CUSTOMER) or _paid(before, after) == _due(
        before, action, rules
    )


def _paid(before: State, after: State) -> Wei:
    return after.service.compensated - before.service.compensated


def _due(before: State, action: service.Recourse, rules: Rules) -> Wei:
    outcome, receipt = before.service.outcome, action.receipt
    if outcome is None:
        return 0
    bond = before.service.bonds.get(receipt.tower, 0)
    return min(bond, missing(before, receipt.appointment, outcome, rules))


def _not_its_own(state: State, rules: Rules) -> Finding:
    duty = _strange(state, rules)[0]
    return Finding("somebody owes what another one does", {"by": duty.by, "act": duty.action.by})


@always("TW-DUTIES", _not_its_own)
def each_its_own(state: State, rules: Rules) -> bool:
    """Only honest parties that are there owe anything, and each what it does itself."""
    return not _strange(state, rules)


def _strange(state: State, rules: Rules) -> list[Obligation]:
    """Duties of others. A customer that is away owes its return."""
    return [
        duty
        for duty in WATCHTOWER.obligations(state, rules)
        if duty.by != duty.action.by
        or not (is_there(state.people, duty.by) or isinstance(duty.action, offchain.Return))
    ]


def _at_another_moment(state: State, rules: Rules) -> Finding:
    duty = _mistimed(state, rules)[0]
    last = last_moment(state, duty, rules)
    cause = "somebody honest is hurried" if duty.deadline < last else "somebody honest comes late"
    return Finding(cause, {"by": duty.by, "owed until": duty.deadline, "in time until": last})


@always("TW-LAST-MOMENT", _at_another_moment)
def at_the_last_moment(state: State, rules: Rules) -> bool:
    """What somebody honest owes can wait for the last moment at which it comes in time, and no
    longer: a customer is away for its whole absence, a claim is answered in its window, a receipt
    shown while it counts."""
    return not _mistimed(state, rules)


def _mistimed(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in WATCHTOWER.obligations(state, rules)
        if duty.deadline != last_moment(state, duty, rules)
    ]


def last_moment(state: State, duty: Obligation, rules: Rules) -> Seconds:
    """Until when a duty can wait: counted from when its cause was accepted."""
    ghost = state.ghost
    over = ghost.claimed + rules.channel.window
    match duty.action:
        case offchain.Return():
            return ghost.left + rules.customer.absence
        case disputes.Answer() | disputes.Respond():
            return over
        case disputes.Settle():
            return over + rules.customer.reaction
        case service.Recourse():
            return ghost.ended + rules.recourse_window
        case _:
            notice = ghost.leaving.get(duty.by, state.main.now)
            return notice + rules.unbonding_period + rules.tower.reaction


POSSIBLE: tuple[Invariant, ...] = (
    can_end,
    can_sign,
    can_complain,
    paid_once,
    made_whole,
    each_its_own,
    at_the_last_moment,
)
