"""The honest wallet: what it remembers, what it will not do, what it must do, what it is owed.

It validates every block; deposits, signs and confirms only while all blocks were fine; on a
withheld or invalid block it starts the exits of all it owns within one exit period of that block;
it watches exits and challenges those whose output it knows to be spent; it never exits what it has
given away. Everything is computed from its `View` and from what is public. Beside each step of its
memory stands the step of the ghost, which no decision reads.

Source: the seed; ethresear.ch/t/426; `strategy.py` for what can be varied.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from spec.kernel.basics import ETHER, Party, Position, Seconds, Wei, drop, put
from spec.kernel.protocol import Obligation
from spec.plasma.mvp.actions import (
    ChallengeExit,
    Confirm,
    Deposit,
    FinalizeExits,
    Send,
    StartDepositExit,
    StartExit,
)
from spec.plasma.mvp.periods import next_room
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.refusals import AgainstStrategy
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
        else view.alarm is None and not any_input_exiting(state, transaction)
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


# What it will not do ----------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """An honest party's action has to follow its strategy. Raises AgainstStrategy."""
    party: Party = action.by
    view = state.knowledge[party]
    sane = True
    match action:
        case Deposit(seen=seen):
            # It may have signed the deposit before a bad block that lands first.
            sane = seen == view.head
        case Send(transaction=transaction):
            sane = signs(state, party, view, transaction, rules)
        case Confirm(block=block, transaction=index):
            sane = confirms(state, view, block, index)
        case StartDepositExit(position=position) | StartExit(position=position):
            sane = position in view.holdings
        case ChallengeExit(block=block):
            sane = block <= view.head or _shown_by_exit(state, action)
        case FinalizeExits():
            sane = True
        case _:
            sane = False
    if not sane:
        raise AgainstStrategy(party)


def signs(state: State, party: Party, view: View, transaction: Transaction, rules: Rules) -> bool:
    """Does it sign this? It must own what it signs for, not have signed it away before, and see
    nothing wrong with the other inputs."""
    ledger = state.side.ledger
    mine = own_inputs(transaction, party)
    return (
        view.alarm is None
        and len(mine) > 0
        and rules.wallet.joins(len(mine) == len(transaction.inputs))
        and all(position in view.holdings for position in mine)
        and not any_input_exiting(state, transaction)
        and not any(
            position in earlier.inputs for earlier in state.side.signed for position in mine
        )
        and all(
            position in ledger.outputs
            and position not in ledger.spent
            and ledger.outputs[position].owner == signer
            for position, signer in zip(transaction.inputs, transaction.signers, strict=True)
        )
    )


def confirms(state: State, view: View, block: int, index: int) -> bool:
    """Does it confirm this? It must have seen the block and found it and all before valid, and no
    input may be leaving through an exit."""
    if view.alarm is not None or block > view.head or block not in state.contract.blocks:
        return False
    transactions = content(state, block)
    return index < len(transactions) and not any_input_exiting(state, transactions[index])


def _shown_by_exit(state: State, challenge: ChallengeExit) -> bool:
    return any(
        transaction_of(exit.output) == (challenge.block, challenge.transaction)
        for exit in state.contract.exits.values()
    )


# What it must do --------------------------------------------------------------------------------


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """The answers that honest wallets owe themselves: exits after a bad block, challenges before
    maturity, and the call for a payment that is overdue."""
    duties: tuple[Obligation, ...] = ()
    for party, view in state.knowledge.items():
        if party != COALITION:
            duties += _exits_due(state, party, view, rules)
            if state.contract.exits:
                duties += _challenges_due(state, party, view, rules)
                duties += _payments_due(state, party, rules)
    return duties


def answers_due(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The deadlines of the honest answers that need block space: exits and challenges."""
    return tuple(
        duty.deadline
        for party, view in state.knowledge.items()
        if party != COALITION
        for duty in (
            *_exits_due(state, party, view, rules),
            *_challenges_due(state, party, view, rules),
        )
    )


def exit_action(party: Party, position: Position, rules: Rules) -> StartDepositExit | StartExit:
    """The action that starts the exit of an output, deposit or not."""
    block, _ = transaction_of(position)
    if block % rules.child_block_interval != 0:
        return StartDepositExit(party, position)
    return StartExit(party, position)


def _exits_due(state: State, party: Party, view: View, rules: Rules) -> tuple[Obligation, ...]:
    if view.alarm is None:
        return ()
    if len(view.holdings) == 0:
        return ()
    started = {exit.output for exit in state.contract.exits.values() if exit.owner == party}
    return tuple(
        Obligation(
            exit_deadline(state, view.alarm, position, rules),
            party,
            exit_action(party, position, rules),
            next_room(state.contract, rules, state.main.now),
        )
        for position in sorted(view.holdings)
        if position not in started
    )


def exit_deadline(state: State, alarm: Seconds, position: Position, rules: Rules) -> Seconds:
    """The last moment to start an exit: one period after the bad block, or after the output
    itself where that landed later."""
    block, _ = transaction_of(position)
    return max(alarm, state.contract.blocks[block].created) + rules.exit_period


def _challenges_due(state: State, party: Party, view: View, rules: Rules) -> tuple[Obligation, ...]:
    duties: tuple[Obligation, ...] = ()
    for key, exit in state.contract.exits.items():
        if exit.status == Status.PENDING and exit.owner != party:
            spend = known_spend(state, view, exit)
            if spend is not None and _can_challenge(state, party, view, spend, rules):
                action = ChallengeExit(party, key, spend.block, spend.transaction, spend.input)
                opens = next_room(state.contract, rules, state.main.now)
                duties = (*duties, Obligation(exit.exitable_at, party, action, opens))
    return duties


def _can_challenge(state: State, party: Party, view: View, spend: Spend, rules: Rules) -> bool:
    root = state.contract.blocks[spend.block].root
    if (root, spend.transaction, spend.input) not in view.confirmations:
        return False
    outputs = content(state, spend.block)[spend.transaction].outputs
    return rules.wallet.watches(any(output.owner == party for output in outputs))


def _payments_due(state: State, party: Party, rules: Rules) -> tuple[Obligation, ...]:
    return tuple(
        Obligation(
            exit.exitable_at + rules.wallet.patience,
            party,
            FinalizeExits(party, exit.asset, rules.queue_of(exit, rules)),
            opens=exit.exitable_at + 1,
        )
        for exit in state.contract.exits.values()
        if exit.owner == party and exit.status == Status.PENDING
    )
