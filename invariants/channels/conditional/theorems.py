"""What the channel's decisions guarantee, for all values: z3 runs the very functions.

Conditions, the split of what there is, the withdrawal limit, which state wins and until when.
Amounts, numbers and times are any; lists of outcomes are as long as the sizes say.
"""

from attrs import evolve, frozen

from invariants.kernel.theorems import Expect, Theorem, assume, refuted
from spec.channels.conditional.pays import Logic, Pay, all_final, as_it_is
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.rules import (
    Rules,
    after_window,
    anything_new,
    limit_with_pending,
    naive_split,
    not_older,
)
from spec.channels.sides import Pair
from spec.channels.windows import window_restarts
from spec.kernel.basics import Seconds, Wei

OUTCOMES = {"outcomes": 3}
RULES = {"rules": SOUND}

# Conditions -------------------------------------------------------------------------------------


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

# Who gets what ----------------------------------------------------------------------------------


def assume_there(deposits: Pair, withdrawn: Pair) -> None:
    """No more was withdrawn than was put in."""
    assume(withdrawn[0] + withdrawn[1] <= deposits[0] + deposits[1])


def valid(deposits: Pair, withdrawn: Pair, paid: Pair) -> bool:
    """Do these totals leave neither side less than nothing?"""
    shares = naive_split(deposits, withdrawn, paid)
    return shares[0] >= 0 and shares[1] >= 0


def pays_exactly_all(deposits: Pair, withdrawn: Pair, paid: Pair, rules: Rules) -> bool:
    """Both are paid what there is, nobody less than nothing, whatever was shown."""
    assume_there(deposits, withdrawn)
    shares = rules.split(deposits, withdrawn, paid)
    there = deposits[0] + deposits[1] - withdrawn[0] - withdrawn[1]
    return shares[0] + shares[1] == there and shares[0] >= 0 and shares[1] >= 0


def pays_the_balances(deposits: Pair, withdrawn: Pair, paid: Pair, rules: Rules) -> bool:
    """States that fit together are paid exactly."""
    assume(valid(deposits, withdrawn, paid))
    shares, right = rules.split(deposits, withdrawn, paid), naive_split(deposits, withdrawn, paid)
    return shares[0] == right[0] and shares[1] == right[1]


def holding_back_income(
    deposits: Pair, withdrawn: Pair, paid: Pair, held_back: Wei, rules: Rules
) -> bool:
    """Bob shows an older state of what alice paid him: she gets at least her balance by the newest
    ones, and he no more than his."""
    assume(valid(deposits, withdrawn, paid))
    assume(held_back <= paid[0])
    right = naive_split(deposits, withdrawn, paid)
    shares = rules.split(deposits, withdrawn, (paid[0] - held_back, paid[1]))
    return shares[0] >= right[0] and 0 <= shares[1] <= right[1]


def holding_back_expense(
    deposits: Pair, withdrawn: Pair, paid: Pair, held_back: Wei, rules: Rules
) -> bool:
    """Bob shows an older state of what he paid alice, and nobody answers: he gets no more."""
    assume(valid(deposits, withdrawn, paid))
    assume(held_back <= paid[1])
    right = naive_split(deposits, withdrawn, paid)
    shares = rules.split(deposits, withdrawn, (paid[0], paid[1] - held_back))
    return shares[1] <= right[1]


def sides_alike(deposits: Pair, withdrawn: Pair, paid: Pair, rules: Rules) -> bool:
    """With the sides exchanged, the shares are exchanged."""
    assume_there(deposits, withdrawn)
    one = rules.split(deposits, withdrawn, paid)
    other = rules.split(
        (deposits[1], deposits[0]), (withdrawn[1], withdrawn[0]), (paid[1], paid[0])
    )
    return one[0] == other[1] and one[1] == other[0]


NAIVE = evolve(SOUND, split=naive_split)
ALL = Theorem(
    "CP-T-ALL",
    "A settlement pays out exactly what there is and nobody less than nothing, for any deposits,"
    " withdrawals and states of either direction, old ones too.",
    pays_exactly_all,
    values=RULES,
)
INCOME = Theorem(
    "CP-T-INCOME-HELD-BACK",
    "Who shows an older state of what it was paid gets no more than its balance, and the other side"
    " no less than its own.",
    holding_back_income,
    values=RULES,
)

PAYOUT: tuple[Theorem, ...] = (
    ALL,
    refuted(ALL, "CP-T-ALL-NAIVE", "The same of the naive split: a settlement never fails.", NAIVE),
    Theorem(
        "CP-T-BALANCES",
        "States that fit together are paid exactly by their balances.",
        pays_the_balances,
        values=RULES,
    ),
    INCOME,
    refuted(
        INCOME,
        "CP-T-INCOME-HELD-BACK-NAIVE",
        "The same of the naive split, a settlement that fails being less than nothing.",
        NAIVE,
    ),
    Theorem(
        "CP-T-EXPENSE-HELD-BACK",
        "Who shows an older state of what it paid gets no more, even if nobody answers.",
        holding_back_expense,
        expect=Expect.REFUTED,
        values=RULES,
    ),
    Theorem("CP-T-SIDES", "The split treats both sides alike.", sides_alike, values=RULES),
)

