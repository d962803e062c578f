"""Rules that are no function of their arguments are found, named, and never called exhausted."""

import os
import random
import time
from itertools import count

import pytest
from attrs import evolve, frozen

from impl.ground.evidence import Word
from impl.ground.watchdog import stoppable
from impl.lab.claims.monitor import RULE_IMPURE, Tally
from impl.lab.elsewhere import processes as elsewhere
from impl.lab.elsewhere.spelling import hashes_may_decide
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.purity import Purity
from impl.lab.rulebooks.registry import choose, rulebooks
from impl.lab.rules.change import RuleChange, rule_change
from impl.lab.rules.chosen import Chosen
from impl.lab.rules.knobs import decisions, replace
from impl.lab.runs.moves import Moves
from impl.lab.traces.kept import play_again
from spec.kernel.protocol import Family
from tests.checkers import toy
from tests.checkers.toy import GOOD, TOY, Scope

# --- kinds of impurity, in the decision of a small protocol ---

NUMBERS = count()
SEEN = []


def tosses_a_coin(entry, now, period):
    return toy.in_time(entry, now, period) and random.random() < 0.5


def counts_its_calls(entry, now, period):
    return toy.in_time(entry, now, period) and next(NUMBERS) % 2 == 0


def remembers_objects(entry, now, period):
    SEEN.append(entry)
    return toy.in_time(entry, now, period) and any(entry is old for old in SEEN[:-1])


def changes_what_it_sees(entry, now, period):
    object.__setattr__(entry, "asked", entry.asked + 1)
    return toy.in_time(entry, now, period)


def asks_the_machine(entry, now, period):
    return toy.in_time(entry, now, period) and time.time() > 0


def asks_for_randomness(entry, now, period):
    return toy.in_time(entry, now, period) and len(os.urandom(1)) == 1


def reads_a_file(entry, now, period):
    with open(__file__, encoding="utf-8") as text:
        return toy.in_time(entry, now, period) and bool(text.read(1))


def hashes_a_text(entry, now, period):
    return toy.in_time(entry, now, period) and hash(("a", entry.amount)) % 1 == 0


TWO_WAYS = "arguments in two ways"
IMPURE = {
    tosses_a_coin: (TWO_WAYS, "looks outside: it calls random.random"),
    counts_its_calls: (TWO_WAYS,),
    remembers_objects: (TWO_WAYS,),
    changes_what_it_sees: ("changes its arguments",),
    asks_the_machine: ("looks outside: it calls time.time",),
    asks_for_randomness: ("looks outside: it calls os.urandom",),
    reads_a_file: ("looks outside: it calls open",),
    hashes_a_text: ("looks outside: it calls hash of a text",),
}


@pytest.mark.parametrize("decision", IMPURE, ids=lambda decision: decision.__name__)
def test_an_impure_decision_is_named_by_every_checker(decision):
    rules = evolve(GOOD, may_finish=decision)
    explored = explore(TOY, rules, Scope(), depth=5, key="relative")
    walked = fuzz(TOY, rules, Scope(), seed=1, steps=20_000)
    for result in (explored, walked):
        assert result.word is Word.ERROR
        (trace,) = result.traces
        assert trace.invariant == RULE_IMPURE
        assert any(said in trace.finding.cause for said in IMPURE[decision])
        line = decision.__code__.co_firstlineno
        assert f"(test_purity.py line {line}" in trace.finding.cause or "looks outside" in str(
            trace
        )
        assert "may_finish" in trace.finding.cause or decision.__name__ in trace.finding.cause
        again = play_again(TOY, rules, Scope(), trace)
        assert RULE_IMPURE in {broken.invariant for broken in again.broken}


def test_both_answers_are_told_where_they_are_numbers():
    def flips(entry, now, period):
        return next(NUMBERS) % 2 == 0

    (trace,) = explore(TOY, evolve(GOOD, may_finish=flips), Scope(), key="relative").traces
    assert sorted(trace.finding.numbers.items()) in (
        [("once", 0), ("then", 1)], [("once", 1), ("then", 0)],
    )  # fmt: skip


