"""Two rule sets side by side: the first difference is a shortest, who gains is right, z3 agrees."""

import itertools

import pytest
from attrs import evolve

from impl.ground import watchdog
from impl.ground.evidence import Word
from impl.lab.compare.decisions import compared, differing
from impl.lab.compare.keys import trusted_pairs
from impl.lab.compare.pairs import Differs, Sides, gains, next_pair
from impl.lab.compare.run import compare
from impl.lab.compare.search import Seen, kinds, search
from impl.lab.compare.walk import shortened
from impl.lab.runs.replay import replay
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import DAY, ETHER, WEEK, Party, Seconds, Wei
from spec.kernel.clock import Wait
from spec.plasma.mvp.rule_sets import HARDENED, PLASMA_MVP
from spec.plasma.mvp.rules import Rules as PlasmaRules
from spec.plasma.mvp.state import Exit
from tests.cli.toy import (
    HASTY,
    PLAIN,
    TOY,
    VAULT,
    Ask,
    NotTaken,
    PutIn,
    Rules,
    Scope,
    TakeOut,
    Wallet,
)

PAIR, ALONE = Scope(2, 1), Scope(1, 1)
ALICE, MALLORY = Party(1), Party(2)


def by_arrival(exit: Exit, rules: PlasmaRules) -> tuple[int, int]:
    return exit.started, exit.position


BY_ARRIVAL = evolve(PLASMA_MVP, priority=by_arrival)


def shut(amount: Wei, rules: Rules) -> bool:
    return False


def half(amount: Wei, rules: Rules) -> Wei:
    return amount // 2


def fails(amount: Wei, rules: Rules) -> Wei:
    raise ValueError(amount)


def test_rules_do_not_differ_from_themselves_in_any_run():
    seen = compare(TOY, (PLAIN, PLAIN), PAIR)
    assert seen.found == {} and seen.exhausted and seen.pairs > 50
    seen = compare(PLASMA, (PLASMA_MVP, PLASMA_MVP), PLASMA.scopes["tiny"])
    assert seen.found == {} and seen.exhausted and seen.pairs > 500


def test_a_shorter_delay_is_first_seen_when_somebody_takes_out_too_soon():
    found = compare(TOY, (PLAIN, HASTY), ALONE).found[Differs.ACCEPTS]
    assert [type(action) for action in found.actions] == [PutIn, Ask, Wait, TakeOut]
    assert DAY <= found.actions[2].seconds < WEEK
    assert not found.sampled


def every_run(sides, length):
    """All runs of that many actions that happen on both sides, and the steps that they end with."""
    ahead = [((), sides.initial)]
    for _ in range(length):
        ahead = [
            ((*actions, step.action), after)
            for actions, pair in ahead
            for step in sides.steps(pair)[0]
            if (after := next_pair(pair, step)) is not None
        ]
        yield from (actions for actions, _ in ahead)


@pytest.mark.parametrize(
    ("one", "other", "scope"),
    [
        (PLAIN, HASTY, ALONE),
        (PLAIN, evolve(PLAIN, takes=shut), PAIR),
        (PLAIN, evolve(PLAIN, payout=half), ALONE),
        (PLAIN, evolve(HASTY, payout=half), ALONE),
    ],
)
def test_no_run_without_a_key_is_shorter_than_the_one_that_is_found(one, other, scope):
    found = compare(TOY, (one, other), scope).found
    first = min(
        len(found[kind].actions) for kind in (Differs.ACCEPTS, Differs.PAYS) if kind in found
    )
    sides = Sides(TOY, (one, other), scope)
    shorter = [
        actions
        for actions in every_run(sides, first - 1)
        if set(kinds(sides, actions)) & {Differs.ACCEPTS, Differs.PAYS}
    ]
    assert shorter == []
    for kind, meeting in found.items():
        assert kinds(sides, meeting.actions)[kind] == len(meeting.actions)


def test_other_amounts_are_a_difference_in_what_is_paid_not_in_what_is_accepted():
    found = compare(TOY, (PLAIN, evolve(PLAIN, payout=half)), ALONE).found
    assert set(found) == {Differs.PAYS}
    assert isinstance(found[Differs.PAYS].actions[-1], TakeOut)


def test_other_books_alone_are_no_difference():
    """A knob that no run of the scope comes to feel: fees of what nobody may put in."""
    one, other = evolve(PLAIN, takes=shut), evolve(PLAIN, takes=shut, fee=1)
    seen = compare(TOY, (one, other), PAIR)
    assert seen.found == {} and seen.exhausted


def test_a_rule_that_fails_does_not_accept():
    found = compare(TOY, (PLAIN, evolve(PLAIN, payout=fails)), ALONE).found
    assert isinstance(found[Differs.ACCEPTS].actions[-1], TakeOut)


