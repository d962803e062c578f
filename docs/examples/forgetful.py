"""The escrow with a key that somebody wrote by hand, and wrongly: the test of keys notices.

In this folder: exitgame explore escrow --rulebook forgetful:FORGETFUL
"""

from collections.abc import Callable, Hashable

from attrs import evolve
from escrow import ESCROW, Rules, State

from spec.kernel.basics import Seconds


def forgetful_key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """It does not say how long the escrow has been open."""
    contract = state.contract
    lasting = (contract.stage.value, contract.amount, state.promised)
    return lambda now: lasting


FORGETFUL = evolve(ESCROW, protocol=evolve(ESCROW.protocol, key=forgetful_key))
