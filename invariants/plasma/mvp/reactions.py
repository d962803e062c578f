"""How long an exit period has to be: no shorter than honest wallets may take to answer."""

from invariants.kernel.theorems import Theorem, assume, theorem
from spec.kernel.basics import Seconds
from spec.kernel.reaction import answered_by
from spec.plasma.mvp.rule_sets import HARDENED
from spec.plasma.mvp.rules import Rules


@theorem(
    "PL-T-REACTION",
    "Alarmed wallets start their exits within a period of the bad block, and false exits of old"
    " outputs are challenged before they mature, exactly if the period is no shorter than the"
    " wallets' reaction.",
    values={"rules": HARDENED},
    symbolic_knobs=("exit_period", "minimum_age", "wallet.reaction"),
)
def period_long_enough(alarm: Seconds, created: Seconds, started: Seconds, rules: Rules) -> bool:
    """At the worst an answer takes the whole reaction. A wallet that learns of a spend only while
    its input is leaving has less time: it takes nothing whose history leaves."""
    assume(created + rules.minimum_age <= started + rules.exit_period)
    takes = rules.wallet.reaction
    exit_by = answered_by(0, None, alarm, alarm, takes)
    challenge_by = answered_by(0, None, started, started, takes)
    matures = rules.exitable_at(created, started, rules)
    in_time = exit_by <= alarm + rules.exit_period and challenge_by <= matures
    return in_time == (takes <= rules.exit_period)


@theorem(
    "PL-T-REACTION-AGE",
    "What landed before a bad block, and starts to exit a reaction after it, is due no later than"
    " what came in that block, exactly if the minimum age is no shorter than a period and a"
    " reaction together.",
    values={"rules": HARDENED},
    symbolic_knobs=("exit_period", "minimum_age", "wallet.reaction"),
)
def age_long_enough(created: Seconds, alarm: Seconds, rules: Rules) -> bool:
    """The forged output exits at once; of two that are due at once, the older position is first."""
    takes = rules.wallet.reaction
    assume(created <= alarm and takes >= 1)
    older = rules.exitable_at(created, alarm + takes, rules)
    forged = rules.exitable_at(alarm, alarm, rules)
    return (older <= forged) == (rules.exit_period + takes <= rules.minimum_age)


REACTIONS: tuple[Theorem, ...] = (period_long_enough, age_long_enough)
