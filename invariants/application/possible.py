"""What stays possible for whoever is honest, and who owes what: asked of the rules themselves."""

from invariants.application.clock import was_final
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.application.actions import Deposit
from spec.application.machine import APPLICATION as MACHINE
from spec.application.player import obligations
from spec.application.rules import Rules
from spec.application.state import State
from spec.channels.people import is_honest, is_there
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import accepted
from spec.kernel.protocol import Obligation


def can_deposit(state: State, rules: Rules) -> bool:
    """Where as much is held as it expects and the outcome is open, an honest party can put in its
    stake: no deposit of somebody else can keep it out."""
    return not _kept_out(state, rules)


def _kept_out(state: State, rules: Rules) -> list[Party]:
    contract, stakes, main = state.contract, state.channel.stakes, state.main
    if was_final(state, rules):
        return []
    return [
        party
        for side, party in enumerate(PARTIES)
        if is_honest(state.people, party)
        and contract.deposited[side] == 0 < stakes[side] <= main.accounts[party, ETHER]
        and contract.held == sum(stakes[:side])
        and not accepted(MACHINE, state, Deposit(party, contract.held, stakes[side]), rules)
    ]


def _shut_out(state: State, rules: Rules) -> Finding:
    party = _kept_out(state, rules)[0]
    numbers = {"party": party, "held": state.contract.held, "now": state.main.now}
    return Finding("an honest party cannot deposit its stake", numbers)


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
        "APP-JOINS",
        "As long as the outcome is open an honest party can deposit its stake where as much is held"
        " as it expects.",
        Kind.ALWAYS,
        can_deposit,
        _shut_out,
    ),
    Invariant(
        "APP-DUTIES",
        "Only honest parties that are there owe anything, and each what it does itself.",
        Kind.ALWAYS,
        each_its_own,
        _not_its_own,
    ),
)
