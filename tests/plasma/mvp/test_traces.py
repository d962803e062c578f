"""Counterexamples that a search once found break the same claim for ever, and not when repaired.

`python -m tests.plasma.mvp.test_traces` finds them anew.
"""

from pathlib import Path

from impl.ground.evidence import Trace
from impl.lab.fuzz import fuzz
from impl.lab.runs.replay import replay
from impl.lab.traces.format import save_trace
from invariants.plasma.mvp.rulebook import PLASMA
from tests.protocolwide import watching
from tests.storedruns import Stored

STORED = Stored(PLASMA, Path(__file__).parent / "traces")
FOUND = (
    ("reference-2018", "aliases", "PL-PAID-ONCE"),
    ("no-confirmations", "withheld", "PL-OWNER-CANCELS"),
    ("atomic-batch", "reverting", "PL-LIVE"),
    ("original-post", "small", "PL-SAFE-EXIT"),
    ("without-bound-to-signer", "small", "PL-WAY-OUT"),
)
"""Rule set, scope, and the claim that breaks."""


def found(rule_set: str, scope: str, claim: str) -> Trace:
    """The run that random walks find, with that claim watched alone."""
    rules = PLASMA.rules_named(rule_set).rules
    result = fuzz(watching(PLASMA, claim), rules, PLASMA.scopes[scope], seed=1, steps=40_000)
    [trace] = result.traces
    return trace


def test_every_stored_weakness_has_its_file():
    assert sorted((t.rule_set, t.invariant) for t in STORED.traces) == sorted(
        (rule_set, claim) for rule_set, _, claim in FOUND
    )


@STORED.each
def test_the_hardened_rules_survive_it(file):
    trace = STORED.load(file)
    hardened = PLASMA.rules_named("hardened").rules
    assert replay(PLASMA, hardened, STORED.scope(trace), trace.actions).holds


if __name__ == "__main__":
    for wanted in FOUND:
        trace = found(*wanted)
        print(*wanted, len(trace.actions), save_trace(trace, STORED.folder).name)
