"""Who loses most by one of two rule sets against the other, over all runs that were looked at.

A run counts at an end at which nobody has anything left to do under either rule set. One run is an
anecdote; the worst that was found is a bound from below, and says so.
"""

from collections.abc import Callable, Collection
from typing import Any

from attrs import frozen

from impl.lab.compare.pairs import Account, Pair, Sides, differs, ends_apart, gains, next_pair
from spec.kernel.basics import NOBODY, Party

Actions = tuple[Any, ...]


@frozen
class Loss:
    """What one party ends with less under one rule set than under the other."""

    side: int
    """The rule set under which it has less: 0 or 1."""
    account: Account
    amount: int
    actions: Actions
    sampled: bool
    """Found by a random run, or behind a difference: a shorter one may exist."""

    @property
    def party(self) -> Party:
        """Who loses."""
        return self.account[0]


Losses = dict[tuple[int, Account], Loss]
"""The worst loss of each account, on each side."""


def note(losses: Losses, pair: Pair, run: Callable[[], Actions], sampled: bool) -> None:
    """Keep what is worse than all that was seen before, at an end of both worlds.

    `run()` makes the actions that lead there.
    """
    for account, amount in gains(*pair).items():
        if account[0] == NOBODY:
            continue
        side = int(amount < 0)
        known = losses.get((side, account))
        if known is None or abs(amount) > known.amount:
            losses[side, account] = Loss(side, account, abs(amount), run(), sampled)


def worst(losses: Losses, honest: Collection[Party]) -> Loss | None:
    """The worst loss: of honest parties first, under the second rule set first."""
    return min(
        losses.values(),
        key=lambda loss: (loss.party not in honest, 1 - loss.side, -loss.amount, len(loss.actions)),
        default=None,
    )


def as_bad(sides: Sides, actions: Actions, loss: Loss) -> int | None:
    """After how many actions a run shows a loss that is no smaller; None where it does not."""
    pair, parted = sides.initial, False
    for number, action in enumerate(actions, 1):
        step = sides.played(pair, action)
        after = next_pair(pair, step)
        if after is None:
            if any(step.accepted):
                return None
            continue
        parted = parted or differs(pair, step) is not None
        pair = after
        if parted and ends_apart(sides, pair):
            amount = gains(*pair).get(loss.account, 0)
            if (amount < 0) is bool(loss.side) and abs(amount) >= loss.amount:
                return number
    return None
