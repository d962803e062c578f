"""Finds the stored counterexamples anew: `python -m tests.channels.application.store_traces`.

Each is the shortest that exploring finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from impl.evidence import Trace
from impl.explore import explore
from impl.traces import save_trace
from invariants.channels.application.rulebook import APPLICATION
from tests.channels.application.situations import SCOPES, watching

FOLDER = Path(__file__).parent / "traces"

STORED = (
    "APP-C-RESTART", "APP-C-LOOP", "APP-C-REFUTE", "APP-C-STUCK", "APP-C-UNEXPECTED", "APP-C-LATE",
    "APP-C-REVERSED", "APP-C-UNSTAKED", "APP-C-WON-AT-ONCE", "APP-C-LONE", "APP-C-ONE-SIGNS",
    "APP-C-NOT-FINAL", "APP-C-STALL-RPS", "APP-C-STALL-TTT", "APP-C-AWAY-PAID",
)  # fmt: skip
"""Cases of the evidence."""
CASES = {case.id: case for case in APPLICATION.cases}


def found(id: str) -> Trace:
    """The shortest run of a case, its claim watched alone."""
    case = CASES[id]
    result = explore(
        watching(*case.only),
        APPLICATION.rules_named(case.rule_set).rules,
        SCOPES[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )
    return next(t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks)


if __name__ == "__main__":
    for wanted in STORED:
        trace = found(wanted)
        print(wanted, len(trace.actions), save_trace(trace, FOLDER).name)
