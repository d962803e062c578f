"""Finds the stored counterexamples anew: `python -m tests.plasma.mvp.store_traces`.

Each is what a search finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from attrs import evolve

from impl.evidence import Trace
from impl.fuzz import fuzz
from impl.traces import save_trace
from invariants.plasma.mvp.rulebook import PLASMA

FOLDER = Path(__file__).parent / "traces"

STORED = (
    ("reference-2018", "aliases", "PL-PAID-ONCE"),
    ("no-confirmations", "withheld", "PL-OWNER-CANCELS"),
    ("atomic-batch", "reverting", "PL-LIVE"),
    ("original-post", "small", "PL-SAFE-EXIT"),
    ("without-bound-to-signer", "small", "PL-WAY-OUT"),
)
"""Rule set, scope, and the claim that breaks."""


def found(rule_set: str, scope: str, claim: str) -> Trace:
    """The run that a search finds when it watches that claim alone."""
    alone = evolve(PLASMA, invariants=tuple(i for i in PLASMA.invariants if i.id == claim))
    rules = PLASMA.rules_named(rule_set).rules
    result = fuzz(alone, rules, PLASMA.scopes[scope], seed=1, steps=40_000)
    [trace] = result.traces
    return trace


if __name__ == "__main__":
    for wanted in STORED:
        trace = found(*wanted)
        print(*wanted, len(trace.actions), save_trace(trace, FOLDER).name)
