"""Terms as people write them: `created + minimum_age > now + exit_period`.

Comparisons of sums are brought into one form: no minus signs, the same side for the same kind of
part; If-then-else that is a maximum is printed as one. Names are cut to their last part where that
is unambiguous; enum members go by name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import attrs
import z3
from attrs import frozen

from impl.lab.prover.fresh import Leaf
from impl.lab.prover.members import SymbolicEnum
from impl.lab.prover.records import parts
from impl.lab.prover.values import Symbolic, SymbolicBool
from impl.lab.prover.ways import Outcome, Raised

_FLIPPED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_COMPARISONS = {z3.Z3_OP_LT: "<", z3.Z3_OP_LE: "<=", z3.Z3_OP_GT: ">", z3.Z3_OP_GE: ">="}


@frozen
class Writer:
    """Writes terms over the leaves of one function."""

    leaves: Mapping[str, Leaf]

    def value(self, value: Any) -> str:
        """A value with unknown parts."""
        if isinstance(value, SymbolicEnum):
            return self._member(value.term, value.kind)
        if isinstance(value, SymbolicBool):
            return self.condition(value.term)
        if isinstance(value, Symbolic):
            return self.number(value.term)
        if isinstance(value, Enum):
            return value.name
        split = parts(value)
        if isinstance(value, tuple):
            return f"({', '.join(map(self.value, value))}{',' * (len(value) == 1)})"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{k}: {self.value(v)}' for k, v in value.items())}}}"
        if split is not None and attrs.has(type(value)):
            names = [f.name for f in attrs.fields(type(value))]
            inside = zip(names, split[1], strict=True)
            return f"{type(value).__name__}({', '.join(f'{n}={self.value(v)}' for n, v in inside)})"
        return getattr(value, "__name__", repr(value))

    def outcome(self, outcome: Outcome) -> str:
        """What a call returns, or the refusal that it raises, with its values."""
        if isinstance(outcome, Raised):
            error = outcome.error
            if attrs.has(type(error)):
                return f"raises {self.value(error)}"
            return f"raises {type(error).__name__}"
        return self.value(outcome.value)

    def conjunction(self, terms: Iterable[Any]) -> str:
        """Conditions that all hold; `always` where there are none."""
        flat = [part for term in terms for part in _conjuncts(term)]
        tight = len(flat) > 1
        return " and ".join(self.condition(term, tight=tight) for term in flat) or "always"

    def condition(self, term: Any, *, tight: bool = False, positive: bool = True) -> str:
        """A Boolean term; `tight` where it stands inside another one."""
        if z3.is_not(term):
            return self.condition(term.arg(0), tight=tight, positive=not positive)
        if z3.is_true(term) or z3.is_false(term):
            return str(z3.is_true(term) is positive)
        if z3.is_and(term) or z3.is_or(term):
            word = " and " if z3.is_and(term) is positive else " or "
            inner = [self.condition(c, tight=True, positive=positive) for c in term.children()]
            return _wrapped(word.join(inner), tight)
        if (sign := comparison(term)) is not None:
            return self._compared(term, sign if positive else _FLIPPED[sign])
        if z3.is_app_of(term, z3.Z3_OP_ITE):
            test, yes, no = (self.condition(c, tight=True) for c in term.children())
            text = f"{yes} if {test} else {no}"
        elif z3.is_eq(term):
            left, right = (self.condition(c, tight=True) for c in term.children())
            return _wrapped(f"{left} {'==' if positive else '!='} {right}", tight)
        else:
            text = self._name(term)
            return text if positive else f"not {text}"
        return _wrapped(text, tight) if positive else f"not ({text})"

    def number(self, term: Any) -> str:
        """An integer term."""
        coefficients, constant = linear(term)
        return self._sum(coefficients, constant)

    def _compared(self, term: Any, sign: str) -> str:
        left, right = term.children()
        for leaf, other in ((left, right), (right, left)):
            kind = self._kind(leaf)
            if kind is not None and sign in ("==", "!="):
                return f"{self._name(leaf)} {sign} {self._member(other, kind)}"
        coefficients, constant = linear(left)
        other_coefficients, other_constant = linear(right)
        difference = {**coefficients}
        for atom, factor in other_coefficients.items():
            difference[atom] = difference.get(atom, 0) - factor
        constant -= other_constant
        plus = {atom: n for atom, n in difference.items() if n > 0}
        minus = {atom: -n for atom, n in difference.items() if n < 0}
        if not plus and minus:
            plus, minus, constant, sign = minus, plus, -constant, _MIRRORED[sign]
        on_left = self._sum(plus, max(constant, 0) if minus else 0)
        on_right = self._sum(minus, max(-constant, 0) if minus else -constant)
        return f"{on_left} {sign} {on_right}"

    def _sum(self, coefficients: Mapping[Any, int], constant: int) -> str:
        pieces: list[str] = []
        for atom, factor in coefficients.items():
            text = self._atom(atom)
            if abs(factor) != 1:
                text = f"{abs(factor)} * {text}"
            if pieces:
                pieces.append(f" {'+' if factor > 0 else '-'} {text}")
            elif factor:
                pieces.append(text if factor > 0 else f"-{text}")
        if not pieces:
            return str(constant)
        if constant:
            pieces.append(f" {'+' if constant > 0 else '-'} {abs(constant)}")
        return "".join(pieces)

    def _atom(self, atom: "Atom") -> str:
        term = atom.term
        if z3.is_app_of(term, z3.Z3_OP_ITE):
            return self._alternative(term)
        if z3.is_app_of(term, z3.Z3_OP_MUL):
            return " * ".join(self._factor(child) for child in term.children())
        if z3.is_app_of(term, z3.Z3_OP_IDIV):
            return " // ".join(self._factor(child) for child in term.children())
        if z3.is_app_of(term, z3.Z3_OP_MOD):
            return " % ".join(self._factor(child) for child in term.children())
        return self._name(term)

    def _factor(self, term: Any) -> str:
        text = self.number(term)
        return f"({text})" if " " in text and not text.endswith(")") else text

    def _alternative(self, term: Any) -> str:
        """`max(a, b)` for what means it, `(a if c else b)` for everything else."""
        test, yes, no = term.children()
        sign = comparison(test)
        if yes.decl().kind() in (z3.Z3_OP_IDIV, z3.Z3_OP_MOD) and test.eq(yes.arg(1) > 0):
            return self.number(yes)
        if sign in ("<", "<=", ">", ">="):
            left, right = test.children()
            straight = left.eq(yes) and right.eq(no)
            if straight or (left.eq(no) and right.eq(yes)):
                greater = (sign in (">", ">=")) is straight
                first, second = (no, yes) if not straight else (yes, no)
                name = "max" if greater else "min"
                return f"{name}({self.number(first)}, {self.number(second)})"
        return f"({self.number(yes)} if {self.condition(test)} else {self.number(no)})"

    def _kind(self, term: Any) -> type[Enum] | None:
        leaf = self.leaves.get(str(term)) if z3.is_const(term) else None
        return leaf.kind if leaf else None

    def _member(self, term: Any, kind: type[Enum]) -> str:
        if z3.is_int_value(term):
            return str(tuple(kind)[term.as_long()].name)
        if z3.is_app_of(term, z3.Z3_OP_ITE):
            test, yes, no = term.children()
            return (
                f"({self._member(yes, kind)} if {self.condition(test)}"
                f" else {self._member(no, kind)})"
            )
        return self._name(term)

    def _name(self, term: Any) -> str:
        name = str(term)
        last = Counter(_last_part(full) for full in self.leaves)
        short = _last_part(name)
        return short if last[short] == 1 else name


@frozen(eq=False)
class Atom:
    """A part of a sum that is no sum itself; equal where the terms are."""

    term: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and bool(self.term.eq(other.term))

    def __hash__(self) -> int:
        return int(self.term.hash())


def linear(term: Any) -> tuple[dict[Atom, int], int]:
    """A sum as factors of its atoms, and a constant."""
    if z3.is_int_value(term):
        return {}, term.as_long()
    result: dict[Atom, int] = {}
    constant = 0
    for piece, factor in _pieces(term):
        if piece is None:
            return {Atom(term): 1}, 0
        coefficients, more = linear(piece) if piece is not term else ({Atom(term): 1}, 0)
        constant += factor * more
        for atom, n in coefficients.items():
            result[atom] = result.get(atom, 0) + factor * n
    return result, constant


def _pieces(term: Any) -> list[tuple[Any, int]]:
    children = term.children()
    if z3.is_add(term):
        return [(child, 1) for child in children]
    if z3.is_sub(term):
        return [(children[0], 1), *((child, -1) for child in children[1:])]
    if z3.is_app_of(term, z3.Z3_OP_UMINUS):
        return [(children[0], -1)]
    if z3.is_mul(term) and len(children) == 2:
        for number, other in (children, reversed(children)):
            if z3.is_int_value(number):
                return [(other, number.as_long())]
    return [(term, 1)]


def comparison(term: Any) -> str | None:
    """The sign of a comparison of ints; None for any other term."""
    if z3.is_eq(term) and z3.is_int(term.arg(0)):
        return "=="
    if z3.is_distinct(term) and term.num_args() == 2 and z3.is_int(term.arg(0)):
        return "!="
    return _COMPARISONS.get(term.decl().kind()) if z3.is_app(term) else None


def _conjuncts(term: Any) -> list[Any]:
    return (
        [p for child in term.children() for p in _conjuncts(child)] if z3.is_and(term) else [term]
    )


def _last_part(name: str) -> str:
    """`len(exit.inputs)` becomes `len(inputs)`, `exit.owner` becomes `owner`."""
    start, bracket, inside = name.rpartition("(")
    return start + bracket + inside.rsplit(".", 1)[-1]


def _wrapped(text: str, tight: bool) -> str:
    return f"({text})" if tight else text
