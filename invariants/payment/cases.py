"""The evidence for the payment channel that comes from searches."""

from invariants.kernel.claims import Case

CASES: tuple[Case, ...] = ()
