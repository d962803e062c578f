"""Calls that the contract has to refuse: others' exits and blocks, and what is not there.

Each is refused under every sound rule set, so that a scope with intruders has no more states than
one without: they are there for the edit that takes one of them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from invariants.plasma.mvp.world.scope import Scope
from spec.kernel.basics import ETHER, Party
from spec.plasma.mvp.blocks import SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import OPERATOR, Output, State, Status, Transaction
from spec.plasma.mvp.wallet import exit_action


def intrusions(state: State, rules: Rules, scope: Scope) -> Sequence[Any]:
    """What a scope with intruders offers: exits, challenges and blocks."""
    if not scope.intruders:
        return ()
    thief = scope.dishonest[0] if scope.dishonest else OPERATOR
    moves: list[Any] = list(_challenges(state, thief))
    if len(state.contract.exits) < scope.exits:
        moves += _exits(state, rules, thief)
    if thief != OPERATOR:
        nothing = Transaction((), (), (Output(thief, ETHER, 1),))
        moves += [SubmitBlock(thief, (nothing,), scope.honest), StartFeeExit(thief, ETHER, 1)]
    return moves


def _exits(state: State, rules: Rules, thief: Party) -> Iterator[StartDepositExit | StartExit]:
    """Of others' outputs, by the wrong call, and of what follows the last output of a block and the
    last transaction."""
    for number, block in state.contract.blocks.items():
        transactions = state.side.contents[block.root]
        for index, transaction in enumerate(transactions):
            for place, output in enumerate(transaction.outputs):
                position = encode(number, index, place)
                if output.owner != thief:
                    yield exit_action(thief, position, rules)
                elif isinstance(exit_action(thief, position, rules), StartExit):
                    yield StartDepositExit(thief, position)
                else:
                    yield StartExit(thief, position)
            if len(transaction.outputs) < 2:
                yield StartExit(thief, encode(number, index, len(transaction.outputs)))
        yield StartExit(thief, encode(number, len(transactions), 0))
    yield StartExit(thief, encode(state.contract.next_block, 0, 0))


def _challenges(state: State, thief: Party) -> Iterator[ChallengeExit]:
    """Of pending exits, with what follows the last input of a transaction, the last transaction
    and the last block."""
    for key, exit in state.contract.exits.items():
        if exit.status == Status.PENDING:
            for number, block in state.contract.blocks.items():
                transactions = state.side.contents[block.root]
                for index, transaction in enumerate(transactions):
                    yield ChallengeExit(thief, key, number, index, len(transaction.inputs))
                yield ChallengeExit(thief, key, number, len(transactions), 0)
            yield ChallengeExit(thief, key, state.contract.next_block, 0, 0)
