"""A known mistake that was not found: which line of the evidence finds it, in which scope.

The line is searched again before it is named as one that finds it.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import attrs
from attrs import frozen

from impl.ground.evidence import Result
from impl.ground.watchdog import Interrupted
from impl.lab.attack.places import size
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from invariants.kernel.claims import Case, Method, Rulebook

STATES = 40_000
"""States in which a line is searched again."""
SEED = 1
"""Of a line that is sampled: the one that `check` uses."""
TRIED = 3
"""Lines that are searched again, until one finds its mistake."""


@frozen
class Known:
    """A mistake that these rules are known for, and what finds it."""

    case: Case
    actions: int | None
    """The run that was found now; None where the line was not searched again, or in vain."""
    others: int
    """How many more mistakes these rules are known for."""
    here: bool
    """Is the case's scope the one that was searched, only not as far?"""

    @property
    def said(self) -> str:
        """In a sentence."""
        claim, cause = self.case.breaks[0]
        place = f"this scope ({self.case.scope})" if self.here else f"scope {self.case.scope}"
        if self.actions is None:
            found = f"its case {self.case.id} is said to find it in {place}; not looked at again"
        else:
            found = f"its case {self.case.id} finds it in {place}, by {self.actions} actions"
        more = f"; {self.others} more are known" if self.others else ""
        return f"these rules are known to break {claim}, {cause}: {found}{more}"


def known_mistake(
    book: Rulebook, rules: Any, searched: Sequence[Any], deadline: float | None
) -> Known | None:
    """What these rules are known to break; None where nothing is known.

    `searched`: the scopes in which nothing was found. `deadline` is on the monotonic clock.
    """
    cases = [
        case
        for case in book.cases
        if case.breaks
        and case.scope in book.scopes
        and book.rules_named(case.rule_set).rules == rules
    ]
    if not cases:
        return None
    cases.sort(key=lambda case: (case.method is Method.FUZZ, size(book.scopes[case.scope])))
    weaknesses = len({case.breaks[0] for case in cases})
    for case in cases[:TRIED]:
        here = book.scopes[case.scope] in searched
        try:
            actions = found_again(book, rules, case, deadline)
        except Interrupted:
            break
        if actions is not None:
            return Known(case, actions, weaknesses - 1, here)
    here = book.scopes[cases[0].scope] in searched
    return Known(cases[0], None, weaknesses - 1, here)


def found_again(book: Rulebook, rules: Any, case: Case, deadline: float | None) -> int | None:
    """Search a case again, as far as there is time: the shortest run that breaks what it says."""
    left = None if deadline is None else deadline - monotonic()
    if left is not None and left <= 0:
        return None
    if case.only:
        watched = tuple(claim for claim in book.invariants if claim.id in case.only)
        book = attrs.evolve(book, invariants=watched)
    scope = book.scopes[case.scope]
    if case.method is Method.FUZZ:
        result = fuzz(
            book, rules, scope, seed=SEED, steps=case.steps, time_limit=left, keep_going=True
        )
    else:
        # What is found is played again step by step, so no key has to be trusted for it, nor read.
        result = explore(
            book, rules, scope, depth=case.depth, wanted=case.breaks, key="reduced",
            time_limit=left, max_states=STATES, read=False,
        )  # fmt: skip
    if result.details["stopped_by"] == "Ctrl-C":
        raise Interrupted
    return _length(result, case)


def _length(result: Result, case: Case) -> int | None:
    lengths = [
        len(trace.actions)
        for trace in result.traces
        if (trace.invariant, trace.finding.cause) in case.breaks
    ]
    return min(lengths, default=None)
