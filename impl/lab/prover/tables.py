"""Decision tables: a function as rows of condition and outcome, read off its paths."""

from collections.abc import Callable, Mapping
from typing import Any

import z3
from attrs import frozen

from impl.lab.prover.ends import Unsupported
from impl.lab.prover.examination import examined
from impl.lab.prover.names import check_names
from impl.lab.prover.paths import Engine
from impl.lab.prover.selfcheck import Walked
from impl.lab.prover.statements import running
from impl.lab.prover.text import Writer
from impl.lab.prover.values import SymbolicBool
from impl.lab.prover.ways import Limits, Outcome, Path, Returned
from invariants.kernel.theorems import Theorem


@frozen
class Row:
    """One way through a function, as text. The conditions of all rows exclude each other."""

    condition: str
    outcome: str


def decision_table(
    function: Callable[..., Any],
    fixed: Mapping[str, Any] | None = None,
    symbolic_knobs: tuple[str, ...] = (),
    *,
    sizes: Mapping[str, Any] | None = None,
    shapes: Mapping[str, Callable[[Any], Any]] | None = None,
) -> tuple[Row, ...]:
    """What a function decides, case by case.

    `fixed` gives concrete values to parameters (a rule set), `symbolic_knobs` names int fields in
    them that stay open. The other parameters take any value of their annotations, in the `sizes`
    given (by parameter, field or type name), or come from `shapes`. A path that ends in an
    exception says so.
    """
    asked = Theorem(
        id=getattr(function, "__name__", "function"),
        claim="",
        statement=function,
        sizes=sizes or {},
        values=fixed or {},
        symbolic_knobs=symbolic_knobs,
        shapes=shapes or {},
    )
    check_names(asked)
    now, walked = Engine(Limits()), Walked(asked)
    found = []
    with running(asked, now) as (run, paths):
        for path in paths:
            walked.note(now, run, path)
            found.append(path)
    if differs := examined(walked, now):
        raise Unsupported(f"the table and Python disagree: {differs}", "")
    writer = Writer(walked.leaves)
    return _rows(_merged(found, writer), writer)


def path_table(
    function: Callable[..., Any], sizes: Mapping[str, Any] | None = None, **fixed: Any
) -> tuple[Row, ...]:
    """The decision table of a function of which some parameters are fixed by keyword."""
    return decision_table(function, fixed, sizes=sizes)


@frozen
class _Line:
    """A row before it is written: conditions of the tree that the paths make, and the outcome."""

    conditions: tuple[Any, ...]
    outcome: str
    given: tuple[Any, ...]

    def says(self) -> tuple[Any, ...]:
        """What two lines must agree in to be one."""
        return (*(term.get_id() for term in self.conditions), self.outcome)


def _merged(paths: list[Path], writer: Writer, depth: int = 0) -> list[_Line]:
    """The lines of a tree of paths, without the decisions that make no difference."""
    if len(paths) == 1 and len(paths[0].decisions) == depth:
        path = paths[0]
        return [_Line((), writer.outcome(_decided(path)), path.given)]
    term = paths[0].decisions[depth][0]
    yes = [path for path in paths if path.decisions[depth][1]]
    no = [path for path in paths if not path.decisions[depth][1]]
    if not yes or not no:
        return _merged(paths, writer, depth + 1)
    if_yes, if_no = _merged(yes, writer, depth + 1), _merged(no, writer, depth + 1)
    if [line.says() for line in if_yes] == [line.says() for line in if_no]:
        return if_yes
    return [
        _Line((condition, *line.conditions), line.outcome, line.given)
        for condition, lines in ((term, if_yes), (z3.Not(term), if_no))
        for line in lines
    ]


def _decided(path: Path) -> Outcome:
    """The outcome, with a Boolean that the path decides replaced by its truth."""
    if isinstance(path.outcome, Returned) and isinstance(path.outcome.value, SymbolicBool):
        term = path.outcome.value.term
        for value in (True, False):
            if _impossible(*path.given, *path.conditions(), z3.Not(term) if value else term):
                return Returned(value)
    return path.outcome


def _rows(lines: list[_Line], writer: Writer) -> tuple[Row, ...]:
    return tuple(
        Row(writer.conjunction(tidied(line.conditions, line.given)), line.outcome) for line in lines
    )


def _impossible(*terms: Any) -> bool:
    solver = z3.SimpleSolver()
    solver.add(*terms)
    return bool(solver.check() == z3.unsat)


def tidied(conditions: tuple[Any, ...], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The conditions without those that the others and the bounds imply."""
    needed = list(conditions)
    for condition in conditions:
        others = [c for c in needed if c is not condition]
        if _impossible(*given, *others, z3.Not(condition)):
            needed = others
    return tuple(needed)
