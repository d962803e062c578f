"""What is worth trying in a payment channel: one family of moves per kind of action.

Honest parties' moves here are those of their free will; what they must do comes from `duties`.
Others show whatever honest parties have sent, and offer whatever they can sign. With `noise` they
also try what has to be refused: forged and unfair versions, old and repeated messages.
"""

from collections.abc import Sequence

from attrs import evolve

from spec.channels.people import is_there
from spec.channels.sides import PARTIES, Side, other_side, raised, side_of, with_side
from spec.kernel.basics import Party, Seconds
from spec.kernel.protocol import Family, listed
from spec.payment import actions as a
from spec.payment.contract import Contract, Phase
from spec.payment.memory import Memory
from spec.payment.rules import Rules
from spec.payment.scope import Scope
from spec.payment.state import State
from spec.payment.updates import next_number, next_version
from spec.payment.versions import START, Version

# Off chain --------------------------------------------------------------------------------------


def proposals(state: State, rules: Rules, scope: Scope) -> Sequence[a.Propose]:
    """An honest party pays, asks for a withdrawal, or for the end."""
    if state.contract.phase != Phase.OPEN:
        return ()
    moves: list[a.Propose] = []
    for party in state.people.honest:
        side = side_of(party)
        memory = state.memory[side]
        if not _may_propose(state, memory, side, rules, scope):
            continue
        balance = next_version(memory.held, state.contract, side, a.Propose(party)).balances[side]
        granted = memory.held.withdrawn[side]
        for amount in scope.amounts:
            if amount <= balance or scope.noise:
                moves.append(a.Propose(party, pays=amount))
            if amount <= balance and granted + amount <= scope.withdrawn:
                moves.append(a.Propose(party, withdraws=amount))
        if scope.finals:
            moves.append(a.Propose(party, final=True))
    return moves


def _may_propose(state: State, memory: Memory, side: Side, rules: Rules, scope: Scope) -> bool:
    return len(state.network.signed[side]) < scope.versions and (
        scope.noise
        or (
            memory.signed.number <= memory.held.number
            and not memory.signed.final
            and rules.peer.may_sign(memory.held.number, memory.heard)
            and is_there(state.people, PARTIES[side])
        )
    )


def countersignatures(state: State, rules: Rules, scope: Scope) -> Sequence[a.Countersign]:
    """An honest party is reached by a version that the other side has signed."""
    if state.contract.phase != Phase.OPEN and not scope.noise:
        return ()
    moves: list[a.Countersign] = []
    for party in state.people.honest:
        side = side_of(party)
        memory, other = state.memory[side], other_side(side)
        if len(state.network.signed[side]) >= scope.versions or (
            memory.signed.final and not scope.noise
        ):
            continue
        if PARTIES[other] not in state.people.honest:
            moves += [a.Countersign(party, v) for v in offers(state, side, scope)]
        else:
            moves += [
                a.Countersign(party, v)
                for v in state.network.signed[other]
                if v.number > memory.held.number or scope.noise
            ]
    return moves


def offers(state: State, side: Side, scope: Scope) -> list[Version]:
    """What a dishonest other side may ask this one to countersign."""
    contract, memory, other = state.contract, state.memory[side], other_side(side)
    if contract.phase == Phase.SETTLED:
        return []
    newest = memory.signed if memory.signed.number > memory.held.number else memory.held
    by = PARTIES[other]
    base = next_version(memory.held, contract, other, a.Propose(by))
    base = evolve(base, number=next_number(newest.number, other))
    moves = [
        Version(
            base.number,
            raised(raised(base.balances, side, amount), other, -amount),
            base.deposits,
            base.withdrawn,
        )
        for amount in scope.amounts
        if amount <= base.balances[other]
    ]
    moves += [
        evolve(
            base,
            balances=raised(base.balances, other, -amount),
            withdrawn=raised(base.withdrawn, other, amount),
        )
        for amount in scope.amounts
        if amount <= base.balances[other] and base.withdrawn[other] + amount <= scope.withdrawn
    ]
    if scope.finals:
        moves.append(evolve(base, final=True))
    if scope.noise:
        moves += unfair(base, newest, contract, side)
    return moves


