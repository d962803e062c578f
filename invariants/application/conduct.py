"""What counts on the chain, how long it takes, and what the applications themselves promise."""

from typing import Any

from invariants.application.referee import deserved, ended, fair, sides_turn
from invariants.application.values import guaranteed
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.application import rock_paper_scissors as rps
from spec.application.actions import (
    Agree,
    Challenge,
    Checkpoint,
    Conclude,
    Deposit,
    Move,
)
from spec.application.applications import moves
from spec.application.evidence import App, AppState, Signed, Support
from spec.application.rules import Rules
from spec.application.state import Phase, State
from spec.channels.people import is_honest, is_there
from spec.channels.sides import ALICE, BOB, side_of
from spec.kernel.basics import Party, Seconds

SHOWN = (Challenge, Checkpoint)
"""The actions that put a supported state before the contract."""


# What counts ------------------------------------------------------------------------------------


def record_grows(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The record is the turn that was shown; it never falls, and a checkpoint raises it."""
    was, turn = before.contract.record, action.support.claimed.body.turn
    return after.contract.record == turn and (turn > was or was == turn and _is_challenge(action))


def _is_challenge(action: Any) -> bool:
    return isinstance(action, Challenge)


def _record(before: State, action: Any, after: State, rules: Rules) -> Finding:
    was, turn, now = before.contract.record, action.support.claimed.body.turn, after.contract.record
    if now != turn:
        cause = "what was shown left no record"
    elif turn < was:
        cause = "an older state counts than the record"
    else:
        cause = "a checkpoint shows nothing new"
    return Finding(cause, {"record before": was, "shown": turn, "record after": now})


def is_supported(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What counts is signed by both, or a fair move from a state that its mover signed too; and
    everybody honest signed what bears its name."""
    return not _flaw(before, action)


def _flaw(before: State, action: Any) -> str:
    support: Support = action.support
    shown = [support.claimed] if support.before is None else [support.before, support.claimed]
    for signed in shown:
        for party in signed.by:
            if not _could_sign(before, action.by, party, signed):
                return "a signature was forged"
    if support.before is None:
        return "" if {ALICE, BOB} <= set(support.claimed.by) else "a signature is missing"
    if not all(_mover_signed(signed) for signed in shown):
        return "a mover's signature is missing"
    one, two = support.before.body, support.claimed.body
    return "" if _fair(before, one, two) else "it does not follow from the state before"


def _could_sign(state: State, by: Party, party: Party, signed: Signed) -> bool:
    """Is it the caller, one of the coalition, or somebody honest whose line this is?"""
    if party == by or not is_honest(state.people, party):
        return True
    line, body = state.network.line, signed.body
    return body in line and (
        body.turn == 0
        or sides_turn(body.turn) == side_of(party)
        or (state.network.agreed and body == line[-1])
    )


def _mover_signed(signed: Signed) -> bool:
    return (ALICE, BOB)[sides_turn(signed.body.turn)] in signed.by


def _fair(state: State, one: AppState, two: AppState) -> bool:
    """A fair move, with the outcome and the end that the referee sees."""
    channel = state.channel
    pays = tuple([each.amount for each in two.outcome])
    return (
        fair(channel.app, one, two, channel.stakes)
        and pays == deserved(channel.app, two, channel.stakes)
        and two.final == ended(channel.app, two.data)
    )


def _unsupported(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_flaw(before, action), {"turn": action.support.claimed.body.turn})


def ends_together(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What concludes is final, and both have signed it."""
    return not _lone(before, action)


def _lone(before: State, action: Any) -> str:
    signed: Signed = action.signed
    if not signed.body.final:
        return "a state concluded after which somebody moves"
    if not {ALICE, BOB} <= set(signed.by):
        return "a state concluded that not both have signed"
    if not all(_could_sign(before, action.by, party, signed) for party in signed.by):
        return "a signature was forged"
    return ""


def _not_together(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_lone(before, action), {"turn": action.signed.body.turn})


def stays_final(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Once an outcome is final, nothing but its payment happens."""
    one, two = before.contract, after.contract
    return not was_final(before) or (
        (one.phase, one.claimed, one.ends, one.record)
        == (two.phase, two.claimed, two.ends, two.record)
        and (two.paid or not one.paid)
        and two.held <= one.held
    )


def was_final(state: State) -> bool:
    """Concluded, or challenged and the last moment to answer is past."""
    contract = state.contract
    return contract.phase == Phase.CONCLUDED or (
        contract.phase == Phase.CHALLENGE and state.main.now > contract.ends
    )


def _changed(before: State, action: Any, after: State, rules: Rules) -> Finding:
    one, two = before.contract, after.contract
    cause = "a final outcome changed" if one.claimed != two.claimed else "something came after it"
    return Finding(cause, {"turn": one.claimed.turn, "turn now": two.claimed.turn})


# How long it takes ------------------------------------------------------------------------------


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


def due_by(state: State, rules: Rules) -> Seconds:
    """When the channel must have gone on at the latest, if somebody honest is there to see to it;
    in seconds."""
    contract, patience = state.contract, rules.player.patience
    if contract.phase == Phase.OPEN:
        return state.network.since + 2 * patience
    return contract.ends + patience


def is_watched(state: State) -> bool:
    """Is somebody honest there who has money in the channel, or could win some?"""
    contract = state.contract
    funded = contract.held == sum(state.channel.stakes)
    return any(
        is_there(state.people, party) and (funded or contract.deposited[side_of(party)] > 0)
        for party in state.people.honest
    )


def in_time(state: State, rules: Rules) -> bool:
    """The channel never waits longer than that, and then it is paid."""
    return state.contract.paid or state.main.now <= due_by(state, rules) or not is_watched(state)


def _late(state: State, rules: Rules) -> Finding:
    final = was_final(state)
    cause = "the outcome is not paid" if final else "somebody stalls and can't be challenged"
    return Finding(cause, {"now": state.main.now, "due by": due_by(state, rules)})


def quiet(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Two honest parties that are there have no quarrel about moves."""
    people = before.people
    funded = before.contract.held == sum(before.channel.stakes)
    return not funded or not all(is_there(people, party) for party in (ALICE, BOB))


def _quarrel(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("honest parties challenge each other", {"turn": before.network.line[-1].turn})


# What honest parties do -------------------------------------------------------------------------


def honest_as_said(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party keeps to its strategy, in its own words."""
    return not is_honest(before.people, action.by) or not _folly(before, action, rules)


def _folly(state: State, action: Any, rules: Rules) -> str:
    contract, line, now = state.contract, state.network.line, state.main.now
    funded = contract.held == sum(state.channel.stakes)
    match action:
        case Deposit(by=by, expected=expected, amount=amount):
            side = side_of(by)
            right = expected == sum(state.channel.stakes[:side]) == contract.held
            once = contract.deposited[side] == 0
            good = right and once and amount == state.channel.stakes[side]
        case Move():
            good = funded
        case Challenge(support=support):
            patient = now > state.network.since + rules.player.patience
            good = patient and support.claimed.body == line[-1]
        case Checkpoint(by=by, support=support):
            body = support.claimed.body
            own = body.turn == len(line) and sides_turn(body.turn) == side_of(by)
            good = body == line[-1] or (own and funded)
        case Conclude(signed=signed):
            good = signed.body == line[-1]
        case _:
            good = True
    return "" if good else "an honest party acts against its strategy"


def _fool(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_folly(before, action, rules), {"party": action.by})


# Play -------------------------------------------------------------------------------------------


def fair_play(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The line grows by a fair move of the mover, and by one at a time."""
    one, two = before.network.line, after.network.line
    if one == two:
        return not isinstance(action, Move)
    return (
        two[:-1] == one
        and _fair(before, one[-1], two[-1])
        and (not isinstance(action, Move) or sides_turn(two[-1].turn) == side_of(action.by))
    )


def _foul(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"before": len(before.network.line), "after": len(after.network.line)}
    return Finding("a move against the application's rules", numbers)


def agreed_on_end(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only the other party's final state is signed by both, and once."""
    last = before.network.line[-1]
    return (
        last.final
        and not before.network.agreed
        and side_of(action.by) != sides_turn(last.turn)
        and after.network.agreed
    )


def _not_the_end(before: State, action: Any, after: State, rules: Rules) -> Finding:
    turn = before.network.line[-1].turn
    return Finding("somebody signed what is not the other's end", {"turn": turn})


def stalling_does_not_pay(state: State, rules: Rules) -> bool:
    """In a game that both have joined, who stops has no more than who moves on."""
    return not _gain(state, rules) > 0


def _gain(state: State, rules: Rules) -> int:
    channel, last = state.channel, state.network.line[-1]
    if channel.app == App.STREAMING or last.final or last.turn < 2:
        return 0
    side = 1 - sides_turn(last.turn)
    best = max(
        guaranteed(channel.app, body, channel.stakes, side, rules)
        for body in moves(channel.app, last, channel.stakes, rules.stalled)
    )
    return last.outcome[side].amount - best


def _stall_pays(state: State, rules: Rules) -> Finding:
    last = state.network.line[-1]
    return Finding(
        "who would lose stops and loses less", {"gain": _gain(state, rules), "turn": last.turn}
    )


def hidden_choice(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is sealed is one of the choices that the commitment may hide, and the answer to it wins
    and loses in as many of them."""
    answered = _answered(before, after)
    return answered is None or (answered in _cases(after, rules) and _edge(after, rules) == 0)


def _answered(before: State, after: State) -> int | None:
    """The sealed choice, where a step has answered it."""
    one, two = before.network.line, after.network.line
    if after.channel.app != App.ROCK_PAPER_SCISSORS or one == two or two[-1].turn != 2:
        return None
    return two[-1].data[0]


def _cases(after: State, rules: Rules) -> tuple[int, ...]:
    return rps.may_hide(after.network.line[-1].data[0], rules.shows)


def _edge(after: State, rules: Rules) -> int:
    """Cases won less cases lost."""
    chosen = after.network.line[-1].data[1]
    return sum([(0, 1, -1)[(chosen - hidden) % 3] for hidden in _cases(after, rules)])


def _seen_through(before: State, action: Any, after: State, rules: Rules) -> Finding:
    known = _answered(before, after) in _cases(after, rules)
    cause = "the commitment shows the choice" if known else "what is sealed is ruled out"
    return Finding(cause, {"cases won more than lost": _edge(after, rules)})


CONDUCT: tuple[Invariant, ...] = (
    Invariant(
        "APP-RECORD",
        "The turn record is the turn that was shown last; it never falls, and a checkpoint raises"
        " it.",
        Kind.TRANSITION,
        record_grows,
        _record,
        after=SHOWN,
    ),
    Invariant(
        "APP-SUPPORTED",
        "Every state before the contract is signed by both, or a fair move signed in turn, and no"
        " honest signature is forged.",
        Kind.TRANSITION,
        is_supported,
        _unsupported,
        after=SHOWN,
    ),
    Invariant(
        "APP-TOGETHER",
        "Only a final state that both have signed concludes.",
        Kind.TRANSITION,
        ends_together,
        _not_together,
        after=(Conclude,),
    ),
    Invariant(
        "APP-FINAL",
        "A final outcome never changes, and nothing but its payment comes after it.",
        Kind.TRANSITION,
        stays_final,
        _changed,
        reads=("contract",),
    ),
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
        "Where an honest party is there, the channel waits at most twice its patience for a move"
        " and one window for an answer, and is paid within its patience after the end.",
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
        "APP-HONEST",
        "An honest party deposits its stake once and as expected, plays when both stakes are there,"
        " and shows its last state only.",
        Kind.TRANSITION,
        honest_as_said,
        _fool,
        after=(Deposit, Move, Challenge, Checkpoint, Conclude),
    ),
    Invariant(
        "APP-FAIR",
        "The line of states grows by one fair move at a time, with the outcome that the game"
        " gives.",
        Kind.TRANSITION,
        fair_play,
        _foul,
        after=(Move, Challenge, Checkpoint),
    ),
    Invariant(
        "APP-AGREED",
        "Only the other party's final state is signed by both.",
        Kind.TRANSITION,
        agreed_on_end,
        _not_the_end,
        after=(Agree,),
    ),
    Invariant(
        "APP-STALL",
        "In a game that both have joined, who stalls has no more than by its best move.",
        Kind.ALWAYS,
        stalling_does_not_pay,
        _stall_pays,
        reads=("network",),
    ),
    Invariant(
        "APP-HIDDEN",
        "A commitment may hide what it does hide, and whoever answers it wins in as many of the"
        " cases that it may hide as it loses.",
        Kind.TRANSITION,
        hidden_choice,
        _seen_through,
        after=(Move, Challenge, Checkpoint),
    ),
)
