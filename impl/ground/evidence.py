"""The one result type and the one trace type of all checkers, and the words that they may use.

The word "verified" is not among them: a claim was proved (for which sizes), refuted, exhausted (to
which depth, in which scope) or only sampled (how often).
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from attrs import field, frozen

from invariants.kernel.claims import Finding


class Word(Enum):
    """What a checker may say of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    VACUOUS = "vacuous"
    EXHAUSTED = "exhausted"
    """Every reachable state of the scope was looked at."""
    ASSUMED = "exhausted, assuming"
    """Nothing new was reachable, if what the summary names is true; it is not proved."""
    BOUNDED = "exhausted to depth"
    """Every state within a number of actions was looked at."""
    SAMPLED = "sampled"
    BROKEN = "broken"
    ERROR = "rule error"
    """A rule raised something that is not a refusal, or the time or memory ran out in it."""
    INTERRUPTED = "interrupted"


STRENGTH = (
    Word.INTERRUPTED,
    Word.UNKNOWN,
    Word.SAMPLED,
    Word.BOUNDED,
    Word.ASSUMED,
    Word.EXHAUSTED,
)
"""What a search that found nothing may say, the weakest first."""


def weakest(words: Iterable[Word]) -> Word:
    """What may be said of several scopes together; of none: unknown."""
    return min(words, key=STRENGTH.index, default=Word.UNKNOWN)


@frozen
class Trace:
    """A run that anybody can repeat: what was played, under which rules, and what it broke."""

    protocol: str
    rule_set: str
    changes: Mapping[str, str]
    """Difference of the rules from the rule set, as they are typed: knob -> value, and
    'change' -> FILE.py:NAME."""
    scope: Mapping[str, Any]
    """The scope's fields."""
    seed: int | None
    actions: tuple[Any, ...]
    invariant: str
    """The id of the invariant that the last action breaks; empty where the run breaks none;
    'RULE-ERROR' where a rule raised."""
    finding: Finding
    digest_of_change: str = ""
    """blake2b of the change file's text, so that a replay under another text is noticed."""


@frozen
class Coverage:
    """What a search did and did not see."""

    applied: Mapping[str, int] = field(factory=dict)
    """Accepted actions by type name."""
    refused: Mapping[str, Mapping[str, int]] = field(factory=dict)
    """Refusals by action type name, then by the refusal's name."""
    witnesses: Mapping[str, int] = field(factory=dict)
    """How often each witness was seen, 0 included."""


@frozen
class Result:
    """What one checker has to say."""

    word: Word
    method: str
    subject: str
    """Rule set and scope, or theorem id."""
    summary: str
    """One line: sizes, depth, counts; what was NOT covered."""
    traces: tuple[Trace, ...] = ()
    """Counterexamples, the shortest first, one for each (invariant, cause)."""
    coverage: Coverage = Coverage()
    states: int = 0
    transitions: int = 0
    depth: int = 0
    cpu_seconds: float = 0.0
    details: Mapping[str, Any] = field(factory=dict)
    """Method-specific facts: paths, queries, sizes, models, seeds, workers."""


@frozen
class Progress:
    """How far a running search is, for a progress bar; `found` is a failure just met."""

    method: str
    done: int
    """explore: distinct states. fuzz: accepted steps."""
    ahead: int | None
    """explore: states in the frontier. fuzz: steps still to go; None where time decides."""
    depth: int
    seconds: float
    found: Trace | None = None
