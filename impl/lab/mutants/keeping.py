"""What is kept from one measurement to the next."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve

from impl.lab.mutants.explained import load_explained
from impl.lab.mutants.kills import Kill, Kind, load_kills, save_kills
from impl.lab.mutants.measure import Kept, Population, Verdict, complaints
from impl.lab.rules.change import RuleChange
from invariants.kernel.claims import Rulebook


def narrowed(rules: RuleChange) -> Rulebook:
    """The rulebook with the chosen rules as its only rule set."""
    name = rules.rule_set.name
    return evolve(
        rules.rulebook,
        rule_sets=(evolve(rules.rule_set, rules=rules.rules),),
        default_rules=name,
        cases=tuple(case for case in rules.rulebook.cases if case.rule_set == name),
    )


def kept_in(whole: Rulebook, book: Rulebook, killed: Path, argued: Path, fresh: bool) -> Kept:
    """What is known of mutants, from its two files."""
    explained = load_explained(argued)
    if fresh:
        return Kept({}, explained)
    names = {each.name for each in book.rule_sets}
    kills = load_kills(killed, whole)
    fit = {i: k for i, k in kills.items() if k.run is None or k.run.rule_set in names}
    return Kept(fit, explained)


def save(
    path: Path, people: Population, before: Mapping[str, Kill], verdicts: Sequence[Verdict]
) -> None:
    """What is known now: kills of mutants that there still are, and the new ones."""
    known = {mutant.id for mutant in (*people.mutants, *people.wider)}
    kills = {id: kill for id, kill in before.items() if id in known}
    for verdict in verdicts:
        kills.pop(verdict.mutant.id, None)
        if verdict.kill.kind not in (Kind.SURVIVED, Kind.EXPLAINED, Kind.GAP):
            kills[verdict.mutant.id] = verdict.kill
    save_kills(path, kills, people.rulebook)


def stale(
    people: Population, kept: Kept, verdicts: Sequence[Verdict], keep: bool, narrowed: bool
) -> tuple[str, ...]:
    """What is kept and does not fit any more, in lines."""
    lines = [f"{v.mutant.id}: {v.complaint}" for v in verdicts if v.complaint and _matters(v, keep)]
    if not narrowed:
        lines += complaints(people, evolve(kept, kills={}) if keep else kept)
    return tuple(sorted(lines))


def _matters(verdict: Verdict, keep: bool) -> bool:
    """A kept kill that no longer kills is put right by --keep, where another one was found."""
    return verdict.kill.kind in (Kind.EXPLAINED, Kind.GAP) or (not keep and not verdict.survived)
