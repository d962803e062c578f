"""Claims, witnesses, theorems and cases in a line each.

A claim is a function with a docstring: it says when the claim holds, the docstring what is claimed.
Its name in the module is then the claim itself. What it reads of the state (`Invariant.reads`) is
given as words: "main.accounts ghost".
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invariants.kernel.claims import Case, Finding, Invariant, Kind, Method, Witness
from invariants.kernel.theorems import Theorem, theorem
from spec.kernel.basics import Duration
from spec.kernel.mainchain import total_supply
from spec.kernel.shapes import bare, hints_of

Cause = str | Callable[..., Any]
"""A short phrase without numbers; or a function of the state that tells which. Without numbers
beside it: a function of all that the claim is asked about, which makes the whole finding."""
Numbers = Callable[[Any], Mapping[str, int]] | None
"""The numbers behind a failure, from the state; of a step, from the state after it."""
Claims = Callable[[Callable[..., bool]], Invariant]


def always(id: str, cause: Cause, numbers: Numbers = None, *, reads: str = "") -> Claims:
    """Make holds(state, rules) a claim about every state."""
    return _claim(id, cause, numbers, Kind.ALWAYS, reads, ())


def at_rest(id: str, cause: Cause, numbers: Numbers = None, *, reads: str = "") -> Claims:
    """Make holds(state, rules) a claim about each state in which nobody has anything left to do."""
    return _claim(id, cause, numbers, Kind.SETTLED, reads, ())


def whenever(
    id: str,
    cause: Cause,
    numbers: Numbers = None,
    *,
    after: tuple[type, ...] = (),
    reads: str = "",
) -> Claims:
    """Make holds(before, action, after, rules) a claim about every accepted action; with `after`,
    about those of these types."""
    return _claim(id, cause, numbers, Kind.TRANSITION, reads, after)


def _claim(
    id: str,
    cause: Cause,
    numbers: Numbers,
    kind: Kind,
    reads: str,
    after: tuple[type, ...],
) -> Claims:
    asked = 2 if kind == Kind.TRANSITION else 0  # of what it is asked about: the state

    def make(holds: Callable[..., bool]) -> Invariant:
        def explain(*about: Any) -> Finding:
            if numbers is None:
                if isinstance(cause, str):
                    return Finding(cause, {})
                found: Finding = cause(*about)
                return found
            state = about[asked]
            return Finding(cause if isinstance(cause, str) else cause(state), numbers(state))

        return Invariant(id, _said(holds), kind, holds, explain, tuple(reads.split()), after)

    return make


def conserved(id: str) -> Invariant:
    """No action makes money or destroys it, asset by asset."""

    def holds(before: Any, action: Any, after: Any, rules: Any) -> bool:
        return not _made(before, after)

    def explain(before: Any, action: Any, after: Any, rules: Any) -> Finding:
        return Finding("money made or destroyed", _made(before, after))

    claim = "No action makes money or destroys it."
    return Invariant(id, claim, Kind.TRANSITION, holds, explain, ("main",))


def _made(before: Any, after: Any) -> dict[str, int]:
    """How much more there is of each asset, where there is more or less."""
    assets = {*before.main.escrow, *after.main.escrow}
    more = {each: total_supply(after.main, each) - total_supply(before.main, each)
            for each in sorted(assets)}  # fmt: skip
    return {f"asset {each}": by for each, by in more.items() if by != 0}


def happens(id: str, claim: str, kind: type) -> Witness:
    """An action of this type is seen to be accepted."""
    return Witness(id, claim, lambda before, action, after, rules: True, after=(kind,))


def proved(id: str, rules: Any, **given: Any) -> Callable[[Callable[..., bool]], Theorem]:
    """Make a function that returns a bool a theorem about these rules, for all values of their
    durations; its docstring is the claim. `given` is as for `theorem`."""
    knobs = tuple(name for name, hint in hints_of(type(rules)) if Duration() in bare(hint)[1])

    def make(statement: Callable[..., bool]) -> Theorem:
        values = {"rules": rules, **given.pop("values", {})}
        made = theorem(id, _said(statement), values=values, symbolic_knobs=knobs, **given)
        return made(statement)

    return make


def explored(
    id: str,
    title: str,
    where: str,
    *breaks: tuple[str, str],
    why: str = "",
    only: tuple[str, ...] = (),
    contract_alone: bool = False,
) -> Case:
    """A case that is explored until nothing new is reachable. `where` is "rule set/scope"; what
    must be found there are pairs of a claim's id and a cause, and `why` says why it happens. With
    `only`, no other claims are watched; `contract_alone` says that nobody honest is there."""
    rules, _, scope = where.partition("/")
    return Case(
        id, title, Method.EXPLORE, rules, scope, breaks, why, only=only,
        contract_alone=contract_alone,
    )  # fmt: skip


def broken(id: str, title: str, where: str, claim: str, cause: str, why: str) -> Case:
    """A counterexample that exploring must find, with this claim watched alone."""
    return explored(id, title, where, (claim, cause), why=why, only=(claim,))


def without(id: str, where: str, claim: str, cause: str, why: str) -> Case:
    """The same for rules that lack one thing: their name, "sound-without-bond", is the title."""
    return broken(id, where.partition("/")[0].replace("-", " "), where, claim, cause, why)


def sampled(
    id: str,
    title: str,
    where: str,
    *breaks: tuple[str, str],
    steps: int,
    why: str = "",
    only: tuple[str, ...] = (),
    hostile: bool = False,
    contract_alone: bool = False,
) -> Case:
    """A case like an explored one that takes so many accepted steps at random instead; with
    `hostile`, any call by anybody is tried, too."""
    rules, _, scope = where.partition("/")
    return Case(
        id, title, Method.FUZZ, rules, scope, breaks, why, steps=steps, only=only, hostile=hostile,
        contract_alone=contract_alone,
    )  # fmt: skip


def all_but(claims: Iterable[Invariant], *ids: str) -> tuple[str, ...]:
    """The ids of these claims, less some: what a case watches where those are known to break."""
    return tuple([claim.id for claim in claims if claim.id not in ids])


def _said(function: Callable[..., Any]) -> str:
    """What a function's docstring claims. Raises TypeError where there is none."""
    text = inspect.getdoc(function)
    if not text:
        raise TypeError(f"{function.__name__} needs a docstring: it is what is claimed")
    return " ".join(text.split())
