"""Plasma MVP as published, as shipped, as broken and as repaired: complete rule sets as values.

Every set but the first is a difference. What a set is known or found to allow stands in
`invariants.plasma.mvp.cases`, where a search has to find it again each time.
"""

from attrs import evolve

from spec.kernel.basics import WEEK
from spec.plasma.mvp import fees as f
from spec.plasma.mvp import numbering as n
from spec.plasma.mvp import rules as r
from spec.plasma.mvp import strategy as s
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.strategy import Wallet

PLAIN_WALLET = Wallet(
    joins=s.joins_anybody,
    watches=s.watches_own,
    fears_fee_exit=s.trusts_fee_exits,
    takes=s.takes_if_inputs_stay,
    comes_back=s.comes_back_to_valid_blocks,
)
"""The wallet of the seed and of the original post."""

PLASMA_MVP = Rules(
    exit_period=WEEK,
    minimum_age=2 * WEEK,
    child_block_interval=1000,
    exit_bond=2,
    finalize_limit=0,
    batch_capacity=0,
    block_space=0,
    locate=n.canonical_location,
    deposit_number=n.deposit_between_blocks,
    count_after_block=n.count_restarts,
    admits_deposit=n.admits_any_deposit,
    exitable_at=r.mvp_exitable_at,
    priority=r.oldest_first,
    queue_of=r.one_queue,
    exit_key=r.by_position,
    input_confirmed=r.confirmed_by_signer,
    cancels_input_exit=r.never,
    refused_by_input_exit=r.never_refused,
    bars_input_exit=r.never,
    upholds_challenge=r.owner_confirmed_spend,
    reward=r.whole_bond,
    handled_at_once=r.all_at_once,
    handling=r.isolated_payments,
    keeps_record=r.keeps_every_record,
    pays_challenger=r.reward_is_pushed,
    fee_exit_created=f.created_now,
    admits_fee_exit=f.fee_exit_on_demand,
    fee_output_limit=f.no_fee_output,
    spendable=r.spends_anything_unspent,
    wallet=PLAIN_WALLET,
)
"""The seed's Plasma MVP. Bonds are 2 wei, so that half of one is an amount too."""

CAREFUL_WALLET = evolve(
    PLAIN_WALLET,
    joins=s.joins_nobody,
    watches=s.watches_all,
    takes=s.takes_what_stays,
    comes_back=s.comes_back_to_what_is_there,
)
"""Signs alone, challenges every false exit that it can, and takes nothing whose history leaves."""

HARDENED = evolve(
    PLASMA_MVP,
    admits_deposit=n.admits_informed_deposit,
    cancels_input_exit=r.same_output_and_signer,
    refused_by_input_exit=r.refused_if_signer_was_paid,
    bars_input_exit=r.same_output_and_signer,
    reward=r.half_the_bond,
    handled_at_once=r.as_many_as_fit,
    admits_fee_exit=f.no_fee_exit,
    fee_output_limit=f.fees_confirmed,
    spendable=r.spends_settled_outputs,
    wallet=CAREFUL_WALLET,
)
"""Plasma MVP with the repairs of ours that close what a search found in the plain rules."""

WITHOUT_CONFIRMATIONS = evolve(
    PLASMA_MVP,
    input_confirmed=r.confirmation_not_needed,
    upholds_challenge=r.owner_signed_spend,
)
"""Before confirmation signatures: the withheld-block attack of the seed."""

ORIGINAL_POST = evolve(
    PLASMA_MVP,
    exitable_at=r.two_weeks_after_start,
    priority=r.by_position_up_to_a_week,
)
"""ethresear.ch/t/426: by position; outputs older than a week count as in the oldest young block."""

FOURTH_STATE = evolve(
    PLASMA_MVP,
    deposit_number=n.deposit_by_nonce,
    count_after_block=n.count_goes_on,
    exitable_at=r.one_week_after_start,
    priority=r.by_age_or_arrival,
    queue_of=r.deposits_apart,
    refused_by_input_exit=r.refused_if_exiting_or_paid,
    admits_fee_exit=f.no_fee_exit,
    fee_output_limit=f.fees_earned,
    spendable=r.spends_confirmed_outputs,
)
"""FourthState/plasma-mvp-rootchain: deposits by nonce in a queue of their own, one week for every
exit, transactions that carry the confirmations of their inputs."""

REFERENCE_2018 = evolve(
    PLASMA_MVP, locate=n.unbound_location, fee_exit_created=f.created_a_second_later
)
"""omgnetwork/plasma-mvp of 2018: positions are decoded, and nothing binds all of their digits."""

