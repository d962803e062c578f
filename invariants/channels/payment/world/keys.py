"""When two states of a payment channel are the same for all that can still happen.

Accounts and escrow follow from deposits and withdrawals; of what is left at the end the key keeps
the escrow, which should be empty. Of the clock it keeps how it lies to the end of the window and to
the times at which those who are away are back; and by how much the contract's end of the window
differs from what was promised, which is nothing under sound rules.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from spec.channels.payment.contract import Contract, Phase
from spec.channels.payment.memory import Memory
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import Version
from spec.channels.sides import PARTIES
from spec.kernel.ages import Lasting, ages, common_unit
from spec.kernel.basics import ETHER, Seconds


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    contract = state.contract
    if contract.phase == Phase.SETTLED:
        over = (state.main.escrow[ETHER], state.people.offline), ()
        return lambda now: over
    lasting = (
        _contract(contract),
        tuple([_memory(memory) for memory in (*state.memory, *state.disk)]),
        tuple([_signed(state, side) for side in (0, 1)]),
        state.network.revealed,
        state.people.offline,
        state.absence.times,
        tuple([_version(version) for version in state.ghost.held]),
        state.ghost.heard,
        _moved(state, rules),
    )
    points, unit = _points(state, rules), common_unit(rules.window, rules.peer.patience)
    return lambda now: (lasting, ages(points, now, unit))


def _points(state: State, rules: Rules) -> tuple[Lasting, ...]:
    """The end of the window, and when those who are away are back."""
    claim, offline = state.contract.claim, state.people.offline
    points: list[Lasting] = []
    patience = rules.peer.patience
    if claim is not None:
        points.append((claim.deadline, claim.deadline + patience))
        if _moved(state, rules) != (0, 0):
            promised = _promised(state, rules)
            points.append((promised, promised + patience))
    points += [
        (back, back)
        for party, back in zip(PARTIES, state.absence.back, strict=True)
        if party in offline
    ]
    return tuple(points)


def _promised(state: State, rules: Rules) -> Seconds:
    """When the window ends by the ghost's clock."""
    closed = state.ghost.closed
    return rules.window if closed is None else closed + rules.window


def _moved(state: State, rules: Rules) -> tuple[Seconds, Seconds]:
    """By how much the contract ends the window later, or earlier, than one window after the close;
    under sound rules by nothing."""
    claim = state.contract.claim
    if claim is None:
        return 0, 0
    promised = _promised(state, rules)
    return max(0, claim.deadline - promised), max(0, promised - claim.deadline)


def _contract(contract: Contract) -> tuple[object, ...]:
    claim = contract.claim
    claimed = () if claim is None else (claim.by, _version(claim.version))
    return contract.phase.value, contract.deposits, contract.withdrawn, claimed


@lru_cache(maxsize=65_536)
def _version(version: Version) -> tuple[int, ...]:
    return (
        version.number,
        *version.balances,
        *version.deposits,
        *version.withdrawn,
        int(version.final),
    )


def _memory(memory: Memory) -> tuple[object, ...]:
    return _version(memory.held), _version(memory.signed), memory.heard, memory.revealed


def _signed(state: State, side: int) -> tuple[object, ...]:
    """What a side has signed: it can be shown, or arrive, at any time, in any order."""
    return tuple(sorted([_version(version) for version in state.network.signed[side]]))
