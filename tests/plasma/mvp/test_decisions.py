"""What each decision of the contract and of the wallet promises, whatever it is asked."""

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.kernel.basics import ETHER, NOBODY, WEEK, Party
from spec.plasma.mvp import numbering as n
from spec.plasma.mvp import rules as r
from spec.plasma.mvp import strategy as s
from spec.plasma.mvp.positions import (
    MAX_TRANSACTIONS,
    Location,
    NonCanonicalPosition,
    decode,
    encode,
    is_canonical,
    spelled,
    transaction_of,
)
from spec.plasma.mvp.rule_sets import FOURTH_STATE, HARDENED, ORIGINAL_POST, PLASMA_MVP
from spec.plasma.mvp.rules import Handling, ShownSpend
from spec.plasma.mvp.state import Exit, Status

INTERVAL = PLASMA_MVP.child_block_interval
TIMES = st.integers(0, 10 * WEEK)
AMOUNTS = st.integers(0, 10**20)
NUMBERS = st.integers(0, 10**16)
PARTIES = st.integers(-1, 3).map(Party)
FEW = st.integers(1, 3).map(lambda n: encode(1000, n, 0))
OPERATOR_BLOCKS = st.integers(1, 10**6).map(lambda n: n * INTERVAL)
DEPOSIT_BLOCKS = st.tuples(st.integers(0, 10**6), st.integers(1, INTERVAL - 1)).map(
    lambda pair: pair[0] * INTERVAL + pair[1]
)
LOCATIONS = st.one_of(
    st.builds(Location, OPERATOR_BLOCKS, st.integers(0, MAX_TRANSACTIONS - 1), st.integers(0, 1)),
    st.builds(Location, DEPOSIT_BLOCKS, st.just(0), st.just(0)),
)
POSITIONS = LOCATIONS.map(lambda at: encode(at.block, at.transaction, at.output))


@st.composite
def exits(draw, positions=POSITIONS, rules=PLASMA_MVP):
    position, created = draw(positions), draw(TIMES)
    started = created + draw(TIMES)
    return Exit(
        position=position,
        output=position,
        owner=draw(PARTIES),
        asset=ETHER,
        amount=draw(AMOUNTS),
        created=created,
        started=started,
        exitable_at=rules.exitable_at(created, started, rules),
        young_block=draw(OPERATOR_BLOCKS),
        bond=rules.exit_bond,
        status=draw(st.sampled_from(Status)),
        inputs=(),
        signers=(),
    )


SHOWN = st.builds(ShownSpend, FEW, PARTIES, st.booleans(), st.booleans())


# Positions --------------------------------------------------------------------------------------


@given(LOCATIONS)
def test_a_position_leads_back_to_its_output(at):
    number = encode(at.block, at.transaction, at.output)
    assert decode(number) == at == PLASMA_MVP.locate(number, INTERVAL)
    assert transaction_of(number) == (at.block, at.transaction)
    assert spelled(number) == f"{at.block}.{at.transaction}.{at.output}"


@given(LOCATIONS, LOCATIONS)
def test_two_outputs_never_share_a_position_and_later_blocks_have_larger_ones(one, two):
    first = encode(one.block, one.transaction, one.output)
    second = encode(two.block, two.transaction, two.output)
    assert (first == second) == (one == two)
    assert one.block >= two.block or first < second


@given(NUMBERS)
def test_only_what_encodes_an_output_is_taken_for_its_position(number):
    try:
        at = PLASMA_MVP.locate(number, INTERVAL)
    except NonCanonicalPosition as refusal:
        assert refusal.position == number
        return
    assert encode(at.block, at.transaction, at.output) == number
    assert is_canonical(at.block, at.transaction, at.output, INTERVAL)


@given(LOCATIONS, st.integers(1, 100))
def test_a_number_beyond_the_domain_is_refused_and_unbound_it_aliases_an_output(at, more):
    if at.block % INTERVAL == 0:
        alias = encode(at.block, at.transaction + MAX_TRANSACTIONS, at.output)
        assume(at.transaction + MAX_TRANSACTIONS < 10**5)
    else:
        alias = encode(at.block, 0, 0) + more
    with pytest.raises(NonCanonicalPosition):
        PLASMA_MVP.locate(alias, INTERVAL)
    assert n.unbound_location(alias, INTERVAL) == at


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_block_zero_and_third_outputs_do_not_exist(transaction, output):
    assert not is_canonical(0, transaction, output, INTERVAL)
    assert is_canonical(INTERVAL, transaction, output, INTERVAL) == (output < 2)
    assert is_canonical(1, transaction, output, INTERVAL) == (transaction == output == 0)


# Numbering --------------------------------------------------------------------------------------


@given(OPERATOR_BLOCKS, st.integers(1, INTERVAL - 1), st.integers(1, INTERVAL - 1))
def test_deposits_are_numbered_between_two_operator_blocks(next_block, count, other):
    number = PLASMA_MVP.deposit_number(next_block, count, INTERVAL)
    assert next_block - INTERVAL < number < next_block
    again = PLASMA_MVP.deposit_number(next_block, other, INTERVAL)
    assert (number < again) == (count < other) and (number == again) == (count == other)


