"""What is worth trying in an application channel: one family of moves per kind of action.

Honest parties' moves here are those of their free will; what they must do comes from
`player.obligations`. The coalition shows every state that can be supported with its signatures and
those of honest parties, old ones too. A scope with `forged` also has what rules refuse.
"""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve

from invariants.channels.application.world.scope import OUTSIDER, Scope
from spec.channels.application import player
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.applications import app_state, moves
from spec.channels.application.evidence import (
    AppState,
    Line,
    Signed,
    Support,
    Turn,
    mover,
    support_of,
)
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.outcomes import allocated
from spec.channels.application.play import Agree, Move
from spec.channels.application.rules import Rules
from spec.channels.application.state import (
    State,
    is_final,
    is_running,
    latest,
    next_mover,
    total,
)
from spec.channels.people import is_honest
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.kernel.basics import Party
from spec.kernel.protocol import Choose, Family, listed


def deposits(state: State, rules: Rules, scope: Scope) -> Sequence[Deposit]:
    """The stakes, on their way from the beginning; of the coalition, also less and more."""
    if scope.funded and not scope.forged:
        return ()
    found: list[Deposit] = []
    for party in PARTIES:
        own = player.own_stake(state, party)
        if is_honest(state.people, party):
            if own > 0 and not player.has_deposited(state, party):
                found.append(player.own_deposit(state, party))
        else:
            held = state.contract.held
            least = 0 if scope.forged else 1
            found += [Deposit(party, held, amount) for amount in range(least, 4)]
    return found


def off_chain(state: State, rules: Rules, scope: Scope) -> Sequence[Move]:
    """Whose turn it is moves; honest parties play off chain while nobody challenges."""
    by, now = next_mover(state), state.main.now
    if is_final(state.contract, now):
        return ()
    if is_honest(state.people, by) and is_running(state.contract, now):
        return ()
    found = [Move(by, body) for body in player.own_moves(state, rules)]
    if scope.forged and not is_honest(state.people, by):
        found += [Move(by, body) for body in invalid(state, rules)]
    return found


def invalid(state: State, rules: Rules) -> list[AppState]:
    """States that do not follow from the last one: another outcome, a turn left out, other data."""
    channel, last = state.channel, latest(state)
    by = mover(last.turn + 1)
    everything = allocated((total(channel), 0) if by == ALICE else (0, total(channel)))
    more = (last.data[0] + 1, *last.data[1:])
    found = []
    for body in player.own_moves(state, rules)[:1]:
        found += [
            evolve(body, outcome=everything, final=True),
            evolve(body, turn=body.turn + 2),
            evolve(body, data=last.data),
            evolve(body, data=()),
            evolve(body, outcome=(*body.outcome, *body.outcome)),
        ]
    found.append(app_state(channel.app, more, last.turn + 1, channel.stakes, rules.stalled))
    return found


def agreements(state: State, rules: Rules, scope: Scope) -> Sequence[Agree]:
    """A final state is signed by the other party too."""
    last = latest(state)
    if not last.final or state.network.agreed or is_final(state.contract, state.main.now):
        return ()
    return [Agree(next_mover(state))]


def is_closed(state: State, scope: Scope) -> bool:
    """Is nothing worth trying any more, since the outcome is final?"""
    return is_final(state.contract, state.main.now) and not scope.forged


def slots(state: State, scope: Scope) -> range:
    """The turns of which a support may be shown: from the record on, up to the next one. A scope
    with forgeries has the turn before, and one place more."""
    line, record = state.network.line, state.contract.record
    if scope.forged:
        return range(max(record - 1, 0), len(line) + 2)
    return range(record, len(line) + 1)


def supports(state: State, rules: Rules, scope: Scope, turn: Turn) -> list[Support]:
    """The supports that the coalition has of a turn: of the line's state, and of all that a
    dishonest mover can have signed in its place."""
    line, channel = state.network.line, state.channel
    if turn > len(line):
        return unfounded(state, rules)
    known = line[turn] if turn < len(line) else None
    found = [] if known is None else [support_of(line[: turn + 1])]
    if turn > 0 and not is_honest(state.people, mover(turn)):
        before = line[:turn]
        found += [
            support_of((*before, body))
            for body in moves(channel.app, before[-1], channel.stakes, rules.stalled)
            if body != known
        ]
    return found


