"""Conditional payments in a duplex channel with all that is claimed of them."""

from invariants.channels.conditional.bargains import BARGAINS
from invariants.channels.conditional.cases import CASES
from invariants.channels.conditional.conduct import CONDUCT
from invariants.channels.conditional.deadlines import TIME
from invariants.channels.conditional.lifecycles import LIFECYCLES
from invariants.channels.conditional.money import MONEY
from invariants.channels.conditional.possible import POSSIBLE
from invariants.channels.conditional.registry import REGISTRY
from invariants.channels.conditional.samples import SAMPLES
from invariants.channels.conditional.scopes import SCOPES
from invariants.channels.conditional.talk import TALK
from invariants.channels.conditional.theorems import THEOREMS
from invariants.channels.conditional.witnesses import WITNESSES
from invariants.channels.conditional.world.protocol import CONDITIONAL as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.channels.conditional import rule_sets as sets
from spec.channels.conditional.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("mended", sets.SOUND, "Celer's channel with its weaknesses mended", "this project"),
    RuleSet(
        "celer",
        sets.CELER,
        "windows restart, settlements can fail, and numbers then begin anew",
        "celer-network/agent-pay-contracts",
    ),
    RuleSet(
        "short-window",
        sets.SHORT_WINDOW,
        "mended; half a day to answer in, where honest parties need a day",
        "known mistake",
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
