"""What the smaller decisions guarantee: block numbers, what exits say of each other, and money.

For each repair of the hardened rules, what it promises for all values; beside it, the decision
without which the promise is false.
"""

from attrs import evolve

from invariants.kernel.theorems import Expect, assume, refuted, theorem
from invariants.plasma.mvp.ordering import Claim, exit_of
from spec.kernel.basics import Party, Position, Seconds, Wei
from spec.plasma.mvp import rule_sets as sets
from spec.plasma.mvp.rule_sets import HARDENED, PLASMA_MVP
from spec.plasma.mvp.rules import Handling, Rules, ShownSpend, owner_confirmed_spend
from spec.plasma.mvp.state import Status

# Block numbers ----------------------------------------------------------------------------------


def between(next_block: int, count: int, rules: Rules) -> bool:
    """Is this a count that the contract gives to a deposit before that operator block?"""
    interval = rules.child_block_interval
    return next_block >= interval and 1 <= count < interval


@theorem(
    "PL-T-NUMBERS-APART",
    "A deposit's number lies strictly between those of the operator blocks before and after it.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=("child_block_interval",),
)
def apart(next_block: int, count: int, rules: Rules) -> bool:
    """Operator blocks come in steps of the interval, so no number is used for both kinds."""
    assume(between(next_block, count, rules))
    number = rules.deposit_number(next_block, count, rules.child_block_interval)
    return next_block - rules.child_block_interval < number < next_block


@theorem(
    "PL-T-NUMBERS-GROW",
    "A later deposit gets a greater number: with a greater count before the same operator block,"
    " or before a later one.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=("child_block_interval",),
)
def grow(block: int, count: int, later_block: int, later_count: int, rules: Rules) -> bool:
    """So the order of numbers is the order of landing."""
    interval = rules.child_block_interval
    assume(between(block, count, rules) and between(later_block, later_count, rules))
    assume(later_block >= block + interval or (later_block == block and later_count > count))
    assume(later_count >= rules.count_after_block(count) or later_block == block)
    return rules.deposit_number(block, count, interval) < rules.deposit_number(
        later_block, later_count, interval
    )


@theorem(
    "PL-T-NUMBERS-NONCE",
    "Deposits numbered by a nonce stay below every operator block while the nonce is less than the"
    " interval.",
    values={"rules": sets.FOURTH_STATE},
    symbolic_knobs=("child_block_interval",),
)
def nonce_stays_below(next_block: int, count: int, rules: Rules) -> bool:
    """The machine refuses any further deposit, for ever."""
    assume(between(next_block, count, rules))
    return rules.deposit_number(next_block, count, rules.child_block_interval) < (
        rules.child_block_interval
    )


@theorem(
    "PL-T-NUMBERS-NONCE-UNBOUNDED",
    "Deposits numbered by a nonce never share a number with an operator block, however many.",
    values={"rules": sets.FOURTH_STATE},
    expect=Expect.REFUTED,
)
def nonce_never_collides(next_block: int, count: int, rules: Rules) -> bool:
    """False: the nonce reaches the first operator block."""
    interval = rules.child_block_interval
    assume(next_block >= interval and count >= 1)
    return rules.deposit_number(next_block, count, interval) % interval != 0


NUMBERS = (apart, grow, nonce_stays_below, nonce_never_collides)


# What exits say of each other -------------------------------------------------------------------

SIGNED = {"owner": "signed", "signer": "signed"}
"""Parties are ints of either sign here: nobody is -1."""


@theorem(
    "PL-T-FORGED-SIGNER",
    "A transaction that somebody else than the owner signed neither cancels, bars nor forestalls"
    " an exit on the owner's account.",
    sizes=SIGNED,
    values={"rules": HARDENED},
)
def forgery_is_void(
    exit: Claim, owner: int, input: Position, signer: int, paid: bool, rules: Rules
) -> bool:
    """Anybody can write anything into a forged transaction but the owner's signature."""
    assume(signer != owner)
    status = Status.PAID if paid else Status.PENDING
    other = evolve(exit_of(exit, rules), owner=Party(owner), status=status)
    return not (
        rules.cancels_input_exit(input, Party(signer), other.output, other.owner)
        or rules.bars_input_exit(input, Party(signer), other.output, other.owner)
        or rules.refused_by_input_exit(input, Party(signer), other)
    )


