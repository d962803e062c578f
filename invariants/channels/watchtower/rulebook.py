"""Watchtowers with all that is claimed of them: what the command line runs."""

from invariants.channels.watchtower.cases import CASES
from invariants.channels.watchtower.conduct import CONDUCT
from invariants.channels.watchtower.lifecycles import LIFECYCLES
from invariants.channels.watchtower.money import MONEY
from invariants.channels.watchtower.possible import POSSIBLE
from invariants.channels.watchtower.records import RECORDS
from invariants.channels.watchtower.samples import SAMPLES
from invariants.channels.watchtower.scopes import SCOPES
from invariants.channels.watchtower.service import SERVICE
from invariants.channels.watchtower.theorems import THEOREMS
from invariants.channels.watchtower.witnesses import WITNESSES
from invariants.channels.watchtower.world.protocol import WATCHTOWER as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.channels.watchtower import rule_sets as sets
from spec.channels.watchtower.machine import settled

MISTAKE = "known mistake"

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet(
        "accountable", sets.ACCOUNTABLE,
        "receipts, a bond as large as the channel, recourse; newer versions replace",
        "PISA, with Raiden's channel",
    ),
    RuleSet(
        "punishing", sets.PUNISHING, "the same where revoked versions are punished",
        "bolt13, with PISA's recourse",
    ),
    RuleSet(
        "own-share", sets.OWN_SHARE,
        "accountable; the first half of a longer window is the customer's own", "Raiden",
    ),
    RuleSet(
        "unwatched", sets.UNWATCHED, "accountable; customers go away without a promise", MISTAKE
    ),
    RuleSet("unbonded", sets.UNBONDED, "accountable; towers lock nothing", "bolt13"),
    RuleSet("small-bond", sets.SMALL_BOND, "accountable; a bond of 1", MISTAKE),
    RuleSet(
        "customer-pays", sets.CUSTOMER_PAYS,
        "accountable; the reward comes from the customer's stake", "Raiden",
    ),
    RuleSet(
        "forgetful", sets.FORGETFUL, "accountable; a tower keeps its newest appointment only",
        "a tower's strategy",
    ),
    RuleSet(
        "forgetful-punishing", sets.FORGETFUL_PUNISHING,
        "punishing; a tower keeps its newest appointment only", MISTAKE,
    ),
    RuleSet(
        "volatile", sets.VOLATILE, "accountable; a tower signs before it stores", MISTAKE
    ),
    RuleSet(
        "late-receipts", sets.LATE_RECEIPTS,
        "accountable; a tower signs without a look at the channel", MISTAKE,
    ),
    RuleSet("lazy", sets.LAZY, "accountable; a tower answers nothing", "a tower's strategy"),
    RuleSet(
        "late-towers", sets.LATE_TOWERS,
        "accountable; all but the last second of the window is the customer's own", MISTAKE,
    ),
    RuleSet(
        "long-absence", sets.LONG_ABSENCE,
        "accountable; away until receipts hardly count any more", MISTAKE,
    ),
    RuleSet(
        "short-window", sets.SHORT_WINDOW,
        "accountable; a window that is shorter than a tower's reaction", MISTAKE,
    ),
    RuleSet(
        "short-notice", sets.SHORT_NOTICE,
        "accountable; a notice of the absence and two reactions, not three", MISTAKE,
    ),
    *(
        RuleSet(f"without-{name}", rules, f"accountable, less one check: {name}", "ablation")
        for name, rules in sets.CHECKS.items()
    ),
)  # fmt: skip

WATCHTOWER = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="accountable",
    default_scope="retiring",
    settled=settled,
    invariants=MONEY + SERVICE + CONDUCT + RECORDS + POSSIBLE,
    witnesses=WITNESSES,
    theorems=THEOREMS,
    cases=CASES,
    decisions=SAMPLES,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny", "registering", "customer"),
)
