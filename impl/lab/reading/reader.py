"""Holds everything that can be done in a state against its key: does the key know all of it?

A search may take two states for one only if everything that can still happen is alike. For one
state of each key, all of it is run on ticks: what honest parties owe, the moves, each move's
effect, the claims, the key of what comes out, and waiting. Every answer about times has to follow
from what the key says. If it does, all states with that key take the same branches, whatever their
times are: a proof, not a sample. Where an answer does not follow, the other answer is tried; only
if something then turns out otherwise is it `Loose`.
"""

from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from attrs import evolve

from impl.ground.watchdog import RuleHangs, let_through, shielded, watchdog
from impl.lab.claims.monitor import Monitor
from impl.lab.reading.asked import EPOCH, LATER, LOG, NOW, Asked, Point, line_of, listening
from impl.lab.reading.bounds import Bounds, Fact
from impl.lab.reading.marks import (
    Form,
    Marks,
    Most,
    follows,
    marks_ahead,
    moment_at,
    most_between,
    unknown_of,
)
from impl.lab.reading.notes import (
    ENDLESS,
    Dates,
    Loose,
    Notes,
    durations,
    loose_at,
    shown_file,
    unread,
)
from impl.lab.reading.plain import has_users, otherwise, outcome, same
from impl.lab.reading.rest import Rest
from impl.lab.reading.said import bared, others, remembering, said
from impl.lab.reading.ticking import ticking
from impl.lab.reading.ticks import plain, point
from spec.kernel.basics import HOUR, Seconds
from spec.kernel.clock import Wait, answers_fit
from spec.kernel.derived_key import over_of
from spec.kernel.protocol import Obligation, Protocol
from spec.kernel.refusal import Refusal

Run = tuple[str, Callable[[], Any], list[Asked], Any]
"""Part of the rules, the code, what it asked, and what it answered."""


class _After(NamedTuple):
    """What a move leads to."""

    state: Any
    broken: tuple[str, ...]
    """The claims that it breaks."""