@given(st.integers(1, INTERVAL))
def test_the_count_starts_anew_after_a_block_or_goes_on_for_ever(count):
    assert PLASMA_MVP.count_after_block(count) == 1
    assert FOURTH_STATE.count_after_block(count) == count


@given(OPERATOR_BLOCKS, OPERATOR_BLOCKS, st.integers(1, INTERVAL - 1))
def test_a_nonce_numbers_deposits_whatever_the_operator_does(one, two, count):
    number = FOURTH_STATE.deposit_number
    assert number(one, count, INTERVAL) == number(two, count, INTERVAL) != one


@given(OPERATOR_BLOCKS, OPERATOR_BLOCKS)
def test_an_informed_deposit_is_overtaken_by_no_block(seen, head):
    assert HARDENED.admits_deposit(seen, head) == (seen == head)
    assert PLASMA_MVP.admits_deposit(seen, head)


# Maturity and priority --------------------------------------------------------------------------


@given(TIMES, TIMES)
def test_an_exit_takes_one_to_two_weeks(created, age):
    now = created + age
    waits = PLASMA_MVP.exitable_at(created, now, PLASMA_MVP) - now
    assert WEEK <= waits <= 2 * WEEK
    assert (waits == WEEK) == (age >= WEEK)


@given(TIMES, TIMES, TIMES)
def test_waiting_to_exit_never_brings_the_payment_forward(created, now, later):
    at = PLASMA_MVP.exitable_at
    assert at(created, now, PLASMA_MVP) <= at(created, now + later, PLASMA_MVP)
    assert at(created, now, PLASMA_MVP) <= at(created + later, now, PLASMA_MVP)


@given(TIMES, TIMES)
def test_what_other_maturities_promise(created, age):
    now = created + age
    assert r.two_weeks_after_start(created, now, PLASMA_MVP) == now + 2 * WEEK
    assert r.one_week_after_start(created, now, PLASMA_MVP) == now + WEEK
    short = PLASMA_MVP.exitable_at(created, now, PLASMA_MVP) - r.one_second_early(
        created, now, PLASMA_MVP
    )
    assert short == (age > WEEK)


RANKED = (
    (PLASMA_MVP, r.oldest_first),
    (ORIGINAL_POST, r.by_position_up_to_a_week),
    (FOURTH_STATE, r.by_age_or_arrival),
)


@pytest.mark.parametrize("rules, priority", RANKED)
@given(data=st.data())
def test_exits_of_different_positions_stand_in_one_line(rules, priority, data):
    first, second = data.draw(exits(rules=rules)), data.draw(exits(rules=rules))
    assume(first.position != second.position)
    assert rules.priority is priority
    if priority is r.by_position_up_to_a_week:
        # An old output of the same place in a block shares its rank: a weakness of that rule.
        assume(transaction_of(first.position)[1] != transaction_of(second.position)[1])
    ranks = priority(first, rules), priority(second, rules)
    assert (ranks[0] < ranks[1]) != (ranks[1] < ranks[0])


@given(exits(), exits())
def test_who_matures_earlier_is_paid_earlier(first, second):
    before = PLASMA_MVP.priority(first, PLASMA_MVP) < PLASMA_MVP.priority(second, PLASMA_MVP)
    if first.exitable_at != second.exitable_at:
        assert before == (first.exitable_at < second.exitable_at)
    else:
        assert before == (first.position < second.position)


@given(TIMES, st.integers(0, WEEK), TIMES)
def test_what_was_owned_before_a_bad_block_comes_before_what_the_block_made(bad, reaction, older):
    """The safety theorem on two exits: started within a week, and as early as can be."""
    own = PLASMA_MVP.exitable_at(max(0, bad - older), bad + reaction, PLASMA_MVP)
    forged = PLASMA_MVP.exitable_at(bad, bad, PLASMA_MVP)
    assert own <= forged  # and of two equal ones, the smaller position wins


@given(exits())
def test_there_is_one_queue_or_one_more_for_deposits(exit):
    assert PLASMA_MVP.queue_of(exit, PLASMA_MVP) == 0
    is_deposit = transaction_of(exit.position)[0] % INTERVAL != 0
    assert FOURTH_STATE.queue_of(exit, FOURTH_STATE) == is_deposit
    assert r.is_deposit(exit, PLASMA_MVP) == is_deposit


@given(exits(), exits())
def test_records_are_kept_apart_by_position(one, two):
    assert (PLASMA_MVP.exit_key(one) == PLASMA_MVP.exit_key(two)) == (one.position == two.position)
    assert (r.by_maturity(one) == r.by_maturity(two)) == (one.exitable_at == two.exitable_at)


# Evidence ---------------------------------------------------------------------------------------


