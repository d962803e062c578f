"""Claims about time count from a clock of their own: a deadline set wrongly is noticed.

For each deadline that a rule writes down: set a hundred days too late, by each claim that speaks of
it, watched alone.
"""

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.rulebooks.registry import rulebooks
from spec.kernel.basics import DAY
from tests.damages import damaged

LATE = 100 * DAY
CASES = {
    ("application", "adjudicator", "ends=now + rules.window"): {
        "APP-NO-TURN-TWICE": "tiny",
        "APP-FINAL": "tiny",
        "APP-IN-TIME": "tiny",
        "APP-LAST-MOMENT": "tiny",
    },
    ("application", "adjudicator", "rules), since=now"): {
        "APP-IN-TIME": "tiny",
        "APP-LAST-MOMENT": "tiny",
    },
    ("application", "adjudicator", "claimed=body, ends=now"): {"APP-IN-TIME": "tiny"},
    ("application", "holdings", "state.network, since=now"): {"APP-IN-TIME": "funding-honest"},
    ("application", "play", "line=line, since=state.main.now"): {
        "APP-IN-TIME": "tiny",
        "APP-LAST-MOMENT": "tiny",
    },
    ("application", "play", "agreed=True, since=state.main.now"): {"APP-IN-TIME": "tiny"},
    ("conditional", "settlement", "window_ends=until"): {
        "CP-WINDOW": "tiny",
        "CP-BOUNDED": "tiny",
    },
    ("conditional", "withdrawals", "state.main.now + rules.window"): {
        "CP-ANNOUNCED": "withdrawing",
        "CP-OPEN": "withdrawing",
        "CP-LAST-MOMENT": "withdrawing",
    },
    ("conditional", "registry", "min(now + rules.resolve_window, pay.deadline)"): {
        "CP-RAISABLE": "vouching",
        "CP-FINAL": "vouching",
        "CP-LAST-MOMENT": "vouching",
    },
    ("watchtower", "disputes", "paid(before.main, main), main.now"): {
        "TW-OUTCOME": "tiny",
        "TW-LAST-MOMENT": "tiny",
    },
    ("watchtower", "service", "put(service.announced, by, state.main.now"): {
        "TW-BONDS": "retiring-honest",
        "TW-NOT-STUCK": "retiring-honest",
        "TW-LAST-MOMENT": "retiring-honest",
    },
    ("watchtower", "offchain", "left=state.main.now"): {
        "TW-IN-WINDOW": "tiny",
        "TW-NOT-STUCK": "tiny",
        "TW-KNOWN": "tiny",
        "TW-LAST-MOMENT": "tiny",
    },
}
SMALLER = {"vouching": {"payers": (1,)}}
BY_CLAIM = {"CP-FINAL": {"payers": (0,)}}
"""Alice raises what is hers in time, whatever the contract's deadline; bob does not."""
RULES = {"application": "forcemove", "conditional": "mended", "watchtower": "accountable"}
EACH = [(*where, claim, scope) for where, by in CASES.items() for claim, scope in by.items()]


@pytest.mark.parametrize("protocol, place, written, claim, scope", EACH)
def test_a_deadline_a_hundred_days_late_is_noticed(protocol, place, written, claim, scope):
    book = damaged(rulebooks()[protocol], place, written, f"{written} + {LATE}")
    alone = evolve(book, invariants=tuple(i for i in book.invariants if i.id == claim))
    rules = alone.rules_named(RULES[protocol]).rules
    size = evolve(alone.scopes[scope], **SMALLER.get(scope, {}) | BY_CLAIM.get(claim, {}))
    result = explore(alone, rules, size, key="reduced", max_states=4_000)
    assert result.word is Word.BROKEN, result.summary
    assert result.traces[0].invariant == claim
