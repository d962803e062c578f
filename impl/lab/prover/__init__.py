"""Claims for ALL values: ordinary Python functions run on values that are not known yet.

Read ``paths.py`` first (how a run splits), then ``values.py`` and ``records.py`` (what it runs on),
``folding.py`` (why it stays small) and ``proof.py`` (what is said in the end).
"""

from impl.lab.prover.ends import NotStated, Unsupported
from impl.lab.prover.knobs import safe_knobs
from impl.lab.prover.proof import as_expected, prove
from impl.lab.prover.tables import Row, decision_table, path_table

__all__ = [
    "NotStated",
    "Row",
    "Unsupported",
    "as_expected",
    "decision_table",
    "path_table",
    "prove",
    "safe_knobs",
]
