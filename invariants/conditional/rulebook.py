"""Conditional payments in a duplex channel with all that is claimed of them."""

from invariants.conditional.bargains import BARGAINS
from invariants.conditional.cases import CASES
from invariants.conditional.conduct import CONDUCT
from invariants.conditional.deadlines import TIME
from invariants.conditional.lifecycles import LIFECYCLES
from invariants.conditional.money import MONEY
from invariants.conditional.possible import POSSIBLE
from invariants.conditional.registry import REGISTRY
from invariants.conditional.samples import SAMPLES
from invariants.conditional.scopes import SCOPES
from invariants.conditional.talk import TALK
from invariants.conditional.theorems import THEOREMS
from invariants.conditional.witnesses import WITNESSES
from invariants.conditional.world.protocol import CONDITIONAL as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.conditional import rule_sets as sets
from spec.conditional.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("mended", sets.SOUND, "Celer's channel with its weaknesses mended", "this project"),
    RuleSet(
        "celer",
        sets.CELER,
        "windows restart, settlements can fail, and numbers then begin anew",
        "celer-network/agent-pay-contracts",
    ),
    *(
        RuleSet(f"mended-without-{name}", rules, f"mended, less one thing: {name}", "ablation")
        for name, rules in sets.ABLATIONS.items()
    ),
)

CONDITIONAL = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="mended",
    default_scope="one-pay",
    settled=settled,
    invariants=MONEY + REGISTRY + BARGAINS + CONDUCT + TALK + TIME + POSSIBLE,
    witnesses=WITNESSES,
    cases=CASES,
    decisions=SAMPLES,
    theorems=THEOREMS,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny", "withdrawing", "vouching", "cancelling"),
)
