"""Functions that keep something from call to call are read off their sources, others are not."""

import functools
import itertools
import re

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.keys.check import check_key
from impl.lab.purity.lasting import HERE, is_users
from impl.lab.purity.outlives import doubt, outlives
from impl.lab.rulebooks.registry import rulebooks
from spec.kernel import sampling
from tests.checkers import toy
from tests.checkers.toy import GOOD, TOY, Scope

CALLS = 0
LAST = []
MEMO = {}
PERIODS = {1: 2, 3: 4}
TURNS = (turn for turn in itertools.cycle([True] * 777 + [False]))


class Gate:
    """Counts in the class, and in itself."""

    asked = 0

    def in_class(self, entry, now, period):
        Gate.asked += 1
        return toy.in_time(entry, now, period) and Gate.asked % 9999 != 0

    def in_itself(self, entry, now, period):
        self.mine = getattr(self, "mine", 0) + 1
        return toy.in_time(entry, now, period) and self.mine % 9999 != 0


def in_closure():
    count = [0]

    def counts(entry, now, period):
        count[0] += 1
        return toy.in_time(entry, now, period) and count[0] % 9999 != 0

    return counts


def in_nonlocal():
    count = 0

    def counts(entry, now, period):
        nonlocal count
        count += 1
        return toy.in_time(entry, now, period) and count % 9999 != 0

    return counts


def in_global(entry, now, period):
    global CALLS
    CALLS += 1
    return toy.in_time(entry, now, period) and CALLS % 9999 != 0


def in_default(entry, now, period, count=[0]):  # noqa: B006
    count[0] += 1
    return toy.in_time(entry, now, period) and count[0] % 9999 != 0


def in_attribute(entry, now, period):
    in_attribute.calls = getattr(in_attribute, "calls", 0) + 1
    return toy.in_time(entry, now, period) and in_attribute.calls % 9999 != 0


def in_generator(entry, now, period):
    return toy.in_time(entry, now, period) and next(TURNS)


def in_list(entry, now, period):
    LAST.append(entry)
    return toy.in_time(entry, now, period) and len(LAST) % 9999 != 0


def under_another_name(entry, now, period):
    last = LAST
    last += (entry,)
    return toy.in_time(entry, now, period) and len(last) % 9999 != 0


def by_a_helper(entry, now, period):
    return in_list(entry, now, period)


@functools.cache
def kept(number):
    return [number]


def in_cache(entry, now, period):
    cell = kept(0)
    cell[0] += 1
    return toy.in_time(entry, now, period) and cell[0] % 9999 != 0


def in_memo(entry, now, period):
    """As good as pure, which nobody can read off it."""
    if (entry, now, period) not in MEMO:
        MEMO[entry, now, period] = toy.in_time(entry, now, period)
    return MEMO[entry, now, period]


KEEP = {
    "class": Gate().in_class,
    "self": Gate().in_itself,
    "closure": in_closure(),
    "nonlocal": in_nonlocal(),
    "partial": functools.partial(in_closure()),
    "cached": functools.cache(in_global),
    **{f.__name__: f for f in (in_global, in_default, in_attribute, in_generator, in_list,
                               under_another_name, by_a_helper, in_cache, in_memo)},
}  # fmt: skip


@pytest.mark.parametrize("kind", KEEP)
def test_who_keeps_something_is_named_with_its_line(kind):
    said = doubt(TOY, evolve(GOOD, may_finish=KEEP[kind]))
    assert said.startswith("that `") and "is a function of its arguments: test_outlives.py:" in said


@pytest.mark.parametrize("kind", ["class", "closure", "in_generator"])
def test_a_search_assumes_what_nobody_can_read_off_a_source(kind):
    result = explore(TOY, evolve(GOOD, may_finish=KEEP[kind]), Scope(deposits=1))
    assert result.word in (Word.ASSUMED, Word.ERROR)
    if result.word is Word.ASSUMED:
        assert "is a function of its arguments" in result.details["assumed"]
        assert "every reachable state" not in result.summary


# --- the test of a key ---


def by_turns():
    """Yes every third time."""
    count = [0]

    def turns(entry, now, period):
        count[0] += 1
        return toy.in_time(entry, now, period) and count[0] % 3 == 0

    return turns


def by_the_clock(entry, now, period):
    return toy.in_time(entry, now, period) and now % 2 == 0


