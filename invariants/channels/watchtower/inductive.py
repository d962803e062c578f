"""Every call of the two contracts keeps the money right: induction over all their states.

The states: a channel that is open, disputed or over, with any totals and claim; any bond of one
tower that is registered, or none; any stakes, and anybody or nobody who has answered. Nobody is
honest, so whoever calls can show any version and any receipt with all signatures. `ACCOUNTS` is all
that is assumed of a state, and is proved of the next one.
"""

from typing import Any

from invariants.channels.watchtower.money import covered, forfeited_once, supply_kept
from invariants.channels.watchtower.world.scope import FIRST_TOWER
from invariants.kernel.induction import induction
from invariants.kernel.theorems import Fresh, Theorem
from spec.channels.payment.contract import Claim, Contract, Phase
from spec.channels.payment.versions import START, Version
from spec.channels.people import People
from spec.channels.sides import ALICE, BOB, PARTIES, Pair
from spec.channels.watchtower import disputes, service
from spec.channels.watchtower.appointments import Appointment, Receipt
from spec.channels.watchtower.machine import step
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import Ghost, Outcome, Service, State, Talk
from spec.kernel.basics import ETHER, Party
from spec.kernel.mainchain import MainChain

PEOPLE = (ALICE, BOB, FIRST_TOWER)
NO_GHOST = Ghost(wealth={}, claimed=0, ended=0, leaving={}, left=0)


def any_state(fresh: Fresh) -> State:
    """Any two contracts, and a coalition of everybody."""
    phase = (Phase.OPEN, Phase.DISPUTED, Phase.SETTLED)[fresh.pick("phase", 3)]
    over = phase == Phase.SETTLED
    bonded = fresh.pick("bonded?", 3)
    outcome = Outcome(
        fresh.int("settled"), _pair(fresh, "paid"), fresh.int("ended"), fresh.bool("breached")
    )
    claim = Claim(PARTIES[fresh.pick("closer", 2)], _version(fresh), fresh.int("deadline"))
    newest = Version(fresh.int("newest"), (0, 0), (0, 0), (0, 0))
    return State(
        main=MainChain(
            now=fresh.int("now"),
            accounts={(party, ETHER): fresh.int(f"account {party}") for party in PEOPLE},
            escrow={ETHER: fresh.int("escrow")},
        ),
        channel=Contract(
            phase,
            _pair(fresh, "deposits"),
            (0, 0),
            claim if phase == Phase.DISPUTED else None,
        ),
        service=Service(
            bonds={FIRST_TOWER: fresh.int("bond")} if bonded else {},
            announced={FIRST_TOWER: fresh.int("announced")} if bonded == 2 else {},
            stakes=(0, 0) if over else (fresh.int("stake 0"), fresh.int("stake 1")),
            answered_by=FIRST_TOWER if fresh.pick("answered?", 2) == 1 and not over else None,
            outcome=outcome if over else None,
            compensated=fresh.int("compensated"),
            burned=fresh.int("burned"),
        ),
        talk=Talk(versions=(START, newest), stores={}, receipts=(), left=None, journeys=0),
        people=People(honest=()),
        ghost=NO_GHOST,
    )


def any_breach(fresh: Fresh) -> State:
    """Bob has claimed the first version, at any time; whatever the time is now."""
    newest = Version(1, (3, 1), (2, 2), (0, 0))
    claim = Claim(BOB, START, fresh.int("deadline"))
    return State(
        main=MainChain(fresh.int("now"), {(party, ETHER): 0 for party in PEOPLE}, {ETHER: 6}),
        channel=Contract(Phase.DISPUTED, (2, 2), (0, 0), claim),
        service=Service({FIRST_TOWER: 0}, {}, (1, 1), None, None, 0, 0),
        talk=Talk(versions=(START, newest), stores={}, receipts=(), left=None, journeys=0),
        people=People(honest=()),
        ghost=NO_GHOST,
    )


def _pair(fresh: Fresh, name: str) -> Pair:
    return fresh.int(f"{name} 0"), fresh.int(f"{name} 1")


def _version(fresh: Fresh) -> Version:
    return Version(
        fresh.int("number"),
        _pair(fresh, "balances"),
        _pair(fresh, "signed deposits"),
        _pair(fresh, "signed withdrawals"),
        fresh.bool("final"),
    )


def _by(kind: type[Any], *parties: Party) -> Any:
    """A shape of actions by any of these; with any version, where one is shown."""

    def shape(fresh: Fresh) -> Any:
        by = parties[fresh.pick("by", len(parties))]
        return kind(by, _version(fresh)) if issubclass(kind, disputes.Shown) else kind(by)

    return shape


def _recourse(fresh: Fresh) -> service.Recourse:
    promised = Appointment(fresh.int("channel"), fresh.int("locator"), _version(fresh))
    return service.Recourse(ALICE, Receipt(FIRST_TOWER, promised))


def stakes_suffice(state: State, rules: Rules) -> bool:
    """Until the channel is over, each side's stake is one reward."""
    over = state.channel.phase == Phase.SETTLED
    return over or state.service.stakes == (rules.reward, rules.reward)


def nothing_negative(state: State, rules: Rules) -> bool:
    """No account, bond or escrow is below zero."""
    accounts = all(state.main.accounts[party, ETHER] >= 0 for party in PEOPLE)
    bonds = all(bond >= 0 for bond in state.service.bonds.values())
    service = state.service
    return accounts and bonds and min(service.compensated, service.burned) >= 0


SHAPES: dict[type, Any] = {
    disputes.Close: _by(disputes.Close, ALICE, BOB),
    disputes.CloseTogether: _by(disputes.CloseTogether, BOB),
    disputes.Answer: _by(disputes.Answer, ALICE),
    disputes.Respond: _by(disputes.Respond, FIRST_TOWER),
    disputes.Settle: _by(disputes.Settle, BOB),
    service.Register: _by(service.Register, FIRST_TOWER),
    service.WithdrawBond: _by(service.WithdrawBond, FIRST_TOWER),
    service.Recourse: _recourse,
}
"""Who calls makes no difference where one party stands for all."""
ACCOUNTS = (covered, stakes_suffice, nothing_negative)
KNOBS = ("bond", "reward", "recourse_window", "unbonding_period", "grace")


def _kept(name: str, rules: Rules, action: type) -> tuple[Theorem, ...]:
    """One type of action keeps the accounts; a recourse forfeits the whole bond."""
    moves = (forfeited_once,) if action == service.Recourse else ()
    return induction(
        name,
        any_state,
        {action: SHAPES[action]},
        step,
        ACCOUNTS,
        rules,
        sizes={"towers": 1},
        transitions=(supply_kept, *moves),
        symbolic_knobs=KNOBS,
    )


INDUCTION: tuple[Theorem, ...] = (
    *(each for action in SHAPES for each in _kept("TW-T-KEPT", ACCOUNTABLE, action)),
    *_kept("TW-T-KEPT-PENALTY", PUNISHING, disputes.Respond),
)
