"""A few steps of somebody's own protocol: are its answers of the kind that the laboratory needs?

A rule that raises is left to the searches, which show the run. What is complained of here would
break them: a state that cannot be told apart, an answer of another type, a text that is none.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from operator import attrgetter
from time import monotonic
from typing import Any

import attrs

from impl.ground.blame import raised
from impl.ground.faults import BadInput
from impl.ground.watchdog import RuleHangs, TimeIsUp, let_through, stoppable, watchdog
from impl.lab.fuzz.codec import Sources
from impl.lab.keys.fingerprint import check_plain
from impl.lab.rulebooks.ghosts import ghosts_in, looked_at
from impl.lab.rulebooks.wrong import Wrong, a
from invariants.kernel.claims import Finding, Rulebook
from spec.kernel.clock import Wait
from spec.kernel.protocol import Message, Obligation
from spec.kernel.refusal import Refusal
from spec.kernel.shapes import TAKEN, outgrown

PATIENCE = 0.25
"""Seconds for all steps together; what takes longer is for the searches."""
STATES, PROPOSALS = 40, 40
SCOPES = 8
"""Scopes, and rule sets, whose first state is made."""


def tried(book: Rulebook) -> None:
    """Make first states, and walk a little from the usual one. Raises Wrong."""
    rules = book.rules_named(book.default_rules).rules
    scope = book.scopes[book.default_scope]
    deadline = monotonic() + PATIENCE
    # Nothing can be searched without these, so no search could say that one does not return.
    with watchdog(int):
        first = _first(book, rules, scope, f"scope {book.default_scope}")
        for name, other in islice(book.scopes.items(), SCOPES):
            if monotonic() < deadline:
                _first(book, rules, other, f"scope {name}")
        for each in book.rule_sets[:SCOPES]:
            if type(each.rules) is type(rules) and monotonic() < deadline:
                _first(book, each.rules, scope, f"rule set {each.name}")
        _reads(book, first)
    # What does not return is left to the searches, which say in which run.
    with suppress(TimeIsUp), stoppable(deadline + PATIENCE, hears=False):
        _walk(_Trial(book, rules, scope, _honest(book, first, scope)), first, deadline)
    _known_whole(book.protocol.state)


def _first(book: Rulebook, rules: Any, scope: Any, where: str) -> Any:
    protocol = book.protocol
    first = _called(lambda: protocol.initial(scope, rules), f"protocol.initial ({where})")
    if not attrs.has(type(first)):
        raise Wrong(f"protocol.initial ({where}) returns {a(first)}, not a state")
    main = getattr(first, "main", None)
    if not isinstance(getattr(main, "now", None), int):
        raise Wrong("a state needs a field `main`, the main chain with its clock `now`")
    for name in ("accounts", "escrow"):
        if not isinstance(getattr(main, name, None), Mapping):
            raise Wrong(f"the main chain in a state needs a mapping `{name}`: use a MainChain")
    _plain(first, "the first state")
    _told_apart(scope, where)
    return first


def _known_whole(state: type) -> None:
    """All types of records in a state are there before a protocol is made of them."""
    found = outgrown(state) if state in TAKEN else ()
    for kind in found:
        names = ", ".join(dict.fromkeys([each.__name__ for each in kind.__subclasses__()]))
        raise Wrong(
            f"{names} is made from {kind.__name__}, after the protocol was: its keys would know"
            f" only what {kind.__name__} has. Write it above the protocol"
        )


def _reads(book: Rulebook, first: Any) -> None:
    """What claims say that they read is there."""
    groups = _groups(book, first)
    for claim in book.invariants:
        for name in claim.reads:
            group, dot, rest = name.partition(".")
            if group not in groups:
                raise Wrong(
                    f"{claim.id}: reads names the group {group!r}; there are {', '.join(groups)}"
                )
            try:
                part = attrgetter(rest)(groups[group]) if dot else None
            except AttributeError:
                part = _RAISED
            if part is _RAISED:
                raise Wrong(f"{claim.id}: reads names {name!r}, and {group} has no such part")


def _honest(book: Rulebook, first: Any, scope: Any) -> tuple[Any, ...] | None:
    honest = _called(lambda: book.honest(first, scope), "honest")
    if honest is not None and not isinstance(honest, tuple):
        raise Wrong(f"honest returns {a(honest)}; it has to be a tuple of parties, or None")
    return honest


def _groups(book: Rulebook, state: Any) -> Mapping[str, Any]:
    groups = _called(lambda: book.protocol.groups(state), "protocol.groups")
    if not isinstance(groups, Mapping) or not groups:
        raise Wrong(f"protocol.groups returns {a(groups)}; it has to be a mapping from names")
    if not all(isinstance(name, str) for name in groups):
        raise Wrong("protocol.groups has to name each group by a text")
    return groups


@attrs.frozen
class _Trial:
    book: Rulebook
    rules: Any
    scope: Any
    honest: tuple[Any, ...] | None = None


def _walk(trial: _Trial, first: Any, deadline: float) -> None:
    choose = random.Random(1)
    states = [first]
    ghosts = ghosts_in(type(first))
    for state in states:
        if len(states) > STATES or monotonic() > deadline:
            return
        _state(trial, state)
        actions = list(_moves(trial, state))
        choose.shuffle(actions)
        for action in actions:
            if monotonic() > deadline:
                return
            _action(trial, state, action)
            if ghosts:
                _unhaunted(trial, state, first, action)
            after = _stepped(trial, state, action)
            if after is not None and len(states) <= STATES:
                states.append(after)


def _state(trial: _Trial, state: Any) -> None:
    """All that is asked of a state."""
    protocol, rules = trial.book.protocol, trial.rules
    _plain(state, "a state")
    _groups(trial.book, state)
    later = _called(lambda: protocol.shift(state, 1), "protocol.shift")
    if type(later) is not type(state):
        raise Wrong(f"protocol.shift returns {a(later)}, not a state")
    at = _called(lambda: protocol.key(state, rules), "protocol.key")
    if not callable(at):
        raise Wrong(f"protocol.key returns {a(at)}; it has to be a function of the time")
    for name, key in (
        ("key", _called(lambda: at(state.main.now), "protocol.key")),
        ("exact", _called(lambda: protocol.exact(state), "protocol.exact")),
    ):
        try:
            check_plain(key, f"protocol.{name}")
        except BadInput as wrong:
            raise Wrong(str(wrong)) from None


def _moves(trial: _Trial, state: Any) -> Iterator[Any]:
    """What the families propose, the honest owe and the clock may do."""
    protocol, rules = trial.book.protocol, trial.rules
    due = _left_to_searches(lambda: protocol.obligations(state, rules))
    for duty in _answers(due, "protocol.obligations", "Obligations"):
        if not isinstance(duty, Obligation):
            raise Wrong(f"protocol.obligations returns {a(duty)} among the Obligations")
        if not isinstance(duty.deadline, int) or not isinstance(duty.opens, int):
            raise Wrong("protocol.obligations: deadline and opens have to be whole seconds")
        _bound(trial, duty)
        yield _known(trial, duty.action, "protocol.obligations")
    moments = _left_to_searches(lambda: protocol.instants(state, rules))
    now = state.main.now
    for moment in _answers(moments, "protocol.instants", "points in time"):
        if not isinstance(moment, int):
            raise Wrong(f"protocol.instants returns {a(moment)}; it has to be whole seconds")
        if moment > now:
            yield Wait(moment - now)
    for n, family in enumerate(protocol.families):
        where = f"family {family.name}"
        if family.every is not None:
            listed = _left_to_searches(partial(family.every, state, rules, trial.scope))
            actions: Iterable[Any] = _answers(listed, f"{where}: every", "actions")
        else:
            actions = _proposed(trial, n, state)
        for action in islice(actions, PROPOSALS):
            yield _known(trial, action, where)


def _proposed(trial: _Trial, n: int, state: Any) -> Iterator[Any]:
    try:
        sources = Sources(trial.book, trial.rules, trial.scope)
        for action, _ in sources.alternatives(n, state):
            yield action
    except BaseException as error:
        let_through(error)
        return


def _answers(value: Any, where: str, what: str) -> tuple[Any, ...]:
    if value is _RAISED:
        return ()
    if not isinstance(value, tuple | list | range):
        raise Wrong(f"{where} returns {a(value)}; it has to be a tuple of {what}")
    return tuple(value)


def _known(trial: _Trial, action: Any, where: str) -> Any:
    if type(action) not in (*trial.book.protocol.actions, Wait):
        raise Wrong(f"{where} proposes {a(action)}, which is not among protocol.actions")
    _plain(action, f"an action of {where}")
    _told_apart(action, f"an action of {where}")
    return action


def _bound(trial: _Trial, duty: Obligation) -> None:
    """Obligations bind the honest: all others do as they like."""
    honest = trial.honest
    if honest is not None and duty.by not in honest:
        name = _called(lambda: trial.book.protocol.party_name(duty.by), "protocol.party_name")
        raise Wrong(
            f"protocol.obligations: {name} owes an answer, and is not among the honest of the scope"
            f" {trial.book.default_scope}: what a dishonest party does is up to it"
        )


def _told_apart(value: Any, where: str) -> None:
    """Moves and scopes are told apart by ==: every field has to count."""
    for field in attrs.fields(type(value)) if attrs.has(type(value)) else ():
        if not field.eq:
            name = f"{type(value).__name__}.{field.name}"
            raise Wrong(f"{where}: {name} has eq=False: two that differ there would be one")


def _action(trial: _Trial, state: Any, action: Any) -> None:
    """All that is asked of an action."""
    if isinstance(action, Wait):
        return
    protocol = trial.book.protocol
    for name, value in (("describe", action), ("party_name", action.by)):
        said = _called(partial(getattr(protocol, name), value), f"protocol.{name}")
        if not isinstance(said, str):
            raise Wrong(f"protocol.{name} returns {a(said)} for {value}; it has to be text")
    if protocol.message is not None:
        ask = protocol.message
        sent = _called(lambda: ask(state, action), "protocol.message")
        if sent is not None and not isinstance(sent, Message):
            raise Wrong(f"protocol.message returns {a(sent)}; it has to be a Message or None")


def _stepped(trial: _Trial, state: Any, action: Any) -> Any:
    try:
        after = trial.book.protocol.step(state, action, trial.rules)
    except BaseException as error:
        let_through(error)
        return None
    if type(after) is not type(state):
        name = type(action).__name__
        raise Wrong(f"protocol.step returns {a(after)} for {name}; it has to be the next state")
    return after


def _unhaunted(trial: _Trial, state: Any, other: Any, action: Any) -> None:
    """Nothing but claims looks at the ghost."""
    what = looked_at(trial.book, trial.rules, state, other, action)
    if what:
        names = ", ".join(ghosts_in(type(state)))
        raise Wrong(
            f"{what} depends on what is marked as GHOST ({names}): only claims may look at that"
        )


def _plain(value: Any, where: str) -> None:
    """Raises Wrong for what cannot be told apart, or could be changed behind everybody's back."""
    if isinstance(value, list | set | bytearray):
        right = "a frozenset" if isinstance(value, set) else "a tuple"
        raise Wrong(f"{where} holds {a(value)}, which can be changed: use {right}")
    if isinstance(value, float):
        raise Wrong(f"{where} holds a float: use whole numbers, of a smaller unit")
    if isinstance(value, tuple | frozenset):
        for part in value:
            _plain(part, where)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _plain(key, where)
            _plain(part, where)
    elif attrs.has(type(value)) and not isinstance(value, type):
        for field in attrs.fields(type(value)):
            if field.eq:
                _plain(getattr(value, field.name), f"{where}: {field.name}")
    if not isinstance(value, Mapping) and not _holds_a_mapping(value):
        _called(lambda: hash(value), where)


def _holds_a_mapping(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    if isinstance(value, tuple | frozenset):
        return any(map(_holds_a_mapping, value))
    if attrs.has(type(value)):
        return any(_holds_a_mapping(getattr(value, f.name)) for f in attrs.fields(type(value)))
    return False


_RAISED = object()


def _left_to_searches(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except BaseException as error:
        let_through(error)
        return _RAISED


def _called(ask: Callable[[], Any], where: str) -> Any:
    """The answer. Raises Wrong where there is none: no search could report that."""
    try:
        return ask()
    except Refusal as refusal:
        raise Wrong(f"{where} refuses: {refusal}") from None
    except RuleHangs:
        raise Wrong(f"{where} does not return") from None
    except BaseException as failure:
        let_through(failure)
        cause, details = raised(failure)
        raise Wrong(f"{where}: {Finding(cause, {}, details).said}") from None
