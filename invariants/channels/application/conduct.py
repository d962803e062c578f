"""What honest parties do, what a fair move is, and what the applications themselves promise."""

from typing import Any

from invariants.channels.application.evidence import is_fair
from invariants.channels.application.referee import deserved, ended, sides_turn
from invariants.channels.application.values import guaranteed
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.applications import moves
from spec.channels.application.evidence import App, AppState, Signed
from spec.channels.application.holdings import Deposit
from spec.channels.application.play import Agree, Move
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.people import is_honest
from spec.channels.sides import side_of
from spec.kernel.basics import Party

# What honest parties do -------------------------------------------------------------------------


def _fool(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_folly(before, action, rules), {"party": action.by})


@whenever("APP-HONEST", _fool, after=(Deposit, Move, Challenge, Checkpoint, Conclude))
def honest_as_said(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party deposits its stake once and as expected, plays when both stakes are there,
    and shows its last state only."""
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
            patient = now > state.ghost.since + rules.player.patience
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


def _not_its_to_show(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party, turn = _not_given(before, action)[0]
    return Finding("an honest party shows what it was never given", {"of": party, "turn": turn})


@whenever("APP-GIVEN", _not_its_to_show, after=(Challenge, Checkpoint, Conclude))
def shows_what_it_has(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party shows only signatures that it has been given: under the start, a move, or an
    end that both agreed on."""
    return not is_honest(before.people, action.by) or not _not_given(before, action)


def _not_given(state: State, action: Any) -> list[tuple[Party, int]]:
    """Who is said to have signed what, by turn, and has not: by what was said off chain."""
    if isinstance(action, Conclude):
        shown = [action.signed]
    else:
        shown = [each for each in (action.support.before, action.support.claimed) if each]
    return [
        (party, signed.body.turn)
        for signed in shown
        for party in signed.by
        if party != action.by and not _given(state, party, signed)
    ]


def _given(state: State, party: Party, signed: Signed) -> bool:
    """Has it signed the start, made this move, or agreed to the end?"""
    line, turn = state.network.line, signed.body.turn
    return (
        turn == 0
        or sides_turn(turn) == side_of(party)
        or (state.network.agreed and signed.body == line[-1])
    )


# Play -------------------------------------------------------------------------------------------


def _foul(before: State, action: Any, after: State, rules: Rules) -> Finding:
    one, two = before.network.line, after.network.line
    cause = "a move against the application's rules"
    if one == two or not two:
        cause = "a move that was made is not known"
    return Finding(cause, {"before": len(one), "after": len(two)})


@whenever("APP-FAIR", _foul, after=(Move, Challenge, Checkpoint))
def fair_play(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The line of states grows by one fair move at a time, with the outcome that the game gives."""
    one, two = before.network.line, after.network.line
    if one == two:  # whatever is made, on the chain too, everybody reads
        return _made(before, action) is None
    return (
        two[:-1] == one
        and two[-1] == _made(before, action)
        and is_fair(before, one[-1], two[-1])
        and (not isinstance(action, Move) or sides_turn(two[-1].turn) == side_of(action.by))
    )


def _made(before: State, action: Any) -> AppState | None:
    """The move that an action makes known: its own, or one shown behind the last state."""
    if isinstance(action, Move):
        return action.body
    last = before.network.line[-1]
    if not isinstance(action, Challenge | Checkpoint) or action.support.before is None:
        return None
    shown: AppState = action.support.claimed.body
    follows = action.support.before.body == last and is_fair(before, last, shown)
    return shown if follows else None


def _untold(state: State, rules: Rules) -> Finding:
    body = _untrue(state)[0]
    over = ended(state.channel.app, body.data)
    cause = "a state pays what nobody has won"
    if body.final != over:
        cause = "a game goes on that is over" if over else "a game is over that goes on"
    return Finding(cause, {"turn": body.turn})


@always("APP-TOLD", _untold, reads="network channel")
def told_truly(state: State, rules: Rules) -> bool:
    """Every state of the line, the start too, says truly what each side has if play stops, and
    whether the game is over."""
    return not _untrue(state)


def _untrue(state: State) -> list[AppState]:
    channel = state.channel
    return [
        body
        for body in state.network.line
        if body.final != ended(channel.app, body.data)
        or tuple([each.amount for each in body.outcome])
        != deserved(channel.app, body, channel.stakes)
    ]


def _not_the_end(before: State, action: Any, after: State, rules: Rules) -> Finding:
    turn = before.network.line[-1].turn
    return Finding("somebody signed what is not the other's end", {"turn": turn})


@whenever("APP-AGREED", _not_the_end)
def agreed_on_end(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only the other party's final state is signed by both."""
    if not isinstance(action, Agree):
        return before.network.agreed == after.network.agreed
    last = before.network.line[-1]
    return (
        last.final
        and not before.network.agreed
        and side_of(action.by) != sides_turn(last.turn)
        and after.network.agreed
    )


def _stall_pays(state: State, rules: Rules) -> Finding:
    last = state.network.line[-1]
    return Finding(
        "who would lose stops and loses less", {"gain": _gain(state, rules), "turn": last.turn}
    )


@always("APP-STALL", _stall_pays, reads="network channel")
def stalling_does_not_pay(state: State, rules: Rules) -> bool:
    """In a game that both have joined, who stalls has no more than by its best move."""
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


def _seen_through(before: State, action: Any, after: State, rules: Rules) -> Finding:
    known = _answered(before, after) in _cases(after, rules)
    cause = "the commitment shows the choice" if known else "what is sealed is ruled out"
    return Finding(cause, {"cases won more than lost": _edge(after, rules)})


@whenever("APP-HIDDEN", _seen_through, after=(Move, Challenge, Checkpoint))
def hidden_choice(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A commitment may hide what it does hide, and whoever answers it wins in as many of the cases
    that it may hide as it loses."""
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


CONDUCT: tuple[Invariant, ...] = (
    honest_as_said,
    shows_what_it_has,
    fair_play,
    told_truly,
    agreed_on_end,
    stalling_does_not_pay,
    hidden_choice,
)
