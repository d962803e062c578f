"""Pages for people: one for a counterexample, one for a whole run of `check` or `campaign`.

A page is one HTML file with everything in it. It needs no network, works from disk, and is the same
bytes whenever it is made of the same run.
"""

from impl.show.report.overview import write_overview
from impl.show.report.page import write_report

__all__ = ["write_overview", "write_report"]
