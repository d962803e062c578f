"""One state looked at closely: do the rules say everything twice in the same way?"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from attrs import define, field, frozen

from impl.ground.watchdog import watchdog
from impl.lab.claims.monitor import Broken
from impl.lab.purity.decisions import (
    CHANGES,
    OTHER_OBJECTS,
    Raised,
    answer,
    asked_twice,
    impure,
    named,
    overheard,
)
from impl.lab.purity.outside import watched
from impl.lab.purity.values import copied, same, written
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Invariant, Kind, Rulebook
from spec.kernel.clock import Wait

ENOUGH = 0.5
"""Seconds after which a look ends with what it has seen: rules may be slow."""

OFFERS = 300
"""So often a family is asked in one look: those for random runs have no end of actions."""


class _Enough(Exception):
    """The time for one look is over."""


@define
class _Round:
    """Questions about one state, and what was answered."""

    answers: list[tuple[str, Any, Any]] = field(factory=list)
    """Who was asked, the function, and its answer."""
    after: Callable[[str, Any], None] = lambda who, function: None
    """Called after each question."""
    end: float = field(factory=lambda: monotonic() + ENOUGH)

    def ask(self, who: str, function: Callable[..., Any], *args: Any) -> Any:
        """The answer, or what was raised. Raises _Enough."""
        if monotonic() > self.end:
            raise _Enough
        said = answer(function, args, {})
        self.answers.append((who, function, said))
        self.after(who, function)
        return said


@frozen
class Purity:
    """Looks at states of one protocol under one set of rules, in one scope."""

    rulebook: Rulebook
    moves: Moves

    @property
    def rules(self) -> Any:
        """The rules that are looked at."""
        return self.moves.rules

    def look(self, state: Any) -> tuple[Broken, ...]:
        """The first cause of doubt; empty where everything was said twice in the same way."""
        rounds: list[_Round] = [_Round(), _Round()]
        with watchdog(lambda: sum(len(each.answers) for each in rounds)):
            return self._look(state, *rounds)

    def _look(self, state: Any, first: _Round, second: _Round) -> tuple[Broken, ...]:
        twin = copied(state, type(self.rules))
        noted: list[Broken] = []
        twice = asked_twice(self.rules, noted.append)
        self._questions(first, state, self.moves.under(twice))
        if noted:
            return tuple(noted[:1])
        if not same(state, twin):
            return (self._changer(twin),)

        def saw(what: str, frame: Any) -> None:
            code = frame.f_code
            place = f"{Path(code.co_filename).name} line {frame.f_lineno}"
            noted.append(impure(f"{code.co_name} ({place})", f"looks outside: it calls {what}"))

        with watched(saw):
            self._questions(second, twin, self.moves.under(self.rules))
        if noted:
            return tuple(noted[:1])
        for (who, function, one), (other, _, two) in zip(
            first.answers, second.answers, strict=False
        ):
            if who != other or not same(one, two):
                return (impure(named(who, function), OTHER_OBJECTS, one, two),)
        return ()

    def told(self, state: Any) -> list[tuple[str, str, str]]:
        """All questions about a state and the decisions asked on the way: who, what, the answer."""
        heard: list[tuple[str, str, str]] = []
        rules = overheard(self.rules, lambda name, *said: heard.append((f"decision {name}", *said)))
        put = _Round()
        self._questions(put, state, self.moves.under(rules))
        text = written(state)
        said = [
            (who, f"{n} {text}", written(answer)) for n, (who, _, answer) in enumerate(put.answers)
        ]
        return heard + said

    def _questions(self, put: _Round, state: Any, moves: Moves) -> None:
        """Ask all that a search asks of a state and of the steps from it, as far as time goes."""
        try:
            self._ask_all(put, state, moves)
        except _Enough:
            return

    def _ask_all(self, put: _Round, state: Any, moves: Moves) -> None:
        protocol, rules = moves.protocol, moves.rules
        due = put.ask("obligations", protocol.obligations, state, rules)
        instants = put.ask("instants", protocol.instants, state, rules)
        settled = put.ask("settled", self.rulebook.settled, state, rules)
        for claim in self.rulebook.invariants:
            if claim.kind is Kind.ALWAYS or (claim.kind is Kind.SETTLED and settled is True):
                put.ask(f"claim {claim.id}", claim.holds, state, rules)
        actions: dict[Any, None] = {}
        for family in protocol.families:
            offers = put.ask(f"family {family.name}", moves.offers, family, state, OFFERS)
            actions.update(dict.fromkeys(() if isinstance(offers, Raised) else offers))
        duties = () if isinstance(due, Raised) else due
        actions.update(dict.fromkeys(duty.action for duty in duties))
        if not isinstance(instants, Raised):
            waits = put.ask("the clock", moves.critical, state, duties)
            waits = () if isinstance(waits, Raised) else waits
            actions.update(dict.fromkeys(Wait(seconds) for seconds in waits[:2]))
        across = [i for i in self.rulebook.invariants if i.kind is Kind.TRANSITION]
        for action in actions:
            kind = type(action)
            after = put.ask(f"step of {kind.__name__}", protocol.step, state, action, rules)
            if not isinstance(after, Raised):
                self._across(put, [i for i in across if not i.after or kind in i.after], state,
                             action, after, rules)  # fmt: skip

    def _across(
        self, put: _Round, claims: list[Invariant], state: Any, action: Any, after: Any, rules: Any
    ) -> None:
        for claim in claims:
            put.ask(f"claim {claim.id}", claim.holds, state, action, after, rules)

    def _changer(self, state: Any) -> Broken:
        """Who changes a state that it is asked about."""
        whole, found = copied(state, type(self.rules)), list[Broken]()

        def after(who: str, function: Any) -> None:
            if not found and not same(state, whole):
                found.append(impure(named(who, function), CHANGES))

        self._questions(_Round(after=after), state, self.moves.under(self.rules))
        return found[0] if found else impure("a rule", CHANGES)
