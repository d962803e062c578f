"""How a measurement with mutants is told: tables, and the survivors with what they change."""

import difflib
import importlib
import inspect
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from impl.ground.words import quoted
from impl.lab.mutants.kills import KILLS, Kind
from impl.lab.mutants.measure import Verdict
from impl.lab.mutants.measured import Measured
from impl.lab.mutants.source import Mutant
from impl.lab.rules.places import typed_again
from impl.show.telling.screen import BAD, DIM, GOOD, WARN, labelled, number, plural, seconds, table
from impl.show.text.found import change_document, change_rows

COLUMNS = (*KILLS, Kind.EQUIVALENT, Kind.EXPLAINED, Kind.GAP, Kind.SURVIVED)
TITLES = {
    Kind.INVARIANT: "claim",
    Kind.THEOREM: "theorem",
    Kind.ERROR: "crash",
    Kind.WITNESS: "witness",
    Kind.RUN: "run",
    Kind.EQUIVALENT: "equal",
    Kind.EXPLAINED: "argued",
    Kind.GAP: "gap",
    Kind.SURVIVED: "alive",
}
COMPARISONS = frozenset(["lt", "le", "gt", "ge", "eq", "ne", "in", "not-in", "is", "is-not"])
CONTEXT = 1
"""Lines around a change."""


def diff(mutant: Mutant) -> str:
    """What a mutant changes, as a unified diff; a moved knob in one line."""
    if mutant.knob is not None:
        return f"- {mutant.original}\n+ {mutant.mutated}"
    text = inspect.getsource(importlib.import_module(mutant.module))
    name = mutant.module.replace(".", "/") + ".py"
    lines = difflib.unified_diff(
        text.splitlines(), mutant.source.splitlines(), name, name, lineterm="", n=CONTEXT
    )
    return "\n".join(lines)


def document(measured: Measured) -> dict[str, Any]:
    """A measurement, for programs."""
    verdicts = measured.verdicts
    return {
        "command": "mutate",
        **change_document(measured.change),
        "mutants": len(measured.chosen),
        "not_looked_at": measured.left,
        "kinds": {kind.value: _count(verdicts, kind) for kind in COLUMNS},
        "verdicts": [_verdict(verdict) for verdict in verdicts],
        "complaints": list(measured.complaints),
        "seconds": round(measured.taken, 3),
        "exit_code": measured.code,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    kill, mutant = verdict.kill, verdict.mutant
    said = {
        "id": mutant.id,
        "line": mutant.line,
        "change": mutant.difference,
        "kind": kill.kind.value,
        "by": kill.by,
        "cause": kill.cause,
        "hunted": verdict.fresh,
        "seconds": round(verdict.seconds, 3),
    }
    if kill.run is not None:
        said |= {
            "rule_set": kill.run.rule_set,
            "scope": kill.run.scope,
            "actions": kill.run.actions,
        }
    return {**said, "diff": diff(mutant)} if verdict.survived else said


def show(page: Console, measured: Measured) -> None:
    """A measurement, for people."""
    verdicts = measured.verdicts
    page.print(labelled(change_rows(measured.change)))
    page.print()
    page.print(_operators(verdicts))
    page.print()
    page.print(_claims(verdicts))
    for verdict in measured.survivors:
        _survivor(page, verdict)
    page.print()
    page.print(labelled(_verdict_rows(measured)))


def _operators(verdicts: Sequence[Verdict]) -> Any:
    shown = [k for k in COLUMNS if k is Kind.SURVIVED or _count(verdicts, k)]
    names = sorted({_operator(v.mutant) for v in verdicts})
    rows: list[list[Text]] = []
    for name in [*names, "all"]:
        of = [v for v in verdicts if name in ("all", _operator(v.mutant))]
        counts = [_count(of, kind) for kind in shown]
        cells = [Text(number(n) if n else "-", style="" if n else DIM) for n in counts]
        cells[-1].style = BAD if counts[-1] else DIM
        rows.append([Text(name, style="bold" if name == "all" else ""), Text(number(len(of)))])
        rows[-1] += cells
    titles = [TITLES[kind] for kind in shown]
    return table(
        ("mistake", "mutants", *titles), rows, right=("mutants", *titles), tight=("mistake",)
    )


def _operator(mutant: Mutant) -> str:
    """The kind of mistake, without its place in a list of terms, or the theorem of a boundary."""
    if mutant.kind.startswith("knob-"):
        return "knob moved"
    words = [word for word in mutant.kind.split("-") if not word.isdigit()]
    before, _, after = "-".join(words).partition("-to-")
    if {before, after} <= COMPARISONS:
        return "comparison flipped"
    return " ".join(words)


def _claims(verdicts: Sequence[Verdict]) -> Any:
    killed = [v for v in verdicts if v.kill.kind in KILLS]
    by = Counter((v.kill.kind, v.kill.by if v.kill.kind is not Kind.RUN else "") for v in killed)
    rows = []
    for (kind, name), count in sorted(by.items(), key=lambda item: (-item[1], item[0][1])):
        of = [v.seconds for v in killed if v.kill.kind is kind and name in ("", v.kill.by)]
        time = Text(seconds(sum(of) / len(of)), style=DIM)
        rows.append((name or "a run that comes out otherwise", kind.value, number(count), time))
    return table(
        ("killed by", "kind", "mutants", "each took"), rows, right=("mutants", "each took")
    )


def _survivor(page: Console, verdict: Verdict) -> None:
    page.print()
    page.print(Text.assemble(("survived ", BAD), verdict.mutant.id), soft_wrap=True)
    for line in diff(verdict.mutant).splitlines():
        style = BAD if line.startswith("-") else GOOD if line.startswith("+") else DIM
        page.print(Text(f"  {line}", style=style), soft_wrap=True)


def _verdict_rows(measured: Measured) -> list[tuple[str, Text]]:
    verdicts = measured.verdicts
    killed = sum(v.kill.kind in KILLS for v in verdicts)
    hunted = sum(v.fresh for v in verdicts)
    parts = [f"{killed:,} of {plural(len(measured.chosen), 'mutant')} killed"]
    for kind in (Kind.EQUIVALENT, Kind.EXPLAINED, Kind.GAP, Kind.SURVIVED):
        if count := _count(verdicts, kind):
            parts.append(
                plural(count, kind.value) if kind is Kind.GAP else f"{count:,} {kind.value}"
            )
    said = Text(", ".join(parts), style=BAD if measured.survivors else GOOD)
    said.append(f"  {seconds(measured.taken)}, {hunted:,} hunted afresh", style=DIM)
    rows = [("mutate", said)]
    rows += [("stale", Text(line, style=WARN)) for line in measured.complaints]
    if measured.left:
        rows.append(("warning", Text(f"{measured.left:,} were not looked at", style=WARN)))
    if measured.survivors:
        name = measured.change.rulebook.protocol.name
        again = f"exitgame mutate {name} --only {quoted(measured.survivors[0].mutant.id)}"
        rows.append(("again", Text(again + typed_again(), style="bold")))
    return rows


def _count(verdicts: Sequence[Verdict], kind: Kind) -> int:
    return sum(verdict.kill.kind is kind for verdict in verdicts)
