"""Calls of pure functions as one step.

A call with unknown values in its arguments is enumerated where it stands. Outcomes of the same
shape are joined by if-then-else; only the KIND of outcome (which refusal, None or a value, how long
a tuple) splits the caller. The first try asks no solver: a dead inner path only adds a dead branch
to a term, and the answer holds everywhere, so it is remembered. A call with too many paths, or one
that does what only a feasible path may, is enumerated again with the solver, and its answer holds
where it was found and nowhere else.

Only values go in and come out: what somebody could change later (a list, an iterator, an object of
a class that is no frozen record) is handed on to the function itself, which runs as it stands.
"""

import contextlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import attrs
from attrs import frozen

from impl.lab.prover import records
from impl.lab.prover.ends import Infeasible, NeedsSolver, Stop, Unsupported
from impl.lab.prover.paths import Engine, engine
from impl.lab.prover.terms import FALSE, TRUE, choice
from impl.lab.prover.ways import Outcome, Path, Raised, Returned


@frozen
class Alternative:
    """One kind of outcome of a call: when, and what."""

    condition: Any
    outcome: Outcome


# Folding a call --------------------------------------------------------------------------------


def fold(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the call returns or raises on this path."""
    now = engine()
    values = (*args, *kwargs.values())
    if now.frame is None or all(records.is_known(value) for value in values):
        return function(*args, **kwargs)
    if not all(records.is_value(value) for value in values):
        return function(*args, **kwargs)
    question = (function, tuple(kwargs), tuple([records.identity(v) for v in values]))
    try:
        alternatives = now.recorded(
            question, values, lambda: _alternatives(now, question, function, args, kwargs)
        )
    except Stop as stop:
        now.stopped(stop)
        raise
    if alternatives is None:
        return function(*args, **kwargs)
    return _chosen(now, alternatives)


def _alternatives(
    now: Engine,
    question: Hashable,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Alternative, ...] | None:
    """Every kind of outcome of a call; None where the call can't be folded."""
    if question in now.memo:
        return now.memo[question][1]  # type: ignore[no-any-return]
    mappings = [(v, dict(v)) for v in (*args, *kwargs.values()) if type(v) is dict]
    paths, free = _enumerated(now, lambda: records.settled(function(*args, **kwargs)))
    if any(not records.is_same_mapping(now, before) for now, before in mappings):
        raise Unsupported(
            f"{function.__name__} changes a mapping that it was given: make a new one"
        )
    answer = alternatives(paths) if all(_is_value(path.outcome) for path in paths) else None
    if free:
        now.memo[question] = ((args, kwargs), answer)
    return answer


def _is_value(outcome: Outcome) -> bool:
    """Can nobody change what came out?"""
    if isinstance(outcome, Returned):
        return bool(records.is_value(outcome.value))
    error = outcome.error
    bare = attrs.has(type(error)) or not vars(error)
    return bare and all(map(records.is_value, error.args))


def _enumerated(now: Engine, run: Callable[[], Any]) -> tuple[list[Path], bool]:
    """The paths of a run, and whether they hold in every context."""
    free = True

    def watched() -> Any:
        nonlocal free
        try:
            return run()
        finally:
            free = free and now.frame is not None and now.frame.free

    with contextlib.suppress(NeedsSolver):
        return list(now.paths(watched, solved=False)), free
    frame = now.frame
    while frame is not None:
        frame.free = False
        frame = frame.parent
    return list(now.paths(run)), False


def alternatives(paths: Sequence[Path]) -> tuple[Alternative, ...]:
    """The paths of a call, those of one shape joined."""
    shaped = [(path, outcome_shape(path.outcome)) for path in paths]
    kinds = dict.fromkeys(kind for _, kind in shaped)
    return tuple(Alternative(*_joined(shaped, 0, kind)) for kind in kinds)


def outcome_shape(outcome: Outcome) -> Hashable:
    """Returned or raised, and what shape."""
    if isinstance(outcome, Returned):
        return "returned", records.shape(outcome.value)
    return "raised", records.shape(outcome.error)


def _joined(paths: list[tuple[Path, Hashable]], depth: int, kind: Hashable) -> tuple[Any, Any]:
    """When an outcome of this kind comes, and which, from the tree that the paths make."""
    path, found = paths[0]
    if len(path.decisions) == depth:
        return TRUE if found == kind else FALSE, path.outcome if found == kind else None
    term = path.decisions[depth][0]
    yes = [p for p in paths if p[0].decisions[depth][1]]
    no = [p for p in paths if not p[0].decisions[depth][1]]
    if not yes or not no:
        return _joined(yes or no, depth + 1, kind)
    when_yes, if_yes = _joined(yes, depth + 1, kind)
    when_no, if_no = _joined(no, depth + 1, kind)
    when = choice(term, when_yes, when_no)
    if if_yes is None or if_no is None:
        return when, if_yes or if_no
    return when, _joined_outcome(term, if_yes, if_no)


def _joined_outcome(term: Any, yes: Outcome, no: Outcome) -> Outcome:
    if isinstance(yes, Returned) and isinstance(no, Returned):
        return Returned(records.joined(term, yes.value, no.value))
    if isinstance(yes, Raised) and isinstance(no, Raised):
        return Raised(records.joined(term, yes.error, no.error))
    raise AssertionError("outcomes of one shape")


def _chosen(now: Engine, answer: tuple[Alternative, ...]) -> Any:
    if not answer:
        raise Infeasible
    for alternative in answer[:-1]:
        if now.decide(alternative.condition):
            return _delivered(alternative.outcome)
    return _delivered(answer[-1].outcome)


def _delivered(outcome: Outcome) -> Any:
    if isinstance(outcome, Raised):
        split = records.parts(outcome.error)
        raise outcome.error if split is None else records.rebuilt(*split)  # each call its own
    return _with_own_mappings(outcome.value)


def _with_own_mappings(value: Any) -> Any:
    """The same value; a mapping in it is one that the caller may fill in further."""
    if type(value) is dict:
        return {key: _with_own_mappings(held) for key, held in value.items()}
    if type(value) is tuple and any(type(held) in (dict, tuple) for held in value):
        return tuple([_with_own_mappings(held) for held in value])
    return value
