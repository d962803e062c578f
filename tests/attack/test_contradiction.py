"""What a search says of a scope does not count where a walk in it breaks what it says holds."""

import pytest
from attrs import evolve

from impl.ground.evidence import Result, Word
from impl.lab.attack.contradiction import contradicted
from impl.lab.attack.hunt import Explored, Hunt, Limits
from impl.lab.attack.places import Place
from impl.lab.claims.monitor import RULE_IMPURE, Broken
from impl.lab.rules.change import RuleChange
from impl.show.text.attacked import explored_text
from invariants.kernel.claims import Finding
from spec.kernel.clock import Wait
from tests.cli.toy import HASTY, TOY, Scope

PLACE = Place("tiny", Scope(2, 1))


def hunted(rule_set: str) -> Hunt:
    change = RuleChange(TOY, TOY.rules_named(rule_set), HASTY)
    hunt = Hunt(change, (), (PLACE,), 1, Limits(None, 2_000, False, 1))
    details = {"stopped_by": "", "frontier": 0, "assumed": "", "untold": 0}
    said = Result(Word.EXHAUSTED, "explore", "toy", "all", states=3, depth=3, details=details)
    hunt.explored[PLACE.name] = Explored(PLACE, said)
    return hunt


def test_a_search_that_a_walk_contradicts_does_not_count():
    hunt = hunted("toy-vault")
    assert hunt.words == {"tiny": Word.EXHAUSTED}
    hunt.run()
    (hit,) = hunt.new[:1]
    explored = hunt.explored["tiny"]
    assert hit.method == "fuzz" and hit.pair[0] == "NOT-SOON"
    assert explored.contradicted.endswith("breaks NOT-SOON contradict each other")
    assert explored_text(explored).startswith("does NOT count: the search and a walk")
    assert not hunt.finished and hunt.word is not Word.EXHAUSTED


def test_a_search_that_found_something_is_not_contradicted():
    hunt = hunted("toy-vault")
    explored = hunt.explored["tiny"]
    hunt.explored["tiny"] = evolve(explored, result=evolve(explored.result, traces=(None,)))
    hunt._walk(None)
    assert hunt.new and not hunt.explored["tiny"].contradicted


@pytest.mark.parametrize("cause", ["paid too soon", "something else"])
def test_a_run_that_breaks_nothing_again_is_the_rules_fault(cause):
    rules = TOY.rules_named("toy-vault")
    broken = Broken("NOT-SOON", Finding(cause, {}))
    found, why = contradicted(RuleChange(TOY, rules, rules.rules), Scope(2, 1), (Wait(1),), broken)
    assert found.invariant == RULE_IMPURE and "not when it is played again" in why
