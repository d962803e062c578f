"""What is worth trying in a payment channel, in a few families of moves.

Honest parties' moves here are those of their free will, and whatever reaches them; what they must
do comes from `duties`. `coalition` has what dishonest ones can put together. With `noise` all that
should be refused is tried as well: calls in the wrong phase, repeated and early ones, what an
honest party would do while it is away.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from invariants.channels.payment.world.coalition import ending, offers, paying, secrets_of, shown
from invariants.channels.payment.world.scope import Scope
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.memory import Memory
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.strategy import last_start
from spec.channels.payment.versions import claim_of
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, Side, larger, other_side
from spec.kernel.basics import ETHER, Party
from spec.kernel.protocol import Family, named

Makers = list[Callable[[], Any]]
"""Moves, each made when it is called for."""

OUTSIDER = Party(3)

# Off chain --------------------------------------------------------------------------------------


def signings(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """What an honest party proposes, and what it is asked to countersign."""
    if state.contract.phase != Phase.OPEN and not scope.noise:
        return ()
    moves: Makers = []
    if scope.noise:
        moves += [partial(updates.Propose, party) for party in strangers(state)]
    for side in (0, 1):
        if signs(state, side, scope):
            if proposes(state.memory[side], scope):
                moves += proposals(state, side, scope)
            moves += countersignatures(state, side, scope)
    return moves


def signs(state: State, side: Side, scope: Scope) -> bool:
    """Is this an honest side that would sign another version now?"""
    party, people, memory = PARTIES[side], state.people, state.memory[side]
    if party not in people.honest or len(state.network.signed[side]) >= scope.versions:
        return False
    return scope.noise or (party not in people.offline and not memory.signed.final)


def proposes(memory: Memory, scope: Scope) -> bool:
    """Does a party with this memory wait for no answer?"""
    return memory.signed.number <= memory.held.number or scope.noise


def proposals(state: State, side: Side, scope: Scope) -> Makers:
    """Pay, or ask for a withdrawal."""
    party, contract, held = PARTIES[side], state.contract, state.memory[side].held
    withdrawn = larger(held.withdrawn, contract.withdrawn)
    granted, balance = withdrawn[side], claim_of(held, side, contract.deposits, withdrawn)
    moves: Makers = []
    for amount in scope.amounts:
        if amount <= balance or scope.noise:
            moves.append(partial(updates.Propose, party, amount))
        if amount <= balance and granted + amount <= scope.withdrawn:
            moves.append(partial(updates.Propose, party, 0, amount))
    return moves


def countersignatures(state: State, side: Side, scope: Scope) -> Makers:
    """An honest party is reached by a version that the other side has signed."""
    party, other = PARTIES[side], other_side(side)
    if PARTIES[other] not in state.people.honest:
        return [*offers(state, side, scope)]
    held = state.memory[side].held.number
    sent = (*state.past.signed[other], *state.network.signed[other])
    unsent = [partial(paying, state, side, 1)] if scope.noise else []
    return [
        *unsent,
        *(partial(updates.Countersign, party, v) for v in sent if v.number > held or scope.noise),
    ]


def deliveries(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """The other side's signature on what an honest party has proposed, and the secrets of both;
    a dishonest other side signs and reveals what it is expected to."""
    phase = state.contract.phase
    if phase == Phase.SETTLED:
        return ()
    moves: Makers = []
    honest = state.people.honest
    for side in acting(state, scope):
        party = PARTIES[side]
        if party not in honest:
            continue
        memory, other = state.memory[side], other_side(side)
        held = memory.held.number
        if memory.signed.number > held:
            moves.append(partial(updates.Receive, party, memory.signed))
        if scope.noise:
            moves += [
                partial(updates.Receive, party, version) for version in state.network.signed[side]
            ]
        if rules.revocable or scope.noise:
            if (memory.revealed < held and phase == Phase.OPEN) or scope.noise:
                moves.append(partial(updates.Reveal, party))
            below = state.network.revealed[other] if PARTIES[other] in honest else held
            if below > memory.heard or scope.noise:
                moves.append(partial(updates.Hear, party, below))
            if scope.noise:
                moves.append(partial(updates.Hear, party, below + 1))
    return moves


# On the main chain ------------------------------------------------------------------------------


def calls(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """Deposits and withdrawals, and another channel."""
    contract, phase = state.contract, state.contract.phase
    opening, open_ = phase == Phase.OPENING, phase == Phase.OPEN
    moves: Makers = []
    if (phase == Phase.SETTLED and state.past.more) or scope.noise:
        moves += [partial(closing.Reopen, party) for party in callers(state, scope)]
    if (scope.deposit or scope.channels > 1) and (opening or open_ or scope.noise):
        amounts = (0, *scope.amounts) if scope.noise else scope.amounts
        moves += [
            partial(closing.Deposit, PARTIES[side], amount)
            for side in acting(state, scope)
            for amount in amounts
            if contract.deposits[side] - scope.funded[side] + amount <= scope.deposit
        ]
    if scope.noise:
        accounts = state.main.accounts
        moves += [partial(closing.Deposit, p, accounts[p, ETHER] + 1) for p in PARTIES]
    if (scope.withdrawn and open_) or scope.noise:
        paid = contract.withdrawn
        moves += [
            partial(closing.Withdraw, party, version)
            for party, version in shown(state, scope)
            if version.withdrawn[0] > paid[0] or version.withdrawn[1] > paid[1] or scope.noise
        ]
    return moves


def endings(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """The end: before the channel is open, by a final version, or alone."""
    phase = state.contract.phase
    moves: Makers = []
    if phase == Phase.OPENING or scope.noise:
        moves += [partial(closing.Cancel, party) for party in callers(state, scope)]
    if phase != Phase.OPEN and not scope.noise:
        return moves
    if scope.finals:
        for side in [side for side in (0, 1) if signs(state, side, scope)]:
            if proposes(state.memory[side], scope):
                moves.append(partial(updates.Propose, PARTIES[side], 0, 0, True))
            if PARTIES[other_side(side)] not in state.people.honest:
                moves.append(partial(ending, state, side))
    for party, version in shown(state, scope):
        if version.final or scope.noise:
            moves.append(partial(closing.CooperativeClose, party, version))
        moves.append(partial(closing.UnilateralClose, party, version))
    return moves


def answers(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """What dishonest parties put in the place of a claimed version, and how they punish; anybody
    calls for the payment."""
    claim = state.contract.claim
    if claim is None:
        return ()
    moves: Makers = []
    now_open = state.main.now <= claim.deadline
    others = [side for side in (0, 1) if PARTIES[side] not in state.people.honest]
    if now_open or scope.noise:
        moves += [
            partial(closing.Challenge, party, version) for party, version in shown(state, scope)
        ]
        moves += [
            partial(closing.Punish, PARTIES[side], below)
            for side in others
            for below in secrets_of(state, other_side(side), scope)
        ]
    if not now_open or scope.noise:
        moves += [partial(closing.Settle, PARTIES[side]) for side in others]
    if scope.noise:
        moves += [partial(closing.Settle, OUTSIDER)]
    return moves


def strangers(state: State) -> list[Party]:
    """Who tries, with noise, what is for honest parties."""
    return [party for party in (*PARTIES, OUTSIDER) if party not in state.people.honest]


def callers(state: State, scope: Scope) -> list[Party]:
    """Who can call the contract now; with noise, strangers too."""
    there = [PARTIES[side] for side in acting(state, scope)]
    return [*there, OUTSIDER] if scope.noise else there


def acting(state: State, scope: Scope) -> list[Side]:
    """The sides whose party can act now."""
    return [side for side in (0, 1) if PARTIES[side] not in state.people.offline or scope.noise]


# Being there ------------------------------------------------------------------------------------


def absences(state: State, rules: Rules, scope: Scope) -> Sequence[Callable[[], Any]]:
    """An honest party leaves, or crashes, or is back before it has to be. If a window is open, it
    leaves, or crashes, only to be back while there is time for its answer. Who crashes may be back
    in the same second."""
    if not (scope.absences or scope.noise) or state.contract.phase == Phase.SETTLED:
        return ()
    people, absence, claim = state.people, state.absence, state.contract.claim
    moves: Makers = [partial(presence.Return, party) for party in people.offline]
    if absence.times < scope.absences:
        until = state.main.now + scope.away
        if claim is not None:
            until = min(until, last_start(claim.deadline, rules.peer))
        there = [party for party in people.honest if is_there(people, party)]
        leave = presence.Crash if scope.crashes else presence.GoOffline
        if until > state.main.now:
            moves += [partial(leave, party, until) for party in there]
        if scope.crashes and until >= state.main.now:
            moves += [partial(presence.Crash, party, state.main.now) for party in there]
    if scope.noise:
        until = state.main.now + scope.away
        moves += [partial(presence.Return, party) for party in (*PARTIES, OUTSIDER)]
        moves += [partial(presence.GoOffline, party, until) for party in strangers(state)]
    return moves


# Weights are for random walks: channels live long, and most of what happens is off chain.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    named("sign", signings, weight=12),
    named("deliver", deliveries, weight=12),
    named("deposit or withdraw", calls, weight=3),
    named("end", endings, weight=1),
    named("answer", answers, weight=3),
    named("be there", absences, weight=2),
)
