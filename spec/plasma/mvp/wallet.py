"""The honest wallet: what it will not do, and what it must do.

It validates every block; deposits, signs and confirms only while all blocks were fine; on a
withheld or invalid block it starts the exits of all it owns within one exit period of that block;
it watches exits and challenges those whose output it knows to be spent; it never exits what it has
given away. Everything is computed from its `View` and from what is public.

Source: the seed; ethresear.ch/t/426; `strategy.py` for what can be varied.
"""

from typing import Any

from spec.kernel.basics import Instant, Party, Position
from spec.kernel.protocol import Obligation
from spec.plasma.mvp import answers
from spec.plasma.mvp.blocks import Confirm, Deposit, Send
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit
from spec.plasma.mvp.memory import any_input_exiting, own_inputs
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.periods import next_room
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.refusals import AgainstStrategy
from spec.plasma.mvp.resync import Resync
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    State,
    Status,
    Transaction,
    View,
    content,
)

# What it will not do ----------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """An honest party's action has to follow its strategy. Raises AgainstStrategy."""
    party: Party = action.by
    view = state.knowledge[party]
    sane = True
    match action:
        case Deposit(seen=seen):
            sane = seen == view.head and may_have_signed(view, state.main.now)
        case Send(transaction=transaction):
            sane = signs(state, party, view, transaction, rules)
        case Confirm(block=block, transaction=index, told=told):
            sane = told == () and confirms(state, view, block, index)
        case StartDepositExit(position=position) | StartExit(position=position):
            sane = position in view.holdings
        case ChallengeExit(block=block):
            sane = block <= view.head or _shown_by_exit(state, action)
        case FinalizeExits() | Resync():
            sane = True
        case _:
            sane = False
    if not sane:
        raise AgainstStrategy(party)


def may_have_signed(view: View, now: Instant) -> bool:
    """Can a deposit land that the wallet signed while it was calm? An alarmed wallet signs none;
    one that is on its way can be overtaken, within a second, by what alarms it."""
    return view.alarm is None or view.alarm == now


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
            position in earlier.inputs
            for signer, earlier in state.side.signed
            if signer == party
            for position in mine
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


def exit_action(party: Party, position: Position, rules: Rules) -> StartDepositExit | StartExit:
    """The action that starts the exit of an output, deposit or not."""
    block, _ = transaction_of(position)
    if block % rules.child_block_interval != 0:
        return StartDepositExit(party, position)
    return StartExit(party, position)


def _exits_due(state: State, party: Party, view: View, rules: Rules) -> tuple[Obligation, ...]:
    return tuple(
        Obligation(
            deadline,
            party,
            exit_action(party, position, rules),
            next_room(state.contract, rules, state.main.now),
            need=("exit", position),
        )
        for deadline, position in answers.exits_due(state, party, view, rules)
    )


def _challenges_due(state: State, party: Party, view: View, rules: Rules) -> tuple[Obligation, ...]:
    return tuple(
        Obligation(
            deadline,
            party,
            ChallengeExit(party, key, spend.block, spend.transaction, spend.input),
            next_room(state.contract, rules, state.main.now),
            need=("challenge", key),
        )
        for deadline, key, spend in answers.challenges_due(state, party, view, rules)
    )


def _payments_due(state: State, party: Party, rules: Rules) -> tuple[Obligation, ...]:
    return tuple(
        Obligation(
            exit.exitable_at + rules.wallet.reaction,
            party,
            FinalizeExits(party, exit.asset, rules.queue_of(exit, rules)),
            opens=exit.exitable_at + 1,
            need=("payment", exit.output),
            since=exit.exitable_at,
        )
        for exit in state.contract.exits.values()
        if exit.owner == party and exit.status == Status.PENDING
    )