FORGED_SIGNER = refuted(
    forgery_is_void,
    "PL-T-FORGED-SIGNER-UNBOUND",
    "Without looking at who signed, a forged transaction still can't touch an owner's exit.",
    sets.REPAIRS["bound-to-signer"],
)


@theorem(
    "PL-T-SPOKEN-FOR",
    "If the owner signed an output away in a transaction, then of the exit of that output and the"
    " exit of what the transaction made, one stops the other, whichever comes first.",
    sizes={"owner": "signed"},
    values={"rules": HARDENED},
)
def one_stops_the_other(exit: Claim, owner: int, paid: bool, rules: Rules) -> bool:
    """The input's exit is cancelled while pending, stops the other once paid, is barred after."""
    status = Status.PAID if paid else Status.PENDING
    old = evolve(exit_of(exit, rules), owner=Party(owner), status=status)
    signer = Party(owner)
    stopped = (
        rules.refused_by_input_exit(old.output, signer, old)
        if paid
        else rules.cancels_input_exit(old.output, signer, old.output, old.owner)
    )
    return stopped and rules.bars_input_exit(old.output, signer, old.output, old.owner)


PLAIN_SPOKEN_FOR = refuted(
    one_stops_the_other,
    "PL-T-SPOKEN-FOR-PLAIN",
    "In plain MVP, an output and what its owner made of it are never both paid.",
    PLASMA_MVP,
)


@theorem(
    "PL-T-CHALLENGE-ABOUT-OWN-SPEND",
    "Whatever else the hardened rules ask of a challenge, it shows a spend that the owner signed"
    " and confirmed.",
    sizes=SIGNED,
    values={"rules": HARDENED},
)
def no_laxer_than_plain(
    exit: Claim, owner: int, input: Position, signer: int, confirmed: bool, whole: bool,
    rules: Rules,
) -> bool:  # fmt: skip
    """A repair may refuse more challenges, never admit more."""
    exiting = evolve(exit_of(exit, rules), owner=Party(owner))
    spend = ShownSpend(input, Party(signer), confirmed, whole)
    return not rules.upholds_challenge(exiting, spend) or owner_confirmed_spend(exiting, spend)


# Money ------------------------------------------------------------------------------------------


@theorem(
    "PL-T-REWARD",
    "A challenger's reward is never negative and never more than the bond.",
    values={"rules": PLASMA_MVP},
)
def reward_in_bounds(bond: Wei, rules: Rules) -> bool:
    """The rest is burned."""
    return 0 <= rules.reward(bond) <= bond


REWARD_HARDENED = evolve(
    reward_in_bounds,
    id="PL-T-REWARD-HARDENED",
    claim="Where part of the bond is burned, the reward is neither negative nor more than it.",
    values={"rules": HARDENED},
)


@theorem(
    "PL-T-SELF-CHALLENGE",
    "Who challenges its own exit loses part of the bond, if there is a bond at all.",
    values={"rules": HARDENED},
)
def self_challenge_costs(bond: Wei, rules: Rules) -> bool:
    """A false exit is never free. Of a bond of 1 wei, all is burned."""
    assume(bond >= 1)
    return rules.reward(bond) < bond


FREE_SELF_CHALLENGE = refuted(
    self_challenge_costs,
    "PL-T-SELF-CHALLENGE-FREE",
    "Where the challenger gets the whole bond, who challenges its own exit still loses part of it.",
    PLASMA_MVP,
)


@theorem(
    "PL-T-NO-BOND",
    "Who challenges its own exit loses something, whatever the bond.",
    expect=Expect.REFUTED,
    values={"rules": HARDENED},
)
def costs_without_bond(bond: Wei, rules: Rules) -> bool:
    """False: half of nothing is nothing."""
    return rules.reward(bond) < bond