def unfair(base: Version, newest: Version, contract: Contract, side: Side) -> list[Version]:
    """Offers that an honest party should not sign."""
    other = other_side(side)
    takes = raised(raised(base.balances, side, -1), other, 1)
    gives = raised(raised(base.balances, side, 1), other, -1)
    more = raised(base.balances, side, 1)
    granted, paid = base.withdrawn[other], contract.withdrawn[other]
    return [
        evolve(base, balances=takes),
        evolve(base, balances=gives),
        evolve(base, balances=more),
        evolve(base, balances=more, deposits=raised(base.deposits, other, 1)),
        evolve(base, balances=more, deposits=raised(base.deposits, side, 1)),
        evolve(base, number=newest.number, balances=gives),
        evolve(
            base,
            balances=raised(base.balances, side, granted),
            withdrawn=with_side(base.withdrawn, other, 0),
        ),
        evolve(
            base,
            balances=raised(base.balances, side, granted - paid),
            withdrawn=with_side(base.withdrawn, other, paid),
        ),
    ]


def receipts(state: State, rules: Rules, scope: Scope) -> Sequence[a.Receive]:
    """The other side's signature arrives; a dishonest one signs when it likes."""
    if state.contract.phase == Phase.SETTLED:
        return ()
    moves: list[a.Receive] = []
    for party in state.people.honest:
        side = side_of(party)
        memory = state.memory[side]
        if memory.signed.number > memory.held.number:
            moves.append(a.Receive(party, memory.signed))
        if scope.noise:
            moves += [a.Receive(party, version) for version in state.network.signed[side]]
    return moves


def revelations(state: State, rules: Rules, scope: Scope) -> Sequence[a.Reveal]:
    """Where there is a penalty, an honest party revokes what it does not need any more."""
    if state.contract.phase != Phase.OPEN or not rules.punishes(0, 1):
        return ()
    return [
        a.Reveal(party)
        for party in state.people.honest
        if state.memory[side_of(party)].revealed < state.memory[side_of(party)].held.number
        or scope.noise
    ]


def secrets(state: State, rules: Rules, scope: Scope) -> Sequence[a.Hear]:
    """The other side's secrets arrive; a dishonest one reveals what it is expected to."""
    if state.contract.phase == Phase.SETTLED or not rules.punishes(0, 1):
        return ()
    moves: list[a.Hear] = []
    for party in state.people.honest:
        side = side_of(party)
        memory, other = state.memory[side], other_side(side)
        below = (
            state.network.revealed[other]
            if PARTIES[other] in state.people.honest
            else memory.held.number
        )
        if below > memory.heard or scope.noise:
            moves.append(a.Hear(party, below))
        if scope.noise:
            moves.append(a.Hear(party, below + 1))
    return moves


# On the main chain ------------------------------------------------------------------------------


def deposits(state: State, rules: Rules, scope: Scope) -> Sequence[a.Deposit]:
    """Either side funds the channel, or tops it up."""
    contract = state.contract
    if not scope.deposit or contract.phase == Phase.SETTLED:
        return ()
    return [
        a.Deposit(party, amount)
        for side, party in enumerate(PARTIES)
        for amount in ((0, *scope.amounts) if scope.noise else scope.amounts)
        if contract.deposits[side] - scope.funded[side] + amount <= scope.deposit
    ]


def cancellations(state: State, rules: Rules, scope: Scope) -> Sequence[a.Cancel]:
    """Somebody gives up the channel before it is open."""
    if state.contract.phase != Phase.OPENING and not scope.noise:
        return ()
    return [a.Cancel(party) for party in PARTIES]


def withdrawals(state: State, rules: Rules, scope: Scope) -> Sequence[a.Withdraw]:
    """Somebody calls for a withdrawal that was granted."""
    contract = state.contract
    if contract.phase != Phase.OPEN:
        return ()
    return [
        a.Withdraw(party, version)
        for party, version in shown(state, scope)
        if version.withdrawn[0] > contract.withdrawn[0]
        or version.withdrawn[1] > contract.withdrawn[1]
        or scope.noise
    ]


def cooperative_closes(state: State, rules: Rules, scope: Scope) -> Sequence[a.CooperativeClose]:
    """Somebody shows the version that both have signed as the end."""
    if state.contract.phase != Phase.OPEN:
        return ()
    return [
        a.CooperativeClose(party, version)
        for party, version in shown(state, scope)
        if version.final or scope.noise
    ]


def unilateral_closes(state: State, rules: Rules, scope: Scope) -> Sequence[a.UnilateralClose]:
    """Somebody closes alone: an honest party with its newest version, others with any."""
    if state.contract.phase != Phase.OPEN and not scope.noise:
        return ()
    return [a.UnilateralClose(party, version) for party, version in shown(state, scope)]


