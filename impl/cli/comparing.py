"""`exitgame compare`: where two rule sets part, and who loses most by it."""

import re
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import click

from impl.cli.answer import Answer
from impl.cli.options import (
    Command,
    Duration,
    chosen_scope,
    in_time,
    out_option,
    protocol_argument,
    scope_options,
    writable,
)
from impl.cli.waiting import spinner, ticker, words
from impl.ground.faults import BadInput
from impl.ground.watchdog import Interrupted, TimeIsUp, stoppable
from impl.lab.compare.asking import answers
from impl.lab.compare.decisions import Answers
from impl.lab.compare.run import STEPS, compare
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import CHANGE, RuleChange, rule_change
from impl.lab.rules.chosen import Chosen, rule_set_of
from impl.show.text.compared import Comparison, document, keep, show
from invariants.kernel.claims import Rulebook, RuleSet

CTRL_C = "Ctrl-C"
SEARCHING = 0.85
"""How much of the time the search may take; the prover has the rest."""
TIME = 30.0
"""Seconds, where neither --depth nor --time says otherwise."""
FILE = re.compile(r".*\.py(:.*)?", re.DOTALL)
"""A change file, and no name of a rule set."""


@click.command("compare", cls=Command)
@protocol_argument
@click.argument("rule_sets", metavar="[A] [B]", nargs=-1)
@click.option("--change", metavar="FILE.py:NAME", help="Change B by a function or a record.")
@click.option(
    "--rules.KNOB",
    "rules_knob",
    metavar="VALUE",
    expose_value=False,
    help="Set a knob of B: --rules.exit-period 10d.",
)
@scope_options
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="At most N actions deep.")
@click.option("--time", type=Duration(), help=f"Stop after this long.  [default: {TIME:g}s]")
@click.option(
    "--steps",
    type=click.IntRange(min=0),
    metavar="N",
    default=STEPS,
    show_default=True,
    help="Steps of random runs, for what the search did not find.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Of the random runs.",
)
@out_option
def compare_rules(
    protocol: str,
    rule_sets: tuple[str, ...],
    change: str | None,
    scope: str | None,
    depth: int | None,
    time: float | None,
    steps: int,
    seed: int,
    out: Path,
) -> Answer:
    """Find the shortest runs on which two rule sets differ, and who loses most by it.

    A and B are rule sets of PROTOCOL, or files FILE.py:NAME with a change of it. With B alone, A is
    PROTOCOL's own rule set; without any, B is what --rules.KNOB and --change make of it.

    The worst loss is the worst over all runs that were looked at, honest parties first.

    Exit codes: 0 no difference was found, 1 they differ or nothing was looked at, 2 wrong usage,
    130 interrupted.
    """
    with in_time("the rules were read"):
        one, other = _sides(protocol, rule_sets, change)
    where = chosen_scope(one.rulebook, scope)
    folder = writable(out)
    start = monotonic()
    rules = one.rules, other.rules
    if depth is None and time is None:
        time = TIME
    with ticker() as say:
        seen = compare(
            one.rulebook,
            rules,
            where.record,
            depth=depth,
            time_limit=None if time is None else time * SEARCHING,
            steps=steps,
            seed=seed,
            progress=lambda progress: say(f"compare  {words(progress)}"),
        )
    said: list[Answers] = []
    if seen.stopped_by != CTRL_C:
        try:
            with spinner("prove") as say, stoppable(None if time is None else start + time):
                for each in answers(rules, say, None if time is None else start + time):
                    said.append(each)
        except Interrupted:
            seen.stopped_by = CTRL_C
        except TimeIsUp:
            pass
    taken = monotonic() - start
    names = _titles(one, other)
    comparison = Comparison(one, other, names, where, seed, seen, said, taken)
    kept = [keep(comparison, shown, folder) for shown in comparison.runs()]
    return Answer(
        comparison.code, document(comparison, kept), lambda page: show(page, comparison, kept)
    )


# What is compared -------------------------------------------------------------------------------


def _sides(
    protocol: str, names: Sequence[str], change: str | None
) -> tuple[RuleChange, RuleChange]:
    """The two rule sets that the command line asks for. Raises BadInput."""
    base = choose(protocol)
    settings = click.get_current_context().meta.get("rules", [])
    if len(names) > 2:
        raise BadInput(f"two rule sets can be compared, and {len(names)} are named")
    if not names and not settings and change is None:
        raise BadInput(
            f"name what {protocol} is compared with: a rule set, a FILE.py:NAME, --rules.KNOB VALUE"
            f" or --change FILE.py:NAME; rule sets: {_listed(base.rulebook)}"
        )
    one = (
        _named(base, names[0]) if len(names) == 2 else RuleChange(*_own(base), base.rule_set.rules)
    )
    other = _named(base, names[-1]) if names else RuleChange(*_own(base), base.rule_set.rules)
    if settings or change is not None:
        if CHANGE in other.changes and change is not None:
            raise BadInput(f"{names[-1]} and --change {change} are two changes of B: drop one")
        written = change if change is not None else other.changes.get(CHANGE)
        other = rule_change(Chosen(other.rulebook, other.rule_set), settings, written)
    if one.rules == other.rules:
        raise BadInput(
            f"{_title(one)} and {_title(other)} are the same rules: name two that differ, or change"
            " one with --rules.KNOB VALUE or --change FILE.py:NAME"
        )
    return one, other


def _own(base: Chosen) -> tuple[Rulebook, RuleSet]:
    return base.rulebook, base.rule_set


def _named(base: Chosen, name: str) -> RuleChange:
    """A rule set of the same protocol by its name, or a change of its own one."""
    if FILE.fullmatch(name):
        return rule_change(base, (), name)
    if any(rule_set.name == name for rule_set in base.rulebook.rule_sets):
        rule_set = rule_set_of(base.rulebook, name)
        return RuleChange(base.rulebook, rule_set, rule_set.rules)
    try:
        found = choose(name)
    except BadInput:
        rule_set_of(base.rulebook, name)
        raise
    ours, theirs = base.rulebook.protocol.name, found.rulebook.protocol.name
    if ours != theirs:
        raise BadInput(
            f"{name} belongs to {theirs}, and cannot be compared with {ours}; rule sets of {ours}:"
            f" {_listed(base.rulebook)}"
        )
    return RuleChange(found.rulebook, found.rule_set, found.rule_set.rules)


def _listed(book: Rulebook) -> str:
    return ", ".join(rule_set.name for rule_set in book.rule_sets)


def _titles(one: RuleChange, other: RuleChange) -> tuple[str, str]:
    """What the sides are called: the rule set, the function or record that was written, and the
    knobs that were set; the knobs alone where all else is the same."""
    first, second = _title(one), _title(other)
    if not one.changes and CHANGE not in other.changes and one.rule_set == other.rule_set:
        return first, second.partition(", ")[2]
    return (first, second) if first != second else (f"{first} (A)", f"{second} (B)")


def _title(change: RuleChange) -> str:
    written = change.changes.get(CHANGE, "")
    base = written.rpartition(":")[2] if ":" in written else Path(written).stem
    knobs = [f"{knob} {text}" for knob, text in change.changes.items() if knob != CHANGE]
    return ", ".join([base or change.rule_set.name, *knobs])
