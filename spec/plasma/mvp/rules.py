"""The decisions of Plasma MVP, one small function each, and the record that holds them.

A rule change is a value: ``attrs.evolve(PLASMA_MVP, priority=by_arrival)``. The first definition of
each decision is plain MVP's; what follows it are other choices that somebody has published, shipped
or proposed. `rule_sets.py` puts them together.

Source: the seed; ethresear.ch/t/426; omgnetwork/plasma-mvp; FourthState/plasma-mvp-rootchain.
"""

from collections.abc import Callable
from enum import Enum

from attrs import field, frozen, validators

from spec.kernel.basics import NOBODY, Party, Position, Seconds, Wei
from spec.plasma.mvp.positions import BLOCK_FACTOR, Location
from spec.plasma.mvp.state import Exit, Status
from spec.plasma.mvp.strategy import Wallet

positive = validators.ge(1)
not_negative = validators.ge(0)


@frozen
class ShownSpend:
    """What a challenger shows: the output that a transaction spends, who signed for it, whether
    that signer's confirmation is there, and whether those of all the other signers are too."""

    input: Position
    signer: Party
    confirmed: bool
    whole: bool


class Handling(Enum):
    """What finalization does with the next entry of the queue."""

    PAY = 0
    SKIP = 1
    """It is passed over, and stays what it is."""
    SET_ASIDE = 2
    REVERT = 3
    """The whole call is undone."""


@frozen
class Rules:
    """Everything that the contract and the validity of blocks decide, and the honest strategy."""

    exit_period: Seconds = field(validator=positive)
    """Everybody has this long to exit after a bad block, and to challenge an exit."""
    minimum_age: Seconds = field(validator=not_negative)
    """No output is paid out younger than this."""
    child_block_interval: int = field(validator=validators.ge(2))
    """Operator blocks are numbered in these steps; deposits take the numbers between."""
    exit_bond: Wei = field(validator=not_negative)
    """What an exit locks with it; it comes back with the payment."""
    finalize_limit: int = field(validator=not_negative)
    """Exits that one finalization handles at most; 0: any number."""
    batch_capacity: int = field(validator=not_negative)
    """Exits whose payment fits the gas of one call. 0: any number."""
    block_space: int = field(validator=not_negative)
    """Exits and challenges that the main chain takes per exit period; 0: any number."""

    locate: Callable[[Position, int], Location]
    """(position, interval): where is the output that a submitted number names?"""
    deposit_number: Callable[[int, int, int], int]
    """(next block, count, interval): the number of the block that a deposit gets."""
    count_after_block: Callable[[int], int]
    """(count): that of the next deposit, once an operator block has landed."""
    admits_deposit: Callable[[int, int], bool]
    """(seen, head): is a deposit taken whose owner had checked the blocks up to `seen`?"""
    exitable_at: Callable[[Seconds, Seconds, "Rules"], Seconds]
    """(created, now, rules): the last second in which an exit that starts now is not yet paid."""
    priority: Callable[[Exit, "Rules"], tuple[int, int]]
    """What exits are paid by: the smallest first."""
    queue_of: Callable[[Exit, "Rules"], int]
    """Which of its asset's queues an exit waits in."""
    exit_key: Callable[[Exit], Position]
    """Under which number an exit is recorded, once and for all."""
    input_confirmed: Callable[[Party, bool], bool]
    """(signer, shown): does an input of the exiting transaction count as confirmed?"""
    cancels_input_exit: Callable[[Position, Party, Position, Party], bool]
    """(input, signer, output, owner): does an exit whose transaction has this input cancel the
    pending exit of that output?"""
    refused_by_input_exit: Callable[[Position, Party, Exit], bool]
    """(input, signer, other): does that other exit stand in the way of one whose transaction
    has this input?"""
    bars_input_exit: Callable[[Position, Party, Position, Party], bool]
    """(input, signer, output, owner): does an exit whose transaction has this input stand in
    the way of that output's?"""
    upholds_challenge: Callable[[Exit, ShownSpend], bool]
    """Does what the challenger shows cancel the exit?"""
    reward: Callable[[Wei], Wei]
    """(bond): what of it the challenger gets, in wei; the rest is burned."""
    handled_at_once: Callable[[int, int], int]
    """(due, capacity): how many of the exits that are due a call goes through; with more than fit
    its gas, it reverts."""
    handling: Callable[[Status, bool], Handling]
    """(status, reverts): what finalization does with an exit whose payee may refuse the payment."""
    keeps_record: Callable[[Status], bool]
    """Does the record of an exit stay that ends like this?"""
    pays_challenger: Callable[[bool], bool]
    """(reverts): is a challenge taken of somebody whose account may refuse the reward?"""
    fee_exit_created: Callable[[Seconds], Seconds]
    """(now): when a fee counts as created whose exit starts now."""
    admits_fee_exit: Callable[[Wei], bool]
    """Can the operator exit this amount as fees?"""
    fee_output_limit: Callable[[Wei, Wei], Wei]
    """(earned, confirmed): how much of the fees a block may give the operator."""
    spendable: Callable[[bool, bool], bool]
    """(confirmed, ancestor gone): may a valid block spend the output?"""

    wallet: Wallet
    """The strategy of honest parties."""


