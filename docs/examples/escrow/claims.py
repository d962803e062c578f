"""What is claimed of the escrow, where to look, and what is expected.

PYTHONPATH=docs/examples EXITGAME_RULEBOOK=escrow.claims:ESCROW exitgame check escrow
"""

from attrs import evolve

from escrow.machine import (
    ALICE,
    BOB,
    HASTY,
    MACHINE,
    SOUND,
    Claim,
    Refund,
    Rules,
    Scope,
    Stage,
    State,
    forgetful_key,
    is_over,
    settled,
)
from invariants.kernel.claims import (
    Case,
    Finding,
    Invariant,
    Kind,
    Method,
    Rulebook,
    RuleSet,
    Witness,
)
from invariants.kernel.lifecycles import Lifecycle
from invariants.kernel.theorems import assume, refuted, theorem
from spec.kernel.basics import DAY, ETHER, WEEK, Seconds, Wei
from spec.kernel.mainchain import total_supply


def paid_to_bob(state: State) -> Wei:
    """What Bob has: he starts with nothing."""
    return state.main.accounts[BOB, ETHER]


def bob_was_paid(state: State, rules: Rules) -> bool:
    """When it is over, an honest Bob has all that he was promised."""
    return BOB not in state.honest or not is_over(state) or paid_to_bob(state) >= state.promised


def why_not_paid(state: State, rules: Rules) -> Finding:
    """Which way Bob's money went."""
    cause = "refunded before he could claim"
    if state.contract.stage == Stage.CLAIMED:
        cause = "claimed too little"
    return Finding(cause, {"promised": state.promised, "paid": paid_to_bob(state)})


PAYEE = Invariant(
    id="ES-PAYEE",
    claim="An honest payee gets what it was promised.",
    kind=Kind.ALWAYS,
    holds=bob_was_paid,
    explain=why_not_paid,
    reads=("main", "contract", "promised"),
)
PAYER = Invariant(
    id="ES-PAYER",
    claim="Nobody takes more from a payer than it promised.",
    kind=Kind.ALWAYS,
    holds=lambda state, rules: paid_to_bob(state) <= state.promised,
    explain=lambda state, rules: Finding(
        "took more", {"promised": state.promised, "paid": paid_to_bob(state)}
    ),
)
CONSERVED = Invariant(
    id="ES-CONSERVED",
    claim="No action makes money or destroys it.",
    kind=Kind.TRANSITION,
    holds=lambda before, action, after, rules: (
        total_supply(before.main, ETHER) == total_supply(after.main, ETHER)
    ),
    explain=lambda before, action, after, rules: Finding(
        "money made or destroyed", {"by": total_supply(after.main, ETHER)}
    ),
    reads=("main",),
)
HOME = Invariant(
    id="ES-HOME",
    claim="An honest payer's money does not stay in the contract.",
    kind=Kind.SETTLED,
    holds=lambda state, rules: ALICE not in state.honest or state.main.escrow[ETHER] == 0,
    explain=lambda state, rules: Finding("left behind", {"held": state.main.escrow[ETHER]}),
)


WITNESSES = (
    Witness(
        "ES-W-CLAIMED", "Bob claims.", lambda before, action, after, rules: True, after=(Claim,)
    ),
    Witness(
        "ES-W-REFUNDED",
        "Alice takes back what nobody claimed.",
        lambda before, action, after, rules: True,
        after=(Refund,),
    ),
)


@theorem(
    "ES-T-APART",
    "There is no second in which both can act.",
    values={"rules": SOUND},
    symbolic_knobs=("lifetime", "patience"),
)
def apart(opened: Seconds, now: Seconds, rules: Rules) -> bool:
    """The claim ends before the refund begins."""
    assume(now >= opened)
    return not (rules.claimable(opened, now, rules) and rules.refundable(opened, now, rules))


THEOREMS = (
    apart,
    refuted(apart, "ES-T-APART-HASTY", "... but the last second belongs to both.", HASTY),
)

CASES = (
    Case("ES-C-PAYEE", "The payee against the payer", Method.EXPLORE, "sound", "payee"),
    Case("ES-C-PAYER", "The payer against the payee", Method.EXPLORE, "sound", "payer"),
    Case("ES-C-BOTH", "Both are honest", Method.EXPLORE, "sound", "both"),
    Case(
        "ES-C-HASTY",
        "A refund in the last second",
        Method.EXPLORE,
        "hasty",
        "payee",
        breaks=(("ES-PAYEE", "refunded before he could claim"),),
        explanation="in the last second, whoever comes first wins",
    ),
)

ESCROW = Rulebook(
    protocol=MACHINE,
    rule_sets=(
        RuleSet("sound", SOUND, "the refund begins when the claim has ended", "this tutorial"),
        RuleSet("hasty", HASTY, "the refund begins a second too early", "this tutorial"),
    ),
    scopes={
        "payee": Scope(honest=(BOB,)),
        "payer": Scope(honest=(ALICE,)),
        "both": Scope(money=3, honest=(ALICE, BOB)),
    },
    default_rules="sound",
    default_scope="payee",
    settled=settled,
    invariants=(PAYEE, PAYER, CONSERVED, HOME),
    witnesses=WITNESSES,
    theorems=THEOREMS,
    cases=CASES,
    decisions={
        "claimable": ((0, DAY, SOUND), (DAY, 10 * WEEK, SOUND)),
        "refundable": ((0, DAY, SOUND), (DAY, 10 * WEEK, SOUND)),
    },
    lifecycles=(
        Lifecycle(
            name="the escrow",
            stages=lambda state: {"escrow": state.contract.stage.name.lower()},
            where=(("sound", "both"),),
        ),
    ),
)

FORGETFUL = evolve(ESCROW, protocol=evolve(MACHINE, key=forgetful_key))
"""The same with the wrong key: the test of keys notices."""
