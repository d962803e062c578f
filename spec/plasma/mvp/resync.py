"""Late reveal: blocks that were withheld are shown after all, and a wallet that is out comes back.

Whoever joins late is in the same place as who left and holds nothing any more: it is shown a chain
whose blocks may have been kept from everybody, and finds each of them valid as of when it landed.
"""

from attrs import evolve

from spec.kernel.action import Delivery
from spec.kernel.basics import Party, put
from spec.plasma.mvp.blocks import carried
from spec.plasma.mvp.refusals import ChainNotFit, NotOut
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    OPERATOR,
    Confirmation,
    Ledger,
    State,
    Status,
    content,
    is_honest,
)


class Resync(Delivery, says="is shown all blocks, and comes back", short="all blocks so far"):
    """The operator shows the whole chain to a wallet that is out: alarmed, and without holdings. It
    comes back, or joins, if it finds every block valid."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotOut, ChainNotFit."""
        if not is_honest(state, self.by) or not is_out(state, self.by):
            raise NotOut(self.by)
        ledger = state.side.whole
        if ledger is None or not rules.wallet.comes_back(spent_leaves(state, ledger)):
            raise ChainNotFit(self.by)

        head = state.contract.next_block - rules.child_block_interval
        view = state.knowledge[self.by]
        known = view.confirmations | carried_so_far(state, rules)
        back = evolve(view, head=head, alarm=None, confirmations=known)
        return evolve(
            state,
            side=evolve(state.side, ledger=ledger),
            knowledge=put(state.knowledge, self.by, back),
        )

    def sender(self, state: State) -> Party:
        """The operator has the blocks."""
        return OPERATOR


def is_out(state: State, party: Party) -> bool:
    """Has it left, or never been there: does it hold nothing, and follow no blocks?"""
    view = state.knowledge[party]
    return view.alarm is not None and not view.holdings


def spent_leaves(state: State, ledger: Ledger) -> bool:
    """Has something left, or begun to, that a block of the chain has spent?"""
    return any(
        exit.output in ledger.spent and exit.status in (Status.PENDING, Status.PAID)
        for exit in state.contract.exits.values()
    )


def carried_so_far(state: State, rules: Rules) -> frozenset[Confirmation]:
    """The confirmations that stand in the blocks, where blocks carry those of what they spend."""
    if rules.spendable(False, False):
        return frozenset()
    known: frozenset[Confirmation] = frozenset()
    for number in state.contract.blocks:
        known |= carried(state, content(state, number))
    return known
