"""What is worth trying where towers watch: one family of moves per kind of action.

Honest parties' moves here are those of their free will; what they must do comes from
`honest.obligations`. The coalition does whatever its keys allow: it claims any version, answers
with any, signs what nobody agreed on, hands over appointments that answer nothing, and gives
receipts or not. What can't change anything is not proposed.
"""

from collections.abc import Sequence

from attrs import evolve

from invariants.channels.watchtower.world.scope import Scope
from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import START, Version
from spec.channels.people import is_honest, is_there
from spec.channels.sides import ALICE, BOB, PARTIES, side_of, with_side
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import ANOTHER, CHANNEL, Appointment, Receipt
from spec.channels.watchtower.disputes import answers_from
from spec.channels.watchtower.honest import appointments_needed, covered
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import recourse_until
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.action import Call, Own
from spec.kernel.basics import Party
from spec.kernel.protocol import Family, listed

# Off chain --------------------------------------------------------------------------------------


def updates(state: State, rules: Rules, scope: Scope) -> Sequence[Own]:
    """The next version of the plan."""
    done = len(state.talk.versions) - 1
    quiet = state.channel.phase == Phase.OPEN and state.talk.left is None
    if done >= len(scope.plan) or not (quiet or scope.noise):
        return ()
    return [offchain.UpdateChannel(CUSTOMER, scope.plan[done])]


def handovers(state: State, rules: Rules, scope: Scope) -> Sequence[Own]:
    """The customer gives a tower what it does not have."""
    if state.talk.left is not None or not (state.channel.phase == Phase.OPEN or scope.late):
        return ()
    offered = list(appointments_needed(state, rules))
    if scope.forgery and not is_honest(state.people, CUSTOMER):
        offered.append(answers_nothing(state))
    stores = state.talk.stores
    return [
        offchain.HandOver(CUSTOMER, tower, appointment)
        for tower in scope.towers
        for appointment in offered
        if appointment not in stores.get(tower, ())
        and Receipt(tower, appointment) not in state.talk.receipts
    ]


def answers_nothing(state: State) -> Appointment:
    """An appointment with a locator that fits, and a version that is older than all it names."""
    return Appointment(CHANNEL, state.talk.versions[-1].number, START)


def forged(state: State, party: Party) -> Version:
    """A version with the newest number that gives everything to a party."""
    deposits, number = state.channel.deposits, state.talk.versions[-1].number
    balances = with_side((0, 0), side_of(party), sum(deposits))
    return Version(number, balances, deposits, state.channel.withdrawn)


def receipts(state: State, rules: Rules, scope: Scope) -> Sequence[Own]:
    """A tower signs for what it was given, as long as that may be of use."""
    is_open, given = state.channel.phase == Phase.OPEN, state.talk.receipts
    return [
        offchain.GiveReceipt(tower, appointment)
        for tower, kept in state.talk.stores.items()
        if is_open or ((scope.noise or scope.late) and is_honest(state.people, tower))
        for appointment in kept
        if Receipt(tower, appointment) not in given
    ]


def crashes(state: State, rules: Rules, scope: Scope) -> Sequence[Own]:
    """An honest tower crashes, where it loses something by that."""
    if not scope.crashes:
        return ()
    return [
        offchain.Crash(tower)
        for tower, kept in state.talk.stores.items()
        if kept and is_honest(state.people, tower)
    ]


def journeys(state: State, rules: Rules, scope: Scope) -> Sequence[Own]:
    """An honest customer goes away, if it would, and comes back when it likes. Before anything is
    signed it has nothing to fear."""
    talk = state.talk
    if not is_honest(state.people, CUSTOMER):
        return ()
    if scope.noise and (talk.left is not None or talk.journeys < scope.journeys):
        return [offchain.Return(CUSTOMER), offchain.Leave(CUSTOMER)]
    if talk.left is not None:
        return [offchain.Return(CUSTOMER)]
    quiet = state.channel.phase != Phase.OPEN or len(talk.versions) < 2
    if quiet or talk.journeys >= scope.journeys:
        return ()
    return [offchain.Leave(CUSTOMER)] if rules.customer.leaves(covered(state, rules)) else ()


# The channel ------------------------------------------------------------------------------------


