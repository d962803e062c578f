"""What honest wallets owe themselves, and when: they can do it, they do it in time, and not before.

Deadlines are counted here from the alarm, from when an output landed and from when an exit can be
paid; spends are looked up in the blocks that a wallet has seen, and not in the ledger.
"""

from collections.abc import Iterator
from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import always, whenever
from invariants.plasma.mvp.world.protocol import PLASMA
from spec.kernel.basics import Party, Seconds
from spec.kernel.clock import Wait
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.machine import step
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules, ShownSpend
from spec.plasma.mvp.space import take_space
from spec.plasma.mvp.state import COALITION, Exit, State, Status, content

EXITING = (StartDepositExit, StartExit, StartFeeExit, ChallengeExit)

# False exits ------------------------------------------------------------------------------------


def _can_not(before: State, action: Any, after: State, rules: Rules) -> Finding:
    kept = _held_back(after, rules)[0]
    return Finding("a wallet can't challenge an exit that it knows to be false", {"by": kept.by})


@whenever("PL-CAN-CHALLENGE", _can_not, after=tuple(PLASMA.actions))
def can_challenge(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whoever knows an exit to be false can challenge it, at once."""
    return not _held_back(after, rules)


def _held_back(state: State, rules: Rules) -> list[ChallengeExit]:
    if rules.block_space > 0:
        return []  # it may have to wait for the next period
    return [
        challenge
        for key, exit in state.contract.exits.items()
        if exit.status == Status.PENDING
        for party in state.knowledge
        if party != COALITION
        for challenge in _answers(state, party, key, exit, rules)
        if _is_refused(state, challenge, rules)
    ]


def _is_refused(state: State, action: Any, rules: Rules) -> bool:
    try:
        step(state, action, rules)
    except Refusal:
        return True
    return False


def _answers(
    state: State, party: Party, key: int, exit: Exit, rules: Rules
) -> Iterator[ChallengeExit]:
    """The challenges that stand, by what the wallet has seen in blocks or exits, and was told."""
    view = state.knowledge[party]
    shown = {transaction_of(other.output) for other in state.contract.exits.values()}
    for number in state.contract.blocks:
        for index, transaction in enumerate(content(state, number)):
            if exit.output not in transaction.inputs or (
                number > view.head and (number, index) not in shown
            ):
                continue
            root = state.contract.blocks[number].root
            told = [(root, index, n) in view.confirmations for n in range(len(transaction.inputs))]
            place = transaction.inputs.index(exit.output)
            spend = ShownSpend(
                exit.output, transaction.signers[place], confirmed=told[place], whole=all(told)
            )
            if rules.upholds_challenge(exit, spend):
                yield ChallengeExit(party, key, number, index, place)


def _unchallenged(before: State, action: Wait, after: State, rules: Rules) -> Finding:
    exit = _let_pass(before, after, rules)[0]
    return Finding(
        "a wallet let an exit mature that it knew to be false", {"position": exit.position}
    )


@whenever("PL-CHALLENGED", _unchallenged, after=(Wait,))
def challenged_in_time(before: State, action: Wait, after: State, rules: Rules) -> bool:
    """No exit matures that a watching wallet has known to be false for as long as it may take to
    answer."""
    return not _let_pass(before, after, rules)


def _let_pass(before: State, after: State, rules: Rules) -> list[Exit]:
    if rules.block_space > 0:
        return []
    return [
        exit
        for key, exit in before.contract.exits.items()
        if exit.status == Status.PENDING
        and before.main.now <= exit.exitable_at < after.main.now
        and any(
            _watches(before, each, rules) and _answered_by(before, party, key) < after.main.now
            for party in before.knowledge
            if party not in (COALITION, exit.owner)
            for each in _answers(before, party, key, exit, rules)
        )
    ]


def _answered_by(state: State, party: Party, key: int) -> Seconds:
    """By when it challenges, if it knows that it has to; else it should have by now."""
    need = ("challenge", key)
    bars = [each.bar for each in state.main.standing if (each.by, each.need) == (party, need)]
    return bars[0] if bars else state.main.now


def _watches(state: State, answer: ChallengeExit, rules: Rules) -> bool:
    """Was the wallet told of the confirmation, and does it watch such an exit?"""
    root = state.contract.blocks[answer.block].root
    told = state.knowledge[answer.by].confirmations
    outputs = content(state, answer.block)[answer.transaction].outputs
    mine = any(output.owner == answer.by for output in outputs)
    return (root, answer.transaction, answer.input) in told and rules.wallet.watches(mine)


# The last moment --------------------------------------------------------------------------------


def _at_another_moment(state: State, rules: Rules) -> Finding:
    duty = _mistimed(state, rules)[0]
    return Finding(
        "a wallet's duty is due at another moment than the last one",
        {"by": duty.by, "deadline": duty.deadline, "opens": duty.opens},
    )


@always("PL-LAST-MOMENT", _at_another_moment)
def at_the_last_moment(state: State, rules: Rules) -> bool:
    """What a wallet owes itself can wait for the last moment at which it comes in time, and no
    longer: an exit one period from the alarm, a challenge until the exit matures."""
    return not _mistimed(state, rules)


def _mistimed(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in PLASMA.obligations(state, rules)
        if (duty.opens, duty.deadline) not in _spans(state, duty, rules)
    ]


def _spans(state: State, duty: Obligation, rules: Rules) -> list[tuple[Seconds, Seconds]]:
    """From when and until when it can be done; of several payments in one call, each. Never, where
    it has been done."""
    exits, action = state.contract.exits, duty.action
    if isinstance(action, FinalizeExits):
        return [
            (exit.exitable_at + 1, exit.exitable_at + rules.wallet.reaction)
            for exit in exits.values()
            if (exit.owner, exit.asset, exit.status) == (duty.by, action.asset, Status.PENDING)
            and rules.queue_of(exit, rules) == action.queue
        ]
    opens = _room_again(state, rules)
    if isinstance(action, ChallengeExit):
        exit = exits[action.exit]
        done = exit.owner == duty.by or exit.status != Status.PENDING
        return [] if done else [(opens, exit.exitable_at)]
    if any((exit.output, exit.owner) == (action.position, duty.by) for exit in exits.values()):
        return []
    alarm = state.knowledge[duty.by].alarm
    landed = state.contract.blocks[transaction_of(action.position)[0]].created
    since = landed if alarm is None or alarm < landed else alarm
    return [(opens, since + rules.exit_period)]


def _room_again(state: State, rules: Rules) -> Seconds:
    """When the next period of block space begins, if there is no room in this one; else 0."""
    contract = state.contract
    if rules.block_space == 0 or contract.used < rules.block_space:
        return 0
    this_one = _period(state, rules, state.main.now) == 0
    return contract.window + rules.exit_period if this_one else 0


def _period(state: State, rules: Rules, time: Seconds) -> int:
    """How many periods after the one that the contract last took something in."""
    return (time - state.contract.window) // rules.exit_period


# Block space ------------------------------------------------------------------------------------


def _takes_otherwise(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "an exit or a challenge took another space than one place of its period",
        {"places": _places(before, after, rules)},
    )


@whenever("PL-SPACE-TAKEN", _takes_otherwise, after=EXITING)
def takes_space(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Where block space is limited, each exit and each challenge takes one place of its period."""
    return rules.block_space == 0 or _places(before, after, rules) == 1


def _places(before: State, after: State, rules: Rules) -> int:
    """How many places of the clock's period were taken; less than none if in another period."""
    later = _period(before, rules, before.main.now)
    if after.contract.window != before.contract.window + later * rules.exit_period:
        return -1
    return after.contract.used - (before.contract.used if later == 0 else 0)


def _room(state: State, rules: Rules, start: Seconds, end: Seconds) -> int:
    """How many exits and challenges fit from `start` to `end`, counted period by period."""
    first, last = _period(state, rules, start), _period(state, rules, end)
    taken = state.contract.used if first == 0 else 0
    return rules.block_space * (last - first + 1) - taken


def _room_off(state: State, rules: Rules) -> Finding:
    start, end = next(_miscounted(state, rules))
    return Finding("the room for exits is counted wrongly", {"from": start, "to": end})


@always("PL-ROOM", _room_off)
def room_as_counted(state: State, rules: Rules) -> bool:
    """The room that honest parties count on for their exits and challenges is there."""
    return not any(_miscounted(state, rules))


def _miscounted(state: State, rules: Rules) -> Iterator[tuple[Seconds, Seconds]]:
    assert PLASMA.room is not None
    now, period = state.main.now, rules.exit_period
    if rules.block_space == 0:
        duties = PLASMA.obligations(state, rules)
        if duties and PLASMA.room(state, rules, now, now + period) < len(duties):
            yield now, now + period
        return
    next_one = state.contract.window + (_period(state, rules, now) + 1) * period
    for start in (now, next_one - 1, next_one):
        for end in (start, next_one, next_one + period - 1, next_one + period):
            if start <= end and PLASMA.room(state, rules, start, end) != _room(
                state, rules, start, end
            ):
                yield start, end


def _not_let_in(state: State, rules: Rules) -> Finding:
    got = "gets in where honest parties need" if _gets_in(state, rules) else "is kept out of"
    return Finding(f"the coalition {got} the room", {"used": state.contract.used})


@always("PL-HONEST-FIRST", _not_let_in)
def honest_first(state: State, rules: Rules) -> bool:
    """Where block space is limited, the coalition gets in exactly if it leaves honest parties what
    they need."""
    return rules.block_space == 0 or _gets_in(state, rules) == _is_spare(state, rules)


def _gets_in(state: State, rules: Rules) -> bool:
    try:
        take_space(state, COALITION, rules)
    except Refusal:
        return False
    return True


def _is_spare(state: State, rules: Rules) -> bool:
    now = state.main.now
    if _room(state, rules, now, now) < 1:
        return False
    answers = [
        d.deadline for d in PLASMA.obligations(state, rules) if isinstance(d.action, EXITING)
    ]
    return all(
        _room(state, rules, now, max(now, end)) > sum(other <= end for other in answers)
        for end in answers
    )


T = Kind.TRANSITION

DUTIES: tuple[Invariant, ...] = (
    can_challenge,
    challenged_in_time,
    at_the_last_moment,
    takes_space,
    room_as_counted,
    honest_first,
)  # fmt: skip
