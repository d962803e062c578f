"""What an honest wallet remembers, and what it knows from that and from what is public.

Beside each step of its memory stands the step of the ghost, which no decision reads.
"""

from collections.abc import Mapping

from attrs import evolve

from spec.kernel.basics import ETHER, Party, Position, Wei, drop, put
from spec.plasma.mvp.ledger import source
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    Exit,
    Ghost,
    Output,
    Spend,
    State,
    Status,
    Transaction,
    View,
    content,
    fully_confirmed,
    is_honest,
)

# What it remembers ------------------------------------------------------------------------------


def hold(state: State, position: Position, output: Output) -> Mapping[Party, View]:
    """What wallets know once an honest one regards the output as its own."""
    knowledge = state.knowledge
    if not is_honest(state, output.owner):
        return knowledge
    view = knowledge[output.owner]
    return put(knowledge, output.owner, evolve(view, holdings=view.holdings | {position}))


def owe_deposit(state: State, position: Position, output: Output) -> Ghost:
    """A deposit is counted, and owed to an honest wallet at once."""
    ghost, asset = state.ghost, output.asset
    deposited = put(ghost.deposited, asset, ghost.deposited.get(asset, 0) + output.amount)
    if not is_honest(state, output.owner):
        return evolve(ghost, deposited=deposited)
    return evolve(ghost, deposited=deposited, owed=put(ghost.owed, position, output))


def settle_transaction(before: State, after: State, block: int, index: int, rules: Rules) -> State:
    """Whoever has just learned the last confirmation of a transaction settles it: inputs are
    given away, outputs are received."""
    root = after.contract.blocks[block].root
    transaction = content(after, block)[index]
    size = len(transaction.inputs)
    for party in after.knowledge:
        if (
            party != COALITION
            and fully_confirmed(after.knowledge[party].confirmations, root, index, size)
            and not fully_confirmed(before.knowledge[party].confirmations, root, index, size)
            and block <= after.knowledge[party].head
        ):
            after = _settle_for(after, party, block, index, transaction, rules)
    return after


def _settle_for(
    state: State, party: Party, block: int, index: int, transaction: Transaction, rules: Rules
) -> State:
    view = state.knowledge[party]
    given = own_inputs(transaction, party)
    takes = (
        all(position in view.holdings for position in given)
        if given
        else view.alarm is None and is_taken(state, transaction, rules)
    )
    received = {
        encode(block, index, place): output
        for place, output in enumerate(transaction.outputs)
        if takes and output.owner == party
    }
    holdings = (view.holdings - frozenset(given)) | frozenset(received)
    ghost = _give_away(state.ghost, party, given)
    return evolve(
        state,
        knowledge=put(state.knowledge, party, evolve(view, holdings=holdings)),
        ghost=_receive(ghost, party, received),
    )


def notice_fee_exit(state: State, exit: Exit, rules: Rules) -> State:
    """Wallets that check fee exits are alarmed by one that asks for more than was earned."""
    earned = state.side.ledger.fees.get(exit.asset, 0)
    if not rules.wallet.fears_fee_exit(exit.amount, earned):
        return state
    alarmed = {
        party: evolve(view, alarm=state.main.now)
        if party != COALITION and view.alarm is None
        else view
        for party, view in state.knowledge.items()
    }
    return evolve(state, knowledge=alarmed)


def be_paid(state: State, exit: Exit) -> Ghost:
    """A payment is logged and counted, and its output no longer owed to who was paid."""
    ghost, asset = state.ghost, exit.asset
    withdrawn = put(ghost.withdrawn, asset, ghost.withdrawn.get(asset, 0) + exit.amount)
    paid = (*ghost.paid, exit.output)
    claim = ghost.owed.get(exit.output)
    if claim is None or claim.owner != exit.owner:
        return evolve(ghost, paid=paid, withdrawn=withdrawn)
    return evolve(ghost, paid=paid, withdrawn=withdrawn, owed=drop(ghost.owed, exit.output))


def let_go(state: State, exit: Exit) -> Mapping[Party, View]:
    """What wallets know once an exit was paid: its owner no longer holds the output."""
    knowledge = state.knowledge
    if not is_honest(state, exit.owner):
        return knowledge
    view = knowledge[exit.owner]
    return put(knowledge, exit.owner, evolve(view, holdings=view.holdings - {exit.output}))


def be_rewarded(state: State, party: Party, reward: Wei) -> Ghost:
    """A bond that an honest challenger wins is its own from then on."""
    ghost = state.ghost
    if not is_honest(state, party):
        return ghost
    key = (party, ETHER)
    return evolve(ghost, wealth=put(ghost.wealth, key, ghost.wealth[key] + reward))


def _give_away(ghost: Ghost, party: Party, positions: tuple[Position, ...]) -> Ghost:
    owed, wealth = dict(ghost.owed), dict(ghost.wealth)
    for position in positions:
        if position in owed:
            claim = owed.pop(position)
            wealth[party, claim.asset] = wealth[party, claim.asset] - claim.amount
    return evolve(ghost, owed=owed, wealth=wealth)


def _receive(ghost: Ghost, party: Party, outputs: Mapping[Position, Output]) -> Ghost:
    wealth = dict(ghost.wealth)
    for output in outputs.values():
        wealth[party, output.asset] = wealth[party, output.asset] + output.amount
    return evolve(ghost, owed={**ghost.owed, **outputs}, wealth=wealth)


# What it knows ----------------------------------------------------------------------------------


def own_inputs(transaction: Transaction, party: Party) -> tuple[Position, ...]:
    """The inputs of a transaction for which this party signed."""
    return tuple(
        position
        for position, signer in zip(transaction.inputs, transaction.signers, strict=True)
        if signer == party
    )


def in_exit(state: State, position: Position, owner: Party) -> bool:
    """Is the output being paid out to this owner, or was it?"""
    return any(
        exit.output == position
        and exit.owner == owner
        and exit.status in (Status.PENDING, Status.PAID)
        for exit in state.contract.exits.values()
    )


def any_input_exiting(state: State, transaction: Transaction) -> bool:
    """Does one of the transaction's inputs leave, or has it left, through an exit of its own?"""
    return any(
        in_exit(state, position, signer)
        for position, signer in zip(transaction.inputs, transaction.signers, strict=True)
    )


def is_taken(state: State, transaction: Transaction, rules: Rules) -> bool:
    """Would an honest wallet take this payment, as far as exits are concerned?"""
    return rules.wallet.takes(
        any_input_exiting(state, transaction),
        any(history_exiting(state, position) for position in transaction.inputs),
    )


def history_exiting(state: State, position: Position) -> bool:
    """Has something that this output was made of left, or begun to, for who signed it away?"""
    earlier = source(state, position)
    return any_input_exiting(state, earlier) or any(
        history_exiting(state, input) for input in earlier.inputs
    )


def known_spend(state: State, view: View, exit: Exit) -> Spend | None:
    """Where the wallet saw the exiting output being spent: in a block that it checked, or in the
    exit of an output that the spending transaction made."""
    spend = state.side.ledger.spent.get(exit.output)
    if spend is not None and spend.block <= view.head:
        return spend
    for other in state.contract.exits.values():
        if exit.output in other.inputs:
            block, index = transaction_of(other.output)
            return Spend(block, index, other.inputs.index(exit.output))
    return None
