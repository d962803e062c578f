"""The payment channel with all that is claimed of it: what the command line runs."""

from invariants.kernel.claims import Rulebook, RuleSet
from invariants.payment.cases import CASES
from invariants.payment.conduct import CONDUCT
from invariants.payment.money import MONEY
from invariants.payment.scopes import SCOPES
from invariants.payment.witnesses import WITNESSES
from spec.payment import rule_sets as sets
from spec.payment.machine import PAYMENT as MACHINE
from spec.payment.machine import settled

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet(
        "replacement", sets.REPLACEMENT, "a newer version replaces a stale one", "Raiden, Celer"
    ),
    RuleSet("penalty", sets.PENALTY, "who shows a revoked version loses everything", "Lightning"),
)

PAYMENT = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="replacement",
    default_scope="one",
    settled=settled,
    invariants=MONEY + CONDUCT,
    witnesses=WITNESSES,
    cases=CASES,
)
