"""The multi-party channel with all that is claimed of it: what the command line runs."""

from invariants.channels.multiparty.cases import CASES
from invariants.channels.multiparty.conduct import CONDUCT
from invariants.channels.multiparty.continuity import CONTINUITY
from invariants.channels.multiparty.duties import DUTIES
from invariants.channels.multiparty.effects import EFFECTS
from invariants.channels.multiparty.endings import ENDINGS
from invariants.channels.multiparty.fairness import FAIRNESS
from invariants.channels.multiparty.lifecycles import LIFECYCLES
from invariants.channels.multiparty.members import MEMBERS
from invariants.channels.multiparty.money import MONEY
from invariants.channels.multiparty.samples import SAMPLES
from invariants.channels.multiparty.scopes import SCOPES
from invariants.channels.multiparty.showing import SHOWING
from invariants.channels.multiparty.theorems import THEOREMS
from invariants.channels.multiparty.validity import VALIDITY
from invariants.channels.multiparty.witnesses import WITNESSES
from invariants.channels.multiparty.world.protocol import MULTIPARTY as MACHINE
from invariants.kernel.claims import Rulebook, RuleSet
from spec.channels.multiparty import rule_sets as sets
from spec.channels.multiparty.machine import settled

SEED = "the seed 004 (ChainMaker, off-chain scaling)"

RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet("literal", sets.LITERAL, "the multi-party channel to the letter", SEED),
    RuleSet("sound", sets.SOUND, "the channel with repairs F1 to F8", "this project"),
    RuleSet(
        "unchallenged-rolls-back",
        sets.UNCHALLENGED_ROLLS_BACK,
        "literal; without all votes and without a challenger the epoch is played again",
        "a reading of the seed",
    ),
    RuleSet(
        "unchallenged-stalls",
        sets.UNCHALLENGED_STALLS,
        "literal; without all votes and without a challenger nothing is decided",
        "a reading of the seed",
    ),
    RuleSet(
        "receipts-are-signatures",
        sets.RECEIPTS_ARE_SIGNATURES,
        "literal; a payment's signatures include the leader's receipt",
        "a reading of the seed",
    ),
    RuleSet(
        "every-challenger",
        sets.EVERY_CHALLENGER,
        "literal; an epoch can have any number of disputes",
        "a reading of the seed",
    ),
    RuleSet(
        "compared-as-sets",
        sets.COMPARED_AS_SETS,
        "literal; lists are compared as sets, not by position",
        "a reading of the seed",
    ),
    RuleSet(
        "all-signatures",
        sets.ALL_SIGNATURES,
        "literal; signatures of the common part are looked at too",
        "a reading of the seed",
    ),
    *(
        RuleSet(f"sound-without-{name}", rules, f"sound, less one repair: {name}", "ablation")
        for name, rules in sets.REPAIRS.items()
    ),
)

MULTIPARTY = Rulebook(
    protocol=MACHINE,
    rule_sets=RULE_SETS,
    scopes=SCOPES,
    default_rules="literal",
    default_scope="leader-and-friend",
    settled=settled,
    invariants=MONEY
    + FAIRNESS
    + CONDUCT
    + VALIDITY
    + CONTINUITY
    + EFFECTS
    + ENDINGS
    + MEMBERS
    + SHOWING
    + DUTIES,
    witnesses=WITNESSES,
    cases=CASES,
    decisions=SAMPLES,
    theorems=THEOREMS,
    lifecycles=LIFECYCLES,
    key_scopes=("tiny-friends", "past-challengers", "asking", "leaving", "joining"),
)