def loops(amount: Wei, rules: Rules) -> Wei:
    while True:
        amount += 1


def test_a_rule_that_does_not_return_ends_the_comparison(monkeypatch):
    monkeypatch.setattr(watchdog, "PATIENCE", 0.5)
    seen = compare(TOY, (PLAIN, evolve(PLAIN, payout=loops)), ALONE)
    assert isinstance(seen.found[Differs.ACCEPTS].actions[-1], TakeOut)
    assert seen.stopped_by == "a rule that does not return" and not seen.exhausted


def test_what_follows_a_difference_is_looked_at_deeper_than_the_search_went():
    rules, scope = (PLASMA_MVP, evolve(PLASMA_MVP, exit_period=10 * DAY)), PLASMA.scopes["tiny"]
    end = compare(PLASMA, rules, scope, depth=3, steps=0).found[Differs.ENDS]
    assert end.sampled and len(end.actions) > 3
    assert kinds(Sides(PLASMA, rules, scope), end.actions)[Differs.ENDS] == len(end.actions)


def test_who_has_to_answer_sooner_is_a_difference_of_its_own():

    def obligations(state, rules):
        return tuple(
            evolve(duty, opens=duty.deadline - rules.wallet.patience)
            for duty in VAULT.obligations(state, rules)
        )

    book = evolve(TOY, protocol=evolve(VAULT, obligations=obligations))
    seen = compare(book, (PLAIN, evolve(PLAIN, wallet=Wallet(DAY))), ALONE)
    assert set(seen.found) == {Differs.WAITS} and seen.exhausted
    assert isinstance(seen.found[Differs.WAITS].actions[-1], Wait)


def test_first_come_first_served_gives_alices_money_to_mallory():
    found = compare(PLASMA, (PLASMA_MVP, BY_ARRIVAL), PLASMA.scopes["tiny"], depth=7).found
    end = found[Differs.ENDS]
    assert len(end.actions) == 7 and not end.sampled
    assert found[Differs.PAYS].actions == end.actions
    runs = [
        replay(PLASMA, rules, PLASMA.scopes["tiny"], end.actions)
        for rules in (PLASMA_MVP, BY_ARRIVAL)
    ]
    assert gains(runs[0].final, runs[1].final) == {(ALICE, ETHER): -3, (MALLORY, ETHER): 3}
    assert runs[0].holds and not runs[1].holds


def test_what_is_found_is_the_same_each_time():
    def found(rules):
        scope = PLASMA.scopes["small"]
        return compare(PLASMA, rules, scope, depth=2, steps=1_000, seed=7).found

    assert found((PLASMA_MVP, HARDENED)) == found((PLASMA_MVP, HARDENED))


def test_random_runs_find_what_lies_deeper_than_the_search_went():
    seen = compare(TOY, (PLAIN, HASTY), PAIR, depth=1, steps=3_000)
    found = seen.found[Differs.ACCEPTS]
    assert found.sampled and seen.depth == 1
    assert [type(action) for action in found.actions] == [PutIn, Ask, Wait, TakeOut]
    assert not compare(TOY, (PLAIN, HASTY), PAIR, depth=1, steps=0).found


def test_no_action_of_a_shortened_run_can_be_left_out():
    sides = Sides(TOY, (PLAIN, HASTY), PAIR)
    long = (PutIn(MALLORY, 1), Wait(5), PutIn(ALICE, 1), Ask(MALLORY), Ask(ALICE), Wait(2 * DAY))
    short = shortened(sides, (*long, TakeOut(ALICE), TakeOut(MALLORY)), Differs.ACCEPTS)
    assert short == (PutIn(ALICE, 1), Ask(ALICE), Wait(2 * DAY), TakeOut(ALICE))
    for place in range(len(short)):
        assert Differs.ACCEPTS not in kinds(sides, short[:place] + short[place + 1 :])


def test_a_difference_is_counted_only_once_in_a_run():
    """What differs behind the first difference may follow from it."""
    sides = Sides(TOY, (PLAIN, HASTY), ALONE)
    run = (PutIn(ALICE, 1), Ask(ALICE), Wait(2 * DAY), TakeOut(ALICE), Wait(WEEK), TakeOut(ALICE))
    assert kinds(sides, run) == {Differs.ACCEPTS: 4}


# Keys of pairs ----------------------------------------------------------------------------------


def nameless(state, rules):
    """Who has what does not matter, only that somebody has: true of one world, false of two that
    answer to names."""
    key = VAULT.key(state, rules)

    def at(now):
        accounts, escrow, gone, held, asked = key(now)
        return (
            tuple(sorted(accounts)),
            escrow,
            len(gone),
            tuple(sorted(amount for _, amount in held)),
            tuple(sorted((amount, age) for _, amount, age in asked)),
        )

    return at