@given(PARTIES, st.booleans())
def test_a_confirmation_is_one_that_the_signer_gave(signer, shown):
    assert PLASMA_MVP.input_confirmed(signer, shown) == (shown and signer != NOBODY)
    assert r.confirmation_not_needed(signer, shown)
    assert r.failed_recovery_matches(signer, shown) == (shown or signer == NOBODY)


@given(exits(positions=FEW), SHOWN)
def test_only_the_owners_own_confirmed_spend_of_that_output_cancels(exit, spend):
    upheld = PLASMA_MVP.upholds_challenge(exit, spend)
    proof = spend.input == exit.position and spend.signer == exit.owner
    assert upheld == (proof and spend.confirmed)
    assert r.owner_signed_spend(exit, spend) == proof
    assert r.everybody_confirmed_spend(exit, spend) == (upheld and spend.whole)
    assert r.owner_confirmed_anything(exit, spend) == (spend.signer == exit.owner) * spend.confirmed


@given(FEW, PARTIES, FEW, PARTIES)
def test_an_exit_speaks_for_an_input_only_against_who_signed_it_away(input, signer, output, owner):
    said = HARDENED.cancels_input_exit(input, signer, output, owner)
    assert said == ((input, signer) == (output, owner))
    assert said == HARDENED.bars_input_exit(input, signer, output, owner)
    assert r.same_output(input, signer, output, owner) == (input == output)
    assert not PLASMA_MVP.cancels_input_exit(input, signer, output, owner)


@given(FEW, PARTIES, exits(positions=FEW))
def test_an_exit_is_refused_where_its_input_was_paid_to_the_signer(input, signer, other):
    paid = other.status == Status.PAID and input == other.output
    assert HARDENED.refused_by_input_exit(input, signer, other) == (paid and signer == other.owner)
    assert r.refused_if_anybody_was_paid(input, signer, other) == paid
    leaving = other.status == Status.PENDING and input == other.output
    assert FOURTH_STATE.refused_by_input_exit(input, signer, other) == (paid or leaving)
    assert not PLASMA_MVP.refused_by_input_exit(input, signer, other)


# Money ------------------------------------------------------------------------------------------


@given(AMOUNTS)
def test_a_challenger_gets_no_more_than_the_bond_and_half_of_it_is_less(bond):
    assert PLASMA_MVP.reward(bond) == bond
    assert 2 * HARDENED.reward(bond) in (bond, bond - 1)


@given(st.sampled_from(Status), st.booleans())
def test_no_entry_of_the_queue_can_block_it(status, refuses):
    handling = PLASMA_MVP.handling(status, refuses)
    assert handling is not Handling.REVERT
    assert (handling is Handling.PAY) == (status is not Status.CANCELLED and not refuses)
    assert (r.one_batch(status, refuses) is Handling.REVERT) == (
        status is not Status.CANCELLED and refuses
    )
    assert (r.asserts_pending(status, refuses) is Handling.REVERT) == (status is Status.CANCELLED)


@given(st.sampled_from(Status))
def test_no_record_is_ever_deleted(status):
    assert PLASMA_MVP.keeps_record(status)
    assert r.deletes_paid(status) == (status is not Status.PAID)
    assert r.deletes_cancelled(status) == (status is not Status.CANCELLED)


@given(AMOUNTS, AMOUNTS)
def test_fees_taken_in_a_block_were_earned_and_confirmed(confirmed, more):
    earned = confirmed + more
    assert PLASMA_MVP.fee_output_limit(earned, confirmed) == 0
    assert FOURTH_STATE.fee_output_limit(earned, confirmed) == earned
    assert HARDENED.fee_output_limit(earned, confirmed) == confirmed
    assert PLASMA_MVP.admits_fee_exit(earned) and not HARDENED.admits_fee_exit(earned)


@given(st.booleans(), st.booleans())
def test_a_block_spends_what_is_settled(confirmed, gone):
    assert PLASMA_MVP.spendable(confirmed, gone)
    assert HARDENED.spendable(confirmed, gone) == (confirmed and not gone)
    assert r.spends_confirmed_outputs(confirmed, gone) == confirmed
    assert r.spends_remaining_outputs(confirmed, gone) == (not gone)


# The wallet -------------------------------------------------------------------------------------


@given(st.booleans())
def test_the_careful_wallet_signs_alone_and_watches_everything(answer):
    plain, careful = PLASMA_MVP.wallet, HARDENED.wallet
    assert plain.joins(answer) and careful.joins(answer) == answer
    assert careful.watches(answer) and plain.watches(answer) == answer


@given(AMOUNTS, AMOUNTS)
def test_a_wallet_that_checks_fees_fears_just_those_that_were_not_earned(amount, earned):
    assert not s.trusts_fee_exits(amount, earned)
    assert s.checks_fee_exits(amount, earned) == (amount > earned)


@pytest.mark.parametrize(
    "knob, value",
    [("exit_period", 0), ("minimum_age", -1), ("child_block_interval", 1), ("exit_bond", -1)],
)
def test_a_knob_out_of_range_is_no_rule(knob, value):
    with pytest.raises(ValueError, match=knob):
        attrs.evolve(PLASMA_MVP, **{knob: value})