def challenges(state: State, rules: Rules, scope: Scope) -> Sequence[a.Challenge]:
    """A dishonest party shows a version in the place of the claimed one."""
    claim = state.contract.claim
    if claim is None:
        return ()
    return [
        a.Challenge(party, version)
        for party, version in shown(state, scope)
        if scope.noise or rules.replaces(version.number, claim.version.number)
    ]


def punishments(state: State, rules: Rules, scope: Scope) -> Sequence[a.Punish]:
    """A dishonest party tries every secret that it was given, and with noise one more."""
    claim = state.contract.claim
    if claim is None or not rules.punishes(0, 1):
        return ()
    return [
        a.Punish(party, below)
        for side, party in enumerate(PARTIES)
        if party not in state.people.honest
        for below in _secrets_of(state, other_side(side), scope)
    ]


def _secrets_of(state: State, side: Side, scope: Scope) -> tuple[int, ...]:
    below = state.network.revealed[side]
    return (below, below + 1, below + 2) if scope.noise else (below,)


def settlements(state: State, rules: Rules, scope: Scope) -> Sequence[a.Settle]:
    """Somebody calls for the payment."""
    claim = state.contract.claim
    if claim is None or (state.main.now <= claim.deadline and not scope.noise):
        return ()
    return [a.Settle(party) for party in PARTIES if party not in state.people.honest]


def shown(state: State, scope: Scope) -> list[tuple[Party, Version]]:
    """Who can show what: an honest party the newest version that it holds, the others whatever
    honest parties have signed; with noise, what they have not."""
    honest = state.people.honest
    pairs: list[tuple[Party, Version]] = []
    for side, party in enumerate(PARTIES):
        if party in honest:
            if is_there(state.people, party):
                pairs.append((party, state.memory[side].held))
            if scope.noise:
                pairs.append((party, START))
        else:
            pairs.append((party, START))
            pairs += [(party, version) for version in state.network.signed[other_side(side)]]
            if scope.noise:
                pairs += [(party, version) for version in forged(state, side)]
    return pairs


def forged(state: State, side: Side) -> list[Version]:
    """Versions that give one side everything, with its signature alone: newer than all others, and
    as new as the newest; one of them the end, one of them a withdrawal."""
    other = other_side(side)
    newest = max((v.number for v in state.network.signed[other]), default=1)
    totals = state.contract.deposits
    everything = with_side((0, 0), side, totals[0] + totals[1])
    return [
        Version(newest + 1, everything, totals, (0, 0)),
        Version(newest, everything, totals, (0, 0)),
        Version(newest + 1, everything, totals, (0, 0), final=True),
        Version(newest + 1, (0, 0), totals, everything),
        Version(newest + 1, (0, 0), totals, raised(everything, side, 1)),
    ]


# Being there ------------------------------------------------------------------------------------


def absences(state: State, rules: Rules, scope: Scope) -> Sequence[a.GoOffline | a.Crash]:
    """An honest party leaves, or crashes; if a window is open, it is back before that is over."""
    if state.absence.times >= scope.absences or state.contract.phase == Phase.SETTLED:
        return ()
    until = back_by(state, scope)
    if until <= state.main.now:
        return ()
    kind = a.Crash if scope.crashes else a.GoOffline
    return [kind(party, until) for party in state.people.honest if is_there(state.people, party)]


def back_by(state: State, scope: Scope) -> Seconds:
    """When somebody who leaves now is back."""
    now, claim = state.main.now, state.contract.claim
    until = now + scope.away
    return until if claim is None else min(until, claim.deadline)


def returns(state: State, rules: Rules, scope: Scope) -> Sequence[a.Return]:
    """Who was away is back before it has to be."""
    return [a.Return(party) for party in state.people.offline]


# Weights are for random walks: what a long story needs comes more often.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("propose", proposals, weight=4),
    listed("countersign", countersignatures, weight=4),
    listed("receive", receipts, weight=4),
    listed("reveal", revelations, weight=3),
    listed("hear", secrets, weight=3),
    listed("deposit", deposits),
    listed("cancel", cancellations),
    listed("withdraw", withdrawals),
    listed("close together", cooperative_closes),
    listed("close alone", unilateral_closes),
    listed("challenge", challenges),
    listed("punish", punishments),
    listed("settle", settlements),
    listed("leave", absences),
    listed("return", returns),
)
