"""What the rules of a protocol of one's own ask of time is read, whatever its author says of it."""

from attrs import evolve
from escrow import ESCROW
from forgetful import forgetful_key

from impl.ground.evidence import Word
from impl.lab.explore import explore


def test_a_key_that_forgets_the_time_is_not_used() -> None:
    book = evolve(ESCROW, protocol=evolve(ESCROW.protocol, key=forgetful_key))
    rules, scope = book.rules_named(book.default_rules).rules, book.scopes[book.default_scope]
    result = explore(book, rules, scope, key_sample=0)
    assert result.details["key"] != "reduced"
    assert "reduced key NOT used" in result.summary and "escrow.py:" in result.summary


def test_instants_that_are_left_out_are_read_off_the_rules_and_named() -> None:
    book = evolve(ESCROW, protocol=evolve(ESCROW.protocol, instants=lambda state, rules: ()))
    rules, scope = book.rules_named(book.default_rules).rules, book.scopes[book.default_scope]
    whole, less = (explore(each, rules, scope, key_sample=0) for each in (ESCROW, book))
    assert less.word is whole.word is Word.EXHAUSTED
    assert "not named by `instants`" in less.summary and "escrow.py:" in less.summary
    assert "not named by" not in whole.summary
