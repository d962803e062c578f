"""What the channel's decisions guarantee, for all values: z3 runs the very functions.

The split of what there is, the withdrawal limit, which state wins and until when. Amounts, numbers
and times are any. What conditions give has a chapter of its own (`conditions`).
"""

from attrs import evolve, frozen

from invariants.channels.conditional.conditions import CONDITIONS, RULES
from invariants.channels.conditional.reactions import REACTION
from invariants.kernel.theorems import Expect, Theorem, assume, refuted
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.rules import (
    Rules,
    after_window,
    limit_with_pending,
    naive_split,
    not_older,
)
from spec.channels.sides import Pair
from spec.channels.windows import window_restarts
from spec.kernel.basics import Seconds, Wei

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
    until = rules.adds_up_until(last_deadline, window_ends, rules.clear_margin)
    return first_to_add_up <= rules.confirms_after(window_ends, until)


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

THEOREMS: tuple[Theorem, ...] = (*CONDITIONS, *PAYOUT, *WITHDRAWALS, *ORDER, *REACTION)
