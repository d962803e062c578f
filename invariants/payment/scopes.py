"""Scopes for the payment channel, by who is honest."""

from attrs import evolve

from spec.channels.sides import ALICE, BOB
from spec.payment.scope import Scope

ONE = Scope()
BOTH = Scope(honest=(ALICE, BOB))

SCOPES: dict[str, Scope] = {
    "tiny": ONE,
    "one": evolve(ONE, versions=3, absences=1),
    "alice": evolve(ONE, honest=(ALICE,), versions=3),
    "both": evolve(BOTH, versions=2, absences=1),
}
