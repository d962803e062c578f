"""Whatever a rule, a claim or a strategy raises is its own fault: no success, and no Ctrl-C."""

import sys

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.claims.monitor import RULE_ERROR
from impl.lab.compare.pairs import Sides
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.keys.check import check_key
from impl.lab.prover import prove
from impl.lab.runs.replay import replay
from invariants.kernel.theorems import theorem
from spec.kernel.basics import Seconds
from tests.checkers import toy
from tests.checkers.toy import ALICE, GOOD, TOY, Scope


class Mine(BaseException):
    """Nobody else's."""


def exits():
    sys.exit(0)


def fails(kind):
    def raise_it():
        raise kind

    return raise_it


KINDS = [
    (exits, "SystemExit"),
    (fails(SystemExit), "SystemExit"),
    (fails(KeyboardInterrupt), "KeyboardInterrupt"),
    (fails(GeneratorExit), "GeneratorExit"),
    (fails(Mine), "Mine"),
    (fails(MemoryError), "MemoryError"),
]


def in_a_step(do):
    def step(state, action, rules):
        if isinstance(action, toy.Ask):
            do()
        return TOY.protocol.step(state, action, rules)

    return evolve(TOY, protocol=evolve(TOY.protocol, step=step))


def in_a_claim(do):
    def holds(*args):
        if len(args) > 2 or args[0].main.now:
            do()
        return True

    return evolve(TOY, invariants=(evolve(TOY.invariants[0], holds=holds), *TOY.invariants[1:]))


def in_obligations(do):
    def obligations(state, rules):
        if state.main.now:
            do()
        return TOY.protocol.obligations(state, rules)

    return evolve(TOY, protocol=evolve(TOY.protocol, obligations=obligations))


@pytest.mark.parametrize(("do", "name"), KINDS)
@pytest.mark.parametrize("place", [in_a_step, in_a_claim, in_obligations])
def test_it_is_a_rule_error_of_every_search(place, do, name):
    book = place(do)
    explored = explore(book, GOOD, Scope(), key="reduced")
    walked = fuzz(book, GOOD, Scope(), seed=1, steps=300)
    for result in (explored, walked):
        assert result.word is Word.ERROR
        assert result.traces[0].invariant == RULE_ERROR
        assert result.traces[0].finding.cause.startswith(f"{name} in ")
    run = replay(book, GOOD, Scope(), explored.traces[0].actions)
    assert place is in_obligations or run.broken[-1].invariant == RULE_ERROR


@pytest.mark.parametrize(("do", "name"), KINDS)
def test_a_key_is_not_trusted_and_a_comparison_goes_on(do, name):
    book = in_a_step(do)
    assert not check_key(in_a_claim(do), GOOD, Scope(), transitions=600).passed
    sides = Sides(book, (GOOD, GOOD), Scope())
    state = TOY.protocol.initial(Scope(), GOOD)
    step = sides.played((state, state), toy.Ask(0, ALICE))
    assert not any(step.accepted)


@pytest.mark.parametrize(("do", "name"), [each for each in KINDS if each[1] != "MemoryError"][:4])
def test_a_theorem_whose_statement_raises_it_is_refuted(do, name):
    @theorem("T", "It never ends the program.")
    def statement(a: Seconds) -> bool:
        if a == 7:
            do()
        return True

    result = prove(statement)
    assert result.word is Word.REFUTED
    assert result.details["complaint"] == f"raises {name}"
