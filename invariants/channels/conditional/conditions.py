"""What conditions give, for all values: z3 runs the very transfer functions.

Amounts and times are any; lists of outcomes are as long as the sizes say.
"""

from attrs import evolve, frozen

from invariants.kernel.theorems import Theorem, refuted
from spec.channels.conditional.pays import Logic, Pay, all_final, as_it_is
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.rules import Rules, anything_new
from spec.kernel.basics import Seconds, Wei

OUTCOMES = {"outcomes": 3}
RULES = {"rules": SOUND}


def never_above(logic: Logic, outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """What conditions give is no more than the maximum."""
    return rules.above_maximum(rules.transfers(logic, outcomes, most), most) <= most


def never_negative(logic: Logic, outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """What conditions give is no less than nothing."""
    return rules.above_maximum(rules.transfers(logic, outcomes, most), most) >= 0


def needs_all(outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """AND gives everything if every condition is true, else nothing."""
    given = rules.transfers(Logic.AND, outcomes, most)
    return given == (most if all(outcome > 0 for outcome in outcomes) else 0)


def needs_one(outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """OR gives everything if a condition is true, or if there is none; else nothing."""
    given = rules.transfers(Logic.OR, outcomes, most)
    true = len(outcomes) == 0 or any(outcome > 0 for outcome in outcomes)
    return given == (most if true else 0)


@frozen
class Better:
    """An outcome, and by how much it might have been better."""

    outcome: Wei
    by: Wei


def better_gives_more(logic: Logic, outcomes: tuple[Better, ...], most: Wei, rules: Rules) -> bool:
    """Better outcomes never give less."""
    before = rules.transfers(logic, tuple([each.outcome for each in outcomes]), most)
    after = rules.transfers(logic, tuple([each.outcome + each.by for each in outcomes]), most)
    return rules.above_maximum(after, most) >= rules.above_maximum(before, most)


def in_order(outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """Of the same numbers MIN gives no more than MAX, and MAX no more than ADD."""
    low = rules.transfers(Logic.MIN, outcomes, most)
    high = rules.transfers(Logic.MAX, outcomes, most)
    return low <= high <= rules.transfers(Logic.ADD, outcomes, most)


def is_numeric(outcomes: tuple[Wei, ...], most: Wei, rules: Rules) -> bool:
    """ADD gives the sum; MAX and MIN give one of the numbers, beyond which there is none."""
    low = rules.transfers(Logic.MIN, outcomes, most)
    high = rules.transfers(Logic.MAX, outcomes, most)
    return (
        rules.transfers(Logic.ADD, outcomes, most) == sum(outcomes)
        and any(low == outcome for outcome in outcomes)
        and any(high == outcome for outcome in outcomes)
        and all(low <= outcome for outcome in outcomes)
        and all(outcome <= high for outcome in outcomes)
    )


def by_lock_alone(logic: Logic, most: Wei, rules: Rules) -> bool:
    """Without conditions everything is given to who can show the preimage."""
    return rules.transfers(logic, (), most) == most


def waits_for_all(pay: Pay, now: Seconds) -> bool:
    """A payment is resolved by outcomes that are final, and as soon as all are."""
    return all_final(pay, now) == all(each.final_at <= now for each in pay.conditions)


def only_grows(amount: Wei, stands: Wei, rules: Rules) -> bool:
    """What takes the place of a result is more."""
    return not rules.raises(amount, stands) or amount > stands


AT_MOST = Theorem(
    "CP-T-AT-MOST",
    "No transfer function gives more than the payment's maximum.",
    never_above,
    sizes=OUTCOMES,
    values=RULES,
)
GROWS = Theorem("CP-T-GROWS", "A result that is written is more.", only_grows, values=RULES)

CONDITIONS: tuple[Theorem, ...] = (
    AT_MOST,
    refuted(
        AT_MOST,
        "CP-T-AT-MOST-UNCAPPED",
        "Nor does one where more than the maximum stays more.",
        evolve(SOUND, above_maximum=as_it_is),
    ),
    Theorem(
        "CP-T-AT-LEAST",
        "No transfer function gives less than nothing.",
        never_negative,
        sizes=OUTCOMES,
        values=RULES,
    ),
    Theorem(
        "CP-T-AND",
        "AND gives the maximum if all conditions are true, else nothing.",
        needs_all,
        sizes=OUTCOMES,
        values=RULES,
    ),
    Theorem(
        "CP-T-OR",
        "OR gives the maximum if one condition is true or there is none, else nothing.",
        needs_one,
        sizes=OUTCOMES,
        values=RULES,
    ),
    Theorem(
        "CP-T-MONOTONE",
        "Better outcomes never give less, whatever the transfer function.",
        better_gives_more,
        sizes=OUTCOMES,
        values=RULES,
    ),
    Theorem(
        "CP-T-NUMERIC",
        "ADD gives the sum, MAX the greatest and MIN the least of the numbers.",
        is_numeric,
        sizes={"outcomes": range(1, 4)},
        values=RULES,
    ),
    Theorem(
        "CP-T-LOCK",
        "Without conditions the preimage alone gives the maximum.",
        by_lock_alone,
        values=RULES,
    ),
    Theorem(
        "CP-T-FINAL",
        "Conditions count from the moment at which all are final, and not before.",
        waits_for_all,
        sizes={"conditions": 3},
    ),
    Theorem(
        "CP-T-ORDER",
        "Of the same numbers MIN gives no more than MAX, and MAX no more than ADD.",
        in_order,
        sizes={"outcomes": range(1, 4)},
        values=RULES,
    ),
    GROWS,
    refuted(
        GROWS,
        "CP-T-GROWS-LAST-WORD",
        "So it is where the last word counts.",
        evolve(SOUND, raises=anything_new),
    ),
)
