"""Which knobs are safe? The answer is a condition on them, found by eliminating all else.

Knobs are unsafe where SOME values of everything else lead a path to a wrong end. z3 removes those
values from the formula, and what is left is a condition on the knobs alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

import z3
from attrs import evolve, frozen

from impl.lab.prover.examination import examined
from impl.lab.prover.fresh import Leaf
from impl.lab.prover.paths import Engine
from impl.lab.prover.selfcheck import Disagreement, Walked
from impl.lab.prover.stated import check
from impl.lab.prover.statements import running, wrong
from impl.lab.prover.text import Atom, Writer, comparison, linear
from impl.lab.prover.ways import Limits
from invariants.kernel.theorems import Theorem


@frozen
class Condition:
    """A condition on knobs; its text is Python."""

    text: str
    term: Any

    def __str__(self) -> str:
        """The condition as people write it."""
        return self.text


class NoCondition(ValueError):
    """None was found on the knobs alone."""


def safe_knobs(
    theorem: Theorem, knobs: Sequence[str] = (), *, time_limit: float | None = None
) -> Condition:
    """The values of the knobs for which the theorem holds, whatever else happens.

    The knobs are int fields of a rule set that the theorem fixes; without any, they are the
    theorem's symbolic ones. Its statement must not itself assume what is asked for. Raises
    NoCondition where z3 finds no condition without the other values, Disagreement where Python says
    something else than the paths, Unsupported as `prove` does.
    """
    asked = evolve(theorem, symbolic_knobs=tuple(knobs) or theorem.symbolic_knobs, safe_when="")
    check(asked)
    now, walked = Engine(Limits(seconds=time_limit)), Walked(asked)
    ways: list[Any] = []
    given: list[Any] = []
    with running(asked, now) as (run, paths):
        for path in paths:
            given += path.given
            ways.append(z3.And(*path.given, *path.conditions(), wrong(asked, path.outcome)[0]))
            walked.note(now, run, path)
    if found := examined(walked, now):
        raise Disagreement(found)
    leaves = walked.leaves
    ours = {n: leaf for n, leaf in leaves.items() if n.rsplit(".", 1)[-1] in asked.symbolic_knobs}
    others = [leaf.term for name, leaf in leaves.items() if name not in ours]
    knobs_only = {str(leaf.term) for leaf in ours.values()}
    bounds = {g.get_id(): g for g in given if _variables(g) <= knobs_only}
    unsafe = z3.Or(ways)
    if others:
        unsafe = z3.Exists(others, unsafe)
    return _condition(unsafe, z3.And(*bounds.values()), ours)


def _condition(unsafe: Any, bounds: Any, knobs: dict[str, Leaf]) -> Condition:
    eliminated = _eliminated(unsafe)
    if _quantified(eliminated):
        raise NoCondition("the other values could not be eliminated")
    short = _shortest(z3.Not(eliminated), bounds)
    return Condition(Writer(knobs).condition(short), short)


def _eliminated(unsafe: Any) -> Any:
    """What z3 makes of it without quantifiers, in a context of its own: the answer does not hang
    on what was asked before."""
    alone = z3.Context()
    eliminate = z3.Then("simplify", "qe", "simplify", ctx=alone)
    return eliminate(unsafe.translate(alone)).as_expr().translate(z3.main_ctx())


def _shortest(safe: Any, bounds: Any) -> Any:
    """The condition in few words: as a conjunction or a disjunction of its own comparisons.

    Within the bounds it is equivalent. Where neither will do, it is left as z3 found it.
    """
    if _implies(bounds, z3.Not(safe)):
        return z3.BoolVal(False)
    atoms = _half_spaces(safe)
    needed = _strongest([a for a in atoms if _implies(z3.And(bounds, safe), a)], bounds)
    if _implies(z3.And(bounds, *needed), safe):
        return _one(needed, z3.And)
    pairs = [z3.And(a, b) for place, a in enumerate(atoms) for b in atoms[:place]]
    for candidates in (atoms, atoms + pairs):
        enough = [c for c in candidates if _implies(z3.And(bounds, c), safe)]
        weakest = _strongest([z3.Not(c) for c in enough], bounds)
        if _implies(z3.And(bounds, safe, *weakest), z3.BoolVal(False)):
            return _one([c.arg(0) for c in weakest], z3.Or)
    return z3.simplify(safe)


def _one(terms: list[Any], combine: Callable[[list[Any]], Any]) -> Any:
    if len(terms) == 1:
        return terms[0]
    return combine(terms) if terms else z3.simplify(combine(terms))


def _strongest(terms: list[Any], bounds: Any) -> list[Any]:
    """The conjunction of the terms without those that the others imply."""
    kept = list(terms)
    for term in terms:
        others = [other for other in kept if other is not term]
        if _implies(z3.And(bounds, *others), term):
            kept = others
    return kept


def _half_spaces(term: Any) -> list[Any]:
    """Every comparison in a term and its opposite, each as `sum >= sum`, without duplicates.

    In the order of their text: z3 orders a term by what was built before it.
    """
    found: dict[int, Any] = {}
    for atom in _comparisons(term):
        left, right = (linear(side) for side in atom.children())
        sums = {a: left[0].get(a, 0) - right[0].get(a, 0) for a in (*left[0], *right[0])}
        for sign, shift in _AT_LEAST_ZERO[str(comparison(atom))]:
            half = _half_space(
                {a: sign * n for a, n in sums.items()}, sign * (left[1] - right[1]) + shift
            )
            found[half.get_id()] = half
    return sorted(found.values(), key=str)


_AT_LEAST_ZERO = {
    **dict.fromkeys((">=", "<"), ((1, 0), (-1, -1))),
    **dict.fromkeys(("<=", ">"), ((-1, 0), (1, -1))),
    **dict.fromkeys(("==", "!="), ((1, 0), (-1, 0), (1, -1), (-1, -1))),
}
"""`left - right` times the first, plus the second, is at least 0: a comparison or its opposite."""


def _half_space(sums: dict[Atom, int], constant: int) -> Any:
    """The term `sums + constant >= 0` without minus signs."""
    ordered = sorted(sums.items(), key=lambda entry: str(entry[0].term))
    left = [n * a.term if n != 1 else a.term for a, n in ordered if n > 0]
    right = [-n * a.term if n != -1 else a.term for a, n in ordered if n < 0]
    (left if constant > 0 else right).append(z3.IntVal(abs(constant)))
    return _sum(left) >= _sum(right)


def _sum(terms: list[Any]) -> Any:
    whole = [t for t in terms if not (z3.is_int_value(t) and t.as_long() == 0)]
    return sum(whole[1:], whole[0]) if whole else z3.IntVal(0)


def _comparisons(term: Any) -> list[Any]:
    """Every comparison in a term, once."""
    found: dict[int, Any] = {}
    left = [term]
    while left:
        part = left.pop()
        if part.get_id() not in found:
            found[part.get_id()] = part
            if comparison(part) is None:
                left += part.children()
    return [part for part in found.values() if comparison(part) is not None]


def _variables(term: Any) -> set[str]:
    if z3.is_const(term):
        return set() if z3.is_int_value(term) else {str(term)}
    return {name for child in term.children() for name in _variables(child)}


def _implies(premise: Any, conclusion: Any) -> bool:
    solver = z3.SimpleSolver()
    solver.add(premise, z3.Not(conclusion))
    return bool(solver.check() == z3.unsat)


def _quantified(term: Any) -> bool:
    return z3.is_quantifier(term) or any(_quantified(child) for child in term.children())
