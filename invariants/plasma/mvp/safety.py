"""Safe exit and liveness: an honest wallet gets out with what it owns, in bounded time.

Said twice. Of every state: the vault covers what honest wallets are owed, every such claim still
has a way out, and no step lowers a claim. Of settled accounts: when nobody has anything left to do,
a wallet that was alarmed has been paid everything.

What is owed is defined in `spec.plasma.mvp.wallet`: a deposit at once; a received output once it is
accepted; an input until its whole transaction is confirmed.
"""

from collections.abc import Iterable

from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, at_rest
from invariants.plasma.mvp.money import is_fee_exit
from spec.kernel.basics import ETHER, Asset, Party, Position, Wei
from spec.plasma.mvp.ledger import source
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    Exit,
    Output,
    State,
    Status,
    View,
    is_honest,
    vault,
)

# The vault covers what is owed ------------------------------------------------------------------


def _uncovered(state: State, rules: Rules) -> Finding:
    asset = next(a for a in state.main.escrow if vault(state, a) < total_owed(state, a))
    numbers = {"vault": vault(state, asset), "owed": total_owed(state, asset)}
    false = [exit for exit in _paid_exits(state) if not is_honest(state, exit.owner)]
    for exit in reversed(false):
        cause = false_payment(state, exit, rules)
        if cause:
            numbers |= {"paid falsely": exit.amount, "position": exit.position}
            return Finding(cause, numbers)
    owed = state.ghost.owed
    if any(comes_from_fees(state, position, rules) for position in owed):
        return Finding("the fee of an unconfirmed transaction was passed on", numbers)
    if any(descends(state, position, other) for position in owed for other in owed):
        return Finding("an output was accepted whose history is not confirmed", numbers)
    return Finding("more is owed than the vault ever held", numbers)


@always("PL-SAFE-EXIT", _uncovered, reads="main.escrow contract.bonds ghost.owed")
def covered(state: State, rules: Rules) -> bool:
    """The vault always covers what honest wallets are owed, asset by asset."""
    return all(vault(state, asset) >= total_owed(state, asset) for asset in state.main.escrow)


def total_owed(state: State, asset: Asset) -> Wei:
    """What honest wallets are owed together, in wei."""
    return sum(_owed_in(output, asset) for output in state.ghost.owed.values())


def _owed_in(output: Output, asset: Asset) -> Wei:
    return output.amount if output.asset == asset else 0


def _paid_exits(state: State) -> list[Exit]:
    """Paid exits in the order of payment; where records are deleted, those that are left."""
    return [
        exit
        for position in state.ghost.paid
        for exit in state.contract.exits.values()
        if exit.output == position and exit.status == Status.PAID
    ]


def false_payment(state: State, exit: Exit, rules: Rules) -> str:
    """Why this payment to the coalition was false; empty if it was not."""
    if is_fee_exit(exit):
        earned = state.side.ledger.fees.get(exit.asset, 0)
        if exit.amount <= earned:
            return "the fee of an unconfirmed transaction was paid"
        if any(_ties(state, other, exit) for other in state.contract.exits.values()):
            return "fees never earned won a tie against an alarmed wallet"
        alarmed = any(v.alarm is not None for v in _honest_views(state))
        return (
            "fees never earned overtook an alarmed wallet"
            if alarmed
            else ("fees never earned were paid")
        )
    if is_fee_output(state, exit.output, rules):
        return "the fee of an unconfirmed transaction was paid"
    block, _ = transaction_of(exit.output)
    if exit.output not in state.side.ledger.outputs:
        if any(_landed_later(state, position, block) for position in state.ghost.owed):
            return "a deposit landed after the bad block"
        return "a forged output was paid before an older claim"
    if any(descends(state, exit.output, other) for other in state.ghost.paid):
        return "an output and one that it came from were both paid"
    if any(descends(state, position, exit.output) for position in state.ghost.owed):
        spend = state.side.ledger.spent[exit.output]
        created = state.contract.blocks[spend.block].created
        if created > exit.exitable_at:
            return "an output was spent after it had been paid"
        return "a spent output was paid and nobody could challenge it in time"
    if any(descends(state, position, exit.output) for position in state.ghost.paid):
        return "an output and one that it came from were both paid"
    if any(descends(state, exit.output, position) for position in state.ghost.owed):
        return "an output was paid whose history is not confirmed"
    return ""


