"""Nobody has to list their attacks: hostile calls follow from the action types."""

from random import Random

import pytest
from attrs import evolve

from impl.lab.fuzz.codec import Sources
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.replay import Player
from invariants.kernel.hostile import HOSTILE, with_hostile_calls
from spec.kernel.action import Call, Delivery, Own
from spec.kernel.clock import Wait
from spec.kernel.protocol import Family

SCOPES = {
    "plasma-mvp": "small",
    "multiparty": "tiny-leader",
    "application": "tiny",
    "payment": "one",
    "conditional": "tiny",
    "watchtower": "partner",
}


def first(name):
    book = with_hostile_calls(rulebooks()[name])
    rules, scope = book.rules_named(book.default_rules).rules, book.scopes[SCOPES[name]]
    return book, rules, scope, book.protocol.initial(scope, rules)


def draws(name, number=1_500):
    book, rules, scope, state = first(name)
    (family,) = [each for each in book.protocol.families if each.name == HOSTILE]
    random = Random(1)
    return [family.propose(state, rules, scope, random.randrange) for _ in range(number)]


@pytest.mark.parametrize("name", SCOPES)
def test_calls_are_by_all_but_honest_parties_and_deliveries_reach_only_these(name):
    book, _, scope, state = first(name)
    honest = set(book.honest(state, scope))
    drawn = [each for each in draws(name) if each is not None]
    outsider = max(each.by for each in drawn)
    assert outsider not in honest
    for kind in book.protocol.actions:
        if kind == Wait:
            continue
        by = {each.by for each in drawn if type(each) is kind}
        if issubclass(kind, Delivery):
            assert by <= honest, kind
        else:
            assert issubclass(kind, (Call, Own)) and not by & honest, kind
        if issubclass(kind, Call) and by:
            assert outsider in by, kind


@pytest.mark.parametrize("name", SCOPES)
def test_the_same_choices_make_the_same_calls(name):
    assert draws(name, 200) == draws(name, 200)


def test_what_an_interface_takes_at_most_two_of_is_never_a_third():
    drawn = [each for each in draws("conditional", 4_000) if each is not None]
    direct = {each.payer for each in drawn if hasattr(each, "payer")}
    within = {
        record.payer
        for each in drawn
        for record in (getattr(each, "pay", None), getattr(each, "simplex", None))
        if record is not None
    }
    assert direct == within == {0, 1}


def without_attacks(book):
    """Of what is written by hand, only what honest parties do of their own will."""

    def only(family):
        def propose(state, rules, scope, choose):
            move = family.propose(state, rules, scope, choose)
            honest = book.honest(state, scope) or ()
            return None if isinstance(move, Delivery) or getattr(move, "by", None) not in honest \
                else move  # fmt: skip

        return Family(family.name, propose, family.weight)

    families = tuple([only(family) for family in book.protocol.families])
    book = with_hostile_calls(evolve(book, protocol=evolve(book.protocol, families=families)))
    *others, hostile = book.protocol.families
    weight = 2 * sum(family.weight for family in others)
    families = (*others, evolve(hostile, weight=weight))
    return evolve(book, protocol=evolve(book.protocol, families=families))


FOUND = (
    ("payment", "window-restarts", "tiny", "PC-WINDOW"),
    ("payment", "totals-ignored", "topping-up", "PC-SAFE-EXIT"),
    ("payment", "impatient", "one", "PC-AT-MOST-THREE"),
    ("plasma-mvp", "reference-2018", "aliases", "PL-CANONICAL"),
    ("plasma-mvp", "atomic-batch", "reverting", "PL-LIVE"),
    ("plasma-mvp", "unbounded-batch", "crowd", "PL-LIVE"),
    ("plasma-mvp", "early-maturity", "tiny", "PL-MATURITY"),
    ("plasma-mvp", "short-period", "tiny", "PL-WAY-OUT"),
    ("plasma-mvp", "original-post", "tiny", "PL-LIVE"),
    ("plasma-mvp", "without-stops-when-full", "crowd", "PL-LIVE"),
)
"""Rules, scope and the claim that alone is watched. Most of the other listed weaknesses of the two
are not found by walks as short as these."""


def broken(book, rules, scope, seed, steps):
    """What the first walk to break something breaks, each at most 40 accepted actions long."""
    player, sources = Player(book, rules, scope), Sources(book, rules, scope)
    random = Random(seed)
    for _ in range(steps // 40):
        state, length = player.initial, 0
        for _ in range(1_500):
            action = sources.draw(random.choice(sources.table), state, random.randrange)
            played = None if action is None else player.play(state, action)
            if played is None or played.refusal is not None:
                continue
            if played.broken:
                return played.broken[0].pair
            state, length = played.after, length + 1
            if length == 40:
                break
    return None


@pytest.mark.parametrize("name, rule_set, scope, claim", FOUND)
def test_known_weaknesses_are_found_without_any_attack_written_by_hand(
    name, rule_set, scope, claim
):
    book = without_attacks(rulebooks()[name])
    expected = {
        pair
        for case in book.cases
        if case.rule_set == rule_set
        for pair in case.breaks
        if pair[0] == claim
    }
    kept = tuple([each for each in book.invariants if each.id == claim])
    rules = book.rules_named(rule_set).rules
    book, where = evolve(book, invariants=kept), book.scopes[scope]
    # Some seeds: a walk is another one as soon as a protocol gets one more move.
    assert any(broken(book, rules, where, seed, 1_000) in expected for seed in range(1, 9))


SURVIVES = (
    ("plasma-mvp", "hardened", "small", "PL-AUTHORITY"),
    ("plasma-mvp", "hardened", "joint", "PL-ALARM"),
    ("multiparty", "sound", "asking", "MP-ANEW"),
    ("watchtower", "accountable", "tiny", "TW-WAY-OUT"),
    ("watchtower", "accountable", "both", "TW-REWARD"),
)
"""Claims that hostile calls once broke, as they said too much; walks of these lengths found it."""


@pytest.mark.parametrize("name, rule_set, scope, claim", SURVIVES)
def test_claims_blame_no_rules_for_what_hostile_calls_may_do(name, rule_set, scope, claim):
    book = with_hostile_calls(rulebooks()[name])
    kept = tuple([each for each in book.invariants if each.id == claim])
    rules, where = book.rules_named(rule_set).rules, book.scopes[scope]
    book = evolve(book, invariants=kept, witnesses=())
    assert not any(broken(book, rules, where, seed, 1_000) for seed in range(1, 5))
