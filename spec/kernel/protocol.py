"""What a protocol is: one record, with the same face for every checker.

The checkers know nothing of Plasma or of channels. They draw moves from `families`, apply `step`,
let honest parties answer their `obligations`, move the clock to the `instants` that matter, and
tell states apart by `key`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import Factory, field, fields, frozen

from spec.kernel.basics import Instant, Party, Seconds
from spec.kernel.derived import later, whole

State = TypeVar("State")
Action = TypeVar("Action")
Rules = TypeVar("Rules")
Scope = TypeVar("Scope")

Choose = Callable[[int], int]
"""Picks one of n alternatives: choose(n) is in range(n), n >= 1.

The walker draws it at random, the codec reads it from bytes, the explorer tries every answer. So
one function describes all moves of a family, and nobody has to list them.
"""


@frozen
class Family(Generic[State, Rules, Scope]):
    """One kind of move that somebody may make: what honest parties *must* do is an obligation.

    A proposal may still be refused by `step`; what it must do is reach every move that is worth
    trying in the scope.
    """

    name: str
    """Lower case: "claim"."""
    propose: Callable[[State, Rules, Scope, Choose], Any]
    """Builds an action from choices; None where there is none."""
    weight: int = 1
    """How often it is drawn at random, beside the others."""
    every: Callable[[State, Rules, Scope], Sequence[Any]] | None = None
    """All these moves, in the order in which counting up the choices proposes them, where it is
    cheaper to list them than to propose one after the other."""


def listed(
    name: str, every: Callable[[State, Rules, Scope], Sequence[Any]], weight: int = 1
) -> Family[State, Rules, Scope]:
    """A family of moves that are few enough to be listed; the choice is one from the list."""

    def propose(state: State, rules: Rules, scope: Scope, choose: Choose) -> Any:
        moves = every(state, rules, scope)
        return moves[choose(len(moves))] if moves else None

    return Family(name, propose, weight, every)


def named(
    name: str,
    options: Callable[[State, Rules, Scope], Sequence[Callable[[], Any]]],
    weight: int = 1,
) -> Family[State, Rules, Scope]:
    """A family of moves that are few enough to be listed, but dear to make: the list has a function
    for each, and only the chosen one is called."""

    def propose(state: State, rules: Rules, scope: Scope, choose: Choose) -> Any:
        makers = options(state, rules, scope)
        return makers[choose(len(makers))]() if makers else None

    def every(state: State, rules: Rules, scope: Scope) -> Sequence[Any]:
        return [make() for make in options(state, rules, scope)]

    return Family(name, propose, weight, every)


@frozen
class Obligation:
    """An answer that an honest party's strategy demands. The clock waits for it where the rules
    accept it."""

    deadline: Instant
    """The last moment at which the contract takes it; of what never closes, the last at which the
    strategy gives it."""
    by: Party
    """Whose answer it is."""
    action: Any
    """The answer."""
    opens: Instant = 0
    """The first moment at which it can be given."""
    need: Hashable | None = None
    """What it is an answer to: this claim, this exit. While a need stands, its party's time runs,
    whatever answer it would give by now. Where nothing is said, it is the type of the answer."""
    since: Instant | None = None
    """From when on its party's time runs, if it is there and knows of the need by then; None: from
    when it can be given."""
    punctual: bool = False
    """Is it given by the deadline, however long its party's answers take otherwise?"""
    bar: Instant = field(default=Factory(lambda self: self.deadline, takes_self=True))
    """By when it is given, which may be after the deadline: the kernel says so
    (`spec.kernel.reaction`). The clock does not pass it."""


CONTRACT = Party(-3)
"""The main chain's contract, where messages come from or go to it."""