def from_their_arguments():
    """Pure decisions that do what impure ones do."""
    from functools import cache, partial

    def seeded(entry, now, period):
        return random.Random(entry.amount).random() < 2 and toy.in_time(entry, now, period)

    def hashes_numbers(entry, now, period):
        return hash((entry.amount, now)) is not None and toy.in_time(entry, now, period)

    return [cache(toy.in_time), partial(toy.in_time), seeded, hashes_numbers]


@pytest.mark.parametrize("n", range(4))
def test_a_pure_decision_is_left_alone(n):
    rules = evolve(GOOD, may_finish=from_their_arguments()[n])
    assert explore(TOY, rules, Scope(deposits=1), key="reduced").word is Word.ASSUMED
    assert fuzz(TOY, rules, Scope(), seed=1, steps=2_000).word is Word.SAMPLED


# --- anything else that a rulebook consists of ---


def damaged_step(state, action, rules):
    after = toy.step(state, action, rules)
    if isinstance(action, toy.Ask):
        state.owed[toy.MALLORY] = 7
    return after


def damaged_obligations(state, rules):
    return toy.obligations(state, rules)[: next(NUMBERS) % 2]


def damaged_claim(before, action, after, rules):
    return after.main.now >= 0 and next(NUMBERS) >= 0 and bool(random.random() < 2)


def damaged_family(state, rules, scope, choose):
    return toy.Finish(next(NUMBERS) % 3, toy.MALLORY)


DAMAGED = {
    "step of Ask": evolve(TOY, protocol=evolve(TOY.protocol, step=damaged_step)),
    "obligations": evolve(TOY, protocol=evolve(TOY.protocol, obligations=damaged_obligations)),
    "damaged_claim": evolve(TOY, invariants=(evolve(TOY.invariants[1], holds=damaged_claim),)),
    "family finish": evolve(
        TOY,
        protocol=evolve(
            TOY.protocol,
            families=(
                *TOY.protocol.families[:2],
                evolve(TOY.protocol.families[2], propose=damaged_family),
            ),
        ),
    ),
}


@pytest.mark.parametrize("who", DAMAGED)
def test_steps_strategies_claims_and_moves_are_asked_twice_as_well(who):
    result = explore(DAMAGED[who], GOOD, Scope(), key="relative", depth=6)
    assert result.word is Word.ERROR and who in result.traces[0].finding.cause
    assert result.traces[0].invariant == RULE_IMPURE


def test_what_breaks_once_and_not_again_is_the_rules_fault():
    """It cheats so rarely that no look notices."""
    left = [3]

    def cheats_once(entry, now, period):
        if now > entry.asked and (entry.owner, entry.taker) == (toy.ALICE, toy.MALLORY):
            left[0] -= 1
            return left[0] == 0
        return toy.in_time(entry, now, period)

    rules = evolve(GOOD, may_finish=cheats_once)
    result = explore(TOY, rules, Scope(), key="relative")
    assert result.word is Word.ERROR
    assert "not when it is played again" in result.traces[0].finding.cause


# --- every decision that is shipped ---

SCOPES = {
    "plasma-mvp": "small",
    "multiparty": "tiny-challengers",
    "application": "rps",
    "payment": "one",
    "conditional": "one-pay",
    "watchtower": "tiny",
}


