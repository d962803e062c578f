"""What stays possible for whoever is honest, and who owes what: asked of the rules themselves."""

from collections.abc import Iterator
from typing import Any

from invariants.conditional.money import held, spare
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.people import is_there
from spec.channels.sides import side_of
from spec.conditional.actions import ConfirmWithdraw, Deposit, IntendSettle, IntendWithdraw
from spec.conditional.honest import newer_states, obligations
from spec.conditional.machine import CONDITIONAL as MACHINE
from spec.conditional.rules import Rules
from spec.conditional.state import Phase, State
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import accepted
from spec.kernel.protocol import Obligation


def can_leave(state: State, rules: Rules) -> bool:
    """While the channel is operable, an honest party can begin to settle it, at any time."""
    return state.contract.phase != Phase.OPERABLE or all(
        accepted(MACHINE, state, IntendSettle(party, newer_states(state)), rules)
        for party in state.people.honest
    )


def _kept_in(state: State, rules: Rules) -> Finding:
    return Finding("an honest party cannot begin to settle", {"now": state.main.now})


def can_move_money(state: State, rules: Rules) -> bool:
    """While the channel is operable, an honest party can deposit, announce a withdrawal, and carry
    out its own when it has waited and the states on chain leave enough."""
    return not _stuck(state, rules)


def _stuck(state: State, rules: Rules) -> str:
    if state.contract.phase != Phase.OPERABLE:
        return ""
    for party in state.people.honest:
        for action in _open_to(state, party, rules):
            if not accepted(MACHINE, state, action, rules):
                return type(action).__name__
    return ""


def _open_to(state: State, party: Party, rules: Rules) -> Iterator[Any]:
    """What a party can do with its money."""
    intent, side = state.contract.intent, side_of(party)
    if state.main.accounts[party, ETHER] > 0:
        yield Deposit(party, 1)
    if intent is None:
        yield IntendWithdraw(party, 1)
    elif (
        intent.side == side
        and state.main.now > state.ghost.announced + rules.window
        and intent.amount <= min(spare(state, side), held(state))
    ):
        yield ConfirmWithdraw(party)


def _money_stuck(state: State, rules: Rules) -> Finding:
    return Finding(
        f"an honest party's {_stuck(state, rules)} is refused in an operable channel",
        {"now": state.main.now},
    )


def each_its_own(state: State, rules: Rules) -> bool:
    """Only honest parties that are there owe anything, and each what it does itself."""
    return not _strange(state, rules)


def _strange(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in obligations(state, rules)
        if duty.by != duty.action.by or not is_there(state.people, duty.by)
    ]


def _not_its_own(state: State, rules: Rules) -> Finding:
    duty = _strange(state, rules)[0]
    return Finding("somebody owes what another one does", {"by": duty.by, "act": duty.action.by})


POSSIBLE: tuple[Invariant, ...] = (
    Invariant(
        "CP-DUTIES",
        "Only honest parties that are there owe anything, and each what it does itself.",
        Kind.ALWAYS,
        each_its_own,
        _not_its_own,
    ),
    Invariant(
        "CP-WAY-OUT",
        "While the channel is operable, an honest party can begin to settle at any time.",
        Kind.ALWAYS,
        can_leave,
        _kept_in,
        reads=("main.now", "contract", "network", "people", "ghost"),
    ),
    Invariant(
        "CP-OPEN",
        "While the channel is operable, an honest party can deposit, announce a withdrawal while"
        " none waits, and carry out its own after the window, if the states on chain leave enough.",
        Kind.ALWAYS,
        can_move_money,
        _money_stuck,
    ),
)
