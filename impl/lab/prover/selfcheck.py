"""Does the symbolic run agree with Python? Asked before anything is said to be proved.

The model of every path, replayed as ordinary Python, must give the outcome that the path says; and
any values at all must fall into exactly one path, with the outcome that Python gives. The first
alone is not enough: it never leaves the values that the prover itself thought of, and so misses a
branch that no path took. So the models are changed a little: towards the bounds, towards the
numbers that stand in the code that was entered and their neighbours, towards each other's values.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from time import process_time
from typing import Any

import z3
from attrs import define, field, frozen

from impl.lab.prover import records
from impl.lab.prover.behind import Behind
from impl.lab.prover.entered import Entered, constants
from impl.lab.prover.fresh import Leaf, chosen_by
from impl.lab.prover.members import SymbolicEnum
from impl.lab.prover.paths import Engine
from impl.lab.prover.replay import Replay, Values, reordered, replaying
from impl.lab.prover.statements import Run, functions_of, is_refusal, running
from impl.lab.prover.values import Symbolic, SymbolicBool
from impl.lab.prover.ways import Limits, Outcome, Path, Raised, Returned
from invariants.kernel.theorems import Theorem

FEWEST, MOST = 40, 1500
"""Values that are tried after the models: at least, and at most."""
SHARE, GRACE = 0.15, 0.03
"""Of the proof's own CPU time, and seconds besides: the time for more than the fewest."""
MODELS = 400
"""Models that are replayed; of more, an even choice."""


class Disagreement(ValueError):
    """A path says something else than Python."""


# What the paths say ------------------------------------------------------------------------------


@define
class Walked:
    """The paths of a statement with a model of each, noted while they are walked."""

    theorem: Theorem
    uint256: bool = False
    paths: list[Path] = field(factory=list)
    models: list[tuple[Outcome, Values]] = field(factory=list)
    """Values, and what their path says of them."""
    leaves: dict[str, Leaf] = field(factory=dict)
    found: Behind = field(init=False)
    """What was there before the statement ran."""

    def __attrs_post_init__(self) -> None:
        """To be made before the paths are walked."""
        self.found = Behind(functions_of(self.theorem))

    def note(self, now: Engine, run: Run, path: Path) -> None:
        """A path that has just been walked."""
        self.leaves |= run.leaves
        settled = _settled(path)
        self.paths.append(settled)
        model = now.model if now.model is not None else now.check()[1]
        if model is not None:
            said = _known(settled.outcome, partial(model.eval, model_completion=True))
            self.models.append((said, chosen_by(model, run.leaves)))

    def fitting(self, says: Callable[[Any], bool]) -> list[Path]:
        """The paths that some values fall into: down the tree that the decisions make."""
        left, depth = self.paths, 0
        while left and len(left[0].decisions) > depth:
            true = says(left[0].decisions[depth][0])
            left = [path for path in left if path.decisions[depth][1] is true]
            depth += 1
        return [path for path in left if all(map(says, path.given))]


def _settled(path: Path) -> Path:
    """Called while the path is still being walked: keys become what it knows them to be."""
    if isinstance(path.outcome, Raised):
        return path
    return Path(path.decisions, Returned(records.settled(path.outcome.value)), path.given)


def valued(leaves: Mapping[str, Leaf], values: Values) -> Callable[[Any], Any]:
    """What terms are worth where the leaves have these values."""
    context = z3.main_ctx()
    model = z3.ModelRef(z3.Z3_mk_model(context.ref()), context)
    for name, leaf in leaves.items():
        value = _literal(values.get(name, _least(leaf)), leaf)
        z3.Z3_add_const_interp(context.ref(), model.model, leaf.decl.as_ast(), value.as_ast())
    return partial(model.eval, model_completion=True)


def _literal(value: int | bool, leaf: Leaf) -> Any:
    return z3.BoolVal(bool(value)) if z3.is_bool(leaf.term) else z3.IntVal(int(value))


def _least(leaf: Leaf) -> int | bool:
    if z3.is_bool(leaf.term):
        return False
    return min(leaf.values) if leaf.values else leaf.low or 0


def _known(outcome: Outcome, worth: Callable[[Any], Any]) -> Outcome:
    def evaluated(leaf: Any) -> Any:
        if not isinstance(leaf, Symbolic):
            return getattr(leaf, "__wrapped__", leaf) if hasattr(leaf, "__lifted__") else leaf
        term = worth(leaf.term)
        if isinstance(leaf, SymbolicEnum):
            return tuple(leaf.kind)[term.as_long()]
        return z3.is_true(term) if isinstance(leaf, SymbolicBool) else term.as_long()

    if isinstance(outcome, Raised):
        return Raised(records.mapped(outcome.error, evaluated))
    return Returned(records.mapped(outcome.value, evaluated))


