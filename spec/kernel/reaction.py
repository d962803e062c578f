"""How long honest parties need for an answer, and since when they have had to give it.

From the moment at which a party could know that it must answer, its answer may take as long as its
`reaction`: to look at the chain, and to get a transaction included. The adversary chooses when
within this time it comes. The contract's own deadline may pass before that: then the party was too
slow, honestly. So a window is long enough, or it is not, and a search tells which.

A need begins to stand when the obligations name it for the first time, and its time runs on as long
as they do, whatever the answer would be by now: else a stream of news would keep the party from
ever having to answer. Who is away is owed nothing by itself; its time begins at its return. These
moments are kept beside the clock (`MainChain.standing`), for all protocols in the same way.
"""

from collections.abc import Callable, Hashable
from typing import Any

from attrs import evolve

from spec.kernel.basics import Instant, Party, Seconds
from spec.kernel.mainchain import MainChain, Standing
from spec.kernel.protocol import Obligation

Owed = Callable[[Any, Any], tuple[Obligation, ...]]
"""owed(state, rules): what honest parties must do, with the contract's deadlines."""
Reaction = Callable[[Any, Party], Seconds | None]
"""reaction(rules, party): how long an answer of the party takes; None: it is given in time."""


def need_of(duty: Obligation) -> Hashable:
    """What it answers to."""
    return type(duty.action).__name__ if duty.need is None else duty.need


def due(owed: Owed, reaction: Reaction) -> Owed:
    """The obligations with the moments by which they are answered."""

    def obligations(state: Any, rules: Any) -> tuple[Obligation, ...]:
        duties = []
        for duty in owed(state, rules):
            takes = _takes(duty, rules, reaction)
            if takes is not None:
                duty = evolve(duty, bar=_bar(duty, state.main, state.main.now, takes))
            duties.append(duty)
        return tuple(duties)

    return obligations


def kept(owed: Owed, reaction: Reaction) -> Callable[[Any, Any, Any], Any]:
    """The function (before, after, rules) that adds to the state after a step what stands in it,
    and by when it is answered."""

    def standing(before: Any, after: Any, rules: Any) -> Any:
        stood, main = before.main, after.main
        found = []
        for duty in owed(after, rules):
            takes = _takes(duty, rules, reaction)
            if takes is not None:
                bar = _bar(duty, stood, main.now, takes)
                found.append(Standing(duty.by, need_of(duty), bar))
        stands = tuple(found)
        if not stands and not main.standing:
            return after
        return evolve(after, main=MainChain(main.now, main.accounts, main.escrow, stands))

    return standing


def last_starts(
    instants: Callable[[Any, Any], tuple[Seconds, ...]], owed: Owed, reaction: Reaction
) -> Callable[[Any, Any], tuple[Seconds, ...]]:
    """The instants, and for each of them, and for each deadline, when an answer that takes its full
    time has to begin."""

    def ahead(state: Any, rules: Any) -> tuple[Seconds, ...]:
        duties = owed(state, rules)
        ends = [*instants(state, rules), *[duty.deadline for duty in duties]]
        honest = {takes for duty in duties if (takes := reaction(rules, duty.by)) is not None}
        return (*ends, *[end - takes for takes in sorted(honest) for end in ends])

    return ahead


def bars(state: Any) -> tuple[tuple[Instant, Instant], ...]:
    """By when honest parties answer, as points in time of a key that is written by hand."""
    return tuple([(each.bar, each.bar) for each in state.main.standing])


def _takes(duty: Obligation, rules: Any, reaction: Reaction) -> Seconds | None:
    """How long it takes; None: it is given by its deadline."""
    return None if duty.punctual else reaction(rules, duty.by)


def _bar(duty: Obligation, stood: MainChain, now: Instant, takes: Seconds) -> Instant:
    starts, need = duty.opens if duty.since is None else duty.since, need_of(duty)
    known = [each.bar for each in stood.standing if each.need == need and each.by == duty.by]
    return answered_by(starts, known[0] if known else None, stood.now, now, takes)


def answered_by(
    starts: Instant, known: Instant | None, before: Instant, now: Instant, takes: Seconds
) -> Instant:
    """By when a need is answered that stands now, where the last step was made at `before`: its
    party's time had not begun by then, runs since an earlier moment (`known`), or begins now."""
    if starts > before:
        return starts + takes
    return now + takes if known is None else known
