"""`exitgame explore` and `exitgame fuzz`: look for a run that breaks a claim."""

import secrets
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import click

from impl.cli.answer import Answer
from impl.cli.options import (
    Command,
    Duration,
    answer_by,
    chosen_rules,
    chosen_scope,
    hostile_option,
    out_option,
    protocol_argument,
    rules_options,
    scope_options,
    workers_option,
    writable,
)
from impl.cli.waiting import cores, watched
from impl.ground.evidence import Progress, Result, Word
from impl.lab.attack.known import known_mistake
from impl.lab.attack.sieve import Sieve
from impl.lab.rules.change import RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.show.text.found import keep
from impl.show.text.search import Searched
from impl.show.text.search import document as search_document
from impl.show.text.search import show as show_search
from impl.show.text.sieved import Kept, keep_hits

STEPS = 200_000
"""How many steps a fuzz run without a change takes where neither --steps nor --time says so."""


@click.command("explore", cls=Command)
@protocol_argument
@rules_options
@scope_options
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="At most N actions deep.")
@click.option("--time", type=Duration(), help="Stop after this long: 30s, 5m.")
@workers_option
@hostile_option
@click.option("--keep-going", is_flag=True, help="Collect every (invariant, cause), not only one.")
@out_option
def explore_scope(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    scope: str | None,
    depth: int | None,
    time: float | None,
    workers: int | None,
    hostile: bool,
    keep_going: bool,
    out: Path,
) -> Answer:
    """Look at every state that a scope can reach; what breaks is found by a shortest run.

    With a change (--change, --rules.KNOB), what the rule set without it breaks in the same scope,
    too, is passed over and listed.

    Exit codes: 0 nothing broken, or nothing that the change breaks; 1 broken, or not known because
    no time was left to look; 2 wrong usage; 130 interrupted.
    """
    from impl.lab.attack.places import Place
    from impl.lab.attack.sifted import sifted
    from impl.lab.explore import explore

    rules = chosen_rules(protocol, rule_set, change, hostile)
    where = chosen_scope(rules.rulebook, scope)
    deadline = None if time is None else monotonic() + time
    processes = workers or cores()

    def search(progress: Callable[[Progress], None]) -> tuple[Result, Sieve]:
        return sifted(
            rules,
            Place(where.title, where.record),
            lambda spares, report: explore(
                rules.rulebook,
                rules.rules,
                where.record,
                depth=depth,
                workers=processes,
                time_limit=time,
                keep_going=keep_going,
                progress=report,
                spares=spares,
            ),
            progress,
            deadline=deadline,
            workers=processes,
        )

    return _answer("explore", rules, where, search, out, deadline)


@click.command("fuzz", cls=Command)
@protocol_argument
@rules_options
@scope_options
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Repeat the run with this seed."
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many accepted steps, and explored states, at most.",
)
@click.option("--time", type=Duration(), help="At most this long in all: 30s, 5m.")
@workers_option
@hostile_option
@click.option("--keep-going", is_flag=True, help="Collect every (invariant, cause), not only one.")
@out_option
def fuzz_scope(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    scope: str | None,
    seed: int | None,
    steps: int | None,
    time: float | None,
    workers: int | None,
    hostile: bool,
    keep_going: bool,
    out: Path,
) -> Answer:
    """Attack a rule change: prove, explore, then play random runs. Without one, only the last.

    A change (--change, --rules.KNOB) is attacked for --time in all [default: 60s]. The theorems
    that read what is changed are proved or refuted; scopes are explored (all that the rulebook's
    evidence explores, or --scope), and random runs look further. It stops at the first run that
    the change breaks and the rule set without it does not, unless told to --keep-going.

    The same --seed and --steps give the same answer on every machine, for any number of --workers:
    then --steps bounds the random steps and the explored states, and the only clock that is looked
    at is the prover's, which gives a theorem up after 10 s. With --time, how far the search gets
    depends on the machine, and what it finds may, too.

    Exit codes: 0 nothing broken, or nothing that the change breaks (what the rule set breaks in the
    same scope without it is listed); 1 broken, or not known because a scope was not opened or no
    time was left; 2 wrong usage; 130 interrupted.
    """
    rules = chosen_rules(protocol, rule_set, change, hostile)
    used = secrets.randbelow(2**32) if seed is None else seed
    processes = workers or cores()
    if rules.differences:
        from impl.cli.attacking import attack
        from impl.show.text.attack import show_attack
        from impl.show.text.attacked import document

        asked = scope is not None or bool(click.get_current_context().meta.get("scope"))
        where = chosen_scope(rules.rulebook, scope) if asked else None
        done = attack(rules, where, used, steps, time, processes, keep_going, out)
        return Answer(done.code, document(done), lambda page: show_attack(page, done))

    from impl.lab.fuzz import fuzz

    at = chosen_scope(rules.rulebook, scope)

    def search(progress: Callable[[Progress], None]) -> tuple[Result, None]:
        result = fuzz(
            rules.rulebook,
            rules.rules,
            at.record,
            seed=used,
            steps=STEPS if steps is None and time is None else steps,
            time_limit=time,
            keep_going=keep_going,
            workers=processes,
            progress=progress,
        )
        return result, None

    deadline = None if time is None else monotonic() + time
    return _answer("fuzz", rules, at, search, out, deadline, used)


def _answer(
    method: str,
    rules: RuleChange,
    scope: ScopeChoice,
    search: Callable[[Callable[[Progress], None]], tuple[Result, Sieve | None]],
    out: Path,
    deadline: float | None,
    seed: int | None = None,
) -> Answer:
    from impl.lab.elsewhere.processes import searched

    folder = writable(out)
    start = monotonic()
    sieves: list[Sieve | None] = []

    def found_here() -> Result:
        result, sieve = watched(method, search)
        sieves.append(sieve)
        return result

    result = searched(rules, scope.record, found_here, deadline)
    sieve = sieves[0]
    kept: tuple[Kept, ...] = ()
    if sieve is not None and rules.differences:
        kept = keep_hits(rules, sieve.new, sieve.old, True, folder, answer_by)
        found = tuple(each.found for each in kept)
    else:
        found = keep(rules, scope.record, result, folder, answer_by)
    known = None
    if not result.traces and result.word is not Word.INTERRUPTED:
        known = known_mistake(rules.rulebook, rules.rules, [scope.record], deadline)
    taken = monotonic() - start
    outcome = Searched(method, rules, scope, result, kept, found, known, taken, seed)
    return Answer(outcome.code, search_document(outcome), lambda page: show_search(page, outcome))
