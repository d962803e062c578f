"""A kept run again: its own rules or others that are asked for, and what it does under them."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.ground.words import path_typed
from impl.lab.claims.monitor import RULE_ERROR, RULE_IMPURE, Broken
from impl.lab.purity import Purity
from impl.lab.rules.change import CHANGE, RuleChange, rule_change
from impl.lab.rules.changefile import digest_of
from impl.lab.rules.chosen import Chosen, rule_set_of
from impl.lab.rules.knobs import SECONDS, knobs
from impl.lab.rules.places import typed_again
from impl.lab.runs.moves import Moves
from impl.lab.runs.replay import Played, Replay, replay
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
            f"this run was found with --change {path_typed(needed)}: give it again"
            f" ({asked.command} --change {path_typed(needed)}), or name other rules with --rule-set"
            f" {run.rule_set}"
        )
    if asked.other_text:
        return
    if digest_of(change) != run.digest_of_change:
        raise BadInput(
            f"--change {change}: its text is not the one with which this run was found; to play"
            f" the run under the new text: {asked.command} --rule-set {run.rule_set}"
            f" --change {path_typed(change)}"
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
    whole = replay(book, rules, scope, run.actions, look, ahead=run.invariant == RULE_ERROR)
    own = evolve(book, invariants=tuple(i for i in book.invariants if i.id == run.invariant))
    alone = replay(own, rules, scope, run.actions)
    return evolve(
        whole,
        steps=tuple(map(_both, whole.steps, alone.steps)),
        at_first=_more(whole.at_first, alone.at_first),
    )


def as_kept(run: Trace, again: Replay) -> Broken | None:
    """What a run was kept for, as it happens when it is played; None where it does not happen."""
    pair = (run.invariant, run.finding.cause)
    return next((broken for broken in again.broken if broken.pair == pair), None)


def kept_options(folder: Path, written: str | None) -> str:
    """What follows a kept run's hash on the command line: where it lies, its change file, and the
    rulebooks that were typed."""
    out = "" if folder == Path("out") else f" --out {path_typed(folder)}"
    return out + (f" --change {path_typed(written)}" if written else "") + typed_again()


def first_refused(run: Replay) -> str | None:
    """The first action of a run that the rules refuse, in words; None where all are accepted."""
    for n, step in enumerate(run.steps, 1):
        if step.refusal is not None:
            return f"action {n} is refused ({step.refusal})"
    return None


def what_became(run: Trace, again: Replay) -> str:
    """What a run does when it is played, against what its file says of it."""
    refused = first_refused(again)
    if again.holds:
        return f"nothing breaks any more{': ' + refused if refused else ''}"
    now = as_kept(run, again)
    at_first = " before the first action" if again.at_first else ""
    if now is None:
        told = "; ".join(f"{b.invariant}, {b.finding.said}" for b in again.broken)
        return f"broken{at_first}, but not as it was kept: {told}"
    said = f"still broken{at_first}: {now.invariant}, {now.finding.said}"
    if now.invariant != RULE_ERROR and dict(now.finding.numbers) != dict(run.finding.numbers):
        said += "; the file has other numbers"
    return said


@frozen
class Kept:
    """A kept run, and the rules that the command line asks for."""

    trace: Trace
    book: Rulebook
    rules: RuleChange
    scope: Any
    beside: RuleChange | None
    """What those rules are compared with: the run's own ones; for these, the rule set without what
    was changed. None where there is nothing else, or a change file is missing."""

    def played(self) -> Replay:
        """The run under those rules."""
        return self.under(self.rules)

    def under(self, rules: RuleChange) -> Replay:
        """The run under any rules."""
        return play_again(self.book, rules.rules, self.scope, self.trace)


def unchanged(rules: RuleChange) -> RuleChange:
    """The rule set that some rules start from."""
    return RuleChange(rules.rulebook, rules.rule_set, rules.rule_set.rules)


def _both(step: Played, alone: Played) -> Played:
    return evolve(step, broken=_more(step.broken, alone.broken))


def _more(broken: tuple[Broken, ...], alone: tuple[Broken, ...]) -> tuple[Broken, ...]:
    known = {each.pair for each in broken}
    return (*broken, *(each for each in alone if each.pair not in known))
