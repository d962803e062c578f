"""What z3 says of decision functions that two rule sets do not share, for ALL values.

A decision is looked at if the two rule sets have different functions for it, or the same function
and it reads a knob or another decision in which they differ. The claim is made on the spot: for all
arguments, both answer the same. A model that refutes it is run as ordinary Python before it is
believed, on both sides, and both answers are shown.

Two rules may answer differently and yet never part in a run: an order of payment is the same for
other numbers in the same order, and values may be unreachable. So this is a second answer beside
the runs, and no substitute for them.
"""

import dis
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import CodeType, FunctionType
from typing import Any

import attrs
from attrs import field, frozen

from impl.ground.evidence import Word
from impl.ground.watchdog import let_through
from impl.lab.compare.arguments import hints_of, sizes_of, takes_rules
from impl.lab.rules.knobs import decisions, hyphens, knobs, one_line
from invariants.kernel.theorems import Fresh, Theorem
from spec.kernel.refusal import Refusal

LENGTHS = (3, 1)
"""How long tuples may be: the second is tried where the first is too much for the solver."""
PATIENCE = 10.0
"""CPU seconds for one question to the prover."""
FUNCTIONS, RULES, KNOBS = ("_one", "_other"), ("_ours", "_theirs"), "shared_knobs"
"""What the claim's own parameters are called, beside those of the decision."""


@frozen
class Answers:
    """What can be said of one decision of two rule sets."""

    decision: str
    functions: tuple[str, str]
    word: Word
    """PROVED: they answer alike. REFUTED: they do not. UNKNOWN, ERROR: it could not be decided."""
    said: str
    """For which values, with the sizes; or why it could not be decided."""
    values: Mapping[str, str] = field(factory=dict)
    """Values for which they answer differently: what both take whole, and of records what matters;
    all else is as small as can be."""
    answers: tuple[str, str] = ("", "")
    """What each answers for these."""


def differing(one: Any, other: Any) -> tuple[str, ...]:
    """The decisions that can answer differently under two records of rules, by their names."""
    ours, theirs = decisions(one), decisions(other)
    changed = {name for name in ours if ours[name] is not theirs.get(name)}
    changed |= {k.name for k in knobs(one) if _value(one, k.path) != _value(other, k.path)}
    fields = {name.rpartition(".")[2].replace("-", "_") for name in changed}
    return tuple(
        name
        for name in ours
        if name in changed or fields & _read(ours[name]) or fields & _read(theirs[name])
    )


def compared(name: str, one: Any, other: Any, patience: float = PATIENCE) -> Answers:
    """Do two rule sets answer a decision alike, for all values?

    The knobs that both share are any, too; where that makes a difference they keep their values.
    """
    functions = decisions(one)[name], decisions(other)[name]
    found: Answers | None = None
    for shared in (True, False):
        for most in LENGTHS:
            found = _asked(name, functions, (one, other), most, shared, patience)
            if found.word in (Word.PROVED, Word.REFUTED):
                break
        if found is not None and found.word is Word.PROVED:
            break
    assert found is not None
    return attrs.evolve(found, functions=called(name, one, other))


def called(name: str, one: Any, other: Any) -> tuple[str, str]:
    """What the functions of a decision are called."""
    mine, theirs = (
        str(getattr(f, "__name__", type(f).__name__))
        for f in (decisions(one)[name], decisions(other)[name])
    )
    return mine, theirs


def _asked(
    name: str,
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    rules: tuple[Any, Any],
    most: int,
    shared: bool,
    patience: float,
) -> Answers:
    from impl.lab.prover import Unsupported, prove
    from impl.lab.prover.paths import Unfaithful
    from impl.lab.prover.proof import replayed

    def no_answer(why: str) -> Answers:
        return Answers(name, ("", ""), Word.UNKNOWN, why)

    try:
        theorem = same_answers(name, functions, rules, most, shared)
        result = prove(theorem, time_limit=patience)
    except (Unsupported, Unfaithful) as limit:
        return no_answer(f"the prover cannot follow the code: {one_line(limit)}")
    except BaseException as failure:
        let_through(failure)
        return no_answer(f"no question could be made of it: {one_line(failure)}")
    if result.word is Word.REFUTED:

        def answers(leaves: Mapping[str, int | bool]) -> tuple[str, str]:
            example, _ = replayed(theorem, leaves)
            one, other = (
                _shown(f, example, r) if example else ""
                for f, r in zip(functions, rules, strict=True)
            )
            return one, other

        leaves = result.details["leaves"]
        few = _simplest(leaves, lambda some: len(set(answers(some))) == 2)
        one, other = answers(few)
        if one == other:
            return no_answer(f"the solver's values do not tell them apart: both answer {one}")
        example = replayed(theorem, few)[0]
        told = {leaf: _told(example, leaf) for leaf in leaves if leaf in few or "." not in leaf}
        told = {leaf: text for leaf, text in told.items() if text}
        return Answers(name, ("", ""), Word.REFUTED, _sizes(result.summary), told, (one, other))
    return Answers(name, ("", ""), result.word, result.summary)