# Maturity and priority --------------------------------------------------------------------------


def mvp_exitable_at(created: Seconds, now: Seconds, rules: Rules) -> Seconds:
    """The last second in which an exit is not yet paid, in seconds.

    "Max(UTXO creation + 2 weeks, now + 1 week)": an exit takes 7 to 14 days. Source: the seed.
    """
    return max(created + rules.minimum_age, now + rules.exit_period)


def two_weeks_after_start(created: Seconds, now: Seconds, rules: Rules) -> Seconds:
    """Every exit waits the same time, however old its output. Source: ethresear.ch/t/426."""
    return now + rules.minimum_age


def one_week_after_start(created: Seconds, now: Seconds, rules: Rules) -> Seconds:
    """Every exit waits one period, even that of a fresh output. Source: FourthState."""
    return now + rules.exit_period


def one_second_early(created: Seconds, now: Seconds, rules: Rules) -> Seconds:
    """Maturity off by one: the exit of an old output falls one second short of a full period."""
    return max(created + rules.minimum_age, now + rules.exit_period - 1)


def oldest_first(exit: Exit, rules: Rules) -> tuple[int, int]:
    """The smaller is paid first: by maturity, then by position. Source: the reference contract."""
    return exit.exitable_at, exit.position


def by_position_up_to_a_week(exit: Exit, rules: Rules) -> tuple[int, int]:
    """By position; outputs older than a period queue as if in the oldest block younger than that.

    Source: ethresear.ch/t/426, the original post.
    """
    if exit.started - exit.created > rules.exit_period:
        return exit.young_block, exit.position % BLOCK_FACTOR
    return exit.position // BLOCK_FACTOR, exit.position % BLOCK_FACTOR


def by_age_or_arrival(exit: Exit, rules: Rules) -> tuple[int, int]:
    """By the later of arrival and one period after creation, deposits by arrival alone.

    Source: FourthState, startTransactionExit and startDepositExit.
    """
    if is_deposit(exit, rules):
        return exit.started, exit.position
    return max(exit.created + rules.exit_period, exit.started), exit.position


def one_queue(exit: Exit, rules: Rules) -> int:
    """All exits of an asset wait in one queue."""
    return 0


def deposits_apart(exit: Exit, rules: Rules) -> int:
    """Exits of deposits wait in a queue of their own. Source: FourthState."""
    return 1 if is_deposit(exit, rules) else 0


def is_deposit(exit: Exit, rules: Rules) -> bool:
    """Does this exit pay out a deposit, which no operator can have forged?"""
    return exit.position // BLOCK_FACTOR % rules.child_block_interval != 0


def is_queued(exit: Exit, rules: Rules) -> bool:
    """Does finalization still come across this exit? What is skipped has left the queue."""
    if exit.status in (Status.PAID, Status.FAILED):
        return False
    return rules.handling(exit.status, False) != Handling.SKIP


def by_position(exit: Exit) -> Position:
    """Each exit is recorded under the position that was submitted."""
    return exit.position


def by_maturity(exit: Exit) -> Position:
    """Exits are recorded under their maturity, which two of them can share. Historic mistake."""
    return exit.exitable_at


# Evidence ---------------------------------------------------------------------------------------


def confirmed_by_signer(signer: Party, shown: bool) -> bool:
    """May an input count as confirmed? Only by a confirmation of the one who signed for it."""
    return shown and signer != NOBODY


def confirmation_not_needed(signer: Party, shown: bool) -> bool:
    """No confirmation signatures: a transaction signature is enough. The seed's withheld block."""
    return True


def failed_recovery_matches(signer: Party, shown: bool) -> bool:
    """A confirmation that nobody signed matches a transaction that nobody signed: both recover to
    the null address. Historic mistake."""
    return shown or signer == NOBODY


def never(input: Position, signer: Party, output: Position, owner: Party) -> bool:
    """An exit says nothing of the inputs of its transaction."""
    return False


def same_output_and_signer(input: Position, signer: Party, output: Position, owner: Party) -> bool:
    """An exit speaks for an input of its transaction, against who signed that input away."""
    return input == output and signer == owner


def same_output(input: Position, signer: Party, output: Position, owner: Party) -> bool:
    """An exit speaks for an input, whoever signed. Anybody can sign for anything in a forged
    transaction, so this is too much."""
    return input == output


def never_refused(input: Position, signer: Party, other: Exit) -> bool:
    """The exit of an output does not look at exits of its transaction's inputs."""
    return False