def test_a_key_that_forgets_names_is_not_trusted_for_pairs():
    protocol = evolve(VAULT, key=nameless)
    keys = trusted_pairs(Sides(evolve(TOY, protocol=protocol), (PLAIN, PLAIN), PAIR))
    assert keys.said.startswith("reduced key NOT trusted") and keys.quick is not None
    keys = trusted_pairs(Sides(TOY, (PLAIN, PLAIN), PAIR))
    assert keys.said.startswith("reduced key, tested on") and keys.quick is None


def test_two_sets_of_deadlines_need_more_than_each_ones_own_regions_of_time():
    """Each side's key knows on which side of its OWN deadlines it is; time that passes to the other
    side's deadlines can tell apart what it merges."""
    longer = evolve(PLASMA_MVP, exit_period=10 * DAY)
    keys = trusted_pairs(Sides(PLASMA, (PLASMA_MVP, longer), PLASMA.scopes["tiny"]))
    assert "reduced key NOT trusted" in keys.said and "relative key, tested" in keys.said


def test_a_search_stops_at_the_limit_of_pairs_and_says_so():
    sides = Sides(TOY, (PLAIN, PLAIN), PAIR)
    seen = Seen()
    search(sides, trusted_pairs(sides).trusted, seen, most=3)
    assert "limit of 3 pairs" in seen.stopped_by and not seen.exhausted


# Decisions --------------------------------------------------------------------------------------


def less_fee(amount: Wei, rules: Rules) -> Wei:
    paid = -rules.fee
    return paid + amount


def all_of_it(amount: Wei, rules: Rules) -> Wei:
    return amount


def unless_huge(amount: Wei, rules: Rules) -> Wei:
    return amount - rules.fee if amount < 10**30 else 0


def refuses_huge(amount: Wei, rules: Rules) -> Wei:
    if amount >= 10**30:
        raise NotTaken(amount)
    return amount - rules.fee


def beyond_z3(amount: Wei, rules: Rules) -> Wei:
    return len(str(amount)) + (amount << 3)


def payout(function):
    return compared("payout", PLAIN, evolve(PLAIN, payout=function))


def test_what_is_written_differently_and_says_the_same_is_equivalent():
    answers = payout(less_fee)
    assert answers.word is Word.PROVED and answers.functions == ("whole", "less_fee")
    assert "for all values of amount, shared knobs" in answers.said


def test_what_is_the_same_only_for_these_knobs_is_said_of_these_knobs():
    answers = payout(all_of_it)
    assert answers.word is Word.PROVED
    assert "for all values of amount;" in answers.said


@pytest.mark.parametrize("function", [unless_huge, refuses_huge])
def test_a_difference_that_no_run_would_meet_is_found_for_all_values(function):
    assert not compare(TOY, (PLAIN, evolve(PLAIN, payout=function)), ALONE).found
    answers = payout(function)
    assert answers.word is Word.REFUTED
    assert int(answers.values["amount"]) >= 10**30
    assert answers.answers[0] != answers.answers[1]


def test_what_the_solver_cannot_follow_is_unknown():
    answers = payout(beyond_z3)
    assert answers.word is Word.UNKNOWN and "cannot follow" in answers.said


def test_a_knob_makes_the_functions_differ_that_read_it():
    assert differing(PLAIN, HASTY) == ("matures",)
    assert differing(PLAIN, evolve(PLAIN, fee=1)) == ("payout",)
    answers = compared("matures", PLAIN, HASTY)
    assert answers.word is Word.REFUTED
    assert answers.values == {"started": "0"}
    assert answers.answers == (str(WEEK), str(DAY))


def test_every_decision_of_the_shipped_rule_sets_gets_an_answer():
    names = {rule_set.name: rule_set.rules for rule_set in PLASMA.rule_sets}
    for one, other in itertools.pairwise(("mvp", "hardened", "fourth-state", "original-post")):
        for name in differing(names[one], names[other]):
            word = compared(name, names[one], names[other]).word
            assert word in (Word.PROVED, Word.REFUTED), (one, other, name)


def seconds_only(created: Seconds, now: Seconds, rules: PlasmaRules) -> Seconds:
    return max(created + 2 * WEEK, now + WEEK)


def test_a_decision_of_plasma_with_its_knobs_written_out_is_the_same_at_these_knobs():
    written = evolve(PLASMA_MVP, exitable_at=seconds_only)
    answers = compared("exitable-at", PLASMA_MVP, written)
    assert answers.word is Word.PROVED
    longer = evolve(written, exit_period=8 * DAY)
    assert compared("exitable-at", PLASMA_MVP, longer).word is Word.PROVED
    longer = evolve(PLASMA_MVP, exit_period=8 * DAY)
    assert compared("exitable-at", longer, written).word is Word.REFUTED