def unfounded(state: State, rules: Rules) -> list[Support]:
    """What should support nothing: invalid moves, a lone signature, another's name."""
    line: Line = state.network.line
    by = next_mover(state)
    found = [support_of((*line, body)) for body in invalid(state, rules)]
    found.append(Support(Signed(line[-1], PARTIES)))
    for body in (*player.own_moves(state, rules)[:1], *(s.claimed.body for s in found[:1])):
        found += [
            Support(Signed(body, (by,))),
            Support(Signed(body, PARTIES)),
            Support(Signed(body, (mover(body.turn + 1),)), Signed(line[-1], PARTIES)),
        ]
    return found


def shown(
    name: str, kind: Callable[[Party, Support], Challenge | Checkpoint]
) -> Family[State, Rules, Scope]:
    """The coalition puts whatever it has before the contract: a turn, then one of its supports."""

    def every(state: State, rules: Rules, scope: Scope) -> Sequence[Challenge | Checkpoint]:
        by = dishonest(state)
        if by is None or is_closed(state, scope):
            return ()
        return [
            kind(by, support)
            for turn in slots(state, scope)
            for support in supports(state, rules, scope, turn)
        ]

    def propose(
        state: State, rules: Rules, scope: Scope, choose: Choose
    ) -> Challenge | Checkpoint | None:
        by = dishonest(state)
        if by is None or is_closed(state, scope):
            return None
        turns = slots(state, scope)
        found = supports(state, rules, scope, turns[choose(len(turns))])
        return kind(by, found[choose(len(found))]) if found else None

    return Family(name, propose, every=every)


def from_outside(state: State, rules: Rules, scope: Scope) -> Sequence[Challenge]:
    """An outsider challenges with what everybody can read: the start, or what was shown last."""
    line, record = state.network.line, state.contract.record
    if not scope.outsider or is_closed(state, scope) or record >= len(line):
        return ()
    return [Challenge(OUTSIDER, support_of(line[: record + 1]))]


def dishonest(state: State) -> Party | None:
    """Somebody of the coalition."""
    for party in (BOB, ALICE):
        if not is_honest(state.people, party):
            return party
    return None


def conclusions(state: State, rules: Rules, scope: Scope) -> Sequence[Conclude]:
    """A final state with both signatures; of the coalition also others, with what it can sign."""
    if is_closed(state, scope):
        return ()
    end = player.agreed_end(state)
    by = dishonest(state)
    if by is None:
        return [Conclude(ALICE, end)] if end is not None else ()
    line = state.network.line
    found = [Signed(line[0], PARTIES), Signed(line[-1], (by,))]
    if end is not None:
        found.append(end)
    if scope.forged:
        found.append(Signed(line[-1], PARTIES))
        found += [Signed(body, (by,)) for body in invalid(state, rules)[:1]]
        found += [Signed(body, PARTIES) for body in invalid(state, rules)[:1]]
    return [Conclude(by, signed) for signed in found]


def follies(state: State, rules: Rules, scope: Scope) -> Sequence[Any]:
    """What honest parties would regret, and agreements to nothing, where forgeries are tried."""
    if not scope.forged:
        return ()
    line = state.network.line
    found: list[Any] = [Agree(mover(line[-1].turn)), Agree(next_mover(state))]
    for party in state.people.honest:
        first, previous = support_of(line[:1]), support_of(line[: max(len(line) - 1, 1)])
        found += [
            player.own_deposit(state, party),
            Challenge(party, previous),
            Checkpoint(party, previous),
            Conclude(party, first.claimed),
        ]
        found += [Checkpoint(party, support_of(line)), Challenge(party, support_of(line))]
    return found


def payments(state: State, rules: Rules, scope: Scope) -> Sequence[PayOut]:
    """Anybody has the outcome paid."""
    contract, now = state.contract, state.main.now
    if not scope.forged and (contract.paid or not is_final(contract, now)):
        return ()
    return [PayOut(dishonest(state) or ALICE)]


# Weights are for random walks: what a long story needs comes more often.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("deposit", deposits, weight=2),
    listed("move", off_chain, weight=4),
    listed("agree", agreements),
    shown("challenge", Challenge),
    shown("checkpoint", Checkpoint),
    listed("outsider", from_outside),
    listed("conclude", conclusions),
    listed("pay out", payments),
    listed("folly", follies),
)