def _ties(state: State, exit: Exit, paid: Exit) -> bool:
    """Is this an honest exit that matured in the same second, and is not paid?"""
    same = exit.exitable_at == paid.exitable_at and exit.status != Status.PAID
    return same and is_honest(state, exit.owner)


def is_fee_output(state: State, position: Position, rules: Rules) -> bool:
    """Did a valid operator block give the operator this output without inputs?"""
    block, _ = transaction_of(position)
    return (
        position in state.side.ledger.outputs
        and block % rules.child_block_interval == 0
        and len(source(state, position).inputs) == 0
    )


def comes_from_fees(state: State, position: Position, rules: Rules) -> bool:
    """Was this output made, in one or more steps, from the operator's fees?"""
    if position not in state.side.ledger.outputs:
        return False
    inputs = source(state, position).inputs
    return any(
        is_fee_output(state, input, rules) or comes_from_fees(state, input, rules)
        for input in inputs
    )


def _honest_views(state: State) -> Iterable[View]:
    return (view for party, view in state.knowledge.items() if party != COALITION)


def _landed_later(state: State, position: Position, block: int) -> bool:
    number, _ = transaction_of(position)
    contract = state.contract
    landed = list(contract.blocks)
    return landed.index(number) > landed.index(block)


def descends(state: State, position: Position, ancestor: Position) -> bool:
    """Was this output made, in one or more steps, from that one?"""
    if position not in state.side.ledger.outputs:
        return False
    inputs = source(state, position).inputs
    return ancestor in inputs or any(descends(state, input, ancestor) for input in inputs)


# Every claim has a way out ----------------------------------------------------------------------


def _no_way_out(state: State, rules: Rules) -> Finding:
    for position, output in state.ghost.owed.items():
        if _leaves(state, position, output.owner, rules):
            continue
        numbers = {"output": position, "owed": output.amount, "vault": vault(state, output.asset)}
        mine = _exit_of(state, position, output.owner)
        if mine is None:
            if _is_barred(state, position, output.owner, rules):
                return Finding("an exit of somebody else's bars the owner's", numbers)
            return Finding("an honest wallet could not start its exit in time", numbers)
        if mine.status == Status.CANCELLED:
            return Finding(_why_cancelled(state, mine), numbers)
        if mine.status == Status.FAILED:
            return Finding("the vault was empty when an honest exit was due", numbers)
        return Finding("an exit is over and its output still owed", numbers)
    return Finding("no way out", {})


@always(
    "PL-WAY-OUT", _no_way_out, reads="main.now contract.blocks contract.exits knowledge ghost.owed"
)
def way_out(state: State, rules: Rules) -> bool:
    """What an honest wallet is owed can be exited in time, and no exit of it is cancelled."""
    return all(
        _leaves(state, position, output.owner, rules)
        for position, output in state.ghost.owed.items()
    )


def _leaves(state: State, position: Position, owner: Party, rules: Rules) -> bool:
    mine = _exit_of(state, position, owner)
    if mine is not None:
        return mine.status == Status.PENDING
    return not _is_late(state, position, owner, rules) and not _is_barred(
        state, position, owner, rules
    )


def _exit_of(state: State, position: Position, owner: Party) -> Exit | None:
    for exit in state.contract.exits.values():
        if exit.output == position and exit.owner == owner:
            return exit
    return None


def _is_late(state: State, position: Position, owner: Party, rules: Rules) -> bool:
    """Is a period over since the alarm, or since the output itself landed?"""
    alarm = state.knowledge[owner].alarm
    block, _ = transaction_of(position)
    landed = state.contract.blocks[block].created
    return alarm is not None and state.main.now > max(alarm, landed) + rules.exit_period


def _is_barred(state: State, position: Position, owner: Party, rules: Rules) -> bool:
    return any(
        rules.bars_input_exit(input, signer, position, owner)
        for exit in state.contract.exits.values()
        for input, signer in zip(exit.inputs, exit.signers, strict=True)
    )


def _why_cancelled(state: State, exit: Exit) -> str:
    spend = state.side.ledger.spent.get(exit.output)
    if spend is None:
        return "an honest exit was cancelled by a transaction that is not its owner's"
    transaction = state.side.contents[state.contract.blocks[spend.block].root][spend.transaction]
    if len(transaction.inputs) > 1:
        return "a half-confirmed transaction: its input can't leave, and its output neither"
    return "an honest exit was cancelled by an unconfirmed transaction"


# Claims keep their worth ------------------------------------------------------------------------


