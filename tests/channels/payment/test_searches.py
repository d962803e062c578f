"""Searches look where a moved rule does harm: no family of moves asks a rule whether to try."""

from attrs import evolve

from impl.lab.explore import explore
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.rule_sets import PENALTY


def all_but_the_first(claimed: int, below: int) -> bool:
    """The first version carries no signature, and nobody is punished who claims it."""
    return 0 < claimed < below


def test_a_penalty_that_spares_the_first_version_is_found():
    """With secrets left out where a penalty answers "no" for one pair of numbers, this held."""
    moved = evolve(PENALTY, punishes=all_but_the_first)
    [trace] = explore(PAYMENT, moved, PAYMENT.scopes["tiny"], key="reduced").traces
    cause = "a stale version was settled although the victim was there"
    assert (trace.invariant, trace.finding.cause) == ("PC-SAFE-EXIT", cause)
    assert len(trace.actions) == 5
