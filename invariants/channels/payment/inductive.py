"""Every call of the channel contract keeps the money right: induction over all its states.

The states: a contract in any phase with any totals, and any claim where it is disputed; any
accounts and any time. Nobody is honest, so whoever calls can show any version with all signatures,
and any secret: what holds here holds whatever is signed. `MONEY_KEPT` is all that is assumed of a
state, and is proved of the next one.
"""

from typing import Any

from invariants.channels.payment.calls import totals_grow
from invariants.channels.payment.money import covered, supply_kept
from invariants.kernel.induction import induction
from invariants.kernel.theorems import Fresh, Theorem
from spec.channels.payment import closing
from spec.channels.payment.contract import Claim, Contract, Phase
from spec.channels.payment.machine import step
from spec.channels.payment.memory import NOTHING_KNOWN
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import SILENT, UNMEASURED, Absence, Past, State
from spec.channels.payment.versions import Version
from spec.channels.people import People
from spec.channels.sides import PARTIES, Pair
from spec.kernel.basics import ETHER, Party
from spec.kernel.mainchain import MainChain


def any_state(fresh: Fresh) -> State:
    """Any contract, and a coalition of both sides."""
    disputed = fresh.pick("disputed?", 2) == 1
    phase = Phase.DISPUTED if disputed else fresh.enum("phase", Phase)
    fresh.require(disputed or phase != Phase.DISPUTED)
    deposits, withdrawn = _pair(fresh, "deposits"), _pair(fresh, "withdrawn")
    claim = Claim(_party(fresh, "closer"), _version(fresh), fresh.int("deadline"))
    return State(
        main=MainChain(
            now=fresh.int("now"),
            accounts={(party, ETHER): fresh.int(f"account {party}") for party in PARTIES},
            escrow={ETHER: fresh.int("escrow")},
        ),
        contract=Contract(phase, deposits, withdrawn, claim if disputed else None),
        memory=NOTHING_KNOWN,
        disk=NOTHING_KNOWN,
        network=SILENT,
        people=People(honest=()),
        absence=Absence(back=(0, 0), times=0),
        ghost=UNMEASURED,
        past=Past(more=fresh.int("more channels")),
    )


def _pair(fresh: Fresh, name: str) -> Pair:
    return fresh.int(f"{name} 0"), fresh.int(f"{name} 1")


def _party(fresh: Fresh, name: str) -> Party:
    return PARTIES[fresh.pick(name, 2)]


def _version(fresh: Fresh) -> Version:
    return Version(
        fresh.int("number"),
        _pair(fresh, "balances"),
        _pair(fresh, "signed deposits"),
        _pair(fresh, "signed withdrawals"),
        fresh.bool("final"),
    )


def nothing_negative(state: State, rules: Rules) -> bool:
    """No account, no escrow and no total is below zero."""
    contract, main = state.contract, state.main
    accounts = all(main.accounts[party, ETHER] >= 0 for party in PARTIES)
    totals = all(min(contract.deposits[n], contract.withdrawn[n]) >= 0 for n in (0, 1))
    return accounts and totals and main.escrow[ETHER] >= 0


def escrow_covers(state: State, rules: Rules) -> bool:
    """The escrow holds deposits less withdrawals, and nothing at the end."""
    return covered.holds(state, rules)


def deposit(fresh: Fresh) -> Any:
    """Any amount by any side."""
    return closing.Deposit(_party(fresh, "by"), fresh.int("amount"))


def cancel(fresh: Fresh) -> Any:
    """By any side."""
    return closing.Cancel(_party(fresh, "by"))


def withdraw(fresh: Fresh) -> Any:
    """Any version by any side."""
    return closing.Withdraw(_party(fresh, "by"), _version(fresh))


def cooperative_close(fresh: Fresh) -> Any:
    """Any version by any side."""
    return closing.CooperativeClose(_party(fresh, "by"), _version(fresh))


def unilateral_close(fresh: Fresh) -> Any:
    """Any version by any side."""
    return closing.UnilateralClose(_party(fresh, "by"), _version(fresh))


def challenge(fresh: Fresh) -> Any:
    """Any version by any side."""
    return closing.Challenge(_party(fresh, "by"), _version(fresh))


def punish(fresh: Fresh) -> Any:
    """Any secret by any side."""
    return closing.Punish(_party(fresh, "by"), fresh.int("below"))


def settle(fresh: Fresh) -> Any:
    """By any side."""
    return closing.Settle(_party(fresh, "by"))


def reopen(fresh: Fresh) -> Any:
    """By any side."""
    return closing.Reopen(_party(fresh, "by"))


CALLS: dict[type, Any] = {
    closing.Deposit: deposit,
    closing.Cancel: cancel,
    closing.Withdraw: withdraw,
    closing.CooperativeClose: cooperative_close,
    closing.UnilateralClose: unilateral_close,
    closing.Settle: settle,
    closing.Reopen: reopen,
}
"""What both rule sets share; each has its own answer beside it."""


def _money_kept(name: str, calls: dict[type, Any], rules: Rules) -> tuple[Theorem, ...]:
    return induction(
        name,
        any_state,
        calls,
        step,
        (escrow_covers, nothing_negative),
        rules,
        {},
        transitions=(supply_kept, totals_grow),
        symbolic_knobs=("window",),
    )


INDUCTION: tuple[Theorem, ...] = (
    *_money_kept("PC-I", {**CALLS, closing.Challenge: challenge}, REPLACEMENT),
    *_money_kept("PC-I", {closing.Punish: punish}, PENALTY),
)
