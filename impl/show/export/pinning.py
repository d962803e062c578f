"""The test for a kept run, made of what the run shows today."""

from pathlib import Path

from attrs import evolve

from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.ground.files import taken
from impl.ground.words import quoted
from impl.lab.rulebooks.registry import named_at
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.rules.changefile import LARGEST
from impl.lab.rules.chosen import rule_set_of
from impl.lab.rules.places import Place, typed_again
from impl.lab.traces.format import SHORTEST_NAME, SUFFIX, full_hash
from impl.lab.traces.kept import Kept, as_kept, as_typed, unchanged
from impl.show.export.pinned import copy_name, leans_on, outcome_of, path_to
from impl.show.export.pytestfile import PinnedTest, Survivor
from impl.show.telling.runs import told


def pinned_test(
    found: Kept, folder: Path, change: str | None, holds: bool = False
) -> tuple[PinnedTest, dict[str, bytes]]:
    """The test for a kept run in a folder, and the copies of change files that it needs, by name.

    Raises BadInput where the run does not show what would be pinned.
    """
    run, rules = found.trace, found.rules
    if not run.invariant:
        raise BadInput("this run breaks no claim, so there is nothing to hold it to")
    place = named_at(found.book)
    copied = {} if change is None else _copy(change, place)
    copy = next(iter(copied), "")
    played = found.played()
    now = outcome_of(played)
    survivor, base = None, None
    if holds:
        _must_survive(rules, now.broken)
        knobs = {knob: value for knob, value in rules.changes.items() if knob != CHANGE}
        written = f"{copy}:{change.rpartition(':')[2]}" if change else ""
        survivor = Survivor(_words(rules), rules.rule_set.name, knobs, written, now)
    else:
        _must_be_its_own(rules, run)
        shown = as_kept(run, played)
        if shown is None:
            raise BadInput(
                f"the run no longer breaks {run.invariant} ({run.finding.cause}); to pin that it"
                " does not, add --holds"
            )
        run = evolve(run, finding=shown.finding)
        if rules.differences:
            base = outcome_of(found.under(unchanged(rules)))
    test = PinnedTest(
        trace=run,
        file=f"{full_hash(run)[:SHORTEST_NAME]}{SUFFIX}",
        command=_command(run, rules, change, holds),
        rules=_found_under(found),
        lines=told(found.book, played),
        own=now,
        base=base,
        survivor=survivor,
        copy="" if holds else copy,
        rulebook="" if place is None else place.written,
        path=path_to(place, folder),
        also=tuple(copied),
    )
    return test, copied


def _must_survive(rules: RuleChange, broken: tuple[tuple[str, str], ...]) -> None:
    if broken:
        causes = "; ".join(f"{claim}, {cause}" for claim, cause in broken)
        raise BadInput(
            f"--holds: under {_words(rules)} the run still breaks {causes}; repair the rules"
            " first, or name others with --rule-set"
        )


def _must_be_its_own(rules: RuleChange, run: Trace) -> None:
    knobs = {k.replace("_", "-"): v for k, v in run.changes.items() if k != CHANGE}
    own = dict(as_typed(rules.rule_set.rules, knobs.items()))
    mine = {k.replace("_", "-"): v for k, v in rules.changes.items() if k != CHANGE}
    if rules.rule_set.name != run.rule_set or mine != own:
        raise BadInput(
            "a run is pinned under the rules that it was found under; to pin that it breaks"
            " nothing under others, add --holds"
        )


def _copy(change: str, place: Place | None) -> dict[str, bytes]:
    file = Path(change.rpartition(":")[0])
    content = taken(file, LARGEST)
    needed = leans_on(file, content, "" if place is None else place.module.partition(".")[0])
    if needed:
        raise BadInput(
            f"--change {change}: it imports {needed}, which lies beside it; a pinned test must not"
            " lean on other files, so put everything into one"
        )
    return {copy_name(file, content): content}


def _command(run: Trace, rules: RuleChange, change: str | None, holds: bool) -> str:
    words = ["exitgame", "pin", full_hash(run)[:SHORTEST_NAME]]
    if holds:
        words += ["--holds", "--rule-set", rules.rule_set.name]
        for knob, value in rules.changes.items():
            words += [] if knob == CHANGE else [f"--rules.{knob}", value]
    if change is not None:
        words += ["--change", change]
    return " ".join(map(quoted, words)) + typed_again()


def _found_under(found: Kept) -> str:
    """The rules under which a run was found, in words."""
    run = found.trace
    base = rule_set_of(found.book, run.rule_set).rules
    parts = [f"{k} {v}" for k, v in as_typed(base, run.changes.items())]
    where = f"{run.protocol}/{run.rule_set}"
    return f"{where} with {' and '.join(parts)}" if parts else where


def _words(rules: RuleChange) -> str:
    parts = [f"{d.field} {d.before} -> {d.after}" for d in rules.differences]
    where = f"{rules.rulebook.protocol.name}/{rules.rule_set.name}"
    return f"{where} with {' and '.join(parts)}" if parts else where
