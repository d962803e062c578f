"""A reduced key hides no break: claims are asked across every accepted step, new state or not."""

import pytest
from attrs import astuple, evolve, has

from impl.lab.explore import explore
from impl.lab.keys.check import check_key
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.knobs import decisions, replace
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal
from tests.checkers import toy
from tests.checkers.toy import ALICE, GOOD, TOY, Scope

# --- rules that pay otherwise where something about their arguments is so ---


def leaves(value):
    """All numbers in a value, in order."""
    if has(type(value)):
        return leaves(astuple(value, recurse=False))
    if isinstance(value, tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [int(value)] if isinstance(value, int) else []


TESTS = {
    "is 0": lambda n: n == 0,
    "is odd": lambda n: n % 2 == 1,
    "is 1": lambda n: n == 1,
    "is more than 1": lambda n: n > 1,
}


def misplaces(original, place, test, amount):
    """The decision, but so much of the first share goes to the second one where a number of the
    arguments passes a test."""

    def decision(*args):
        shares = original(*args)
        numbers = leaves(args)
        if place < len(numbers) and len(shares) == 2 and TESTS[test](numbers[place]):
            return shares[0] - amount, shares[1] + amount
        return shares

    return decision


# --- everything that can happen, by brute force ---


def naive_break(book, rules, scope, depth):
    """After how many actions something breaks first, by the whole state and one queue."""
    protocol, moves = book.protocol, Moves(book.protocol, rules, scope)
    layer = [protocol.initial(scope, rules)]
    seen = {protocol.exact(layer[0])}
    for length in range(1, depth + 1):
        ahead = []
        for state in layer:
            due = protocol.obligations(state, rules)
            actions = [*moves.candidates(state, due), *map(Wait, moves.critical(state, due))]
            for action in actions:
                try:
                    after = move(protocol, state, action, rules)
                except Refusal:
                    continue
                if breaks(book, rules, state, action, after):
                    return length
                whole = protocol.exact(after)
                if whole not in seen:
                    seen.add(whole)
                    ahead.append(after)
        layer = ahead
    return None


def breaks(book, rules, before, action, after):
    settled = book.settled(after, rules)
    for claim in book.invariants:
        if claim.kind is not Kind.TRANSITION:
            broken = (claim.kind is Kind.ALWAYS or settled) and not claim.holds(after, rules)
        elif claim.after and type(action) not in claim.after:
            broken = False
        else:
            broken = not claim.holds(before, action, after, rules)
        if broken:
            return True
    return False


PAYING = [
    ("payment", "tiny", "split", 3, 11),
    ("conditional", "tiny", "split", 4, 4),
    ("application", "tiny", "pays", 3, 4),
    ("watchtower", "tiny", "channel.split", 4, 11),
]


@pytest.mark.parametrize(("name", "scope", "decision", "depth", "places"), PAYING)
def test_no_rule_that_pays_otherwise_hides_from_the_search(name, scope, decision, depth, places):
    book = rulebooks()[name]
    base, where = book.rules_named(book.default_rules).rules, book.scopes[scope]
    original = decisions(base)[decision]
    rules_that = {}
    for n in range(2 * places):
        place, test, amount = n % places, list(TESTS)[(n * 3 + n // places) % 4], (2_000, 1)[n % 2]
        changed = misplaces(original, place, test, amount)
        rules_that[place, test, amount] = replace(base, {tuple(decision.split(".")): changed})
    found = {}
    for said, rules in rules_that.items():
        traces = explore(book, rules, where, key="reduced", depth=depth).traces
        found[said] = len(traces[0].actions) if traces else None
    assert found == {said: naive_break(book, r, where, depth) for said, r in rules_that.items()}
    assert len({length is None for length in found.values()}) == 2


def test_the_issues_rule_is_never_called_exhausted():
    """Bob gets 2,000 more and alice 2,000 less where the version's number is 0."""
    book = rulebooks()["payment"]
    base = book.rules_named("replacement").rules
    rules = evolve(base, split=misplaces(base.split, 0, "is 0", 2_000))
    (trace,) = explore(book, rules, book.scopes["tiny"]).traces
    assert trace.invariant in ("PC-PAID", "PC-NOT-NEGATIVE") and len(trace.actions) == 3


# --- the judge of a step, in a small protocol ---


def without_money(state, rules):
    """A key that is right for the toy: the money follows from the entries."""
    return lambda now: toy.key(state, rules)(now)[2]


def solvent_alice(state, rules):
    return state.main.accounts[ALICE, ETHER] >= -1


CLAIM = Invariant(
    "NOT-NEGATIVE", "Nobody owes.", Kind.ALWAYS, solvent_alice, lambda s, r: Finding("owes", {})
)


def first_stopped_costs(first):
    """Of entries 2n and 2n + 1 the one of the two that is named must not be stopped first: that
    costs alice one wei. Two ways to the same entries, with money that differs by the way."""

    def step(state, action, rules):
        after = toy.step(state, action, rules)
        if not isinstance(action, toy.Contest):
            return after
        stopped = {place for place, entry in state.vault.items() if entry.status == toy.STOPPED}
        pair = action.place // 2
        if len(stopped) // 2 != pair:
            raise toy.WrongStatus(len(stopped), pair)
        if action.place % 2 != first or action.place ^ 1 in stopped:
            return after
        accounts = after.main.accounts
        poorer = {**accounts, (ALICE, ETHER): accounts[ALICE, ETHER] - 1}
        return evolve(after, main=evolve(after.main, accounts=poorer))

    return step


@pytest.mark.parametrize("first", [0, 1])
def test_money_that_differs_by_the_way_is_not_forgotten(first):
    """The claim breaks after two such ways one behind the other, so the state behind the first one
    has to be kept although the key has seen its like."""
    start = toy.initial(Scope(), GOOD)
    vault = {n: toy.Entry(ALICE, 1, toy.ASKED, toy.MALLORY, 0) for n in range(4)}
    poor = evolve(start.main, accounts={(ALICE, ETHER): 0, (toy.MALLORY, ETHER): 0})
    protocol = evolve(
        TOY.protocol,
        initial=lambda scope, rules: evolve(start, main=poor, vault=vault),
        step=first_stopped_costs(first),
        families=(),
        key=without_money,
    )
    book = evolve(TOY, protocol=protocol, invariants=(CLAIM,))
    (trace,) = explore(book, GOOD, Scope(), key="reduced").traces
    assert trace.invariant == "NOT-NEGATIVE" and len(trace.actions) == 3


def marks_late_deposits(state, action, rules):
    """Something that no key holds, no rule reads, and one claim does."""
    after = toy.step(state, action, rules)
    late = isinstance(action, toy.Deposit) and state.main.now > 3_000 * DAY
    return evolve(after, owed={**after.owed, 99: 0}) if late else after


def test_every_member_of_a_group_is_held_against_the_claims():
    """The first ones of each group keep the claim; a late one does not."""
    unmarked = Invariant(
        "UNMARKED",
        "No deposit is late.",
        Kind.ALWAYS,
        lambda state, rules: 99 not in state.owed,
        lambda state, rules: Finding("marked", {}),
    )
    protocol = evolve(TOY.protocol, key=without_money, step=marks_late_deposits)
    book = evolve(TOY, protocol=protocol, invariants=(unmarked,))
    report = check_key(book, GOOD, Scope())
    assert not report.passed and "one breaks a claim" in report.summary
    one, two = report.example
    assert 99 in two.owed and 99 not in one.owed
