"""Counterexamples that are kept as files: found anew, read and played.

`python -m tests.storedruns channels.payment` finds those of a protocol anew: for each case that its
`test_traces` names, the shortest run that exploring finds. The scope goes into the file.
"""

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from impl.ground.evidence import Result, Trace
from impl.lab.explore import explore
from impl.lab.runs.replay import Replay, replay
from impl.lab.traces.format import load_trace, save_trace, structured_scope
from invariants.kernel.claims import Case, Rulebook
from tests.protocolwide import watching


def case_of(book: Rulebook, id: str) -> Case:
    return next(case for case in book.cases if case.id == id)


def searched(book: Rulebook, case: Case) -> Result:
    """What exploring finds of a case, with its claims watched alone."""
    return explore(
        watching(book, *case.only),
        book.rules_named(case.rule_set).rules,
        book.scopes[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )


def found(book: Rulebook, id: str) -> Trace:
    """The shortest run of a case."""
    case = case_of(book, id)
    traces = searched(book, case).traces
    return next(t for t in traces if (t.invariant, t.finding.cause) in case.breaks)


def shorter_by_one(actions: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
    """The run without one of its actions, for each of them."""
    return (actions[:n] + actions[n + 1 :] for n in range(len(actions)))


@frozen
class Stored:
    """The files of a protocol, and the ids of the cases that they show."""

    book: Rulebook
    folder: Path
    ids: tuple[str, ...] = ()

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.trace"))

    @property
    def each(self) -> pytest.MarkDecorator:
        """A test for each file."""
        return pytest.mark.parametrize("file", self.files, ids=[file.stem for file in self.files])

    @property
    def traces(self) -> list[Trace]:
        return [self.load(file) for file in self.files]

    @property
    def cases(self) -> list[Case]:
        return [case_of(self.book, id) for id in self.ids]

    def load(self, file: Path) -> Trace:
        return load_trace(file, {self.book.protocol.name: self.book}, self.folder)

    def scope(self, trace: Trace) -> Any:
        return structured_scope(self.book, trace.scope)

    def replayed(self, trace: Trace, rules: Any, actions: tuple[Any, ...] | None = None) -> Replay:
        """The run, or another one of its scope, with the claim that it broke watched alone."""
        run = trace.actions if actions is None else actions
        return replay(watching(self.book, trace.invariant), rules, self.scope(trace), run)

    def every_case_has_its_file(self) -> bool:
        return sorted((t.rule_set, t.invariant, t.finding.cause) for t in self.traces) == sorted(
            (case.rule_set, *case.breaks[0]) for case in self.cases
        )


if __name__ == "__main__":
    stored = importlib.import_module(f"tests.{sys.argv[1]}.test_traces").STORED
    for id in stored.ids:
        trace = found(stored.book, id)
        print(id, len(trace.actions), save_trace(trace, stored.folder).name)
