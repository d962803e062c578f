"""An accepted answer discharges its obligation; where none does, nothing is called exhausted."""

from functools import cache

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.claims.monitor import ANSWER_IGNORED, CLOCK_FROZEN
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.replay import replay
from spec.kernel.basics import DAY, Asset
from spec.kernel.clock import Wait
from spec.kernel.protocol import Obligation
from tests.checkers import toy
from tests.checkers.toy import ALICE, GOOD, TOY, Contest, Finish, Scope

# --- in every protocol, every kind of answer ---

SCOPES = {
    "plasma-mvp": ("hardened", "tiny"),
    "multiparty": ("literal", "tiny-challengers"),
    "application": ("forcemove", "tiny"),
    "payment": ("replacement", "one"),
    "conditional": ("mended", "tiny"),
    "watchtower": ("accountable", "tiny"),
}


@cache
def answers(name):
    """The kinds of answers that honest parties owe somewhere in the scope."""
    book, rules, scope = setting(name)
    owed = set()

    def obligations(state, rules):
        due = book.protocol.obligations(state, rules)
        owed.update(type(duty.action) for duty in due)
        return due

    spy = evolve(book, protocol=evolve(book.protocol, obligations=obligations))
    explore(spy, rules, scope, key="reduced", max_states=400, keep_going=True)
    return sorted(owed, key=lambda kind: kind.__name__)


def setting(name):
    book = rulebooks()[name]
    rule_set, scope = SCOPES[name]
    return book, book.rules_named(rule_set).rules, book.scopes[scope]


def ignoring(book, kind):
    """The rulebook, but what is owed of one kind is accepted and changes nothing."""
    protocol = book.protocol

    def step(state, action, rules):
        after = protocol.step(state, action, rules)
        if type(action) is not kind:
            return after
        owed = [duty.action for duty in protocol.obligations(state, rules)]
        return state if action in owed else after

    return evolve(book, protocol=evolve(protocol, step=step))


@pytest.mark.parametrize("name", SCOPES)
def test_every_kind_of_answer_that_is_ignored_is_named(name):
    book, rules, scope = setting(name)
    kinds = answers(name)
    assert kinds
    for kind in kinds:
        damaged = evolve(ignoring(book, kind), invariants=())
        cause = f"{kind.__name__} was accepted and is owed as before"
        wanted = (ANSWER_IGNORED, cause)
        (trace, *_) = explore(damaged, rules, scope, key="reduced").traces
        assert (trace.invariant, trace.finding.cause) == wanted
        assert type(trace.actions[-1]) is kind
        assert set(trace.finding.numbers) == {"party", "deadline"}
        again = replay(damaged, rules, scope, trace.actions)
        assert again.steps[-1].broken[0].pair == wanted


@pytest.mark.parametrize("name", SCOPES)
def test_shipped_answers_all_discharge_something(name):
    book, rules, scope = setting(name)
    result = explore(book, rules, scope, key="reduced", max_states=300, keep_going=True)
    assert not {ANSWER_IGNORED, CLOCK_FROZEN} & {trace.invariant for trace in result.traces}


# --- in a small protocol: what discharges, and what does not ---


def damaged(step=toy.step, obligations=toy.obligations):
    return evolve(TOY, protocol=evolve(TOY.protocol, step=step, obligations=obligations))


COUNTER = Asset(7)
"""Where the small protocol counts something: an asset that nobody looks at."""


def count(state):
    return state.main.escrow.get(COUNTER, 0)


def counting(state, to):
    return evolve(state, main=evolve(state.main, escrow={**state.main.escrow, COUNTER: to}))


def contest_ignored(state, action, rules):
    after = toy.step(state, action, rules)
    return state if isinstance(action, Contest) else after


def contest_counted(state, action, rules):
    """The answer is ignored, but each time something else changes."""
    after = toy.step(state, action, rules)
    if isinstance(action, Contest):
        return counting(state, count(state) + 1)
    return after


