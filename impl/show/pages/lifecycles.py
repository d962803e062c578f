"""The arrows of a life cycle, read off the states of a scope instead of drawn by hand."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from attrs import frozen

from impl.lab.claims.monitor import Tally
from impl.lab.keys.fingerprint import key_of
from impl.lab.rules.chosen import rule_set_of
from impl.lab.runs.moves import Moves
from impl.show.pages.diagram import BEGIN, END, Change
from invariants.kernel.claims import Rulebook
from invariants.kernel.lifecycles import Lifecycle
from spec.kernel.clock import Wait

STATES = 6_000
"""At most so many states are looked at in one scope, those of few actions first."""
AT_FIRST = "(at first)"
TIME_PASSES = "(time passes)"


@frozen
class Looked:
    """Where arrows were looked for."""

    rule_set: str
    scope: str
    states: int
    whole: bool
    """Every reachable state of the scope was among them."""


@frozen
class Found:
    """All arrows of a life cycle, and how far one looked for them."""

    changes: tuple[Change, ...]
    looked: tuple[Looked, ...]


def changes_of(book: Rulebook, life: Lifecycle) -> Found:
    """Every change of stage in the scopes that the life cycle names, the first met first."""
    actions: dict[tuple[str, str], dict[str, None]] = {}
    looked = []
    for rule_set, scope in life.where:
        rules = rule_set_of(book, rule_set).rules
        steps = _Steps(book, rules, book.scopes[scope])
        for stage in life.stages(steps.initial).values():
            actions.setdefault((BEGIN, stage), {})[AT_FIRST] = None
        for before, action, after in steps:
            done = TIME_PASSES if isinstance(action, Wait) else type(action).__name__
            for ends in _moved(life.stages(before), life.stages(after)):
                actions.setdefault(ends, {})[done] = None
        looked.append(Looked(rule_set, scope, steps.states, steps.whole))
    changes = [Change(frm, to, tuple(those)) for (frm, to), those in actions.items()]
    return Found(tuple(changes), tuple(looked))


def _moved(
    before: Mapping[Hashable, str], after: Mapping[Hashable, str]
) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys([*before, *after]):
        ends = before.get(name, BEGIN), after.get(name, END)
        if ends[0] != ends[1]:
            yield ends


class _Steps:
    """Every step from every state of a scope, breadth first."""

    def __init__(self, book: Rulebook, rules: Any, scope: Any) -> None:
        self._moves = Moves(book.protocol, rules, scope)
        self._key = key_of(book.protocol, rules, "reduced")
        self.initial = book.protocol.initial(scope, rules)
        self.states = 0
        self.whole = True

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        tally = Tally(0)
        seen = {self._key(self.initial)}
        queue = [self.initial]
        for state in queue:
            self.states += 1
            for _, action, after in self._moves.successors(state, tally)[0]:
                yield state, action, after
                mark = self._key(after)
                if mark in seen:
                    continue
                if len(seen) == STATES:
                    self.whole = False
                    continue
                seen.add(mark)
                queue.append(after)
