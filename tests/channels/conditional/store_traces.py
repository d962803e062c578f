"""Finds the stored counterexamples anew: `python -m tests.channels.conditional.store_traces`.

Each is the shortest that exploring finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from attrs import evolve

from impl.evidence import Trace
from impl.explore import explore
from impl.traces import save_trace
from invariants.channels.conditional.rulebook import CONDITIONAL

FOLDER = Path(__file__).parent / "traces"

STORED = (
    "CP-C-AWAY", "CP-C-RESTART", "CP-C-FAILS", "CP-C-RESET", "CP-C-RESET-LOSS", "CP-C-ABOVE",
    "CP-A-LOCKS", "CP-A-MARGIN", "CP-A-GROWS", "CP-A-PENDING", "CP-A-VETO", "CP-A-VOUCHERS",
)  # fmt: skip
"""Cases of the evidence."""
CASES = {case.id: case for case in CONDITIONAL.cases}


def found(id: str) -> Trace:
    """The shortest run of a case, its claim watched alone."""
    case = CASES[id]
    alone = tuple(i for i in CONDITIONAL.invariants if i.id in case.only)
    result = explore(
        evolve(CONDITIONAL, invariants=alone),
        CONDITIONAL.rules_named(case.rule_set).rules,
        CONDITIONAL.scopes[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )
    return next(t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks)


if __name__ == "__main__":
    for wanted in STORED:
        trace = found(wanted)
        print(wanted, len(trace.actions), save_trace(trace, FOLDER).name)
