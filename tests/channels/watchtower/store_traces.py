"""Finds the stored counterexamples anew: `python -m tests.channels.watchtower.store_traces`.

Each is the shortest that exploring finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from attrs import evolve

from impl.evidence import Trace
from impl.explore import explore
from impl.traces import save_trace
from invariants.channels.watchtower.rulebook import WATCHTOWER

FOLDER = Path(__file__).parent / "traces"

STORED = (
    "TW-C-ALONE", "TW-C-BRIBE", "TW-C-SMALL-BOND", "TW-C-OFFLINE", "TW-C-FORGETFUL", "TW-C-STAGED",
    "TW-A-NUMBERS", "TW-A-OPENING", "TW-A-SUCCESSION", "TW-A-NOTICE",
)  # fmt: skip
"""Cases of the evidence."""
CASES = {case.id: case for case in WATCHTOWER.cases}


def found(id: str) -> Trace:
    """The shortest run of a case, its claim watched alone."""
    case = CASES[id]
    alone = tuple(i for i in WATCHTOWER.invariants if i.id in case.only)
    result = explore(
        evolve(WATCHTOWER, invariants=alone),
        WATCHTOWER.rules_named(case.rule_set).rules,
        WATCHTOWER.scopes[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )
    return next(t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks)


if __name__ == "__main__":
    for wanted in STORED:
        trace = found(wanted)
        print(wanted, len(trace.actions), save_trace(trace, FOLDER).name)
