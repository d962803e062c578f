"""Finds the stored counterexamples anew: `python -m tests.channels.multiparty.store_traces`.

Each is the shortest that exploring finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from attrs import evolve

from impl.evidence import Trace
from impl.explore import explore
from impl.traces import save_trace
from invariants.channels.multiparty.rulebook import MULTIPARTY

FOLDER = Path(__file__).parent / "traces"

STORED = (
    "MP-C-SELF", "MP-C-EQUAL-ROOTS", "MP-C-LISTED-TWICE", "MP-C-REPLAY", "MP-C-HELD",
    "MP-A-RECEIPT-EPOCH", "MP-A-BOND",
)  # fmt: skip
"""Cases of the evidence."""
CASES = {case.id: case for case in MULTIPARTY.cases}


def found(id: str) -> Trace:
    """The shortest run of a case, its claim watched alone."""
    case = CASES[id]
    alone = tuple(i for i in MULTIPARTY.invariants if i.id in case.only)
    result = explore(
        evolve(MULTIPARTY, invariants=alone),
        MULTIPARTY.rules_named(case.rule_set).rules,
        MULTIPARTY.scopes[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )
    return next(t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks)


if __name__ == "__main__":
    for wanted in STORED:
        trace = found(wanted)
        print(wanted, len(trace.actions), save_trace(trace, FOLDER).name)
