"""The payment channel with all that is claimed of it: what the command line runs."""

from invariants.channels.payment.calls import CALLED
from invariants.channels.payment.cases import CASES
from invariants.channels.payment.conduct import CONDUCT
from invariants.channels.payment.effects import EFFECTS
from invariants.channels.payment.lifecycles import LIFECYCLES
from invariants.channels.payment.money import MONEY
from invariants.channels.payment.samples import SAMPLES
from invariants.channels.payment.scopes import SCOPES
from invariants.channels.payment.theorems import THEOREMS
from invariants.channels.payment.witnesses import WITNESSES
from invariants.channels.payment.world.protocol import PAYMENT as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.channels.payment import rule_sets as sets
from spec.channels.payment.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet(
        "replacement", sets.REPLACEMENT, "a newer version replaces a stale one", "Raiden, Celer"
    ),
    RuleSet("penalty", sets.PENALTY, "who shows a revoked version loses everything", "Lightning"),
    RuleSet(
        "short-window", sets.SHORT_WINDOW,
        "replacement; a window of a day: time to be away or to answer, not both", "known mistake",
    ),
    RuleSet(
        "window-restarts", sets.WINDOW_RESTARTS,
        "replacement; every answer opens a new window", "known mistake",
    ),
    RuleSet(
        "not-strict", sets.NOT_STRICT,
        "replacement; a version replaces one with an equal number, itself too", "known mistake",
    ),
    RuleSet(
        "one-signature", sets.ONE_SIGNATURE,
        "replacement; one signature under a version is enough", "ablation",
    ),
    RuleSet(
        "totals-ignored", sets.TOTALS_IGNORED,
        "replacement; balances are paid as they were signed, whatever was deposited since",
        "ablation",
    ),
    RuleSet(
        "without-identity", sets.WITHOUT_IDENTITY,
        "replacement; what is signed does not say for which channel", "ablation",
    ),
    RuleSet(
        "equal-numbers", sets.EQUAL_NUMBERS,
        "replacement; an honest party signs two versions with one number", "ablation",
    ),
    RuleSet(
        "withdrawal-forgotten", sets.WITHDRAWAL_FORGOTTEN,
        "replacement; an honest party looks at its own share of a version only", "ablation",
    ),
    RuleSet(
        "stores-late", sets.STORES_LATE,
        "replacement; an honest party stores after it has sent", "known mistake",
    ),
    RuleSet(
        "old-backup", sets.OLD_BACKUP,
        "penalty; an honest party comes back from an old backup", "known mistake",
    ),
    RuleSet(
        "impatient", sets.IMPATIENT,
        "penalty; an honest party signs on before the other side has revoked", "ablation",
    ),
)  # fmt: skip

PAYMENT = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="replacement",
    default_scope="one",
    settled=settled,
    invariants=MONEY + CALLED + CONDUCT + EFFECTS,
    witnesses=WITNESSES,
    theorems=THEOREMS,
    cases=CASES,
    decisions=SAMPLES,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny", "topping-up", "withdrawing", "crash"),
)
