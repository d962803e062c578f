"""Holds every claim of a rulebook against a run, step by step: the one judge of all checkers.

It looks only where a step can have changed an answer. A TRANSITION claim is asked after the
actions it speaks of; that and an ALWAYS claim only when a state group that it reads became another
object; a SETTLED claim only in states that the rulebook calls settled.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, is_
from typing import Any

from attrs import frozen

from impl.ground.blame import raised
from impl.ground.evidence import Coverage
from impl.ground.faults import BadInput
from impl.ground.watchdog import is_hang, let_through
from invariants.kernel.claims import Finding, Invariant, Kind, Rulebook
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait

RULE_ERROR = "RULE-ERROR"
"""Stands for an invariant's id where a rule raised something that is not a refusal."""
RULE_IMPURE = "RULE-IMPURE"
"""The same where a rule is no function of its arguments: then nothing that was seen counts."""
FAULTS = (RULE_ERROR, RULE_IMPURE)
"""Faults of the rules themselves, which no claim needs to notice."""
ANSWER_IGNORED = "ANSWER-IGNORED"
"""The id of a claim on every protocol: an accepted answer is owed no longer."""
CLOCK_FROZEN = "CLOCK-FROZEN"
"""The id of another: honest answers let the clock pass again."""
TIME_PASSES = "TIME-PASSES"
"""The id of a third: waiting moves the clock by as long as was waited, and nothing else does."""
OWN_CLAIMS = {
    ANSWER_IGNORED: "An honest answer that the rules accept discharges its obligation.",
    CLOCK_FROZEN: "Once the honest parties have given their answers, time can pass.",
    TIME_PASSES: "Waiting moves the clock by as long as was waited, and nothing else moves it.",
}
"""What is claimed of every protocol, by id: without it a search says that all holds behind a clock
which stands still."""

Holds = Callable[..., bool]


def _fails(claim: Invariant, said: Any) -> bool:
    """Does a claim say False? Raises TypeError for another answer: a tuple or a generator is true,
    and such a claim could never fail."""
    if said is True or said is False:
        return not said
    raise TypeError(f"{claim.id} answers with a {type(said).__name__}, not with True or False")


@frozen
class Broken:
    """One broken claim: which, and the finding behind it."""

    invariant: str
    finding: Finding

    @property
    def pair(self) -> tuple[str, str]:
        """What tells two weaknesses apart: the invariant and the cause."""
        return self.invariant, self.finding.cause


def rule_error(error: BaseException) -> Broken:
    """A rule's or a claim's own failure as a finding: what was raised, and in whose function.

    Raises `Stopped` on, which is no failure.
    """
    let_through(error)
    cause, details = raised(error)
    return Broken(RULE_ERROR, Finding(cause, {}, details))


def _checked(id: str, finding: Any) -> Finding:
    """What a claim's explanation answers, if it is what it has to be. Raises TypeError."""
    if not isinstance(finding, Finding) or not isinstance(finding.cause, str):
        raise TypeError(f"explain of {id} has to answer with a Finding that has a cause")
    if not all(isinstance(number, int) for number in finding.numbers.values()):
        raise TypeError(f"explain of {id}: the numbers of a Finding have to be whole numbers")
    return finding


def _waited(action: Any) -> Seconds:
    return action.seconds if isinstance(action, Wait) else 0


def _time_is_kept(before: Any, action: Any, after: Any, rules: Any) -> bool:
    kept: bool = after.main.now == before.main.now + _waited(action)
    return kept


def _how_time_passed(before: Any, action: Any, after: Any, rules: Any) -> Finding:
    was, now, waited = before.main.now, after.main.now, _waited(action)
    cause = f"{type(action).__name__} moved the clock"
    if waited:
        cause = "the clock stood while time passed" if was == now else "the clock moved otherwise"
    return Finding(cause, {"before": was, "waited": waited, "after": now})


_KEPT = Invariant(
    id=TIME_PASSES,
    claim=OWN_CLAIMS[TIME_PASSES],
    kind=Kind.TRANSITION,
    holds=_time_is_kept,
    explain=_how_time_passed,
)


def is_fatal(pair: tuple[str, str]) -> bool:
    """Does this break mean that going on is of no use: a rule does not return, or it answers the
    same question differently?"""
    return pair[0] == RULE_IMPURE or is_hang(pair[1])