FEES_WATCHED = evolve(
    PLASMA_MVP,
    fee_exit_created=f.created_a_second_later,
    wallet=evolve(PLAIN_WALLET, fears_fee_exit=s.checks_fee_exits),
)
"""A wallet that leaves when the operator asks for fees that it did not earn."""

FEES_TIED = evolve(FEES_WATCHED, fee_exit_created=f.created_now)
"""Fees as old as their exit: the last exit that an alarmed wallet can start matures with it."""

REWARDS_CREDITED = evolve(PLASMA_MVP, pays_challenger=r.reward_is_credited)
"""Challenges are taken from anybody, since no reward is sent in them."""

ATOMIC_BATCH = evolve(PLASMA_MVP, handling=r.one_batch)
ASSERTING_QUEUE = evolve(PLASMA_MVP, handling=r.asserts_pending)
COLLIDING_KEYS = evolve(PLASMA_MVP, exit_key=r.by_maturity)
UNTIED_CHALLENGE = evolve(PLASMA_MVP, upholds_challenge=r.owner_confirmed_anything)
REEXIT_AFTER_PAYMENT = evolve(PLASMA_MVP, keeps_record=r.deletes_paid)
REEXIT_AFTER_CHALLENGE = evolve(PLASMA_MVP, keeps_record=r.deletes_cancelled)
NULL_SIGNER = evolve(PLASMA_MVP, input_confirmed=r.failed_recovery_matches)
EARLY_MATURITY = evolve(PLASMA_MVP, exitable_at=r.one_second_early)
UNBOUNDED_BATCH = evolve(PLASMA_MVP, batch_capacity=1)
SMALL_CALLS = evolve(HARDENED, batch_capacity=1)
"""One payment uses up a call's gas."""
BOUNDED_BATCH = evolve(UNBOUNDED_BATCH, finalize_limit=1)
LIMITED_SPACE = evolve(HARDENED, block_space=1, wallet=evolve(CAREFUL_WALLET, in_time=True))
SHORT_PERIOD = evolve(HARDENED, exit_period=WEEK // 2, minimum_age=WEEK)
"""A period that is shorter than honest parties' reaction, by half of it."""

WHOLE_CHALLENGES = evolve(
    HARDENED,
    upholds_challenge=r.everybody_confirmed_spend,
    wallet=evolve(CAREFUL_WALLET, joins=s.joins_anybody),
)
"""Another repair of the half-confirmed transaction: wallets sign with others, and a challenge needs
all confirmations."""

BARS_UNWATCHED = evolve(
    HARDENED, bars_input_exit=r.never, wallet=evolve(CAREFUL_WALLET, watches=s.watches_own)
)
"""Without the bar, and without the watching that makes it superfluous."""

REPAIRS: dict[str, Rules] = {
    "informed-deposit": evolve(HARDENED, admits_deposit=n.admits_any_deposit),
    "exit-cancels-input-exits": evolve(HARDENED, cancels_input_exit=r.never),
    "no-exit-after-input-paid": evolve(HARDENED, refused_by_input_exit=r.never_refused),
    "exit-bars-input-exits": evolve(HARDENED, bars_input_exit=r.never),
    "bound-to-signer": evolve(
        HARDENED,
        cancels_input_exit=r.same_output,
        refused_by_input_exit=r.refused_if_anybody_was_paid,
        bars_input_exit=r.same_output,
    ),
    "half-the-bond-burned": evolve(HARDENED, reward=r.whole_bond),
    "stops-when-full": evolve(HARDENED, batch_capacity=1, handled_at_once=r.all_at_once),
    "fees-in-blocks": evolve(
        HARDENED, admits_fee_exit=f.fee_exit_on_demand, fee_output_limit=f.no_fee_output
    ),
    "fees-only-confirmed": evolve(HARDENED, fee_output_limit=f.fees_earned),
    "spends-only-confirmed": evolve(HARDENED, spendable=r.spends_remaining_outputs),
    "spends-only-remaining": evolve(HARDENED, spendable=r.spends_confirmed_outputs),
    "signs-alone": evolve(HARDENED, wallet=evolve(CAREFUL_WALLET, joins=s.joins_anybody)),
    "looks-back": evolve(HARDENED, wallet=evolve(CAREFUL_WALLET, takes=s.takes_if_inputs_stay)),
    "asks-what-left": evolve(
        HARDENED, wallet=evolve(CAREFUL_WALLET, comes_back=s.comes_back_to_valid_blocks)
    ),
    "watches-all-exits": evolve(HARDENED, wallet=evolve(CAREFUL_WALLET, watches=s.watches_own)),
}
"""The hardened rules without one repair each, by the name of what is missing."""
