"""What single steps of the contract guarantee, for all amounts, turns and times.

The steps are the very functions that a run takes. A state is any in which the channel holds no more
than both stakes, and the escrow exactly that; its claimed state shares out both stakes. Who signed
what is not the subject here: both sign everything, so that only turns and times decide.
"""

from invariants.kernel.theorems import Fresh, Theorem, assume, refuted, theorem
from spec.channels.application.adjudicator import Challenge, Checkpoint
from spec.channels.application.evidence import App, AppState, Signed, Support
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.machine import step
from spec.channels.application.outcomes import allocated
from spec.channels.application.rule_sets import ABLATIONS, FORCEMOVE
from spec.channels.application.rules import Rules
from spec.channels.application.state import (
    Channel,
    Contract,
    Ghost,
    Network,
    Phase,
    State,
    is_final,
    is_running,
    total,
)
from spec.channels.people import People
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.kernel.basics import ETHER
from spec.kernel.mainchain import MainChain, total_supply
from spec.kernel.refusal import Refusal


def some_state(fresh: Fresh) -> State:
    """Any state of a channel between two that sign whatever they like."""
    stakes = fresh.int("stake of alice"), fresh.int("stake of bob")
    held = fresh.int("held")
    fresh.require(held <= stakes[0] + stakes[1])
    claimed = some_body(fresh, "claimed", stakes)
    return State(
        main=MainChain(
            now=fresh.int("now"),
            accounts={(ALICE, ETHER): fresh.int("alice"), (BOB, ETHER): fresh.int("bob")},
            escrow={ETHER: held},
        ),
        channel=Channel(App.STREAMING, stakes),
        contract=Contract(
            held=held,
            deposited=(fresh.int("deposited by alice"), fresh.int("deposited by bob")),
            phase=fresh.enum("phase", Phase),
            record=fresh.int("record"),
            claimed=claimed,
            ends=fresh.int("ends"),
            paid=fresh.bool("paid"),
        ),
        network=Network(line=(claimed,), agreed=False, since=0),
        people=People(honest=()),
        ghost=Ghost(challenged=0, since=0, called=0),
    )


def some_body(fresh: Fresh, name: str, stakes: tuple[int, int]) -> AppState:
    """A state of any turn that shares out both stakes."""
    first = fresh.int(f"{name} pays alice")
    fresh.require(first <= stakes[0] + stakes[1])
    outcome = allocated((first, stakes[0] + stakes[1] - first))
    return AppState(fresh.int(f"{name} turn"), (0, 0), outcome, final=False)


@theorem(
    "APP-T-STEP-DEPOSIT",
    "A deposit, whatever its amount, creates and destroys nothing, leaves no account negative, and"
    " the channel holds what the escrow does, and no more than both stakes.",
    values={"rules": FORCEMOVE},
    shapes={"state": some_state},
    sizes={"Party": (1, 2)},
)
def deposit_keeps_all(state: State, action: Deposit, rules: Rules) -> bool:
    """From any state, by anybody."""
    after = step(state, action, rules)
    held = after.contract.held
    return (
        total_supply(after.main, ETHER) == total_supply(state.main, ETHER)
        and after.main.escrow[ETHER] == held
        and held <= total(state.channel)
        and after.main.accounts[action.by, ETHER] >= 0
    )


@theorem(
    "APP-T-STEP-PAID",
    "A final outcome that is not paid yet can be paid, whatever is held, and nothing is left.",
    values={"rules": FORCEMOVE},
    shapes={"state": some_state},
)
def payment_never_fails(state: State, rules: Rules) -> bool:
    """Everything that is held goes to the two."""
    contract = state.contract
    assume(is_final(contract, state.main.now) and not contract.paid)
    try:
        after = step(state, PayOut(ALICE), rules)
    except Refusal:
        return False
    return (
        after.contract.held == 0
        and after.main.escrow[ETHER] == 0
        and total_supply(after.main, ETHER) == total_supply(state.main, ETHER)
    )


def shown(state: State, turn: int) -> Support:
    """A state of some turn, signed by both."""
    body = AppState(turn, (0, 0), state.contract.claimed.outcome, final=False)
    return Support(Signed(body, PARTIES))


@theorem(
    "APP-T-STEP-CHALLENGE",
    "A challenge is refused once the outcome is final; else it records its turn, which is no lower"
    " than the record, and higher while another one runs, and it can be answered for one window.",
    values={"rules": FORCEMOVE},
    shapes={"state": some_state},
    symbolic_knobs=("window",),
)
def challenge_records(state: State, turn: int, rules: Rules) -> bool:
    """For all turns, records, times and windows."""
    contract, now = state.contract, state.main.now
    after = step(state, Challenge(BOB, shown(state, turn)), rules).contract
    return (
        not is_final(contract, now)
        and turn >= contract.record
        and (turn > contract.record or not is_running(contract, now))
        and (after.record, after.ends) == (turn, now + rules.window)
    )


@theorem(
    "APP-T-STEP-CHECKPOINT",
    "A checkpoint is refused once the outcome is final; else it raises the record to its turn, and"
    " nothing that is not newer can be challenged from then on.",
    values={"rules": FORCEMOVE},
    shapes={"state": some_state},
)
def checkpoint_records(state: State, turn: int, older: int, rules: Rules) -> bool:
    """For all turns, records and times; an older turn is one below the new record."""
    contract = state.contract
    after = step(state, Checkpoint(BOB, shown(state, turn)), rules)
    assume(older < turn)
    return (
        not is_final(contract, state.main.now)
        and after.contract.record > contract.record
        and not rules.may_challenge(older, after.contract.record, False)
    )


@theorem(
    "APP-T-STEP-ANSWER",
    "Up to the last moment of a challenge every newer state clears it.",
    values={"rules": FORCEMOVE},
    shapes={"state": some_state},
)
def answer_never_fails(state: State, turn: int, rules: Rules) -> bool:
    """A party that has a newer supported state is never too weak to show it."""
    contract = state.contract
    assume(is_running(contract, state.main.now) and turn > contract.record)
    try:
        after = step(state, Checkpoint(ALICE, shown(state, turn)), rules)
    except Refusal:
        return False
    return after.contract.phase == Phase.OPEN


def _without(claim: Theorem, rule: str, end: str, text: str) -> Theorem:
    return refuted(claim, f"{claim.id}-{end}", text, ABLATIONS[rule])


STEPS: tuple[Theorem, ...] = (
    deposit_keeps_all,
    payment_never_fails,
    _without(payment_never_fails, "sufficiency", "FULL", "The same, where nobody looks at what is"
             " held."),
    challenge_records,
    _without(challenge_records, "newer-challenge", "SAME", "The same, where the challenged state"
             " can be challenged again."),
    checkpoint_records,
    _without(checkpoint_records, "raised-record", "STAYS", "The same, where an answer leaves no"
             " record."),
    answer_never_fails,
)  # fmt: skip