def closes(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """An honest party closes with the newest version, a dishonest one with any, also with one that
    the other side has not signed; and all who are there end the channel together."""
    if state.channel.phase != Phase.OPEN:
        return ()
    versions, people = state.talk.versions, state.people
    moves: list[Call] = []
    for party in PARTIES:
        if is_there(people, party):
            moves += [
                disputes.Close(party, each) for each in (versions if scope.noise else versions[-1:])
            ]
        elif not is_honest(people, party):
            moves += [disputes.Close(party, each) for each in (*versions, forged(state, party))]
    honest = [party for party in PARTIES if is_honest(people, party)]
    ends = versions[-1:] if honest else versions
    return [*moves, *(disputes.CloseTogether(BOB, evolve(each, final=True)) for each in ends)]


def answers(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """A dishonest party or tower answers a claim with any version."""
    claim, people, now = state.channel.claim, state.people, state.main.now
    if claim is None or now > claim.deadline:
        return ()
    newer = [each for each in state.talk.versions if each.number >= claim.version.number]
    moves: list[Call] = [
        disputes.Answer(party, version)
        for party in PARTIES
        if not is_honest(people, party)
        for version in newer
    ]
    if scope.noise or (claim.by != CUSTOMER and now >= answers_from(claim, rules)):
        moves += [
            disputes.Respond(tower, version)
            for tower in (scope.towers if scope.noise else state.service.bonds)
            if not is_honest(people, tower)
            for version in newer
        ]
    return moves


def settlements(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """Somebody calls for what is to be paid out."""
    claim = state.channel.claim
    if claim is None or state.main.now <= claim.deadline:
        return ()
    return [disputes.Settle(BOB)]


# The towers' contract ---------------------------------------------------------------------------


def registrations(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """A tower locks its bond before anything is lost."""
    if state.channel.phase != Phase.OPEN or (scope.registered and not scope.noise):
        return ()
    bonds = state.service.bonds
    return [
        service.Register(tower)
        for tower in scope.towers
        if (tower in bonds and scope.noise) or (tower not in bonds and not scope.registered)
    ]


def retirements(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """A tower wants its bond back."""
    if not scope.retiring:
        return ()
    bonds, announced = state.service.bonds, state.service.announced
    if scope.noise:
        return [
            kind(tower)
            for tower in scope.towers
            for kind in (service.Announce, service.WithdrawBond)
        ]
    moves: list[Call] = []
    for tower in bonds:
        if tower in state.people.offline:
            continue
        if tower not in announced:
            moves.append(service.Announce(tower))
        elif rules.unbonds(announced[tower], state.main.now, rules):
            moves.append(service.WithdrawBond(tower))
    return moves


def complaints(state: State, rules: Rules, scope: Scope) -> Sequence[Call]:
    """A dishonest customer shows any receipt, and one that nobody signed."""
    outcome = state.service.outcome
    late = outcome is None or state.main.now > recourse_until(outcome, rules)
    if not scope.noise and (late or is_honest(state.people, CUSTOMER)):
        return ()
    receipts = (*state.talk.receipts, *made_up(state, scope))
    return [service.Recourse(CUSTOMER, receipt) for receipt in receipts]


def made_up(state: State, scope: Scope) -> Sequence[Receipt]:
    """Receipts for the newest version that nobody may have signed."""
    newest = state.talk.versions[-1]
    return [Receipt(tower, Appointment(CHANNEL, newest.number, newest)) for tower in scope.towers]


# Weights are for random walks: what a long story needs comes more often.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("update the channel", updates, weight=6),
    listed("hand over", handovers, weight=8),
    listed("give a receipt", receipts, weight=8),
    listed("crash", crashes),
    listed("leave or return", journeys, weight=4),
    listed("close", closes),
    listed("answer", answers, weight=2),
    listed("settle", settlements, weight=6),
    listed("register", registrations, weight=4),
    listed("retire", retirements),
    listed("complain", complaints, weight=6),
)


def past_receipts(scope: Scope) -> tuple[Receipt, ...]:
    """What each tower signed in another channel: there its number was the highest."""
    if not scope.past:
        return ()
    number, funds = len(scope.plan), sum(scope.deposits)
    content = Version(number, (funds, 0), scope.deposits, (0, 0))
    return tuple(Receipt(tower, Appointment(ANOTHER, number, content)) for tower in scope.towers)


def honest_people(scope: Scope) -> tuple[Party, ...]:
    """Everybody who is not in the coalition."""
    return tuple(p for p in (ALICE, BOB, *scope.towers) if p not in scope.coalition)