@theorem(
    "PL-T-FEES-YOUNG",
    "Where fees are a second younger than their exit, no exit that an alarmed wallet starts within"
    " a period comes behind a fee exit.",
    values={"rules": sets.FEES_WATCHED},
    symbolic_knobs=("exit_period", "minimum_age"),
)
def fees_come_behind(created: Seconds, alarm: Seconds, started: Seconds, rules: Rules) -> bool:
    """Of what landed before the alarm; it holds if the minimum age is two periods at least."""
    assume(rules.exit_period >= 1 and rules.minimum_age >= 2 * rules.exit_period)
    assume(created <= alarm <= started <= alarm + rules.exit_period)
    fees = rules.exitable_at(rules.fee_exit_created(alarm), alarm, rules)
    return rules.exitable_at(created, started, rules) < fees


FEES_TIED = refuted(
    fees_come_behind,
    "PL-T-FEES-TIED",
    "Where fees are as old as their exit, no exit that an alarmed wallet starts within a period"
    " comes behind a fee exit, or ties with it.",
    sets.FEES_TIED,
)


@theorem(
    "PL-T-ISOLATED",
    "No entry of the queue can make a whole payment call revert.",
    values={"rules": PLASMA_MVP},
)
def never_reverts(status: Status, reverts: bool, rules: Rules) -> bool:
    """Whatever has become of an entry, and whatever its payee does."""
    return rules.handling(status, reverts) != Handling.REVERT


BATCH = refuted(
    never_reverts,
    "PL-T-ISOLATED-BATCH",
    "With all payments of a call or none, no payee can make the call revert.",
    sets.ATOMIC_BATCH,
)
ASSERTING = refuted(
    never_reverts,
    "PL-T-ISOLATED-ASSERTS",
    "Where finalization asserts that entries are pending, no entry can make the call revert.",
    sets.ASSERTING_QUEUE,
)


@theorem(
    "PL-T-FEES-EARNED",
    "A valid block gives the operator no more fees than it earned and all confirmed, and no fee"
    " exit asks the contract for more.",
    values={"rules": HARDENED},
)
def fees_are_earned(earned: Wei, confirmed: Wei, asked: Wei, rules: Rules) -> bool:
    """Fees are an output like any other, which every wallet checks."""
    assume(confirmed <= earned)
    limit = rules.fee_output_limit(earned, confirmed)
    return limit <= confirmed and not rules.admits_fee_exit(asked)


FEES_ON_DEMAND = refuted(
    fees_are_earned,
    "PL-T-FEES-ON-DEMAND",
    "In plain MVP, the contract pays the operator no fees that were not earned.",
    PLASMA_MVP,
)
FEES_UNCONFIRMED = refuted(
    fees_are_earned,
    "PL-T-FEES-UNCONFIRMED",
    "Where a block may give the operator what it earned, all of that is confirmed.",
    sets.REPAIRS["fees-only-confirmed"],
)


@theorem(
    "PL-T-SETTLED-SPENDS",
    "A valid block spends only outputs whose confirmations it carries and of which no ancestor"
    " was paid out or is due to be.",
    values={"rules": HARDENED},
)
def spends_settled(confirmed: bool, ancestor_gone: bool, rules: Rules) -> bool:
    """Anything else alarms every wallet."""
    return not rules.spendable(confirmed, ancestor_gone) or (confirmed and not ancestor_gone)


UNSETTLED_SPENDS = refuted(
    spends_settled,
    "PL-T-UNSETTLED-SPENDS",
    "In plain MVP, a valid block spends nothing that is gone or not confirmed.",
    PLASMA_MVP,
)

REPAIRS = (
    forgery_is_void, FORGED_SIGNER, one_stops_the_other, PLAIN_SPOKEN_FOR, no_laxer_than_plain,
    reward_in_bounds, REWARD_HARDENED, self_challenge_costs, FREE_SELF_CHALLENGE,
    costs_without_bond, fees_come_behind, FEES_TIED, never_reverts, BATCH, ASSERTING,
    fees_are_earned, FEES_ON_DEMAND, FEES_UNCONFIRMED, spends_settled, UNSETTLED_SPENDS,
)  # fmt: skip