def by_the_clock_and_kept(entry, now, period):
    LAST.append(now)
    return by_the_clock(entry, now, period)


def test_a_key_test_blames_the_absolute_time_only_where_rules_say_the_same_twice():
    impure = check_key(TOY, evolve(GOOD, may_finish=by_turns()), Scope())
    assert "asked twice about a state, answers in two ways" in impure.summary
    timely = check_key(TOY, evolve(GOOD, may_finish=by_the_clock), Scope())
    assert "reads the absolute time" in timely.summary
    either = check_key(TOY, evolve(GOOD, may_finish=by_the_clock_and_kept), Scope())
    assert "it is only assumed that `by_the_clock_and_kept` is a function" in either.summary


# --- pure look-alikes ---


def local_list(entry, now, period):
    seen = []
    for each in (entry, entry):
        seen.append(each)
    return len(seen) == 2 and toy.in_time(entry, now, period)


def nested(entry, now, period):
    count, seen = 0, []

    def note(each):
        nonlocal count
        count += 1
        seen.append(each)

    note(entry)
    return count == len(seen) and toy.in_time(entry, now, period)


def comprehension(entry, now, period):
    rows = [[0] * 2 for _ in range(2)]
    rows[0][1] = 1
    return any(n for row in rows for n in row) and toy.in_time(entry, now, period)


def local_iterator(entry, now, period):
    turns = iter((entry, now))
    return next(turns) == entry and toy.in_time(entry, now, period)


def evolved(entry, now, period):
    return toy.in_time(evolve(entry, asked=entry.asked), now, period)


def table(entry, now, period):
    return PERIODS.get(1) == PERIODS[1] and 3 in PERIODS and toy.in_time(entry, now, period)


PURE = {f.__name__: f for f in (local_list, nested, comprehension, local_iterator, evolved, table)}
PURE |= {"cache": functools.cache(toy.in_time), "partial": functools.partial(toy.in_time)}


@pytest.mark.parametrize("kind", PURE)
def test_who_keeps_nothing_is_left_alone(kind):
    assert not doubt(TOY, evolve(GOOD, may_finish=PURE[kind]))


def test_a_pure_look_alike_is_still_exhausted():
    result = explore(TOY, evolve(GOOD, may_finish=nested), Scope(deposits=1))
    assert result.word is explore(TOY, GOOD, Scope(deposits=1)).word
    assert "is a function of its arguments" not in result.details["assumed"]


# --- what is shipped ---

EXPLAINED = {
    "refusal.py": ("calls `hash`", "asks for an attribute"),  # of a refusal, by its fields
    "flat.py": (
        "asks for an attribute",  # by the names of a record's fields
        "looks behind `kind.__module__`",  # to tell types apart
        "goes on after an error",  # by what is written, which a watched time takes note of
    ),
    "protocol.py": ("asks for an attribute",),  # by the names of a state's groups
    "money.py": ("changes `due`",),  # which its callers have just made
    "settlement.py": ("changes `received`",),
    "endings.py": ("changes `grow`",),
    "telling.py": ("looks at what a value is made of", "asks for an attribute"),  # of what is told
    "sampling.py": (
        "looks behind `type(rules).__mro__`",
        "asks for an attribute",  # by the names of the fields of rules
        "calls `id`",  # of rules, which are held with what is known of them
        "changes `_KNOWN`",
        "shares `_KNOWN`",
        "hands on or changes `_KNOWN`",
        "changes `found",  # which it has just made
        "goes on after an error",  # of a decision that is tried
    ),
}


STEPS = re.compile(r"shares `(Steps|step|[A-Z]+)`, which holds what can be changed")
"""A protocol and its steps: the effects by type of action, put together once, and read."""


def test_nothing_that_is_shipped_keeps_anything():
    def read(file):
        return is_users(file) or file.startswith(HERE)

    sampling._KNOWN.clear()  # other tests' rules, with what they keep
    for book in rulebooks().values():
        for rule_set in book.rule_sets:
            assert not doubt(book, rule_set.rules)
        asked = [book.protocol.step, book.protocol.obligations, book.protocol.key, book.settled]
        for thing in (*asked, *(claim.holds for claim in book.invariants)):
            for place in outlives(thing, read):
                known = EXPLAINED.get(place.file, ())
                if not STEPS.fullmatch(place.does):
                    assert any(place.does.startswith(said) for said in known), place
