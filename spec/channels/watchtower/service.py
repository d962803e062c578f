"""The towers' contract: bonds, and recourse for a promise that was not kept.

A tower locks a bond. Who holds its receipt for an answer that was not given shows it when the
channel has ended, and is paid out of the bond what the answer would have brought; what is left of
the bond is burned, so a failure is never cheaper than it looks. A bond goes home only some time
after that was announced.

Source: reference section 7; PISA (`recourse`, withdrawal period).
"""

from attrs import evolve

from spec.channels.payment.versions import funds
from spec.channels.sides import side_of
from spec.channels.watchtower.appointments import CHANNEL, Appointment, Receipt
from spec.channels.watchtower.disputes import signatures
from spec.channels.watchtower.refusals import (
    AlreadyAnnounced,
    AlreadyRegistered,
    AnotherChannel,
    Answered,
    NobodyHadToAnswer,
    NotAnAnswer,
    NotAnnounced,
    NotEnded,
    NothingMissing,
    NotRegistered,
    NotSignedByTower,
    StillBonded,
    TooLate,
)
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, Outcome, Service, State
from spec.channels.windows import is_open
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Party, Seconds, Wei, drop, put
from spec.kernel.mainchain import lock, release

# Bonds ------------------------------------------------------------------------------------------


class Register(Call, says="locks its bond"):
    """A tower locks its bond."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises AlreadyRegistered, CannotAfford."""
        service, by = state.service, self.by
        if by in service.bonds:
            raise AlreadyRegistered(by)
        main = lock(state.main, by, ETHER, rules.bond)
        bonds = put(service.bonds, by, rules.bond)
        return evolve(state, main=main, service=evolve(service, bonds=bonds))


class Announce(Call, says="announces that it will withdraw its bond"):
    """A tower announces that it will withdraw its bond: its notice begins."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotRegistered, AlreadyAnnounced."""
        service, by = state.service, self.by
        if by not in service.bonds:
            raise NotRegistered(by)
        if by in service.announced:
            raise AlreadyAnnounced(by, service.announced[by])
        announced = put(service.announced, by, state.main.now)
        return evolve(state, service=evolve(service, announced=announced))


class WithdrawBond(Call, says="withdraws its bond"):
    """A tower takes its bond home, when its notice is over."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotAnnounced, StillBonded."""
        service, by, now = state.service, self.by, state.main.now
        if by not in service.announced:
            raise NotAnnounced(by)
        announced = service.announced[by]
        if not rules.unbonds(announced, now, rules):
            raise StillBonded(announced, now)
        main = release(state.main, by, ETHER, service.bonds[by])
        return evolve(state, main=main, service=without_bond(service, by))


def without_bond(service: Service, tower: Party) -> Service:
    """The tower is not registered any more."""
    return evolve(
        service, bonds=drop(service.bonds, tower), announced=drop(service.announced, tower)
    )


# Recourse ---------------------------------------------------------------------------------------


class Recourse(
    Call,
    says="shows {receipt.tower}'s receipt: {receipt.appointment}",
    short="receipt of {receipt.tower}, {receipt.appointment:short}",
):
    """The customer shows a receipt for an answer that was not given, and opens it. The tower's bond
    is forfeited: what is missing goes to the customer, the rest is burned."""

    receipt: Receipt

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotEnded, NobodyHadToAnswer, TooLate, NotSignedByTower, AnotherChannel,
        NotAnAnswer, Answered, NothingMissing, NotRegistered."""
        service, receipt = state.service, self.receipt
        tower, promised = receipt.tower, receipt.appointment
        outcome = service.outcome
        if outcome is None:
            raise NotEnded(tower)
        if not rules.counts(outcome.breached):
            raise NobodyHadToAnswer(outcome.number)
        if not is_open(state.main.now, recourse_until(outcome, rules)):
            raise TooLate(state.main.now, recourse_until(outcome, rules))
        if not signed_by_tower(state, receipt):
            raise NotSignedByTower(tower)
        if not rules.concerns(promised.channel, CHANNEL):
            raise AnotherChannel(promised.channel, CHANNEL)
        if not rules.admits(good(state, promised, rules)):
            raise NotAnAnswer(promised.locator, promised.content.number)
        if not rules.remedy.unanswered(promised.locator, outcome.number):
            raise Answered(promised.locator, outcome.number)
        missing = (
            owed(state, promised, rules) - outcome.paid[side_of(CUSTOMER)] - service.compensated
        )
        if missing <= 0:
            raise NothingMissing(owed(state, promised, rules), outcome.paid[side_of(CUSTOMER)])
        if tower not in service.bonds:
            raise NotRegistered(tower)
        bond = service.bonds[tower]
        award = rules.award(bond, missing)
        main = release(state.main, CUSTOMER, ETHER, award)
        forfeited = evolve(
            without_bond(service, tower),
            compensated=service.compensated + award,
            burned=service.burned + bond - award,
        )
        return evolve(state, main=main, service=forfeited)


def recourse_until(outcome: Outcome, rules: Rules) -> Seconds:
    """The last moment at which a receipt can be shown."""
    return outcome.at + rules.recourse_window


def signed_by_tower(state: State, receipt: Receipt) -> bool:
    """Is there such a receipt? A dishonest tower signs any."""
    return receipt in state.talk.receipts or receipt.tower not in state.people.honest


def good(state: State, promised: Appointment, rules: Rules) -> bool:
    """Would the opened content have answered the claims that its locator names?

    What was settled in another channel, this one can't tell from a good answer.
    """
    if promised.channel != CHANNEL:
        return True
    content, newest = promised.content, state.talk.versions[-1].number
    return (
        rules.channel.unanimous(signatures(state, content))
        and content.number == promised.locator
        and rules.remedy.backed(content.number, newest)
    )


def owed(state: State, promised: Appointment, rules: Rules) -> Wei:
    """What the promised answer would have brought the customer, in wei."""
    channel = state.channel
    shares = rules.channel.split(promised.content, channel.deposits, channel.withdrawn)
    everything = funds(channel.deposits, channel.withdrawn)
    return rules.remedy.owed(shares[side_of(CUSTOMER)], everything)
