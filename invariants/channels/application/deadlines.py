"""How long it takes: which deadlines there are, and that they can be put off by progress only."""

from typing import Any

from attrs import evolve

from invariants.channels.application.clock import due_by, is_watched, was_final
from invariants.channels.application.evidence import SHOWN
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.holdings import Deposit
from spec.channels.application.play import Agree, Move
from spec.channels.application.rules import Rules
from spec.channels.application.state import Ghost, Phase, State
from spec.channels.people import is_there
from spec.channels.sides import ALICE, BOB


def no_turn_twice(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every challenge is about a higher turn than all before it, and gives one whole window."""
    return (
        action.support.claimed.body.turn >= before.ghost.challenged
        and after.contract.ends == before.main.now + rules.window
    )


def _again(before: State, action: Any, after: State, rules: Rules) -> Finding:
    turn, last = action.support.claimed.body.turn, before.ghost.challenged - 1
    cause = "a turn was challenged again" if turn <= last else "the window has another length"
    return Finding(
        cause, {"turn": turn, "challenged before": last, "cleared": before.ghost.cleared}
    )


def clearings_bounded(state: State, rules: Rules) -> bool:
    """Challenges were cleared at most as often as the record has grown."""
    return state.ghost.cleared <= state.contract.record


def _cleared_too_often(state: State, rules: Rules) -> Finding:
    numbers = {"cleared": state.ghost.cleared, "record": state.contract.record}
    return Finding("a challenge was cleared by nothing new", numbers)


def used_up(state: State) -> int:
    """What has gone on, in units of which there is an end: wei deposited, moves, the agreement, the
    record, the highest turn challenged."""
    contract, network = state.contract, state.network
    return (
        sum(contract.deposited)
        + len(network.line)
        + network.agreed
        + contract.record
        + state.ghost.challenged
    )


def only_by_progress(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever begins a new deadline brings the channel on by something."""
    return used_up(after) > used_up(before)


def _idle(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"used up before": used_up(before), "used up after": used_up(after)}
    return Finding("a deadline begins anew for nothing", numbers)


def in_time(state: State, rules: Rules) -> bool:
    """The channel never waits longer than that, and then it is paid."""
    return state.contract.paid or state.main.now <= due_by(state, rules) or not is_watched(state)


def _late(state: State, rules: Rules) -> Finding:
    final = was_final(state, rules)
    cause = "the outcome is not paid" if final else "somebody stalls and can't be challenged"
    return Finding(cause, {"now": state.main.now, "due by": due_by(state, rules)})


def quiet(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Two honest parties that are there have no quarrel about moves."""
    people = before.people
    funded = before.contract.held == sum(before.channel.stakes)
    return not funded or not all(is_there(people, party) for party in (ALICE, BOB))


def _quarrel(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("honest parties challenge each other", {"turn": before.network.line[-1].turn})


def on_the_clock(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The ghost's clock has the moment of each step that brings play on, of a challenge and of the
    end, and it counts what was challenged and cleared."""
    return after.ghost == _noted(before, action)


def _noted(before: State, action: Any) -> Ghost:
    ghost, now = before.ghost, before.main.now
    match action:
        case Challenge(support=support):
            turn = support.claimed.body.turn
            return evolve(ghost, called=now, challenged=turn + 1)
        case Conclude():
            return evolve(ghost, called=now)
        case Checkpoint() if before.contract.phase == Phase.CHALLENGE:
            return evolve(ghost, since=now, cleared=ghost.cleared + 1)
        case Deposit() | Move() | Agree() | Checkpoint():
            return evolve(ghost, since=now)
        case _:
            return ghost


def _off_the_clock(before: State, action: Any, after: State, rules: Rules) -> Finding:
    ghost = after.ghost
    numbers = {
        "now": before.main.now,
        "went on": ghost.since,
        "called": ghost.called,
        "challenged": ghost.challenged,
        "cleared": ghost.cleared,
    }
    return Finding("the clock by which claims count has another moment", numbers)


TIME: tuple[Invariant, ...] = (
    Invariant(
        "APP-NO-TURN-TWICE",
        "No turn is challenged twice, and every challenge can be answered for one window: the end"
        " is put off by at most one window for each turn.",
        Kind.TRANSITION,
        no_turn_twice,
        _again,
        after=(Challenge,),
    ),
    Invariant(
        "APP-CLEARED",
        "Challenges are cleared at most as many times as there are turns.",
        Kind.ALWAYS,
        clearings_bounded,
        _cleared_too_often,
        reads=("ghost", "contract"),
    ),
    Invariant(
        "APP-PROGRESS",
        "What begins a new deadline brings the channel on: a deposit, a move, an agreement, a"
        " higher record, a challenge of a higher turn. All of these come to an end.",
        Kind.TRANSITION,
        only_by_progress,
        _idle,
        after=(Deposit, Move, Agree, *SHOWN),
    ),
    Invariant(
        "APP-IN-TIME",
        "Where an honest party is there, the channel waits at most its patience for its own move,"
        " twice that for the other's, one window for an answer, and is paid within its patience"
        " after the end: counted from when the last step was taken.",
        Kind.ALWAYS,
        in_time,
        _late,
    ),
    Invariant(
        "APP-QUIET",
        "Two honest parties that are there and have both deposited never challenge each other.",
        Kind.TRANSITION,
        quiet,
        _quarrel,
        after=(Challenge,),
    ),
    Invariant(
        "APP-CLOCK",
        "Claims about time count from the moment at which play went on, somebody challenged, or the"
        " end was shown; and every challenge that was cleared is counted.",
        Kind.TRANSITION,
        on_the_clock,
        _off_the_clock,
    ),
)
