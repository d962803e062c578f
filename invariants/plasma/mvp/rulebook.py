"""Plasma MVP with all that is claimed of it: what the command line runs."""

from invariants.kernel.claims import Rulebook, RuleSet
from invariants.plasma.mvp.acceptance import ACCEPTANCE
from invariants.plasma.mvp.calls import CALLS
from invariants.plasma.mvp.cases import CASES
from invariants.plasma.mvp.chain import CHAIN
from invariants.plasma.mvp.conduct import CONDUCT
from invariants.plasma.mvp.duties import DUTIES
from invariants.plasma.mvp.effects import EFFECTS
from invariants.plasma.mvp.evidence import EVIDENCE
from invariants.plasma.mvp.knowing import KNOWING
from invariants.plasma.mvp.lifecycles import LIFECYCLES
from invariants.plasma.mvp.money import MONEY
from invariants.plasma.mvp.safety import SAFETY
from invariants.plasma.mvp.samples import SAMPLES
from invariants.plasma.mvp.scopes import SCOPES
from invariants.plasma.mvp.theorems import THEOREMS
from invariants.plasma.mvp.witnesses import WITNESSES
from invariants.plasma.mvp.world.protocol import PLASMA as MACHINE
from spec.plasma.mvp import rule_sets as sets
from spec.plasma.mvp.machine import settled

REFERENCE = "omgnetwork/plasma-mvp, RootChain.sol"

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet(
        "mvp", sets.PLASMA_MVP, "Minimal Viable Plasma as published", "the seed; ethresear.ch/t/426"
    ),
    RuleSet("hardened", sets.HARDENED, "MVP with the repairs that keep safe exit", "this project"),
    RuleSet(
        "no-confirmations",
        sets.WITHOUT_CONFIRMATIONS,
        "MVP before confirmation signatures",
        "the seed",
    ),
    RuleSet(
        "original-post",
        sets.ORIGINAL_POST,
        "priority by position up to a week",
        "ethresear.ch/t/426",
    ),
    RuleSet(
        "fourth-state",
        sets.FOURTH_STATE,
        "deposits apart, a week for every exit, carried confirmations",
        "FourthState/plasma-mvp-rootchain",
    ),
    RuleSet("reference-2018", sets.REFERENCE_2018, "positions that nothing binds", REFERENCE),
    RuleSet("fees-watched", sets.FEES_WATCHED, "MVP with wallets that check fee exits", REFERENCE),
    RuleSet("fees-tied", sets.FEES_TIED, "the same, where a fee is as old as its exit", "variant"),
    RuleSet("rewards-credited", sets.REWARDS_CREDITED, "challengers fetch their reward", "variant"),
    RuleSet(
        "atomic-batch", sets.ATOMIC_BATCH, "all payments of a call or none", "historic mistake"
    ),
    RuleSet(
        "asserting-queue", sets.ASSERTING_QUEUE, "cancelled entries revert", "historic mistake"
    ),
    RuleSet(
        "colliding-keys", sets.COLLIDING_KEYS, "exits recorded by maturity", "historic mistake"
    ),
    RuleSet("untied-challenge", sets.UNTIED_CHALLENGE, "any spend challenges", "historic mistake"),
    RuleSet("reexit-paid", sets.REEXIT_AFTER_PAYMENT, "paid records deleted", "historic mistake"),
    RuleSet(
        "reexit-challenged",
        sets.REEXIT_AFTER_CHALLENGE,
        "cancelled records deleted",
        "historic mistake",
    ),
    RuleSet("null-signer", sets.NULL_SIGNER, "a failed recovery matches", "historic mistake"),
    RuleSet("early-maturity", sets.EARLY_MATURITY, "maturity off by one", "historic mistake"),
    RuleSet("unbounded-batch", sets.UNBOUNDED_BATCH, "a call pays all or none", "historic mistake"),
    RuleSet("bounded-batch", sets.BOUNDED_BATCH, "a call pays one exit", "the repair of it"),
    RuleSet("small-calls", sets.SMALL_CALLS, "hardened, one payment per call", "variant"),
    RuleSet("limited-space", sets.LIMITED_SPACE, "hardened, one exit per period", "mass exit"),
    RuleSet("short-period", sets.SHORT_PERIOD, "hardened, half a reaction short", "variant"),
    RuleSet("whole-challenges", sets.WHOLE_CHALLENGES, "challenges need all signers", "ablation"),
    RuleSet("without-bars-unwatched", sets.BARS_UNWATCHED, "no bar, no watching", "ablation"),
    *(
        RuleSet(f"without-{name}", rules, f"hardened, less one repair: {name}", "ablation")
        for name, rules in sets.REPAIRS.items()
    ),
)

PLASMA = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="mvp",
    default_scope="small",
    settled=settled,
    invariants=MONEY
    + EVIDENCE
    + CALLS
    + CONDUCT
    + CHAIN
    + ACCEPTANCE
    + SAFETY
    + EFFECTS
    + KNOWING
    + DUTIES,
    witnesses=WITNESSES,
    cases=CASES,
    decisions=SAMPLES,
    theorems=THEOREMS,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny", "sending", "reverting"),
    coarse={
        "colliding-keys": "a record that is overwritten brings back the age of its output",
        "early-maturity": "one second less than a period is no multiple of anything",
        "limited-space": "periods of block space follow each other for ever",
    },
)
