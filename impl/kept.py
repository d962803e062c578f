"""A kept run again: its own rules or others that are asked for, and what it does under them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, frozen

from impl.changefile import digest_of
from impl.evidence import Trace
from impl.explore.moves import Moves
from impl.faults import BadInput
from impl.knobs import SECONDS, knobs
from impl.monitor import RULE_IMPURE
from impl.purity import Purity
from impl.registry import Chosen, rule_set_of
from impl.replay import Played, Replay, replay
from impl.rulechange import CHANGE, RuleChange, rule_change
from invariants.kernel.claims import Rulebook


@frozen
class Asked:
    """Which rules a person asks for, in the words of the command line."""

    command: str
    """What was typed, for the line that says how to ask differently: `exitgame replay 7f3a`."""
    rule_set: str | None = None
    settings: Sequence[tuple[str, str]] = ()
    change: str | None = None
    other_text: bool = False
    """May the change's text be another than the one with which the run was found?"""


def rules_of(run: Trace, book: Rulebook, asked: Asked) -> RuleChange:
    """The run's own rules, with what is asked for on top; under another rule set only that.

    Raises BadInput.
    """
    if asked.rule_set is not None:
        chosen = Chosen(book, rule_set_of(book, asked.rule_set))
        return rule_change(chosen, asked.settings, asked.change)
    own = Chosen(book, rule_set_of(book, run.rule_set))
    needed = run.changes.get(CHANGE)
    if needed is not None:
        _same_change(run, needed, asked)
    settings = [(knob, text) for knob, text in run.changes.items() if knob != CHANGE]
    return rule_change(
        own, [*as_typed(own.rule_set.rules, settings), *asked.settings], asked.change
    )


def _same_change(run: Trace, needed: str, asked: Asked) -> None:
    change = asked.change
    if change is None:
        raise BadInput(
            f"this run was found with --change {needed}: give it again ({asked.command}"
            f" --change {needed}), or name other rules with --rule-set {run.rule_set}"
        )
    if asked.other_text or not run.digest_of_change:
        return
    if digest_of(change) != run.digest_of_change:
        raise BadInput(
            f"--change {change}: its text is not the one with which this run was found; to play"
            f" the run under the new text: {asked.command} --rule-set {run.rule_set}"
            f" --change {change}"
        )


def as_typed(record: Any, settings: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Settings as a person would type them: programs keep durations as bare seconds."""
    durations = {knob.name for knob in knobs(record) if knob.unit == SECONDS}
    return [
        (
            name,
            f"{text}s"
            if name.replace("_", "-") in durations and re.fullmatch(r"\d+", text)
            else text,
        )
        for name, text in settings
    ]


def play_again(book: Rulebook, rules: Any, scope: Any, run: Trace) -> Replay:
    """The run under some rules, the claim that it was kept for watched in its own right.

    Of several claims that one action breaks only the first is told; the run may have been found by
    a search that watched another of them alone.
    """
    look = None
    if run.invariant == RULE_IMPURE:
        look = Purity(book, Moves(book.protocol, rules, scope)).look
    whole = replay(book, rules, scope, run.actions, look)
    own = evolve(book, invariants=tuple(i for i in book.invariants if i.id == run.invariant))
    alone = replay(own, rules, scope, run.actions)
    return Replay(whole.initial, tuple(map(_both, whole.steps, alone.steps)))


def _both(step: Played, alone: Played) -> Played:
    known = {broken.pair for broken in step.broken}
    more = tuple(broken for broken in alone.broken if broken.pair not in known)
    return evolve(step, broken=step.broken + more) if more else step
