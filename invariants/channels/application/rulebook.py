"""The application channel with all that is claimed of it: what the command line runs."""

from invariants.channels.application.cases import CASES
from invariants.channels.application.conduct import CONDUCT
from invariants.channels.application.deadlines import TIME
from invariants.channels.application.evidence import EVIDENCE
from invariants.channels.application.lifecycles import LIFECYCLES
from invariants.channels.application.money import MONEY
from invariants.channels.application.possible import POSSIBLE
from invariants.channels.application.samples import SAMPLES
from invariants.channels.application.scopes import SCOPES
from invariants.channels.application.steps import STEPS
from invariants.channels.application.theorems import THEOREMS
from invariants.channels.application.witnesses import WITNESSES
from invariants.channels.application.world.protocol import APPLICATION as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.channels.application import rule_sets as sets
from spec.channels.application.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("forcemove", sets.FORCEMOVE, "ForceMove with expected deposits", "ForceMove, Nitro"),
    RuleSet(
        "short-window",
        sets.SHORT_WINDOW,
        "ForceMove; half a day to answer in, where honest parties need a day",
        "known mistake",
    ),
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
    key_scopes=("tiny",),
    coarse={
        "short-window": "a window that is shorter than a reaction ends before an answer is due",
        "without-newer-checkpoint": "an answer begins anew with a record that is not newer",
        "without-raised-record": "an answer begins anew with a record that is not newer",
    },
)