def _told(outcome: Outcome) -> tuple[Any, ...]:
    """What is compared: for an error, its type and values."""
    if isinstance(outcome, Raised):
        return (type(outcome.error), outcome.error.args)
    return (outcome.value,)


# Comparing ---------------------------------------------------------------------------------------


@frozen
class Mapped:
    """The paths of a statement against replays of it."""

    walked: Walked
    replay: Replay

    @property
    def paths(self) -> Sequence[Path]:
        """All of them."""
        return self.walked.paths

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """What the paths speak of."""
        return self.walked.leaves

    def check_models(self) -> None:
        """Each path's model, replayed, gives the path's outcome. Raises Disagreement."""
        every = max(1, -(-len(self.walked.models) // MODELS))
        for said, values in self.walked.models[::every]:
            self._compare(said, values, self._python(values))

    def check(self, values: Values) -> str:
        """These values fall into one path, and Python agrees with it. Raises Disagreement.

        Returns how it ended. Values that the shapes leave out may fall into no path.
        """
        worth = valued(self.leaves, values)
        fitting = self.walked.fitting(_truths(worth))
        expected = self._python(values)
        if expected is None and not fitting:
            return "left out"
        if len(fitting) != 1:
            raise Disagreement(f"{_shown(values)} falls into {len(fitting)} paths")
        return self._compare(_known(fitting[0].outcome, worth), values, expected)

    def check_orders(self, values: Values, shuffle: random.Random) -> bool:
        """No order of the keys of a mapping makes the statement fail. Raises Disagreement.

        Returns whether there is a mapping with an order at all.
        """
        given = self.replay.arguments(values)
        if given is None:
            return False
        fixed = self.walked.theorem.values
        free = {name: value for name, value in given.items() if name not in fixed}
        if _is_wrong(self.replay.outcome(given)):
            return False
        orders = (
            lambda keys: keys[::-1],
            lambda keys: shuffle.sample(keys, len(keys)),
        )
        changed = False
        for order in orders:
            other = {name: reordered(value, order) for name, value in free.items()}
            changed = changed or any(other[name] is not free[name] for name in free)
            outcome = self.replay.outcome({**given, **other})
            if _is_wrong(outcome):
                said = _said(outcome)
                raise Disagreement(
                    f"with the keys of a mapping in another order, Python says {said}, for"
                    f" {_shown(values)}"
                )
        return changed

    def _python(self, values: Values) -> Outcome | None:
        given = self.replay.arguments(values)
        return None if given is None else self.replay.outcome(given)

    def _compare(self, said: Outcome, values: Values, expected: Outcome | None) -> str:
        if expected is None or _told(said) != _told(expected):
            python = "that there are no such values" if expected is None else _said(expected)
            raise Disagreement(
                f"the path says {_said(said)}, Python says {python}, for {_shown(values)}"
            )
        return type(expected.error).__name__ if isinstance(expected, Raised) else "returned"


def _truths(worth: Callable[[Any], Any]) -> Callable[[Any], bool]:
    return lambda term: bool(z3.is_true(worth(term)))


def _is_wrong(outcome: Outcome) -> bool:
    if isinstance(outcome, Raised):
        return not is_refusal(outcome.error)
    return not outcome.value


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, Raised):
        text = str(outcome.error)
        kind = type(outcome.error).__name__
        return text if text.startswith(kind) else f"{kind}: {text}" if text else kind
    return str(outcome.value)


def _shown(values: Values) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items()) or "no values"


# Before a proof is believed ----------------------------------------------------------------------


def difference(walked: Walked, entered: Entered, proof_seconds: float) -> str:
    """Where the paths and Python differ, in words; empty where no difference was found.

    What the replays of the models run is added to what was entered.
    """
    seed = random.Random(walked.theorem.id)
    try:
        with replaying(walked.theorem, walked.uint256) as replay:
            mapped = Mapped(walked, replay)
            with entered.watching():
                mapped.check_models()
            _try_others(mapped, _trials(walked, entered, seed), proof_seconds)
            _try_orders(mapped, seed)
            return _differs_when_asked_again(walked, replay)
    except Disagreement as found:
        return str(found)


def _try_others(mapped: Mapped, trials: Iterator[Values], proof_seconds: float) -> None:
    started, allowed = process_time(), GRACE + SHARE * proof_seconds
    for number, values in enumerate(trials):
        if number >= FEWEST and (number >= MOST or process_time() - started > allowed):
            return
        given = mapped.replay.arguments(values)
        if given is None:
            continue
        outcome = mapped.replay.outcome(given)
        if number % 8 == 0 or _is_wrong(outcome):
            mapped.check(values)


def _try_orders(mapped: Mapped, seed: random.Random) -> None:
    for _, values in mapped.walked.models[:8]:
        if not mapped.check_orders(values, seed):
            return


