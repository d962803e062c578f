"""The evidence for the multi-party channel that comes from searches."""

from invariants.kernel.claims import Case

CASES: tuple[Case, ...] = ()
