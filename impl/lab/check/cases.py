"""A case of a rulebook: what is found by search, and is it what the rulebook expects?

`exitgame check` and the tests of a protocol ask the same here.
"""

from attrs import evolve

from impl.ground.evidence import Result, Word
from impl.lab.explore import keys
from impl.lab.rules.chosen import rule_set_of
from invariants.kernel.claims import Case, Method, Rulebook
from invariants.kernel.hostile import with_hostile_calls

KEY_SAMPLE = 4_000
"""Steps on which a key is tested before a case relies on it. The test suite takes more."""
SEED = 1
"""Of every sampled case: it says the same each time."""


def examined(book: Rulebook, case: Case) -> Result:
    """Do what the case says."""
    rules, scope = rule_set_of(book, case.rule_set).rules, book.scopes[case.scope]
    if case.hostile:
        book = with_hostile_calls(book)
    if case.only:
        watched = tuple(claim for claim in book.invariants if claim.id in case.only)
        book = evolve(book, invariants=watched)
    if case.method is Method.FUZZ:
        from impl.lab.fuzz import fuzz

        alone = case.contract_alone
        first = fuzz(book, rules, scope, seed=SEED, steps=case.steps, contract_alone=alone)
        if not case.breaks or _found(first, case):
            return first
        return fuzz(book, rules, scope, seed=SEED, steps=case.steps, keep_going=True)
    if case.method is Method.KEY:
        return keys.proved_key(book, rules, scope, case.steps)
    if case.method is Method.EXPLORE:
        from impl.lab.explore import explore

        if case.breaks:
            # What is found is played again step by step, so no key has to be trusted for it.
            quick = explore(
                book, rules, scope, depth=case.depth, wanted=case.breaks, key="reduced", read=False
            )
            if _found(quick, case):
                return quick
            return explore(book, rules, scope, depth=case.depth, wanted=case.breaks)
        # Keys have lines of their own; `exitgame keys` reads every scope to its end.
        return explore(
            book, rules, scope, depth=case.depth, key_sample=KEY_SAMPLE, read=False,
            contract_alone=case.contract_alone,
        )  # fmt: skip
    raise ValueError(f"case {case.id}: cases are explored or fuzzed; a theorem is proved")


def as_expected(book: Rulebook, case: Case, result: Result) -> bool:
    """Did it come out as the rulebook says it does?"""
    if case.breaks:
        return _found(result, case)
    if case.method is Method.KEY:
        return (result.word is Word.PROVED) is not (case.rule_set in book.coarse)
    if case.method is Method.FUZZ:
        wanted = {Word.SAMPLED}
    else:
        wanted = {Word.EXHAUSTED, Word.ASSUMED}
        if case.depth is not None:
            wanted.add(Word.BOUNDED)
    return result.word in wanted and not result.traces


def _found(result: Result, case: Case) -> bool:
    """Is one of the expected counterexamples among the traces?"""
    return any((t.invariant, t.finding.cause) in case.breaks for t in result.traces)
