"""`exitgame mutate`: which mistakes in the rules do the claims notice?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic

import click
from attrs import evolve

from impl.cli.answer import Answer
from impl.cli.options import (
    Command,
    Duration,
    chosen_rules,
    protocol_argument,
    rules_options,
    workers_option,
)
from impl.cli.waiting import spinner
from impl.ground.faults import BadInput
from impl.ground.watchdog import Interrupted, TimeIsUp, stoppable
from impl.lab.mutants.explained import EFFECTS as EXPLAINED_EFFECTS
from impl.lab.mutants.explained import FILE as EXPLAINED
from impl.lab.mutants.keeping import kept_in, narrowed, save, stale
from impl.lab.mutants.kills import EFFECTS as KILLED_EFFECTS
from impl.lab.mutants.kills import FILE as KILLS
from impl.lab.mutants.kills import Kind, load_kills, runs_of
from impl.lab.mutants.measure import Verdict, measure, population
from impl.lab.mutants.measured import Measured
from impl.lab.mutants.rules import package_of
from impl.lab.mutants.settings import EFFECT_STEPS, STEPS
from impl.lab.mutants.source import Mutant
from impl.show.text.mutants import document, show

OFTEN = 30.0
"""Seconds between two times that kills are kept while others are looked for."""
FILES = (KILLS, EXPLAINED), (KILLED_EFFECTS, EXPLAINED_EFFECTS)
"""Where kills and explanations of the usual mistakes stand, and of those in effects."""
WEAK = frozenset({Kind.RUN, Kind.WITNESS})


@click.command("mutate", cls=Command)
@protocol_argument
@rules_options
@click.option("--only", metavar="TEXT", default="", help="Mutants whose id contains this.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="So many, at random.")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", default=1, help="Of sample and attacks."
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Length of each random walk against a mutant.  [default: {STEPS}, "
    f"with --effects {EFFECT_STEPS}]",
)
@click.option("--time", type=Duration(), help="Stop after this long: 30s, 5m.")
@workers_option
@click.option("--wider", is_flag=True, help="Also mistakes in arithmetic, in terms, in answers.")
@click.option("--effects", is_flag=True, help="Instead: mistakes in what steps do.")
@click.option("--fresh", is_flag=True, help="Attack all, whatever is kept.")
@click.option("--weak", is_flag=True, help="Attack again what no claim but only a run kills.")
@click.option("--no-hunt", is_flag=True, help="Only kill again what was killed before.")
@click.option("--brief", is_flag=True, help="Look in few places, and only for broken claims.")
@click.option("--keep", is_flag=True, help="Write what kills each mutant into the folder.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where kills and explanations are kept.  [default: tests/PACKAGE of the protocol]",
)
def mutate(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    only: str,
    sample: int | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int | None,
    wider: bool,
    effects: bool,
    fresh: bool,
    weak: bool,
    no_hunt: bool,
    brief: bool,
    keep: bool,
    folder: Path | None,
) -> Answer:
    """Make one small mistake at a time in the rules, and see which claim notices it."""
    start = monotonic()
    rules = chosen_rules(protocol, rule_set, change)
    alone = rule_set is not None or bool(rules.differences)
    if keep and alone:
        raise BadInput("--keep keeps kills under the rulebook's own rule sets: name none of them")
    book = narrowed(rules) if alone else rules.rulebook
    if effects and wider:
        raise BadInput("--effects and --wider are two stocks: one at a time")
    people = population(book, effect=effects)
    kills_file, explained_file = FILES[effects]
    stock = (*people.mutants, *people.wider) if wider else people.mutants
    chosen = _chosen(stock, only, sample, seed)
    where = folder or Path("tests", *package_of(rules.rulebook).removeprefix("spec.").split("."))
    kept = kept_in(rules.rulebook, book, where / kills_file, where / explained_file, fresh)
    if effects:
        kept = evolve(kept, runs=runs_of(load_kills(where / KILLS, rules.rulebook).values()))
    whole = effects or wider
    anew = fresh and whole and len(chosen) == len(people.mutants) + len(people.wider)
    before = {} if anew or not keep else load_kills(where / kills_file, rules.rulebook)
    verdicts: list[Verdict] = []
    saved = start
    end = None if time is None else start + time
    found = measure(
        people,
        chosen,
        kept,
        steps=steps or (EFFECT_STEPS if effects else STEPS),
        seed=seed,
        theorems=not effects,
        again=WEAK if weak else frozenset(),
        hunts=not no_hunt,
        brief=brief,
        deadline=end,
        workers=workers or 1,
    )
    with _interruptible(end) as interrupted, spinner("mutate") as say:
        for verdict in found:
            verdicts.append(verdict)
            say(_progress(verdicts, len(chosen)))
            if keep and monotonic() > saved + OFTEN:
                save(where / kills_file, people, before, verdicts)
                saved = monotonic()
    if keep:
        save(where / kills_file, people, before, verdicts)
    order = {mutant.id: place for place, mutant in enumerate(chosen)}
    measured = Measured(
        rules,
        chosen,
        tuple(sorted(verdicts, key=lambda verdict: order[verdict.mutant.id])),
        stale(people, kept, verdicts, keep, alone),
        where,
        monotonic() - start,
        bool(interrupted),
    )
    return Answer(measured.code, document(measured), lambda page: show(page, measured))


def _chosen(
    stock: Sequence[Mutant], only: str, sample: int | None, seed: int
) -> tuple[Mutant, ...]:
    found = tuple(mutant for mutant in stock if only in mutant.id)
    if not found:
        raise BadInput(f"--only {only}: no mutant has that in its id")
    if sample is None or sample >= len(found):
        return found
    places = sorted(Random(seed).sample(range(len(found)), sample))
    return tuple(found[place] for place in places)


def _progress(verdicts: Sequence[Verdict], total: int) -> str:
    survived = sum(verdict.survived for verdict in verdicts)
    return f"{len(verdicts):,} of {total:,} mutants, {survived:,} survived"


@contextmanager
def _interruptible(end: float | None) -> Iterator[list[bool]]:
    """Ctrl-C leaves what is known so far; the list is then no longer empty. So does the end."""
    stopped: list[bool] = []
    try:
        with stoppable(end):
            yield stopped
    except Interrupted:
        stopped.append(True)
    except TimeIsUp:
        pass
