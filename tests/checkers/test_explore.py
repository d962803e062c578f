"""The explorer finds shortest runs, misses nothing, and says the same for any number of workers."""

from collections import deque

import pytest
from attrs import evolve

from impl.ground import watchdog
from impl.ground.evidence import Word
from impl.ground.faults import BadInput
from impl.lab.claims.monitor import RULE_ERROR, Monitor, Tally
from impl.lab.explore import explore
from impl.lab.explore.ticking import search_all
from impl.lab.fuzz import fuzz
from impl.lab.runs.moves import Moves, Odometer
from impl.lab.runs.replay import replay
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal
from tests.checkers import toy
from tests.checkers.toy import EARLY, GOOD, LAZY, RAISES, TOY, Scope
from tests.interrupting import ctrl_c_after

SMALL = Scope(deposits=1, money=2)
LARGE = Scope(deposits=4, money=6)


def naive_moves(state, rules, scope):
    """All candidates by brute force, with the kernel's own clock and nothing clever."""
    protocol, actions = TOY.protocol, []
    for family in protocol.families:
        wheel = Odometer()
        while True:
            action = family.propose(state, rules, scope, wheel.choose)
            if action is not None and action not in actions:
                actions.append(action)
            if not wheel.advance():
                break
    actions += [
        duty.action for duty in protocol.obligations(state, rules) if duty.action not in actions
    ]
    waits = Moves(protocol, rules, scope).critical(state, protocol.obligations(state, rules))
    return actions + [Wait(seconds) for seconds in waits]


def naive_search(rules, scope, depth):
    """Every reduced key that is reachable in so many actions: one queue, one set."""
    start = TOY.protocol.initial(scope, rules)
    seen, queue, steps = {TOY.protocol.key(start, rules)(start.main.now)}, deque([(0, start)]), 0
    while queue:
        far, state = queue.popleft()
        if far == depth:
            continue
        for action in naive_moves(state, rules, scope):
            try:
                after = move(TOY.protocol, state, action, rules)
            except Refusal:
                continue
            steps += 1
            key = TOY.protocol.key(after, rules)(after.main.now)
            if key not in seen:
                seen.add(key)
                queue.append((far + 1, after))
    return len(seen), steps


def every_wait(rules, scope):
    """All critical waits in every state, also where a wait has just been."""
    return lambda state, due: Moves(TOY.protocol, rules, scope).critical(state, due)


@pytest.mark.parametrize("scope", [SMALL, Scope(1, 2)])
def test_exhausts_exactly_what_naive_enumeration_reaches(scope):
    search = search_all(TOY, GOOD, scope, "reduced", every_wait(GOOD, scope))
    assert search.exhausted
    transitions = sum(search.coverage().applied.values())
    assert (len(search.seen), transitions) == naive_search(GOOD, scope, None)


@pytest.mark.parametrize("rules", [GOOD, EARLY])
def test_not_waiting_after_a_wait_misses_nothing(rules):
    scope = Scope(1, 2)
    lean = search_all(TOY, rules, scope, "reduced", None)
    full = search_all(TOY, rules, scope, "reduced", every_wait(rules, scope))
    assert lean.exhausted and full.exhausted
    assert len(lean.seen) < len(full.seen)
    lengths = [
        {pair: depth for pair, (depth, _) in search.found.items()} for search in (lean, full)
    ]
    assert lengths[0] == lengths[1]


def test_moves_are_those_of_the_kernel_in_the_same_order():
    moves, tally = Moves(TOY.protocol, GOOD, Scope()), Tally(2)
    queue = [TOY.protocol.initial(Scope(), GOOD)]
    for state in queue[:1] + queue:
        reached, faults, _ = moves.successors(state, tally)
        expected = []
        for place, action in enumerate(naive_moves(state, GOOD, Scope())):
            assert moves.named(state, place) == action
            try:
                after = move(TOY.protocol, state, action, GOOD)
            except Refusal:
                continue
            expected.append((place, action, after))
        assert reached == expected and not faults
        if len(queue) < 300:
            queue += [after for _, _, after in reached]


def test_the_odometer_runs_through_every_choice_sequence():
    seen, wheel = [], Odometer()
    while True:
        first = wheel.choose(2)
        seen.append((first, wheel.choose(3 if first else 1), wheel.choose(1)))
        if not wheel.advance():
            break
    assert seen == [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 2, 0)]


@pytest.mark.parametrize("rules", [EARLY, LAZY])
def test_the_first_counterexample_is_a_shortest_one_and_replays(rules):
    (trace,) = explore(TOY, rules, Scope()).traces
    assert [type(a).__name__ for a in trace.actions] == ["Deposit", "Ask", "Wait", "Finish"]
    assert trace.invariant == "SOLVENT" and trace.finding.cause == "alice is robbed"
    assert trace.finding.numbers["held"] < trace.finding.numbers["owed"]
    again = replay(TOY, rules, Scope(), trace.actions)
    assert [b.pair for b in again.steps[-1].broken] == [("SOLVENT", "alice is robbed")]
    assert replay(TOY, GOOD, Scope(), trace.actions).holds


@pytest.mark.parametrize("rules", [GOOD, EARLY, RAISES])
@pytest.mark.parametrize("keep_going", [False, True])
def test_any_number_of_workers_gives_the_same_answer(rules, keep_going):
    def answer(workers):
        result = explore(
            TOY, rules, LARGE, workers=workers, keep_going=keep_going, depth=5, key="reduced"
        )
        return result.word, result.states, result.transitions, result.traces, result.coverage

    assert answer(1) == answer(2) == answer(3)


