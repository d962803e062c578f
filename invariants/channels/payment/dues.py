"""What an honest party is owed: the measure of every run, in words of its own.

THE LEAST OF WHAT STILL COUNTS. A party has agreed to the newest version that it holds and to all
those that it has signed. Of these count: the one that it holds, which it can always show, and those
that the other side can show without an answer to it. Where newer versions replace, these are the
newer ones than the held one, which it has proposed and not got back. Where stale versions are
punished, these are besides all that it has signed and was not given the revocation of. Which ends
up on the main chain is up to the other side and the network, so it can be promised the least of
them, and not more.

What is read is the record of all that was sent and held (ghost and network), not what the party
remembers: to forget is no excuse.
"""

from spec.channels.payment.contract import Phase
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import START, Version
from spec.channels.sides import PARTIES, Pair, Side
from spec.kernel.basics import ETHER, Wei


def promised(version: Version, side: Side, deposits: Pair, withdrawn: Pair) -> int:
    """What a version says that a side has at these totals, in wei, whether it is there or not: its
    balance, what it deposited since and what it was granted and has not withdrawn."""
    later = deposits[side] - version.deposits[side]
    granted = version.withdrawn[side] - withdrawn[side]
    return version.balances[side] + later + granted


def share(version: Version, side: Side, deposits: Pair, withdrawn: Pair) -> Wei:
    """What a version is worth to a side at these totals, in wei: what it promises, never more than
    there is."""
    there = deposits[0] + deposits[1] - withdrawn[0] - withdrawn[1]
    worth = promised(version, side, deposits, withdrawn)
    return 0 if worth < 0 else there if worth > there else worth


def counts_from(state: State, side: Side, rules: Rules) -> int:
    """The number from which on versions count that this side has signed: the other side could end
    the channel by them, whatever this side answers, or this side has proposed to go on from there.
    """
    newer = state.ghost.held[side].number + 1
    return min(newer, state.ghost.heard[side]) if rules.revocable else newer


def owed(state: State, side: Side, rules: Rules) -> Wei:
    """What the channel owes a side, in wei; nothing once it is settled."""
    contract = state.contract
    if contract.phase == Phase.SETTLED:
        return 0
    deposits, withdrawn = contract.deposits, contract.withdrawn
    least = share(state.ghost.held[side], side, deposits, withdrawn)
    first = counts_from(state, side, rules)
    if first == 0:
        least = min(least, share(START, side, deposits, withdrawn))
    for version in state.network.signed[side]:
        if version.number >= first:
            least = min(least, share(version, side, deposits, withdrawn))
    return least


def wealth(state: State, side: Side, rules: Rules) -> Wei:
    """What a side has on the main chain and is owed in the channel, in wei."""
    return state.main.accounts[PARTIES[side], ETHER] + owed(state, side, rules)


def honest_sides(state: State) -> tuple[Side, ...]:
    """The sides of honest parties."""
    honest = state.people.honest
    return tuple([side for side in (0, 1) if PARTIES[side] in honest])
