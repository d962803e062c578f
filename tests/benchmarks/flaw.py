"""The seed's flaw with equal counts: for measuring how fast a walk finds it among all others.

The seed's rules break in many ways, most of them shorter. This claim looks past them: an honest
challenger loses although its list and the leader's are different, equally long and well signed.
"""

from typing import Any

from attrs import evolve

from invariants.channels.multiparty.fairness import FAIRNESS
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.kernel.claims import Rulebook

EXPECTED = "MP-CHALLENGER"
CAUSE = "the leader's list holds another payment in the place of a missing one"
(CHALLENGER,) = (claim for claim in FAIRNESS if claim.id == EXPECTED)


def no_equal_counts(before: Any, action: Any, after: Any, rules: Any) -> bool:
    """Does the challenger win, or lose for another cause?"""
    return (
        CHALLENGER.holds(before, action, after, rules)
        or CHALLENGER.explain(before, action, after, rules).cause != CAUSE
    )


EQUAL_COUNTS: Rulebook = evolve(MULTIPARTY, invariants=(evolve(CHALLENGER, holds=no_equal_counts),))
