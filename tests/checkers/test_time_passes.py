"""Waiting moves the clock of every protocol by as long as was waited, and nothing else moves it."""

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.claims.monitor import TIME_PASSES
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.replay import replay
from spec.kernel.clock import Wait


def clocked(book, moved):
    """The rulebook without claims of its own; `moved` says when it is after an action."""
    protocol = book.protocol

    def step(state, action, rules):
        after = protocol.step(state, action, rules)
        return evolve(after, main=evolve(after.main, now=moved(state.main.now, action, after)))

    return evolve(book, protocol=evolve(protocol, step=step), invariants=(), witnesses=())


WRONG = {
    "stands": (lambda now, action, after: now, "the clock stood while time passed"),
    "runs ahead": (
        lambda now, action, after: after.main.now + isinstance(action, Wait),
        "the clock moved otherwise",
    ),
    "goes back": (
        lambda now, action, after: 0 if isinstance(action, Wait) and now else after.main.now,
        "the clock moved otherwise",
    ),
}


@pytest.mark.parametrize("name", rulebooks())
@pytest.mark.parametrize("way", WRONG)
def test_a_clock_that_waiting_does_not_move_as_it_should_is_named(name, way):
    book = rulebooks()[name]
    moved, cause = WRONG[way]
    damaged = clocked(book, moved)
    rules, scope = book.rules_named(book.default_rules).rules, book.scopes[book.default_scope]
    (trace, *_) = explore(damaged, rules, scope, max_states=3_000).traces
    assert (trace.invariant, trace.finding.cause) == (TIME_PASSES, cause)
    numbers = trace.finding.numbers
    assert numbers["after"] != numbers["before"] + numbers["waited"]
    again = replay(damaged, rules, scope, trace.actions)
    assert again.steps[-1].broken[0].pair == (TIME_PASSES, cause)
    assert fuzz(damaged, rules, scope, seed=1, steps=400).word is Word.BROKEN


@pytest.mark.parametrize("name", rulebooks())
def test_an_action_that_moves_the_clock_is_named(name):
    book = rulebooks()[name]
    damaged = clocked(
        book, lambda now, action, after: after.main.now + (not isinstance(action, Wait))
    )
    rules, scope = book.rules_named(book.default_rules).rules, book.scopes[book.default_scope]
    (trace, *_) = explore(damaged, rules, scope, max_states=3_000).traces
    kind = type(trace.actions[-1]).__name__
    assert (trace.invariant, trace.finding.cause) == (TIME_PASSES, f"{kind} moved the clock")
    assert len(trace.actions) == 1