def states(book, rules, scope, number):
    """Some reachable states, near and far."""
    moves, found = Moves(book.protocol, rules, scope), [book.protocol.initial(scope, rules)]
    for state in found:
        steps, _, _ = moves.successors(state, Tally(0))
        found += [after for _, _, after in steps[:: max(1, len(steps) // 3)]]
        if len(found) > number:
            return found
    return found


def other(value):
    """Another answer of the same kind; the same where there is none to be thought of."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, tuple) and len(value) == 2 and value[0] != value[1]:
        return value[::-1]
    return value


def second_thoughts(decision):
    """Answers something else every other time, where it can."""
    times = count()

    def asked(*args):
        answer = decision(*args)
        return other(answer) if next(times) % 2 else answer

    return asked


@pytest.mark.parametrize("name", SCOPES)
def test_second_thoughts_of_a_shipped_decision_are_named(name):
    book = rulebooks()[name]
    base = book.rules_named(book.default_rules).rules
    scope = book.scopes[SCOPES[name]]
    sample = states(book, base, scope, 120)
    assert not any(Purity(book, Moves(book.protocol, base, scope)).look(s) for s in sample[::10])
    named = 0
    for typed, decision in decisions(base).items():
        attribute = typed.replace("-", "_")
        rules = replace(base, {tuple(attribute.split(".")): second_thoughts(decision)})
        purity = Purity(book, Moves(book.protocol, rules, scope))
        found = next((found for state in sample[::12] if (found := purity.look(state))), ())
        named += bool(found)
        assert not found or found[0].finding.cause.startswith(f"{attribute} (test_purity.py")
    assert named >= 4


# --- in other processes ---


@frozen
class Asked:
    """A change file, and whether it is to be held against other processes."""

    text: str
    doubtful: bool


ORDER = "{'a', 'b', 'c', 'd'}"
CHANGES = {
    "plain": Asked("return deadline", False),
    "number": Asked("return max(deadline, (lambda: deadline)())", False),
    "hash": Asked("return deadline + hash(str(window)) % 2", True),
    "set": Asked(f"return deadline + 'abcd'.index(list({ORDER})[0])", True),
    "frozen": Asked("return deadline + 'abcd'.index([*frozenset('abcd')][0])", True),
    "keys": Asked("d = dict.fromkeys('abcd'); return deadline + ord([*(d.keys() & d)][0])", True),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_held_against_other_processes_if_hashes_may_decide(kind, tmp_path):
    change = tmp_path / "mine.py"
    change.write_text(f"def deadline_after(deadline, now, window):\n    {CHANGES[kind].text}\n")
    assert hashes_may_decide(change) is CHANGES[kind].doubtful


@pytest.mark.parametrize("kind", ["set", "keys"])
def test_an_order_that_differs_from_process_to_process_is_found(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(elsewhere, "SEEDS", ("1", "2"))
    file = tmp_path / "mine.py"
    file.write_text(f"def deadline_after(deadline, now, window):\n    {CHANGES[kind].text}\n")
    change = rule_change(choose("payment"), (), f"{file}:deadline_after")
    scope = change.rulebook.scopes["tiny"]
    result = elsewhere.searched(
        change, scope, lambda: explore(change.rulebook, change.rules, scope)
    )
    assert result.word is Word.ERROR
    cause = result.traces[0].finding.cause
    assert cause.startswith("deadline_after (mine.py line 1) answers otherwise in a process")


def test_shipped_rules_are_the_same_in_every_process():
    """All protocols in one other process: to start it is what takes the time."""
    changes = [RuleChange(book, chosen.rule_set, chosen.rule_set.rules)
               for book in rulebooks().values()
               for chosen in [Chosen(book, book.rules_named(book.default_rules))]]  # fmt: skip
    traces, here = [], []
    for change in changes:
        scope = change.rulebook.scopes[SCOPES[change.rulebook.protocol.name]]
        for run in list(elsewhere.sample(change, scope, time.monotonic() + 60))[:2]:
            traces.append(elsewhere.sent(change, scope, run))
            here.append([])
            elsewhere.transcript(change, scope, run, time.monotonic() + 60, here[-1])
    child = elsewhere.Child("7", traces)
    there = child.answers(60)
    child.close()
    assert there and all(there[: len(changes)])
    for mine, theirs in zip(here, there, strict=True):
        assert elsewhere.differs(mine, theirs) is None


def test_a_look_ends_where_a_family_has_no_end_of_moves():
    def propose(state, rules, scope, choose):
        choose(10**6), choose(10**6)
        return None

    endless = Family("endless", propose, 1)
    protocol = evolve(TOY.protocol, families=(*TOY.protocol.families, endless))
    with stoppable(time.monotonic() + 60):
        assert fuzz(evolve(TOY, protocol=protocol), GOOD, Scope(), seed=1, steps=50).transitions
