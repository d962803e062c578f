"""A search in which nobody is protected, or nobody acts, says VACUOUS."""

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.check.cases import as_expected, examined
from impl.lab.claims.vacuous import NOBODY_ACTED, NOBODY_HONEST
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rulebooks.registry import rulebooks
from impl.show.text.found import exit_code

PAYMENT = rulebooks()["payment"]
RULES = PAYMENT.rules_named("replacement").rules
NOBODY = PAYMENT.scopes["nobody-honest"]


@pytest.mark.parametrize(
    "search, otherwise",
    (
        (lambda **more: explore(PAYMENT, RULES, NOBODY, depth=2, **more), Word.BOUNDED),
        (lambda **more: fuzz(PAYMENT, RULES, NOBODY, seed=1, steps=50, **more), Word.SAMPLED),
    ),
)
def test_where_nobody_honest_is_there_nobody_is_protected(search, otherwise):
    result = search()
    assert result.word is Word.VACUOUS and result.summary.startswith(NOBODY_HONEST)
    assert exit_code(result) == 1
    assert search(contract_alone=True).word is otherwise


def test_where_nobody_can_do_anything_a_search_shows_nothing():
    idle = evolve(PAYMENT, protocol=evolve(PAYMENT.protocol, families=()))
    result = explore(idle, RULES, PAYMENT.scopes["one"])
    assert result.word is Word.VACUOUS and result.summary.startswith(NOBODY_ACTED)


def test_what_is_broken_is_broken_whoever_is_there():
    broken = evolve(PAYMENT.invariants[0], id="NEVER", holds=lambda *_: False)
    result = fuzz(evolve(PAYMENT, invariants=(broken,)), RULES, NOBODY, seed=1, steps=50)
    assert result.word is Word.BROKEN


def test_a_vacuous_case_is_not_as_expected():
    book = rulebooks()["application"]
    case = next(each for each in book.cases if each.scope == "nobody-honest")
    short = evolve(case, steps=200)
    assert as_expected(book, short, examined(book, short))
    unsaid = evolve(short, contract_alone=False)
    assert not as_expected(book, unsaid, examined(book, unsaid))
