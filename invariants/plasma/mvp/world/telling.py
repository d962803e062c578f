"""How a run is told: names for parties and a clause for each action."""

from typing import Any

from spec.kernel.basics import ETHER, NOBODY, Party
from spec.kernel.clock import CLOCK, Wait
from spec.plasma.mvp.actions import (
    ChallengeExit,
    Confirm,
    Deposit,
    FinalizeExits,
    RefusePayments,
    Send,
    StartDepositExit,
    StartExit,
    StartFeeExit,
    SubmitBlock,
)
from spec.plasma.mvp.positions import spelled
from spec.plasma.mvp.state import OPERATOR, Output, Transaction

NAMES = {OPERATOR: "operator", NOBODY: "nobody", CLOCK: "time", Party(1): "alice"}
NAMES |= {Party(2): "mallory", Party(3): "bob", Party(4): "mike", Party(5): "carol"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"user{party}")


def money(asset: int, amount: int) -> str:
    """An amount with its asset, ether unnamed."""
    return str(amount) if asset == ETHER else f"{amount} of token {asset}"


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case Deposit(asset=asset, amount=amount):
            return f"deposits {money(asset, amount)}"
        case Send(transaction=transaction):
            return f"signs {told(transaction)}"
        case SubmitBlock(transactions=transactions, shown_to=shown_to):
            inside = "; ".join(told(transaction) for transaction in transactions) or "nothing"
            who = ", ".join(party_name(party) for party in shown_to)
            return f"submits a block [{inside}] {f'shown to {who}' if who else 'and withholds it'}"
        case Confirm(block=block, transaction=index):
            return f"confirms transaction {block}.{index}"
        case StartDepositExit(position=position):
            return f"starts to exit deposit {spelled(position)}"
        case StartExit(position=position):
            return f"starts to exit {spelled(position)}"
        case StartFeeExit(asset=asset, amount=amount):
            return f"starts to exit {money(asset, amount)} as fees"
        case ChallengeExit(exit=exit, block=block, transaction=index):
            return f"challenges the exit of {spelled(exit)} with transaction {block}.{index}"
        case FinalizeExits():
            return "has the due exits paid"
        case RefusePayments():
            return "makes its account refuse payments"
        case _:
            return repr(action)


def told(transaction: Transaction) -> str:
    """A transaction in a few words: what goes in, by whom, and what comes out."""
    into = " + ".join(
        f"{spelled(position)} signed by {party_name(signer)}"
        for position, signer in zip(transaction.inputs, transaction.signers, strict=True)
    )
    out = " + ".join(_got(output) for output in transaction.outputs)
    return f"{into or 'nothing'} -> {out or 'nothing'}"


def _got(output: Output) -> str:
    return f"{money(output.asset, output.amount)} to {party_name(output.owner)}"