def _simplest(
    leaves: Mapping[str, int | bool], differ: Callable[[Mapping[str, int | bool]], bool]
) -> dict[str, int | bool]:
    """The values without which both would answer alike; all others are as small as can be."""
    kept = dict(leaves)
    for name in list(kept):
        rest = {other: value for other, value in kept.items() if other != name}
        if differ(rest):
            kept = rest
        elif not isinstance(kept[name], bool) and kept[name] > 1 and differ({**kept, name: 1}):
            kept[name] = 1
    return kept


def _told(example: Mapping[str, Any], leaf: str) -> str:
    """The value behind the name of a part of the arguments, as people write it."""
    inner = re.fullmatch(r"len\((.*)\)", leaf)
    first, *path = (inner[1] if inner else leaf).split(".")
    value: Any = example.get(first)
    for step in path:
        value = value[int(step)] if step.isdigit() else getattr(value, step.rstrip("?"), None)
    if inner:
        return str(len(value or ())) if path or value else ""
    return _text(value)


def _sizes(summary: str) -> str:
    """The part of a proof's summary that says for which sizes it was asked."""
    return next((part for part in summary.split("; ") if part.startswith("sizes: ")), "")


def same_answers(
    name: str,
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    rules: tuple[Any, Any],
    most: int,
    shared: bool,
) -> Theorem:
    """The claim that two functions, each under its own rules, answer alike for all values."""
    hints = hints_of(functions[0])
    free = {p: hint for p, hint in hints.items() if not takes_rules(hint, rules[0])}
    places = tuple(p for p in hints if p not in free)
    common = _common(*rules) if shared and places else ()

    def statement(**values: Any) -> bool:
        arguments = {p: values[p] for p in free}
        answers = []
        for function, record in zip(FUNCTIONS, RULES, strict=True):
            under = values[record]
            if common:
                with attrs.validators.disabled():
                    under = attrs.evolve(under, **values[KNOBS])
            answers.append(_outcome(values[function], arguments | dict.fromkeys(places, under)))
        return bool(answers[0] == answers[1])

    order = (*free, *FUNCTIONS, *RULES, *((KNOBS,) if common else ()))
    statement.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(p, inspect.Parameter.KEYWORD_ONLY) for p in order]
    )
    statement.__annotations__ = dict(free)
    return Theorem(
        id=name,
        claim="Both rule sets answer alike.",
        statement=statement,
        sizes=dict(size for p, hint in free.items() for size in sizes_of(hint, p, most)),
        values=dict(zip((*FUNCTIONS, *RULES), (*functions, *rules), strict=True)),
        shapes={KNOBS: lambda fresh: _any_knobs(common, rules, fresh)} if common else {},
    )


def _common(one: Any, other: Any) -> tuple[str, ...]:
    """The plain numbers among the knobs in which both records agree."""
    return tuple(
        k.path[0]
        for k in knobs(one)
        if k.kind is int and len(k.path) == 1 and _value(one, k.path) == _value(other, k.path)
    )


def _any_knobs(names: tuple[str, ...], rules: tuple[Any, Any], fresh: Fresh) -> dict[str, Any]:
    """Any values that both records take for these knobs."""
    from impl.lab.prover.shapes import validated

    values = {name: fresh.int(hyphens((name,))) for name in names}
    for record in rules:
        with attrs.validators.disabled():
            freed = attrs.evolve(record, **values)
        validated(freed, [f for f in attrs.fields(type(record)) if f.name in names], fresh)
    return values


def _outcome(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """The answer, or which refusal."""
    try:
        return True, function(**arguments)
    except Refusal as refusal:
        return False, type(refusal).__name__


def _shown(function: Callable[..., Any], example: Mapping[str, Any], rules: Any) -> str:
    """What ordinary Python makes of the values of a model."""
    hints = hints_of(function)
    rules = attrs.evolve(rules, **example[KNOBS]) if KNOBS in example else rules
    arguments = {p: rules if takes_rules(hint, rules) else example[p] for p, hint in hints.items()}
    try:
        return _text(function(**arguments))
    except BaseException as failure:
        let_through(failure)
        return f"raises {one_line(failure) or type(failure).__name__}"


def _text(value: Any) -> str:
    """A value as people write it."""
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no", None: "none"}[value]
    return value.name if isinstance(value, Enum) else str(value)


def _value(record: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        record = getattr(record, name)
    return record


def _read(function: Callable[..., Any]) -> frozenset[str]:
    """The names of all attributes that a function reads, with those of all that it calls."""
    found: set[str] = set()
    todo: list[Any] = [function]
    known: set[Any] = set()
    while todo:
        each = todo.pop()
        if not isinstance(each, FunctionType) or each in known:
            continue
        known.add(each)
        for code in _codes(each.__code__):
            found.update(i.argval for i in dis.get_instructions(code) if i.opname in _READS)
            todo += [each.__globals__.get(name) for name in code.co_names]
    return frozenset(found)


_READS = ("LOAD_ATTR", "LOAD_METHOD")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