def contest_restarts(state, action, rules):
    """The answer is owed again, by an earlier deadline."""
    after = toy.step(state, action, rules)
    if isinstance(action, Contest):
        entry = evolve(state.vault[action.place], asked=max(0, state.main.now - DAY))
        return evolve(state, vault={**state.vault, action.place: entry})
    return after


@pytest.mark.parametrize("step", [contest_ignored, contest_counted, contest_restarts])
def test_an_ignored_answer_is_found_by_every_checker(step):
    book = damaged(step)
    cause = "Contest was accepted and is owed as before"
    explored = explore(book, GOOD, Scope(deposits=1), wanted=[(ANSWER_IGNORED, cause)])
    walked = fuzz(book, GOOD, Scope(), seed=1, steps=20_000)
    for result in (explored, walked):
        assert result.word is Word.BROKEN
        (trace,) = [t for t in result.traces if t.invariant == ANSWER_IGNORED]
        assert trace.finding.cause == cause and trace.finding.numbers["party"] == ALICE
        again = replay(book, GOOD, Scope(), trace.actions)
        assert again.steps[-1].broken[0].invariant == ANSWER_IGNORED
    assert [type(a).__name__ for a in walked.traces[0].actions][-1] == "Contest"


def test_an_answer_that_is_worked_off_piece_by_piece_is_no_fault():
    """Three contests stop an entry: the first two are owed again, but not for ever."""

    def step(state, action, rules):
        after = toy.step(state, action, rules)
        given = count(state) + 1
        if isinstance(action, Contest) and given < 3:
            return counting(state, given)
        return after

    result = explore(damaged(step), GOOD, Scope(deposits=1), key="relative")
    assert result.word in (Word.EXHAUSTED, Word.ASSUMED)


def in_a_circle(length):
    """So many answers, each of which makes the next one necessary, round and round."""

    def obligations(state, rules):
        turn = count(state)
        return tuple(
            Obligation(duty.deadline, ALICE, Finish(turn - 100, ALICE))
            for duty in toy.obligations(state, rules)
        )

    def step(state, action, rules):
        if isinstance(action, Finish) and action.place < 0:
            return counting(state, (count(state) + 1) % length)
        return toy.step(state, action, rules)

    return damaged(step, obligations)


@pytest.mark.parametrize("length", [2, 3, 7])
def test_answers_that_lead_in_a_circle_freeze_the_clock(length):
    book = in_a_circle(length)
    explored = explore(book, GOOD, Scope(deposits=1), workers=2)
    walked = fuzz(book, GOOD, Scope(), seed=1, steps=20_000)
    for result in (explored, walked):
        assert result.word is Word.BROKEN
        (trace,) = result.traces
        assert trace.invariant == CLOCK_FROZEN and trace.finding.numbers["party"] == ALICE
        again = replay(book, GOOD, Scope(), trace.actions)
        assert again.steps[-1].broken[0].invariant == CLOCK_FROZEN


def test_a_circle_with_a_way_out_freezes_nothing():
    """One of the answers in the circle can also be given in another way, which ends it."""
    book = in_a_circle(2)
    inner = book.protocol

    def obligations(state, rules):
        return (*inner.obligations(state, rules), *toy.obligations(state, rules))

    both = evolve(book, protocol=evolve(inner, obligations=obligations))
    assert explore(both, GOOD, Scope(deposits=1)).word in (Word.EXHAUSTED, Word.ASSUMED)


def test_a_refused_answer_is_no_fault():
    def step(state, action, rules):
        if isinstance(action, Contest):
            raise toy.WrongStatus(0, 0)
        return toy.step(state, action, rules)

    traces = explore(damaged(step), GOOD, Scope(deposits=1), keep_going=True).traces
    assert {trace.invariant for trace in traces} == {"SOLVENT"}
    assert any(isinstance(action, Wait) for action in traces[0].actions)
