"""How much may happen: named scopes, each no larger than what it is for.

The name says what is played; bob is dishonest and alice honest where it says nothing else.
"""

from typing import Any

from attrs import evolve

from invariants.channels.application.world.scope import Scope, streaming_scope
from spec.channels.application import tic_tac_toe as ttt
from spec.channels.application.evidence import App, Data
from spec.channels.sides import ALICE, BOB

RPS = Scope()
BOARD: Data = (1, 0, 2, 0, 2, 0, 1, 1, 0)
"""Four empty cells; bob moves, and cannot win at once."""
LATE: Data = (1, 2, 1, 2, 2, 1, 0, 0, 0)
"""Three empty cells; bob can win with his first move."""
TTT = Scope(app=App.TIC_TAC_TOE, start=BOARD)
AGAINST_BOB: dict[str, Any] = {"coalition": (ALICE,)}
HONEST: dict[str, Any] = {"coalition": ()}

SCOPES: dict[str, Scope] = {
    # One payment: for a first look at a change, and for testing keys.
    "tiny": streaming_scope(1),
    # Rock, paper, scissors: alice chooses, bob commits.
    "rps": RPS,
    "rps-bob": evolve(RPS, **AGAINST_BOB),
    "rps-honest": evolve(RPS, **HONEST),
    # Both are honest, and somebody else may call the contract.
    "outsider": evolve(RPS, outsider=True, **HONEST),
    # Alice can pay bob two units.
    "streaming-payer": streaming_scope(2),
    "streaming-payee": streaming_scope(2, **AGAINST_BOB),
    "streaming-honest": streaming_scope(3, **HONEST),
    # Tic-tac-toe from a board with four empty cells.
    "tic-tac-toe": TTT,
    "tic-tac-toe-bob": evolve(TTT, **AGAINST_BOB),
    "tic-tac-toe-honest": evolve(TTT, **HONEST),
    # From before the deposits on.
    "funding": evolve(RPS, funded=False),
    "funding-bob": evolve(RPS, funded=False, **AGAINST_BOB),
    "funding-honest": evolve(RPS, funded=False, **HONEST),
    "funding-streaming": streaming_scope(1, funded=False, **AGAINST_BOB),
    # From before the deposits on, and from a board that bob wins with his first move.
    "won-at-once": evolve(TTT, start=LATE, funded=False),
    # Nobody answers for the honest party.
    "away": evolve(RPS, offline=(ALICE,)),
    "away-committer": evolve(RPS, offline=(BOB,), **AGAINST_BOB),
    "away-payee": streaming_scope(2, offline=(BOB,), **AGAINST_BOB),
    # What the contract refuses is tried too.
    "forged": evolve(RPS, funded=False, forged=True, purse=0),
    "forged-bob": evolve(RPS, funded=False, forged=True, purse=0, **AGAINST_BOB),
    "forged-honest": evolve(RPS, funded=False, forged=True, **HONEST),
    "forged-streaming": streaming_scope(2, funded=False, forged=True),
    "forged-streaming-bob": streaming_scope(2, funded=False, forged=True, **AGAINST_BOB),
    "forged-tic-tac-toe": evolve(TTT, forged=True),
    # Nobody in it is honest: what the contract itself does not accept, whoever agrees.
    "nobody-honest": evolve(RPS, funded=False, forged=True, purse=0, coalition=(ALICE, BOB)),
    # For sampling: a long stream, and the whole of tic-tac-toe.
    "long-stream": streaming_scope(12, funded=False, forged=True, **AGAINST_BOB),
    "whole-game-bob": evolve(TTT, start=ttt.EMPTY, funded=False, forged=True, **AGAINST_BOB),
    "whole-game": evolve(TTT, start=ttt.EMPTY, funded=False, forged=True),
}