def _differs_when_asked_again(walked: Walked, replay: Replay) -> str:
    """A statement that is no function of its arguments, or changes them."""
    for _, values in walked.models[:4]:
        given, same = replay.arguments(values), replay.arguments(values)
        if given is None or same is None:
            continue
        first, second = replay.outcome(given), replay.outcome(same)
        if _told(first) != _told(second):
            return f"asked twice, Python says {_said(first)} and {_said(second)}"
        changed = [name for name, value in given.items() if value != _fresh(replay, values)[name]]
        if changed:
            return f"the statement changes its argument {changed[0]}"
    return ""


def _fresh(replay: Replay, values: Values) -> Mapping[str, Any]:
    return replay.arguments(values) or {}


def _trials(walked: Walked, entered: Entered, seed: random.Random) -> Iterator[Values]:
    """Values worth trying: the models changed in one leaf, in two, in all."""
    leaves = walked.leaves
    if not leaves:
        return
    marked = marks(walked.theorem, entered)
    tried = {name: tuple(dict.fromkeys((*_near(leaf), *marked))) for name, leaf in leaves.items()}
    tried = {name: tuple(v for v in vs if _allows(leaves[name], v)) for name, vs in tried.items()}
    returned = [values for said, values in walked.models if isinstance(said, Returned)]
    models = returned or [values for _, values in walked.models] or [{}]
    seed.shuffle(models)
    singles = [
        (model, name, value) for model in models[:6] for name in leaves for value in tried[name]
    ]
    seed.shuffle(singles)
    pairs = _pairs(models, leaves, tried, seed)
    for place in range(max(MOST, len(singles))):
        if place < len(singles):
            model, name, value = singles[place]
            yield {**model, name: value}
        yield next(pairs)
        if place % 4 == 0:
            yield {name: seed.choice(values) for name, values in tried.items() if values}


def _pairs(
    models: Sequence[Values],
    leaves: Mapping[str, Leaf],
    tried: Mapping[str, Sequence[int | bool]],
    seed: random.Random,
) -> Iterator[Values]:
    """Models changed in two leaves: to other values, or the one close to the other's value."""
    names = [name for name in leaves if tried[name]] or list(leaves)
    while True:
        values = dict(seed.choice(models))
        one, other = seed.choice(names), seed.choice(names)
        values[one] = seed.choice(tried[one] or (0,))
        near = values[one] + seed.choice((-1, 0, 0, 1))
        close = seed.random() < 0.5 and _allows(leaves[other], near)
        values[other] = near if close else seed.choice(tried[other] or (0,))
        yield values


def marks(theorem: Theorem, entered: Entered) -> tuple[int, ...]:
    """The numbers that the code and the fixed values name, and their neighbours."""
    found = [int(n) for n in constants(entered) if abs(n) < 2**300]
    found += list(_ints_in(tuple(theorem.values.values())))
    near = (n + step for n in dict.fromkeys(found) for step in (0, -1, 1))
    return tuple(dict.fromkeys(near))[:120]


def _ints_in(value: Any) -> Iterator[int]:
    split = records.parts(value)
    if split is not None:
        for child in split[1]:
            yield from _ints_in(child)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def _allows(leaf: Leaf, value: int | bool) -> bool:
    if z3.is_bool(leaf.term):
        return isinstance(value, bool)
    if leaf.values:
        return value in leaf.values
    low, high = leaf.low, leaf.high
    return (low is None or value >= low) and (high is None or value <= high)


def _near(leaf: Leaf) -> Iterator[int | bool]:
    """All values of a leaf where there are few, else those next to its bounds."""
    if z3.is_bool(leaf.term):
        yield from (False, True)
    elif leaf.values:
        yield from leaf.values
    else:
        low, high = leaf.low, leaf.high
        yield from (0, 1, -1) if low is None else (low, low + 1, low + 2)
        yield from () if high is None else (high, high - 1)
        yield from (1000, 10**18, 2**255)


# For tests ---------------------------------------------------------------------------------------


def mapped_out(theorem: Theorem, uint256: bool = False) -> Mapped:
    """Every path of a theorem's statement (any function will do)."""
    now = Engine(Limits(), uint256)
    walked = Walked(theorem, uint256)
    with running(theorem, now) as (run, paths):
        for path in paths:
            if now.check()[0] == z3.sat:
                walked.note(now, run, path)
    return Mapped(walked, Replay(theorem))


def interesting(leaf: Leaf) -> Iterator[int | bool]:
    """Values of a leaf worth trying: all where there are few, else those around its bounds."""
    if z3.is_bool(leaf.term):
        yield from (False, True)
    elif leaf.values:
        yield from leaf.values
    else:
        low = leaf.low if leaf.low is not None else -12
        yield from range(low, min(low + 25, leaf.high + 1 if leaf.high is not None else low + 25))
