"""The application channel with all that is claimed of it: what the command line runs."""

from invariants.application.cases import CASES
from invariants.application.conduct import CONDUCT
from invariants.application.deadlines import TIME
from invariants.application.evidence import EVIDENCE
from invariants.application.lifecycles import LIFECYCLES
from invariants.application.money import MONEY
from invariants.application.possible import POSSIBLE
from invariants.application.samples import SAMPLES
from invariants.application.scopes import SCOPES
from invariants.application.steps import STEPS
from invariants.application.theorems import THEOREMS
from invariants.application.witnesses import WITNESSES
from invariants.application.world.protocol import APPLICATION as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.application import rule_sets as sets
from spec.application.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("forcemove", sets.FORCEMOVE, "ForceMove with expected deposits", "ForceMove, Nitro"),
    *(
        RuleSet(f"without-{name}", rules, f"ForceMove, less one rule: {name}", "ablation")
        for name, rules in sets.ABLATIONS.items()
    ),
)

APPLICATION = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="forcemove",
    default_scope="rps",
    settled=settled,
    invariants=MONEY + EVIDENCE + TIME + CONDUCT + POSSIBLE,
    witnesses=WITNESSES,
    cases=CASES,
    decisions=SAMPLES,
    theorems=THEOREMS + STEPS,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny", "funding"),
)