class Reader:
    """Reads states of one protocol under one set of rules, in one scope."""

    def __init__(
        self,
        protocol: Protocol[Any, Any, Any],
        rules: Any,
        candidates: Callable[[Any, tuple[Obligation, ...]], list[Any]],
        key: Callable[[Any, Any], Callable[[Any], Hashable]],
        monitor: Monitor,
        dates: Dates | None = None,
        packages: Iterable[str] = ("spec", "invariants"),
    ) -> None:
        """`candidates` lists the moves of a state; `key` is held against what they ask. `dates`,
        where the key has the date: those that are gone to."""
        self.protocol, self.rules, self.candidates = protocol, rules, candidates
        self.key, self.monitor, self.dates = key, monitor, dates
        self.notes = Notes()
        self._spans = durations(rules)
        self._compares = has_users(protocol, rules, monitor.rulebook.invariants)
        own = {type(rules).__module__.partition(".")[0], *packages}
        self._remembering = remembering(sorted(own))
        self._rest = Rest(over_of(protocol.key), self._moves, self._then, self._mark)
        self._asked = 0
        """So many parts of rules were run: while it stands still, one of them does not return."""
        self._seen = [0] * len(monitor.rulebook.witnesses)

    def read(self, state: Any, said: frozenset[Seconds] = frozenset()) -> frozenset[Seconds]:
        """The critical instants that lie ahead of a state, of which the protocol has `said` some;
        the first thing that the key does not hold stands in the notes."""
        try:
            for space, name, _, fresh in self._remembering:
                space[name] = fresh
            with watchdog(lambda: self._asked):
                seen, self.notes.loose = self._read(state, said)
            return seen
        except RuleHangs:
            self.notes.loose = None if self._fails(state) else ENDLESS
            return frozenset()
        except BaseException as error:
            let_through(error)
            self.notes.loose = None if self._fails(state) else unread(error)
            return frozenset()
        finally:
            with shielded():  # whatever stops the search: what follows finds all as it was
                for space, name, remembered, _ in self._remembering:
                    space[name] = remembered
                LOG.instants = None

    def _fails(self, state: Any) -> bool:
        """Do the rules fail there without ticks, too? Then the search says how: it is no key's."""
        LOG.instants = None
        done = 0
        try:
            with watchdog(lambda: done):
                due = self.protocol.obligations(state, self.rules)
                self.protocol.instants(state, self.rules)
                for action in self.candidates(state, due):
                    done += 1
                    with suppress(Refusal):
                        self.protocol.step(state, action, self.rules)
        except BaseException as error:
            let_through(error)
            return True
        return False

    def _read(
        self, state: Any, named: frozenset[Seconds]
    ) -> tuple[frozenset[Seconds], Loose | None]:
        rules, protocol = self.rules, self.protocol
        here = ticking(protocol, state)
        now = here.main.now
        LOG.instants = {}
        own = said(self._making(here), own=True)
        flips = {form: when for form, (when, _, _) in LOG.instants.items()}
        LOG.instants = {}
        wants: dict[str, list[Fact]] = {}
        runs: list[Run] = []

        def run(who: str, code: Callable[[], Any]) -> Any:
            with listening(flips=True) as asked:
                answer = code()
            runs.append((who, code, asked, answer))
            self._asked += 1
            return answer

        due: tuple[Obligation, ...] = run("obligations", lambda: protocol.obligations(here, rules))
        run("obligations", lambda: [now < d.opens <= d.bar for d in due])
        moves = run("moves", lambda: self.candidates(here, due))
        run("claims", lambda: self._claims(here))
        answered: set[int] = set()
        came: list[Any] = []
        self._rest.look(here, self.notes)
        for action in moves:
            then = run(type(action).__name__, self._step(here, action))
            came.append(then.state if isinstance(then, _After) else then)
            if isinstance(then, type):
                continue
            self._rest.look(then.state, self.notes)
            answered.update(n for n, duty in enumerate(due) if duty.action == action)
            known = said(self._making(then.state)).facts
            wants.setdefault(type(action).__name__, []).extend(known)
        bounds = Bounds(own.facts)
        loose = self._held(bounds.most, runs, here)
        for who, known in wants.items():
            loose = loose or unknown_of(bounds.most, known, who)
        bars = [
            duty.bar
            for n, duty in enumerate(due)
            if n in answered or plain(now) < plain(duty.opens) <= plain(duty.bar)
        ]
        asked, LOG.instants = LOG.instants, None
        flips |= {form: when for form, (when, _, _) in asked.items()}
        marks, why = marks_ahead(own, flips, due, bars, plain(now))
        seen = frozenset([when - EPOCH for when in marks.values()])
        near = {each + by for each in named for by in (-1, 0, 1)}
        for form, (when, code, instruction) in asked.items():
            if form in marks and when > plain(now) and when - EPOCH not in near:
                place = f"{shown_file(code.co_filename)}:{line_of(code, instruction)}"
                self.notes.missing[place] = self.notes.missing.get(place, 0) + 1
        if loose is None and self._compares:
            loose = self._otherwise(state, len(due), moves, came)
        if loose is None:
            loose = self._waits(bounds, marks, bars, self.key(here, rules), here, why)
        if loose is None:
            self.notes.read += 1
        self.notes.unit = max([self.notes.unit, *[each.unit for each in own.placed]])
        return seen, loose

    # --- what is run ---

    def _moves(self, state: Any) -> list[Any]:
        return self.candidates(state, self.protocol.obligations(state, self.rules))

    def _then(self, state: Any, action: Any) -> Any:
        return self._step(state, action)()

    def _step(self, here: Any, action: Any) -> Callable[[], Any]:
        """An action's effect and the claims that it breaks; the type of a refusal."""

        def step() -> Any:
            try:
                after = self.protocol.step(here, action, self.rules)
                return _After(after, self._across(here, action, after))
            except RuleHangs:
                raise
            except BaseException as error:  # what is no refusal is met without ticks, too
                let_through(error)
                return type(error)

        return step

    def _claims(self, here: Any) -> tuple[str, ...]:
        return tuple(claim.id for claim in self.monitor.at(here))

    def _across(self, before: Any, action: Any, after: Any) -> tuple[str, ...]:
        bits = self.monitor.changes(before, after)
        broken = self.monitor.across(before, action, after, bits, self._seen)
        return tuple(claim.id for claim in broken)

    def _otherwise(self, state: Any, due: int, moves: list[Any], came: list[Any]) -> Loose | None:
        """Where the rules answer on the plain state as they have not answered on its ticks."""
        protocol, rules = self.protocol, self.rules
        owed = protocol.obligations(state, rules)
        actions = self.candidates(state, owed)
        if len(owed) != due or len(actions) != len(moves):
            return otherwise("obligations" if len(owed) != due else "moves")
        for action, ticked in zip(actions, came, strict=True):
            after = outcome(lambda action=action: protocol.step(state, action, rules))  # type: ignore[misc]
            if not same(protocol.exact, ticked, after):
                return otherwise(type(action).__name__)
        return None

    # --- holding answers against the key ---

    def _held(self, most: Most, runs: list[Run], here: Any) -> Loose | None:
        """The first question whose answer the key does not hold and that makes a difference."""
        known: dict[Fact, bool] = {}
        for who, code, asked, answer in runs:
            for each in asked:
                fact = each[:4]
                if self.dates is not None and each.of_a_date:
                    new = self._new_dates(each, here)
                    if new:
                        return evolve(loose_at(each, who), dates=new)
                good = known.get(fact)
                if good is None:
                    good = known[fact] = follows(most, fact)
                if not good and (
                    each.number or each.many or not self._alike(who, code, each, most, answer, here)
                ):
                    return evolve(loose_at(each, who), dates=self._dates_of(each, here))
        return None

    def _new_dates(self, asked: Asked, here: Any) -> frozenset[Seconds]:
        """The dates of a question that are not gone to yet; notes where it is asked."""
        assert self.dates is not None
        place = f"{shown_file(asked.code.co_filename)}:{asked.line}"
        self.notes.dated[place] = self.notes.dated.get(place, 0) + 1
        return self._dates_of(asked, here) - self.dates.known if self.dates.open else frozenset()

    def _dates_of(self, asked: Asked, here: Any) -> frozenset[Seconds]:
        """When it has to be for a time to have the dates of a question: these, and where the time
        was set ahead, or will be, so much earlier."""
        earlier = {0}
        if asked.dates and asked.time != NOW:
            earlier |= {asked.time - plain(here.main.now), *self._spans}
        return frozenset([d - e for d in asked.dates for e in earlier if d > e >= 0])

    def _alike(
        self, who: str, code: Callable[[], Any], asked: Asked, most: Most, answer: Any, here: Any
    ) -> bool:
        """Do the other answers to a question that are possible make no difference?"""
        least, greatest = -most(asked.minus, asked.plus), most(asked.plus, asked.minus)
        for forced in others(asked, least, greatest):
            try:
                with listening(forced):
                    other = code()
            except RuleHangs:
                raise
            except BaseException as error:
                let_through(error)
                return False
            if not self._same(who, answer, other, here):
                return False
        return True

    def _same(self, who: str, answer: Any, other: Any, here: Any) -> bool:
        if who == "moves":
            extra = [a for a in answer if a not in other] + [a for a in other if a not in answer]
            return all(isinstance(self._step(here, a)(), type) for a in extra)
        if isinstance(answer, _After) and isinstance(other, _After):
            return answer.broken == other.broken and (
                self._mark(answer.state) == self._mark(other.state)
            )
        return bool(answer == other)

    def _making(self, state: Any) -> Callable[[], Hashable]:
        return lambda: self.key(state, self.rules)(state.main.now)

    def _mark(self, state: Any) -> Hashable:
        mark: Hashable = bared(self.key(state, self.rules)(state.main.now))
        return mark

    # --- waiting ---

    def _waits(
        self,
        bounds: Bounds,
        marks: Marks,
        bars: list[Any],
        at: Callable[[Any], Hashable],
        here: Any,
        why: str,
    ) -> Loose | None:
        """Does the key hold which waits are possible, and what the key is after each of them, to
        a mark or between two? `why` not every one can be like one of these, if that is known."""
        now = plain(here.main.now)
        before: Form = (NOW, 0)
        previous = now
        known = {}
        for form, when in marks.items():
            if bounds.knows(form[0]) and (when not in known or bounds.pins(form[0], NOW)):
                known[when] = form

        def wait(moment: Any, after: Form, until: Form | None) -> Loose | None:
            return self._wait(bounds, moment, after, until, bars, at, here)

        for when, form in sorted(known.items()):
            if when == now:
                continue  # elsewhere it lies ahead; then what is said of the time until the next is
            loose = wait(moment_at(when, form), form, form)
            if loose is not None and bounds.pins(form[0], NOW):
                return loose
            if loose is not None:
                continue  # what has been and made a difference was asked for itself
            if bounds.most(form[0], before[0]) + form[1] - before[1] > 1:
                between = wait(point((previous + when) // 2, LATER), before, form)
                why = why or str(between or "")
            before, previous = form, when
        if not bars and known:
            why = why or str(wait(point(previous + HOUR, LATER), before, None) or "")
        if why:
            self.notes.skipped[why] = self.notes.skipped.get(why, 0) + 1
        return None

    def _wait(
        self,
        bounds: Bounds,
        moment: Any,
        after: Form,
        until: Form | None,
        bars: list[Any],
        at: Callable[[Any], Hashable],
        here: Any,
    ) -> Loose | None:
        """What the key does not hold of a wait to a moment; between two marks, of a wait to any."""
        wait = Wait(moment - here.main.now)

        def step() -> Any:
            try:
                if bars and self.protocol.room is not None:
                    due = self.protocol.obligations(here, self.rules)
                    answers_fit(self.protocol.room, here, self.rules, due, moment)
            except Refusal as refusal:
                return type(refusal)
            return self._step(here, wait)()

        def most(plus: Point, minus: Point) -> Seconds:
            return most_between(bounds, plus, minus, after, until)

        def in_time() -> list[bool]:
            return [bar < moment for bar in bars]

        with listening() as asked:
            passed = in_time()
        runs: list[Run] = [("the clock", in_time, asked, passed)]
        with listening() as asked:
            then = step()
        runs.append(("waiting", step, asked, then))
        facts: list[Fact] = []
        if isinstance(then, _After):
            later = then.state
            self._rest.look(later, self.notes)
            still = self.monitor.changes(here, later) == self.monitor.clock
            making = (lambda: at(later.main.now)) if still else self._making(later)
            facts = said(making).facts
        return self._held(most, runs, here) or unknown_of(most, facts, "waiting")
