"""The same actions under two sets of rules, side by side, and where they part."""

from collections.abc import Iterable
from typing import Any

import attrs
from attrs import evolve, frozen

from impl.ground.evidence import Trace
from impl.ground.watchdog import is_hang, let_through
from impl.lab.claims.monitor import RULE_ERROR, Broken
from impl.lab.rules.change import Difference, RuleChange, difference
from impl.lab.rules.knobs import decisions
from impl.lab.runs.replay import Played, Replay, replay
from invariants.kernel.claims import Rulebook, RuleSet


@frozen
class Side:
    """The run under some rules."""

    title: str
    """What the rules are called: the rule set, with what is changed about it."""
    rules: Any
    run: Replay
    """With all claims watched."""
    broken: tuple[tuple[int, Broken], ...]
    """Where the claim of the page is broken: step, finding. That claim is watched alone here."""
    kept: tuple[str, str]
    """The claim and the cause that the page is about."""

    @property
    def breaks(self) -> bool:
        """Is the claim of the page broken?"""
        return bool(self.broken)

    @property
    def as_kept(self) -> tuple[int, Broken] | None:
        """Where it is broken for the cause that the page is about: the step, and the finding."""
        return next(((n, each) for n, each in self.broken if each.pair == self.kept), None)

    @property
    def others(self) -> tuple[tuple[int, Broken], ...]:
        """Where other claims are broken."""
        mine = self.kept[0]
        return tuple(
            (n, each) for n, each in self.run.breaks if each.invariant not in (mine, RULE_ERROR)
        )

    @property
    def refused(self) -> tuple[int, ...]:
        """Which actions the rules do not accept."""
        return tuple(n for n, step in enumerate(self.run.steps, 1) if not step.accepted)

    def at(self, step: int) -> Played:
        """One step, counted from 1."""
        return self.run.steps[step - 1]

    def hangs_at(self, step: int) -> bool:
        """Does a rule not return here?"""
        return any(is_hang(each.finding.cause) for each in self.at(step).broken)

    def finding_at(self, step: int) -> Broken | None:
        """The claim of the page, if it is broken here."""
        return next((each for n, each in self.broken if n == step), None)


@frozen
class Parting:
    """Where two runs of the same actions stop being the same; None where they never do."""

    outcome: int | None
    """The first action that only one side accepts, or that they refuse for different reasons."""
    money: int | None
    """The first step that moves money differently."""
    state: int | None
    """The first step after which the states differ."""
    at_once: bool
    """The states differ before the first action."""

    @property
    def first(self) -> int | None:
        """The first of them all."""
        return min((n for n in (self.outcome, self.money, self.state) if n), default=None)


def played(book: Rulebook, rules: Any, scope: Any, trace: Trace, title: str) -> Side:
    """A trace's actions under some rules."""
    run = replay(book, rules, scope, trace.actions, ahead=trace.invariant == RULE_ERROR)
    if trace.invariant == RULE_ERROR:
        # A fault is seen whichever claims are watched, and a rule that hangs is slow to see.
        watched = run
    else:
        mine = tuple(each for each in book.invariants if each.id == trace.invariant)
        alone = evolve(book, invariants=mine)
        watched = replay(alone, rules, scope, trace.actions)
    broken = tuple(
        (n, each) for n, each in watched.breaks if each.invariant in (trace.invariant, RULE_ERROR)
    )
    return Side(title, rules, run, broken, (trace.invariant, trace.finding.cause))


def own_title(change: RuleChange) -> str:
    """What the changed rules are called."""
    return titled(change.rule_set.name, change.differences)


def titled(name: str, differences: Iterable[Difference]) -> str:
    """A rule set's name with what is changed about it."""
    changed = ", ".join(f"{each.field} {each.after}" for each in differences)
    return f"{name} with {changed}" if changed else name


def other_side(change: RuleChange, scope: Any, trace: Trace) -> tuple[Side | None, str]:
    """The rules to compare with, and why these (or why none).

    What was changed is compared with what it was changed from. Where nothing was changed: with
    the nearest rule set of the rulebook that is expected to hold, and under which this run does.
    """
    book, name = change.rulebook, change.rule_set.name
    if change.differences:
        side = played(book, change.rule_set.rules, scope, trace, name)
        return side, "the rules without the change"
    for each in _that_hold(book, change.rules):
        try:
            side = played(book, each.rules, scope, trace, each.name)
        except BaseException as error:
            let_through(error)
            continue  # its rules and this scope do not go together
        if not side.broken and side.run.holds:
            reason = "the nearest rule set under which this run breaks nothing"
            return side, f"{reason} ({each.summary.rstrip('.')})"
    return None, (
        f"Nothing was changed about {name}, and no other rule set of {book.protocol.name} that is"
        " expected to hold keeps the claim in this run; so there is one side only."
    )


def _that_hold(book: Rulebook, rules: Any) -> list[RuleSet]:
    """The rule sets that a case of the rulebook expects to keep every claim, nearest first."""
    broken = {case.rule_set for case in book.cases if case.breaks}
    kept = {case.rule_set for case in book.cases if not case.breaks} - broken
    fitting = [
        each
        for each in book.rule_sets
        if each.name in kept and type(each.rules) is type(rules) and each.rules != rules
    ]
    return sorted(fitting, key=lambda each: _distance(rules, each.rules))


def _distance(rules: Any, others: Any) -> int:
    return len(difference(rules, others))


def parting(one: Side, other: Side) -> Parting:
    """Where two sides part."""
    at_once = not _same_rest(one.run.initial, other.run.initial)
    outcome = money = state = None
    for n, (mine, yours) in enumerate(zip(one.run.steps, other.run.steps, strict=True), 1):
        if outcome is None and _outcome(one, n) != _outcome(other, n):
            outcome = n
        if money is None and _moved(mine) != _moved(yours):
            money = n
        if state is None and not at_once and not _same_rest(mine.after, yours.after):
            state = n
    return Parting(outcome, money, state, at_once)


def _outcome(side: Side, n: int) -> tuple[Any, ...]:
    step = side.at(n)
    return step.accepted, type(step.refusal), side.finding_at(n) is not None


def _same_rest(mine: Any, yours: Any) -> bool:
    return bool(mine == yours)


def _moved(step: Played) -> list[Any]:
    was, now = step.before.main, step.after.main
    return [
        (key, amount - before.get(key, 0))
        for before, after in ((was.accounts, now.accounts), (was.escrow, now.escrow))
        for key, amount in after.items()
        if amount != before.get(key, 0)
    ]


def changed_names(differences: Iterable[Difference]) -> dict[str, str]:
    """For each changed knob or decision: the attribute by which the rules' code reads it."""
    return {each.field: each.field.rpartition(".")[2].replace("-", "_") for each in differences}


def decision_codes(rules: Any) -> dict[Any, tuple[str, ...]]:
    """The decision functions of some rules, by their code, with the names of their fields: several
    where one function stands in several."""
    found: dict[Any, tuple[str, ...]] = {}
    for name, function in decisions(rules).items():
        code = getattr(function, "__code__", None)
        if code is not None:
            found[code] = (*found.get(code, ()), name)
    return found


def all_differences(one: Any, other: Any) -> tuple[Difference, ...]:
    """What two records of rules differ in; nothing where they are of different kinds."""
    if type(one) is not type(other) or not attrs.has(type(one)):
        return ()
    return difference(one, other)