def refused_if_signer_was_paid(input: Position, signer: Party, other: Exit) -> bool:
    """Refused if an input was paid out to the one who signed it away."""
    return other.status == Status.PAID and same_output_and_signer(
        input, signer, other.output, other.owner
    )


def refused_if_anybody_was_paid(input: Position, signer: Party, other: Exit) -> bool:
    """Refused if an input was paid out, whoever signed it away."""
    return other.status == Status.PAID and input == other.output


def refused_if_exiting_or_paid(input: Position, signer: Party, other: Exit) -> bool:
    """Refused if an input was paid out or is leaving. Source: FourthState."""
    return input == other.output and other.status in (Status.PENDING, Status.PAID)


def owner_confirmed_spend(exit: Exit, spend: ShownSpend) -> bool:
    """A challenge stands if the exit's owner signed and confirmed a spend of that output."""
    return spend.input == exit.position and spend.signer == exit.owner and spend.confirmed


def owner_signed_spend(exit: Exit, spend: ShownSpend) -> bool:
    """A challenge stands on the owner's transaction signature alone (no confirmations)."""
    return spend.input == exit.position and spend.signer == exit.owner


def everybody_confirmed_spend(exit: Exit, spend: ShownSpend) -> bool:
    """A challenge stands only on a transaction that all its signers confirmed, since only then
    its outputs can exit instead. Repair of the half-confirmed transaction."""
    return owner_confirmed_spend(exit, spend) and spend.whole


def owner_confirmed_anything(exit: Exit, spend: ShownSpend) -> bool:
    """A challenge with any confirmed transaction of the owner. Historic mistake: not tied to the
    exiting output."""
    return spend.signer == exit.owner and spend.confirmed


# Money ------------------------------------------------------------------------------------------


def whole_bond(bond: Wei) -> Wei:
    """The challenger gets the bond, in wei; so does an exit's owner who challenges itself."""
    return bond


def half_the_bond(bond: Wei) -> Wei:
    """Half of the bond is burned, so that nobody gets out of a false exit for nothing."""
    return bond // 2


def all_at_once(due: int, capacity: int) -> int:
    """A call goes through all that is due, however much that is."""
    return due


def as_many_as_fit(due: int, capacity: int) -> int:
    """A call stops before its gas runs out, and the next one goes on from there."""
    return due if capacity == 0 else min(due, capacity)


def isolated_payments(status: Status, reverts: bool) -> Handling:
    """Cancelled entries are passed over; a payee that can't be paid is set aside."""
    if status == Status.CANCELLED:
        return Handling.SKIP
    if reverts:
        return Handling.SET_ASIDE
    return Handling.PAY


def one_batch(status: Status, reverts: bool) -> Handling:
    """All payments of a call succeed or none. Historic mistake: a reverting payee blocks all."""
    if status == Status.CANCELLED:
        return Handling.SKIP
    if reverts:
        return Handling.REVERT
    return Handling.PAY


def asserts_pending(status: Status, reverts: bool) -> Handling:
    """Finalization asserts that every entry is pending. Historic mistake: a cancelled one blocks
    the queue for ever."""
    if status == Status.CANCELLED:
        return Handling.REVERT
    if reverts:
        return Handling.SET_ASIDE
    return Handling.PAY


def keeps_every_record(status: Status) -> bool:
    """The record of an exit stays, so that the output can't be exited again."""
    return True


def deletes_paid(status: Status) -> bool:
    """A paid exit's record is deleted. Historic mistake: it can be exited again."""
    return status != Status.PAID


def deletes_cancelled(status: Status) -> bool:
    """A challenged exit's record is deleted. Historic mistake: it can be exited again."""
    return status != Status.CANCELLED


def reward_is_pushed(reverts: bool) -> bool:
    """The reward is sent in the challenge itself, which an account that refuses it undoes."""
    return not reverts


def reward_is_credited(reverts: bool) -> bool:
    """The reward waits until it is fetched: any account can challenge."""
    return True


# Validity of blocks -----------------------------------------------------------------------------


def spends_anything_unspent(confirmed: bool, ancestor_gone: bool) -> bool:
    """A valid block may spend every output that no earlier transaction spent."""
    return True


def spends_settled_outputs(confirmed: bool, ancestor_gone: bool) -> bool:
    """A valid block carries the confirmations of what it spends (FourthState's transactions do),
    and spends nothing of which an ancestor was paid out, or is due to be, on the main chain.

    While an ancestor's exit is not due, the confirmations let everybody challenge it.
    """
    return confirmed and not ancestor_gone


def spends_confirmed_outputs(confirmed: bool, ancestor_gone: bool) -> bool:
    """Half of the repair: confirmations are carried, payouts are not looked at."""
    return confirmed


def spends_remaining_outputs(confirmed: bool, ancestor_gone: bool) -> bool:
    """The other half: payouts are looked at, confirmations are not carried."""
    return not ancestor_gone