class Tally:
    """Counts of what a search did: accepted and refused actions, witnesses seen."""

    __slots__ = ("applied", "refused", "witnessed")

    def __init__(self, witnesses: int) -> None:
        """Everything zero."""
        self.applied: dict[type, int] = {}
        self.refused: dict[tuple[type, type], int] = {}
        self.witnessed = [0] * witnesses

    def total(self) -> int:
        """Accepted and refused actions together."""
        return sum(self.applied.values()) + sum(self.refused.values())

    def kinds(self) -> int:
        """In how many ways actions were accepted or refused."""
        return len(self.applied) + len(self.refused)

    def coverage(self, rulebook: Rulebook) -> Coverage:
        """The counts by name, every action type and every witness listed, unseen ones with 0."""
        applied = {kind.__name__: 0 for kind in rulebook.protocol.actions}
        for kind, count in self.applied.items():
            applied[kind.__name__] = count
        refused: dict[str, dict[str, int]] = {}
        for (kind, refusal), count in self.refused.items():
            refused.setdefault(kind.__name__, {})[refusal.__name__] = count
        return Coverage(
            applied=dict(sorted(applied.items())),
            refused={kind: dict(sorted(refused[kind].items())) for kind in sorted(refused)},
            witnesses={w.id: n for w, n in zip(rulebook.witnesses, self.witnessed, strict=True)},
        )


def merged(parts: Sequence[Coverage]) -> Coverage:
    """The sum of several searches' counts."""
    applied: dict[str, int] = {}
    refused: dict[str, dict[str, int]] = {}
    witnesses: dict[str, int] = {}
    for part in parts:
        _count(applied, part.applied)
        _count(witnesses, part.witnesses)
        for kind, reasons in part.refused.items():
            _count(refused.setdefault(kind, {}), reasons)
    return Coverage(
        applied=dict(sorted(applied.items())),
        refused={kind: dict(sorted(refused[kind].items())) for kind in sorted(refused)},
        witnesses=witnesses,
    )


def _count(total: dict[str, int], part: Mapping[str, int]) -> None:
    for name, count in part.items():
        total[name] = total.get(name, 0) + count


def _reader(protocol: Any, initial: Any, groups: tuple[str, ...]) -> Callable[[Any], Sequence[Any]]:
    """How to read all groups of a state at once; fast where they are attributes of it."""
    named = protocol.groups(initial)
    if len(groups) > 1 and all(getattr(initial, g, None) is named[g] for g in groups):
        return attrgetter(*groups)
    return lambda state: tuple(protocol.groups(state).values())


