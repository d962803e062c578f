"""The page of a whole run of `check` or `campaign`, made of the document that --json prints."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from impl.cli.answer import plain
from impl.report.files import page, write_whole


def write_overview(document: Mapping[str, Any], path: Path) -> Path:
    """Write the page of a run's document. Raises BadInput where it cannot be written."""
    told: Any = plain(document)
    return write_whole(page("overview.html", {"run": told}), path)
