"""A change that shows only at the end of one long run: for measuring how fast it is found.

Honest wallets sign a chain of payments, and each has to land and be confirmed before the next can
be signed. The changed contract stops asking for confirmations from the third on, and only for
blocks that are not of this second; so the shortest run that shows it has eleven exact actions: a
deposit, three payments with their blocks, of which two are confirmed, a wait, and the exit of an
output that nobody confirmed.
"""

from typing import Any

from attrs import evolve

from invariants.kernel.claims import Rulebook
from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.scope import Scope
from spec.kernel.basics import Position
from spec.plasma.mvp.exits import StartExit
from spec.plasma.mvp.ledger import source
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules, confirmation_not_needed
from spec.plasma.mvp.state import State, is_honest

FAR = 3
EXPECTED = "PL-CONFIRMED"
SHORTEST = 3 * FAR + 2
SCOPE = Scope(
    amounts=(1,), deposits=1, blocks=FAR, exits=1, sends=FAR, bad_blocks=0, voluntary_exits=False
)


def signed_by_honest(state: State, position: Position) -> int:
    """Through how many payments of honest wallets this output came about."""
    block, _ = transaction_of(position)
    if block not in state.contract.blocks:
        return 0
    transaction = source(state, position)
    earlier = max([signed_by_honest(state, p) for p in transaction.inputs], default=0)
    return earlier + any(is_honest(state, signer) for signer in transaction.signers)


def is_forgotten(state: State, position: Position) -> bool:
    """Is the output far from a deposit, and its block not of this second?"""
    block, _ = transaction_of(position)
    return (
        signed_by_honest(state, position) >= FAR
        and state.contract.blocks[block].created < state.main.now
    )


def forgetful(state: State, action: Any, rules: Rules) -> State:
    """The step of Plasma MVP, but far from a deposit no confirmation is asked for."""
    if isinstance(action, StartExit) and is_forgotten(state, action.position):
        rules = evolve(rules, input_confirmed=confirmation_not_needed)
    return PLASMA.protocol.step(state, action, rules)


FORGETFUL: Rulebook = evolve(PLASMA, protocol=evolve(PLASMA.protocol, step=forgetful))
