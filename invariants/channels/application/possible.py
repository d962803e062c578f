"""What stays possible for whoever is honest, and who owes what: asked of the rules themselves."""

from invariants.channels.application.clock import last_moment, was_final
from invariants.channels.application.world.protocol import APPLICATION as MACHINE
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
from spec.channels.people import is_honest, is_there
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER, Party, Seconds
from spec.kernel.clock import accepted
from spec.kernel.protocol import Obligation


def _shut_out(state: State, rules: Rules) -> Finding:
    party = _kept_out(state, rules)[0]
    numbers = {"party": party, "held": state.contract.held, "now": state.main.now}
    return Finding("an honest party cannot deposit its stake", numbers)


@always("APP-JOINS", _shut_out)
def can_deposit(state: State, rules: Rules) -> bool:
    """As long as the outcome is open an honest party can deposit its stake where as much is held as
    it expects."""
    return not _kept_out(state, rules)


def _kept_out(state: State, rules: Rules) -> list[Party]:
    contract, stakes, main = state.contract, state.channel.stakes, state.main
    if was_final(state, rules):
        return []
    return [  # nobody else's deposit can keep it out
        party
        for side, party in enumerate(PARTIES)
        if is_honest(state.people, party)
        and contract.deposited[side] == 0 < stakes[side] <= main.accounts[party, ETHER]
        and contract.held == sum(stakes[:side])
        and not accepted(MACHINE, state, Deposit(party, contract.held, stakes[side]), rules)
    ]


def _not_its_own(state: State, rules: Rules) -> Finding:
    duty = _strange(state, rules)[0]
    return Finding("somebody owes what another one does", {"by": duty.by, "act": duty.action.by})


@always("APP-DUTIES", _not_its_own)
def each_its_own(state: State, rules: Rules) -> bool:
    """Only honest parties that are there owe anything, and each what it does itself."""
    return not _strange(state, rules)


def _strange(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if duty.by != duty.action.by or not is_there(state.people, duty.by)
    ]


def _at_another_moment(state: State, rules: Rules) -> Finding:
    duty = _mistimed(state, rules)[0]
    last = due(state, duty, rules)
    cause = "somebody honest is hurried" if duty.deadline < last else "somebody honest comes late"
    return Finding(cause, {"by": duty.by, "owed until": duty.deadline, "in time until": last})


@always("APP-LAST-MOMENT", _at_another_moment)
def at_the_last_moment(state: State, rules: Rules) -> bool:
    """What somebody honest owes can wait for the last moment at which it comes in time, and no
    longer: its own move for its patience, a challenge for its reaction after that, an answer for
    the whole window."""
    return not _mistimed(state, rules)


def _mistimed(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if duty.deadline != due(state, duty, rules)
    ]


def due(state: State, duty: Obligation, rules: Rules) -> Seconds:
    """Until when a duty can wait: counted from when its cause was accepted."""
    since, patience, reaction = state.ghost.since, rules.player.patience, rules.player.reaction
    match duty.action:
        case PayOut():
            concluded = state.contract.phase == Phase.CONCLUDED
            return reaction + (state.ghost.called if concluded else last_moment(state, rules))
        case Checkpoint():
            return last_moment(state, rules)
        case Conclude():
            return since + reaction
        case Challenge():
            return since + patience + reaction
        case _:
            return since + patience


def _not_as_said(state: State, rules: Rules) -> Finding:
    duty, now = _misjudged(state, rules)[0], state.main.now
    cause = "what somebody honest owes is refused"
    if now < duty.opens:
        cause = "somebody honest could do sooner what it waits for"
    return Finding(cause, {"by": duty.by, "now": now, "opens": duty.opens})


@always("APP-ABLE", _not_as_said)
def can_do_what_it_owes(state: State, rules: Rules) -> bool:
    """What somebody honest owes it can do, from the moment at which it means to on, and not
    sooner."""
    return not _misjudged(state, rules)


def _misjudged(state: State, rules: Rules) -> list[Obligation]:
    """What was concluded in this very second may be left for the next one."""
    now, concluded = state.main.now, state.contract.phase == Phase.CONCLUDED
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if now <= duty.deadline
        and not (concluded and now < duty.opens)
        and accepted(MACHINE, state, duty.action, rules) != (now >= duty.opens)
    ]


POSSIBLE: tuple[Invariant, ...] = (
    can_deposit,
    each_its_own,
    at_the_last_moment,
    can_do_what_it_owes,
)
