"""How much may happen: named scopes, each no larger than what it is for."""

from attrs import evolve

from spec.application.evidence import App
from spec.application.scope import Scope, streaming_scope
from spec.channels.sides import ALICE

RPS = Scope()
BOARD = (1, 2, 1, 0, 2, 0, 0, 1, 0)
TTT = Scope(app=App.TIC_TAC_TOE, start=BOARD)

SCOPES: dict[str, Scope] = {
    "rps": RPS,
    "rps-committer": evolve(RPS, coalition=(ALICE,)),
    "rps-honest": evolve(RPS, coalition=()),
    "streaming-payer": streaming_scope(2),
    "streaming-payee": streaming_scope(2, coalition=(ALICE,)),
    "tic-tac-toe": TTT,
    "tic-tac-toe-bob": evolve(TTT, coalition=(ALICE,)),
    "funding": evolve(RPS, funded=False),
}