class Monitor:
    """The claims of one rulebook under one set of rules.

    Raises BadInput where a claim reads a group or an action type that the protocol does not have.
    """

    def __init__(self, rulebook: Rulebook, rules: Any, initial: Any) -> None:
        """Sort the claims by the moment at which they are asked."""
        protocol = rulebook.protocol
        self.rulebook = rulebook
        self.rules = rules
        self._is_settled = rulebook.settled
        claims = (*rulebook.invariants, _KEPT)
        of_kind = {kind: tuple(i for i in claims if i.kind is kind) for kind in Kind}
        self._always, self._settled = of_kind[Kind.ALWAYS], of_kind[Kind.SETTLED]
        self._groups = tuple(protocol.groups(initial))
        read = {name for i in rulebook.invariants for name in i.reads}
        names = sorted(read.union(self._groups))
        self._bits = {name: 1 << n for n, name in enumerate(names)}
        self._read = _reader(protocol, initial, self._groups)
        self._changed = tuple((self._bits[group], self._parts(group)) for group in self._groups)
        self._groups_changed: dict[tuple[bool, ...], tuple[int, tuple[Any, ...]]] = {}
        """By which groups a step has left as they were: the bits of the others, and what parts to
        look at in them."""
        self.clock = self._bits.get("main", 0) | self._bits.get("main.now", 0)
        """What `changes` answers where nothing moved but the clock."""
        self._asked: dict[int, tuple[Invariant, ...]] = {}
        self._asked_across: dict[tuple[type, int], tuple[Invariant, ...]] = {}
        self._masks = {i.id: self._mask(i) for i in claims}
        self._across: dict[type, tuple[Invariant, ...]] = {}
        self._seen: dict[type, tuple[tuple[int, Holds], ...]] = {}
        for kind in {*protocol.actions, Wait}:
            self._across[kind] = tuple(
                i for i in of_kind[Kind.TRANSITION] if not i.after or kind in i.after
            )
            self._seen[kind] = tuple(
                (n, w.seen)
                for n, w in enumerate(rulebook.witnesses)
                if not w.after or kind in w.after
            )

    def _mask(self, invariant: Invariant) -> int:
        for name in invariant.reads:
            if name.partition(".")[0] not in self._groups:
                raise BadInput(
                    f"invariant {invariant.id} reads the state group {name!r}; "
                    f"the groups are {', '.join(self._groups)}"
                )
        return sum(self._bits[name] for name in set(invariant.reads)) or -1

    def _parts(self, group: str) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        """The bits of the parts of a group that claims read ("main.accounts"), and how to."""
        return tuple(
            (bit, attrgetter(name.partition(".")[2]))
            for name, bit in self._bits.items()
            if name.startswith(f"{group}.")
        )

    def at(self, state: Any) -> tuple[Invariant, ...]:
        """The ALWAYS and SETTLED claims that a state breaks, looking at all of them."""
        rules = self.rules
        broken = [i for i in self._always if _fails(i, i.holds(state, rules))]
        if self._settled and self._is_settled(state, rules):
            broken += [i for i in self._settled if _fails(i, i.holds(state, rules))]
        return tuple(broken)

    def settled(self, state: Any) -> tuple[Invariant, ...]:
        """The SETTLED claims that a state breaks; none where the state is not settled."""
        rules = self.rules
        if self._settled and self._is_settled(state, rules):
            return tuple(i for i in self._settled if _fails(i, i.holds(state, rules)))
        return ()

    def changes(self, before: Any, after: Any) -> int:
        """Which groups a step replaced: one bit each."""
        was, now = self._read(before), self._read(after)
        same = tuple(map(is_, was, now))
        known = self._groups_changed.get(same)
        if known is None:
            changed = [n for n, kept in enumerate(same) if not kept]
            inside = tuple((n, part) for n in changed for part in self._changed[n][1])
            known = sum(self._changed[n][0] for n in changed), inside
            self._groups_changed[same] = known
        bits, parts = known
        for n, (bit, part) in parts:
            if part(was[n]) is not part(now[n]):
                bits |= bit
        return bits

    def across(
        self, before: Any, action: Any, after: Any, bits: int, witnessed: list[int]
    ) -> tuple[Invariant, ...]:
        """The TRANSITION claims that a step breaks; counts the witnesses it shows."""
        rules = self.rules
        kind = action.__class__
        for n, seen in self._seen[kind]:
            if seen(before, action, after, rules):
                witnessed[n] += 1
        asked = self._asked_across.get((kind, bits))
        if asked is None:
            masks = self._masks
            asked = tuple(i for i in self._across[kind] if masks[i.id] & bits or masks[i.id] < 0)
            self._asked_across[kind, bits] = asked
        broken: tuple[Invariant, ...] = ()
        for invariant in asked:
            said = invariant.holds(before, action, after, rules)
            if said is not True and _fails(invariant, said):
                broken = (*broken, invariant)
        return broken

    def changed(self, after: Any, bits: int) -> tuple[Invariant, ...]:
        """The ALWAYS claims that a step breaks, asking only those whose groups it replaced."""
        asked = self._asked.get(bits)
        if asked is None:
            asked = tuple(i for i in self._always if self._masks[i.id] & bits)
            self._asked[bits] = asked
        rules = self.rules
        broken: tuple[Invariant, ...] = ()
        for invariant in asked:
            said = invariant.holds(after, rules)
            if said is not True and _fails(invariant, said):
                broken = (*broken, invariant)
        return broken

    def step(
        self, before: Any, action: Any, after: Any, witnessed: list[int]
    ) -> tuple[Invariant, ...]:
        """Every claim that a step and the state after it break."""
        bits = self.changes(before, after)
        return (
            self.across(before, action, after, bits, witnessed)
            + self.changed(after, bits)
            + self.settled(after)
        )

    def explain(
        self, invariants: tuple[Invariant, ...], before: Any, action: Any, after: Any
    ) -> tuple[Broken, ...]:
        """The finding behind the first broken claim.

        One step that breaks several claims shows one weakness: the order is TRANSITION before
        ALWAYS before SETTLED, and within a kind that of the rulebook.
        """
        return tuple(
            Broken(
                i.id,
                _checked(i.id, i.explain(before, action, after, self.rules))
                if i.kind is Kind.TRANSITION
                else _checked(i.id, i.explain(after, self.rules)),
            )
            for i in invariants[:1]
        )
