"""How long it takes: which deadlines there are, and that they can be put off by progress only."""

from typing import Any

from attrs import evolve

from invariants.channels.application.clock import due_by, is_watched, was_final
from invariants.channels.application.evidence import SHOWN
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.holdings import Deposit
from spec.channels.application.play import Agree, Move
from spec.channels.application.rules import Rules
from spec.channels.application.state import Ghost, State
from spec.channels.people import is_honest, is_there
from spec.channels.sides import ALICE, BOB


def _again(before: State, action: Any, after: State, rules: Rules) -> Finding:
    turn, last = action.support.claimed.body.turn, before.ghost.challenged - 1
    cause = "a turn was challenged again" if turn <= last else "the window has another length"
    return Finding(cause, {"turn": turn, "challenged before": last})


@whenever("APP-NO-TURN-TWICE", _again, after=(Challenge,))
def no_turn_twice(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No turn is challenged twice, and every challenge can be answered for one window: the end is
    put off by at most one window for each turn."""
    return (
        action.support.claimed.body.turn >= before.ghost.challenged
        and after.contract.ends == before.main.now + rules.window
    )


def shown(state: State) -> int:
    """How many turns were recorded, and how many challenged, up to the highest."""
    return state.contract.record + state.ghost.challenged


def burden(state: State) -> int:
    """The most that an honest party has to show: each turn once as an answer, and each and the
    start once as a challenge."""
    turns = len(state.network.line) - 1
    return 2 * turns + 1


def _for_nothing(before: State, action: Any, after: State, rules: Rules) -> Finding:
    cause = "an honest party has to show again what it showed"
    if shown(after) > shown(before):
        cause = "more is shown than was played"
    numbers = {"before": shown(before), "after": shown(after), "at most": burden(after)}
    return Finding(cause, numbers)


@whenever("APP-BURDEN", _for_nothing, after=SHOWN)
def burden_bounded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever the others do, an honest party puts at most two challenges and answers for each turn
    before the contract, and one more: each of them brings the recorded or the challenged turn on,
    and neither gets further than play."""
    return not is_honest(before.people, action.by) or shown(before) < shown(after) <= burden(after)


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


def _idle(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"used up before": used_up(before), "used up after": used_up(after)}
    return Finding("a deadline begins anew for nothing", numbers)


@whenever("APP-PROGRESS", _idle, after=(Deposit, Move, Agree, *SHOWN))
def only_by_progress(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What begins a new deadline brings the channel on: a deposit, a move, an agreement, a higher
    record, a challenge of a higher turn. All of these come to an end."""
    return used_up(after) > used_up(before)


def _late(state: State, rules: Rules) -> Finding:
    final = was_final(state, rules)
    cause = "the outcome is not paid" if final else "somebody stalls and can't be challenged"
    return Finding(cause, {"now": state.main.now, "due by": due_by(state, rules)})


@always("APP-IN-TIME", _late)
def in_time(state: State, rules: Rules) -> bool:
    """Where an honest party is there, the channel waits at most its patience for its own move, that
    and its reaction for the other's, one window for an answer, and is paid within its reaction
    after the end: counted from when the last step was taken."""
    return state.contract.paid or state.main.now <= due_by(state, rules) or not is_watched(state)


def _quarrel(before: State, action: Any, after: State, rules: Rules) -> Finding:
    between = action.by in (ALICE, BOB)
    cause = "honest parties challenge each other" if between else "an outsider challenges"
    return Finding(cause, {"turn": action.support.claimed.body.turn})


@whenever("APP-QUIET", _quarrel, after=(Challenge,))
def quiet(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Two honest parties that are there and have both deposited are never brought before the
    contract: they do not challenge each other, and nobody else can."""
    people = before.people
    funded = before.contract.held == sum(before.channel.stakes)
    return not funded or not all(is_there(people, party) for party in (ALICE, BOB))


def _off_the_clock(before: State, action: Any, after: State, rules: Rules) -> Finding:
    ghost = after.ghost
    numbers = {
        "now": before.main.now,
        "went on": ghost.since,
        "called": ghost.called,
        "challenged": ghost.challenged,
    }
    return Finding("the clock by which claims count has another moment", numbers)


@whenever("APP-CLOCK", _off_the_clock)
def on_the_clock(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Claims about time count from the moment at which play went on, somebody challenged, or the
    end was shown."""
    return after.ghost == _noted(before, action)


def _noted(before: State, action: Any) -> Ghost:
    ghost, now = before.ghost, before.main.now
    match action:
        case Challenge(support=support):
            turn = support.claimed.body.turn
            return evolve(ghost, called=now, challenged=turn + 1)
        case Conclude():
            return evolve(ghost, called=now)
        case Deposit() | Move() | Agree() | Checkpoint():
            return evolve(ghost, since=now)
        case _:
            return ghost


TIME: tuple[Invariant, ...] = (
    no_turn_twice,
    burden_bounded,
    only_by_progress,
    in_time,
    quiet,
    on_the_clock,
)
