"""The examples of the documentation can be imported, as in PYTHONPATH=docs/examples."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "examples"))
