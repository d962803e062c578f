"""The page of one counterexample."""

from pathlib import Path
from typing import Any

from impl.cli.runs import claim_of, told
from impl.evidence import Trace
from impl.replay import replay
from impl.report.files import page, write_whole
from impl.rulechange import RuleChange
from impl.traces import save_trace


def write_report(change: RuleChange, scope: Any, trace: Trace, folder: Path) -> Path:
    """Write the page of a kept counterexample beside its trace file, under the same name.

    Raises BadInput where it cannot be written.
    """
    kept = save_trace(trace, folder)
    run = replay(change.rulebook, change.rules, scope, trace.actions)
    model = {
        "hash": kept.stem,
        "trace": trace,
        "claim": claim_of(trace),
        "lines": told(change.rulebook, run),
        "differences": change.differences,
    }
    return write_whole(page("report.html", model), kept.with_suffix(".html"))
