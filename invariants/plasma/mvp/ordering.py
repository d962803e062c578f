"""Who leaves in time after a bad block is paid before whoever forged it: for which knobs, and why.

The safety theorem of Plasma MVP, for all times, positions and knobs, the two ways around it that
everybody knows, and the run that breaks it where the minimum age is one second too short.
"""

from typing import Any

from attrs import evolve, frozen

from invariants.kernel.theorems import Expect, Theorem, assume, theorem
from spec.kernel.basics import ETHER, WEEK, Party, Position, Seconds, Wei
from spec.kernel.clock import Wait
from spec.plasma.mvp.blocks import Deposit, SubmitBlock
from spec.plasma.mvp.exits import StartDepositExit, StartExit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.positions import BLOCK_FACTOR, encode
from spec.plasma.mvp.rule_sets import PLASMA_MVP
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import OPERATOR, Exit, Output, Status, Transaction

KNOBS = ("minimum_age", "exit_period")


@frozen
class Claim:
    """An output that leaves: where it stands, when it landed, when its exit started."""

    position: Position
    created: Seconds
    started: Seconds


def exit_of(claim: Claim, rules: Rules) -> Exit:
    """The exit that the contract records; what no priority reads is left empty."""
    return Exit(
        position=claim.position,
        output=claim.position,
        owner=OPERATOR,
        asset=ETHER,
        amount=0,
        created=claim.created,
        started=claim.started,
        exitable_at=rules.exitable_at(claim.created, claim.started, rules),
        young_block=0,
        bond=0,
        status=Status.PENDING,
        inputs=(),
        signers=(),
    )


def comes_first(first: Claim, second: Claim, rules: Rules) -> bool:
    """Does the one exit stand before the other in the queue?"""
    return rules.priority(exit_of(first, rules), rules) < rules.priority(
        exit_of(second, rules), rules
    )


def leaves_in_time(claim: Claim, bad_block: Seconds, rules: Rules) -> bool:
    """Its exit starts no later than one exit period after the bad block."""
    return claim.created <= claim.started <= bad_block + rules.exit_period


def forged_since(claim: Claim, bad_block: Seconds) -> bool:
    """Its block landed with the bad one or after it."""
    return bad_block <= claim.created <= claim.started


def honest_first(honest: Claim, forged: Claim, bad_block: Seconds, rules: Rules) -> bool:
    """Who held an output before the bad block and leaves in time comes before what is forged."""
    assume(honest.created <= bad_block and honest.position < forged.position)
    assume(leaves_in_time(honest, bad_block, rules) and forged_since(forged, bad_block))
    return comes_first(honest, forged, rules)


@theorem(
    "PL-T-ORDER",
    "Whoever leaves within one exit period of a bad block is paid before all that was made in it"
    " or later, if the minimum age is at least two exit periods.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def ordered(honest: Claim, forged: Claim, bad_block: Seconds, rules: Rules) -> bool:
    """The safety theorem."""
    assume(rules.minimum_age >= 2 * rules.exit_period)
    return honest_first(honest, forged, bad_block, rules)


ANY_KNOBS = Theorem(
    "PL-T-ORDER-ANY-KNOBS",
    "Whoever leaves in time is paid before what is forged, whatever the minimum age.",
    honest_first,
    Expect.REFUTED,
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)

SAFE_KNOBS = evolve(
    ANY_KNOBS,
    id="PL-T-ORDER-KNOBS",
    claim="Whoever leaves in time is paid first exactly if the minimum age is at least two exit"
    " periods: found by eliminating all else.",
    expect=Expect.PROVED,
    safe_when="minimum_age >= 2 * exit_period",
)

ONE_SECOND_SHORT = evolve(PLASMA_MVP, minimum_age=2 * WEEK - 1)

TIGHT = evolve(
    ANY_KNOBS,
    id="PL-T-ORDER-TIGHT",
    claim="A minimum age one second short of two exit periods still pays the honest first.",
    values={"rules": ONE_SECOND_SHORT},
    symbolic_knobs=(),
)


@theorem(
    "PL-T-ORDER-FEES",
    "Whoever leaves in time is paid before every fee exit started since the bad block.",
    expect=Expect.REFUTED,
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def before_fees(honest: Claim, fees: Claim, bad_block: Seconds, rules: Rules) -> bool:
    """False: a fee exit has a smaller position than any output, and wins ties."""
    assume(rules.minimum_age >= 2 * rules.exit_period)
    assume(fees.position < BLOCK_FACTOR <= honest.position and fees.created == fees.started)
    assume(honest.created <= bad_block and leaves_in_time(honest, bad_block, rules))
    assume(forged_since(fees, bad_block))
    return comes_first(honest, fees, rules)


@theorem(
    "PL-T-ORDER-LATE-DEPOSIT",
    "A deposit that lands after the bad block is paid before what was forged in it, if its owner"
    " leaves within one exit period.",
    expect=Expect.REFUTED,
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def late_deposit_first(deposit: Claim, forged: Claim, bad_block: Seconds, rules: Rules) -> bool:
    """False: the forged output is older."""
    assume(forged.position < deposit.position)
    assume(rules.minimum_age >= 2 * rules.exit_period)
    assume(bad_block < deposit.created and leaves_in_time(deposit, bad_block, rules))
    assume(forged.created == bad_block and forged_since(forged, bad_block))
    return comes_first(deposit, forged, rules)


ORDERING = (ordered, ANY_KNOBS, SAFE_KNOBS, TIGHT, before_fees, late_deposit_first)


# The run behind a refutation --------------------------------------------------------------------

MALLORY = Party(2)


def robbery(
    honest: Claim,
    forged: Claim,
    bad_block: Seconds,
    rules: Rules,
    victim: Party = Party(1),
    amount: Wei = 1,
) -> tuple[Any, ...]:
    """The run that values refuting the ordering theorem describe, as actions.

    In such values the forged output stands in the first bad block, and its exit starts before the
    victim's. The victim deposits; a block with an output out of nowhere lands, shown to nobody;
    both start their exits at the times given; payment is called for as soon as the forged exit is
    due, and again when both are. Under `rules` the first call pays the thief out of the victim's
    deposit.
    """
    number = rules.deposit_number(rules.child_block_interval, 1, rules.child_block_interval)
    nowhere = Transaction((), (), (Output(MALLORY, ETHER, amount),))
    forged_position = encode(rules.child_block_interval, 0, 0)
    due = rules.exitable_at(forged.created, forged.started, rules) + 1
    both_due = rules.exitable_at(honest.created, honest.started, rules) + 1
    return _timed(
        (honest.created, Deposit(victim, ETHER, amount, 0)),
        (bad_block, SubmitBlock(OPERATOR, (nowhere,), ())),
        (forged.started, StartExit(MALLORY, forged_position)),
        (honest.started, StartDepositExit(victim, encode(number, 0, 0))),
        (due, FinalizeExits(MALLORY, ETHER)),
        (both_due, FinalizeExits(MALLORY, ETHER)),
    )


def _timed(*schedule: tuple[Seconds, Any]) -> tuple[Any, ...]:
    """The actions with the waiting between them."""
    now: Seconds = 0
    run: list[Any] = []
    for time, action in schedule:
        run += [Wait(time - now), action] if time > now else [action]
        now = time
    return tuple(run)
