"""Scopes for the payment channel, by who is honest."""

from attrs import evolve

from invariants.channels.payment.world.scope import Scope
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY

BOBS = Scope()
"""Bob is honest, alice is not."""
ALICES = evolve(BOBS, honest=(ALICE,))
BOTH = evolve(BOBS, honest=(ALICE, BOB))
NOBODY = evolve(BOBS, honest=())

SCOPES: dict[str, Scope] = {
    "tiny": BOBS,
    "one": evolve(BOBS, versions=3, absences=1),
    "alice": evolve(ALICES, versions=3, absences=1),
    "both": evolve(BOTH, absences=1),
    "opening": evolve(BOBS, funded=(0, 0), deposit=1, versions=1),
    "opening-both": evolve(BOTH, funded=(0, 0), purse=1, deposit=1, versions=1),
    "topping-up": evolve(BOBS, deposit=1, finals=False),
    "withdrawing": evolve(BOBS, funded=(2, 2), withdrawn=1, finals=False),
    "withdrawing-both": evolve(BOTH, funded=(2, 2), withdrawn=1, finals=False),
    "crashing": evolve(BOTH, absences=1, crashes=True, finals=False),
    "crash": evolve(BOBS, absences=1, crashes=True, finals=False),
    "away-twice": evolve(BOTH, versions=1, absences=2, finals=False),
    "crashing-twice": evolve(BOBS, versions=1, absences=2, crashes=True),
    "away-too-long": evolve(BOBS, absences=1, away=2 * DAY, finals=False),
    "reopened": evolve(BOBS, versions=1, channels=2),
    "reopened-both": evolve(BOTH, versions=1, channels=2, finals=False),
    "noise": evolve(BOBS, noise=True),
    "noise-both": evolve(BOTH, noise=True),
    "withdrawing-noise": evolve(BOBS, funded=(1, 1), withdrawn=1, finals=False, noise=True),
    "nobody-honest": evolve(NOBODY, deposit=1, noise=True),
    "long-both": evolve(
        BOTH, funded=(3, 3), deposit=2, versions=20, amounts=(1, 2), withdrawn=2, absences=2,
        crashes=True, channels=2,
    ),
    "long-one": evolve(
        BOBS, funded=(3, 3), deposit=2, versions=20, amounts=(1, 2), withdrawn=2, absences=2,
        channels=2,
    ),
    "noise-opening": evolve(
        BOTH, funded=(0, 0), purse=1, deposit=1, versions=1, noise=True
    ),
    "noise-all-both": evolve(
        BOTH, funded=(2, 1), deposit=1, versions=3, withdrawn=1, absences=1, channels=2,
        noise=True,
    ),
    "noise-all": evolve(
        BOBS, funded=(2, 1), deposit=1, versions=3, withdrawn=1, absences=1, channels=3,
        noise=True,
    ),
}  # fmt: skip