def test_keep_going_collects_one_shortest_run_for_each_cause():
    result = explore(TOY, evolve(RAISES, answer=False), Scope(), keep_going=True, depth=5)
    pairs = [(t.invariant, t.finding.cause) for t in result.traces]
    assert sorted(pairs) == [
        (RULE_ERROR, "ZeroDivisionError in divides (toy.py)"),
        ("SOLVENT", "alice is robbed"),
    ]
    assert [len(t.actions) for t in result.traces] == sorted(len(t.actions) for t in result.traces)


def test_goes_on_to_what_is_wanted():
    rules = evolve(RAISES, answer=False)
    result = explore(TOY, rules, Scope(), wanted={("SOLVENT", "alice is robbed")})
    assert ("SOLVENT", "alice is robbed") in {(t.invariant, t.finding.cause) for t in result.traces}


def test_a_rule_that_raises_is_reported_with_its_run():
    result = explore(TOY, RAISES, Scope())
    assert result.word is Word.ERROR
    (trace,) = result.traces
    assert trace.invariant == RULE_ERROR and type(trace.actions[-1]).__name__ == "Finish"
    assert replay(TOY, RAISES, Scope(), trace.actions).steps[-1].broken[0].invariant == RULE_ERROR


def test_a_strategy_that_raises_is_reported_with_its_run():
    def obligations(state, rules):
        return toy.obligations(state, rules) if len(state.vault) < 2 else 1 // 0

    broken = evolve(TOY, protocol=evolve(TOY.protocol, obligations=obligations))
    result = explore(broken, GOOD, Scope(), key="exact")
    assert result.word is Word.ERROR and len(result.traces[0].actions) == 2


def test_says_what_it_covered():
    result = explore(TOY, GOOD, SMALL)
    assert result.coverage.witnesses["CONTESTED"] > 0 and result.coverage.witnesses["RICH"] == 0
    assert "NEVER SEEN: RICH" in result.summary
    assert result.coverage.refused["Wait"]["DeadlinePending"] > 0
    assert result.coverage.applied["Contest"] == result.coverage.witnesses["CONTESTED"]
    assert 0 < result.details["collision_probability"] < 1e-9


def test_a_depth_and_a_limit_bound_the_claim():
    result = explore(TOY, GOOD, Scope(), depth=3)
    assert result.word is Word.BOUNDED and result.depth == 3
    limited = explore(TOY, GOOD, LARGE, max_states=2000)
    assert limited.word is Word.BOUNDED and "limit of 2,000 states" in limited.summary
    for limit in (0.4, 4.0, 40.0):  # a busy machine needs more to get anywhere
        huge = Scope(deposits=8, money=16)
        timed = explore(TOY, GOOD, huge, time_limit=limit, key="reduced")
        assert timed.word is Word.BOUNDED
        if timed.depth:
            break
    assert timed.depth > 0


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_was_found(workers):
    huge = Scope(deposits=9, money=18)
    after = ctrl_c_after(200)
    result = explore(TOY, GOOD, huge, workers=workers, key="reduced", progress=after)
    assert result.word is Word.INTERRUPTED
    assert result.depth > 1 and result.states > 100 and result.transitions > 100


def test_a_key_of_sets_is_refused():
    with pytest.raises(BadInput, match="frozenset"):
        explore(toy.rulebook(lambda s, r: lambda now: frozenset([1])), GOOD, Scope(), key="reduced")


def test_an_invariant_that_reads_an_unknown_group_is_refused():
    wrong = evolve(TOY, invariants=(evolve(TOY.invariants[0], reads=("mian",)),))
    with pytest.raises(BadInput, match="reads the state group 'mian'"):
        explore(wrong, GOOD, Scope(), key="exact")


def test_a_claim_is_asked_only_when_something_that_it_reads_was_replaced():
    asked = []

    def holds(state, rules):
        asked.append(state.main.now)
        return True

    claim = evolve(TOY.invariants[0], holds=holds, reads=("main.accounts",))
    monitor = Monitor(evolve(TOY, invariants=(claim,)), GOOD, TOY.protocol.initial(Scope(), GOOD))
    before = TOY.protocol.initial(Scope(), GOOD)
    waited = toy.step(before, Wait(5), GOOD)
    deposited = toy.step(waited, toy.Deposit(1, toy.ALICE), GOOD)
    monitor.changed(waited, monitor.changes(before, waited))
    assert asked == []
    monitor.changed(deposited, monitor.changes(waited, deposited))
    assert asked == [5]


def never_returns(entry, now, period):
    while True:
        pass


HANGS = evolve(GOOD, may_finish=never_returns)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_rule_that_never_returns_is_reported_with_its_run(monkeypatch, workers):
    monkeypatch.setattr(watchdog, "PATIENCE", 0.3)
    explored = explore(TOY, HANGS, Scope(), workers=workers, keep_going=True)
    fuzzed = fuzz(TOY, HANGS, Scope(), seed=1, workers=workers, keep_going=True)
    for result in (explored, fuzzed):
        assert result.word is Word.ERROR
        (trace,) = result.traces
        assert trace.finding.cause == "RuleHangs in never_returns (test_explore.py)"
        assert type(trace.actions[-1]).__name__ == "Finish"
        again = replay(TOY, HANGS, Scope(), trace.actions)
        assert again.broken[0].finding.cause == trace.finding.cause