def _claim_lost(state: State, rules: Rules) -> Finding:
    for (party, asset), worth in state.ghost.wealth.items():
        held = holdings(state, party, asset)
        if held != worth:
            over = any(
                e.owner == party and e.status != Status.PENDING and e.status != Status.PAID
                for e in state.contract.exits.values()
            )
            cause = "an honest wallet lost its bond" if over else "an honest wallet's claim changed"
            return Finding(cause, {"party": party, "held": held, "worth": worth})
    return Finding("an honest wallet's claim changed", {})


@always("PL-CLAIMS-KEEP", _claim_lost, reads="main.accounts contract.exits ghost.owed ghost.wealth")
def claims_keep(state: State, rules: Rules) -> bool:
    """Nobody else's action lowers what an honest wallet has: account, bonds and claims."""
    return all(
        holdings(state, party, asset) == worth
        for (party, asset), worth in state.ghost.wealth.items()
    )


def holdings(state: State, party: Party, asset: Asset) -> Wei:
    """What a party has of an asset in its account, in bonds that are out, and in claims."""
    total = state.main.accounts[party, asset]
    for output in state.ghost.owed.values():
        total += output.amount if output.owner == party and output.asset == asset else 0
    for exit in state.contract.exits.values():
        total += _own_bond(exit, party) if asset == ETHER else 0
    return total


def _own_bond(exit: Exit, party: Party) -> Wei:
    pending = exit.owner == party and exit.status == Status.PENDING
    return exit.bond if pending else 0


# Liveness ---------------------------------------------------------------------------------------


def _waits_for_ever(state: State, rules: Rules) -> Finding:
    exit = next(e for e in state.contract.exits.values() if _overdue(state, e, rules))
    batch = [
        other
        for other in state.contract.exits.values()
        if other.status == Status.PENDING and other.exitable_at < state.main.now
    ]
    ahead = [
        other
        for other in state.contract.exits.values()
        if other.status != Status.PAID
        and rules.priority(other, rules) < rules.priority(exit, rules)
    ]
    cause = "an honest exit waits although it is due"
    if 0 < rules.batch_capacity < len(batch) and rules.finalize_limit == 0:
        cause = "too many payments for one call"
    elif any(other.status == Status.CANCELLED for other in ahead):
        cause = "a cancelled exit blocks the queue"
    elif any(other.owner in state.contract.reverting for other in state.contract.exits.values()):
        cause = "a payee that refuses its payment blocks the queue"
    elif any(other.exitable_at >= state.main.now for other in ahead):
        cause = "an exit that is not due yet blocks the queue"
    return Finding(
        cause, {"now": state.main.now, "exitable at": exit.exitable_at, "ahead": len(ahead)}
    )


@always("PL-LIVE", _waits_for_ever, reads="main.now contract.exits knowledge")
def paid_in_time(state: State, rules: Rules) -> bool:
    """An honest exit is paid within its owner's reaction after maturity, whatever others do."""
    return not any(_overdue(state, exit, rules) for exit in state.contract.exits.values())


def _overdue(state: State, exit: Exit, rules: Rules) -> bool:
    return (
        exit.status == Status.PENDING
        and state.main.now > exit.exitable_at + rules.wallet.reaction
        and is_honest(state, exit.owner)
    )


# Settled accounts -------------------------------------------------------------------------------


def _not_paid(state: State, rules: Rules) -> Finding:
    for (party, asset), worth in state.ghost.wealth.items():
        account = state.main.accounts[party, asset]
        if state.knowledge[party].alarm is not None and account != worth:
            return Finding(
                "accounts are settled and an honest wallet was not paid",
                {"party": party, "account": account, "worth": worth},
            )
    return Finding("accounts are settled and an honest wallet was not paid", {})


@at_rest("PL-SETTLED", _not_paid)
def all_paid(state: State, rules: Rules) -> bool:
    """When all deadlines have passed, an alarmed honest wallet has been paid all it is owed."""
    return all(
        view.alarm is None or _is_whole(state, party)
        for party, view in state.knowledge.items()
        if party != COALITION
    )


def _is_whole(state: State, party: Party) -> bool:
    return all(
        state.main.accounts[party, asset] == worth
        for (owner, asset), worth in state.ghost.wealth.items()
        if owner == party
    )


SAFETY: tuple[Invariant, ...] = (
    covered,
    way_out,
    claims_keep,
    paid_in_time,
    all_paid,
)  # fmt: skip

__all__ = ["SAFETY", "covered"]