# Withdrawals ------------------------------------------------------------------------------------


@frozen
class OnChain:
    """What the contract knows of one side. Amounts in wei."""

    deposit: Wei
    received: Wei
    withdrawn: Wei
    paid: Wei
    pending: Wei


def stays_covered(side: OnChain, amount: Wei, given: Wei, more: Wei, rules: Rules) -> bool:
    """After a withdrawal within the limit, whatever of the pending payments is given, and whatever
    else is received, the side's balance is not below zero."""
    assume(
        amount <= rules.limit(side.deposit, side.received, side.withdrawn, side.paid, side.pending)
    )
    assume(given <= side.pending)
    left = side.deposit - side.withdrawn - amount + side.received + more - side.paid - given
    return left >= 0


LIMIT = Theorem(
    "CP-T-LIMIT",
    "A withdrawal within the limit leaves enough for every pending payment: by the states on chain,"
    " a later settlement takes no side below zero.",
    stays_covered,
    values=RULES,
)

WITHDRAWALS: tuple[Theorem, ...] = (
    LIMIT,
    refuted(
        LIMIT,
        "CP-T-LIMIT-WITHOUT-PENDING",
        "The same of a limit that leaves pending payments out.",
        evolve(SOUND, limit=limit_with_pending),
    ),
)

# Which state wins, and until when ---------------------------------------------------------------


def one_wins(first: int, second: int, rules: Rules) -> bool:
    """Of two numbers at most one takes the other's place."""
    return not (rules.newer(first, second) and rules.newer(second, first))


def highest_wins(first: int, second: int, third: int, rules: Rules) -> bool:
    """In whatever order three numbers are shown, the highest stands in the end."""
    stands = after_showing(after_showing(first, second, rules), third, rules)
    return stands >= first and stands >= second and stands >= third


def after_showing(stored: int, shown: int, rules: Rules) -> int:
    """The number that the contract has after one is shown."""
    return shown if rules.newer(shown, stored) else stored


def not_put_off(deadline: Seconds, now: Seconds, rules: Rules) -> bool:
    """An answer in time does not put the end off."""
    assume(now <= deadline)
    return rules.window_after(deadline, now, rules.window) <= deadline


def locks_have_time(window_ends: Seconds, cleared_by: Seconds, now: Seconds, rules: Rules) -> bool:
    """Nothing is paid while newer states can be shown, or pending payments be added up."""
    assume(now > rules.confirms_after(window_ends, cleared_by))
    return now > window_ends and now > cleared_by


def time_to_add_up(last_deadline: Seconds, window_ends: Seconds, rules: Rules) -> bool:
    """Between the last moment to resolve and the first to confirm, there is one to add up."""
    first_to_add_up = last_deadline + 1
    return first_to_add_up <= rules.confirms_after(window_ends, last_deadline + rules.clear_margin)


ONE_WINS = Theorem(
    "CP-T-NEWER", "Of two states at most one takes the other's place.", one_wins, values=RULES
)
BOUNDED = Theorem(
    "CP-T-WINDOW",
    "An answer never puts off the end of the window, however long that is.",
    not_put_off,
    values=RULES,
    symbolic_knobs=("window",),
)
LOCKS = Theorem(
    "CP-T-LOCKS",
    "Nothing is paid while a newer state can be shown or a pending payment be added up.",
    locks_have_time,
    values=RULES,
)

ORDER: tuple[Theorem, ...] = (
    ONE_WINS,
    refuted(
        ONE_WINS,
        "CP-T-NEWER-EQUAL",
        "So it is where equal numbers count: a state takes its own place for ever.",
        evolve(SOUND, newer=not_older),
    ),
    Theorem(
        "CP-T-HIGHEST",
        "In whatever order states are shown, the one with the highest number stands.",
        highest_wins,
        values=RULES,
    ),
    BOUNDED,
    refuted(
        BOUNDED,
        "CP-T-WINDOW-RESTARTS",
        "Nor where the window restarts.",
        evolve(SOUND, window_after=window_restarts),
    ),
    LOCKS,
    refuted(
        LOCKS,
        "CP-T-LOCKS-IGNORED",
        "So it is where the window alone decides.",
        evolve(SOUND, confirms_after=after_window),
    ),
    Theorem(
        "CP-T-MARGIN",
        "A payment that was resolved at its last moment can still be added up.",
        time_to_add_up,
        values=RULES,
        symbolic_knobs=("clear_margin",),
        safe_when="clear_margin >= 1",
    ),
)

THEOREMS: tuple[Theorem, ...] = (*CONDITIONS, *PAYOUT, *WITHDRAWALS, *ORDER)