@frozen
class Message:
    """An action as a message between parties: an arrow in the drawing of a run.

    A protocol supplies a function `message(state, action)` that is asked with the state before the
    action. What it must do:

    - read the state only as far as the action makes sense in it: the action may be one that the
      rules refuse there (then the drawing says so), with indices that lead nowhere. Where it cannot
      tell the receiver, it answers None, and never raises;
    - answer None for what is no message, and for the clock's `Wait`, which is a line across;
    - say nothing that is not in the action and the state: no verdicts, no results. The drawing adds
      the refusal, and what happened to the escrow.
    """

    step: str
    """The published name of the step, at most four characters ("A1", "B4"); may be empty."""
    frm: Party
    """Who sends it; CONTRACT where the contract announces something."""
    to: tuple[Party, ...]
    """Who receives it, each once, in any order; CONTRACT for a transaction on the main chain. Empty
    for what a party does by itself. A receiver that is also the sender is passed over."""
    label: str
    """What is sent, in a few words without the names that the arrow shows: "#1 of 2, signed",
    "receipt for #1", "checkpoint 7 2 3". Up to 30 characters stay on one line nearly everywhere."""


def _fields_of(kind: type) -> Callable[[Any], Mapping[str, Any]]:
    names = [each.name for each in fields(kind)]
    return lambda state: {name: getattr(state, name) for name in names}


@frozen(kw_only=True)
class Protocol(Generic[State, Rules, Scope]):
    """A rulebook's machine: everything a checker needs to run it."""

    name: str
    """Lower case with hyphens, as typed on the command line."""

    state: type[State]
    """The record of everything there is; its points in time are annotated `Instant`."""

    initial: Callable[[Scope, Rules], State]
    """The first state of a scope."""

    step: Callable[[State, Any, Rules], State]
    """The state after an action. Raises a Refusal, and then nothing has happened."""

    families: tuple[Family[State, Rules, Scope], ...]
    """All kinds of moves that honest parties may, and all others can, make."""

    obligations: Callable[[State, Rules], tuple[Obligation, ...]]
    """What honest parties must still do, computed from what each of them knows."""

    reaction: Callable[[Rules, Party], Seconds | None] | None = None
    """How long an honest party's answer may take from when it could know that it must answer; None
    for a party that answers by the contract's deadline, in no time. Without it all do."""

    instants: Callable[[State, Rules], tuple[Seconds, ...]]
    """The points in time at which something changes; any order, past ones allowed."""

    room: Callable[[State, Rules, Seconds, Seconds], int] | None
    """How many honest answers the main chain takes between two points in time; None: any number."""

    key: Callable[[State, Rules], Callable[[Seconds], Hashable]]
    """The state reduced to what can still matter, as nested tuples of ints, at a point in time: the
    state's own, or a later one until which everybody only waits."""

    actions: tuple[type, ...]
    """Every action type. Each has an attribute `by`."""

    party_name: Callable[[Party], str]
    """What people call a party in a printed run."""

    describe: Callable[[Any], str]
    """An action as a clause: 'deposits 1', 'challenges the exit of 1000.0.0'."""

    groups: Callable[[State], Mapping[str, Any]] = field(
        default=Factory(lambda self: _fields_of(self.state), takes_self=True)
    )
    """The state's groups by name, for showing what a step changed: its fields, where nothing else
    is said."""

    shift: Callable[[State, Seconds], State] = field(
        default=Factory(lambda self: later(self.state), takes_self=True)
    )
    """The same state, everything that many seconds later. Follows from the `Instant`s of the state,
    where nothing else is said."""

    exact: Callable[[State], Hashable] = field(
        default=Factory(lambda self: whole(self.state), takes_self=True)
    )
    """The whole state as nested tuples of ints: the key that is trusted without a test. Follows
    from the types of the state."""

    message: Callable[[State, Any], Message | None] | None = None
    """An action as a message, in the state before it; None for a protocol whose runs are told line
    by line. See `Message` for what it must supply."""

    @property
    def roots(self) -> tuple[Callable[..., Any], ...]:
        """Where the rules of a step begin: what is written for the single actions, or `step`."""
        return getattr(self.step, "roots", None) or (self.step,)
