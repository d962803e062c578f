"""Finds the stored counterexamples anew: `python -m tests.channels.payment.store_traces`.

Each is the shortest that exploring finds under a named rule set; the scope goes into the file.
"""

from pathlib import Path

from attrs import evolve

from impl.evidence import Trace
from impl.explore import explore
from impl.traces import save_trace
from invariants.channels.payment.cases import WEAKNESSES
from invariants.channels.payment.rulebook import PAYMENT
from invariants.kernel.claims import Rulebook

FOLDER = Path(__file__).parent / "traces"
CASES = {case.id: case for case in WEAKNESSES}


def watching(*claims: str) -> Rulebook:
    """The rulebook with these claims alone."""
    return evolve(PAYMENT, invariants=tuple(i for i in PAYMENT.invariants if i.id in claims))


def found(id: str) -> Trace:
    """The shortest run of a case, its claim watched alone."""
    case = CASES[id]
    result = explore(
        watching(*case.only),
        PAYMENT.rules_named(case.rule_set).rules,
        PAYMENT.scopes[case.scope],
        key="reduced",
        wanted=case.breaks,
        keep_going=True,
    )
    return next(t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks)


if __name__ == "__main__":
    for wanted in CASES:
        trace = found(wanted)
        print(wanted, len(trace.actions), save_trace(trace, FOLDER).name)
