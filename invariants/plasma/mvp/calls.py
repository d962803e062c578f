"""What an accepted call brings about: the right exit, and all payments that are due.

Claims about money say that nothing is lost. These say that who calls gets what it called for.
"""

from typing import Any

from attrs import evolve

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import always, whenever
from spec.kernel.basics import Position, Wei
from spec.plasma.mvp.exits import StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    OPERATOR,
    Contract,
    Exit,
    Output,
    State,
    Status,
    Transaction,
    content,
    vault,
)

STARTING = (StartDepositExit, StartExit, StartFeeExit)

# Exits ------------------------------------------------------------------------------------------


def _wrong_exit(before: State, action: Any, after: State, rules: Rules) -> Finding:
    fresh = _started(before, after)
    if len(fresh) != 1:
        return Finding("a call started no exit, or several", {"started": len(fresh)})
    exit = fresh[0]
    numbers = {"position": exit.position, "amount": exit.amount, "bond": exit.bond}
    return Finding(_misstated(before, action, exit, rules), numbers)


@whenever("PL-EXIT-TERMS", _wrong_exit, after=STARTING)
def exit_as_its_output(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An exit asks for exactly its output, for who owns it and started it, against the bond."""
    fresh = _started(before, after)
    return len(fresh) == 1 and not _misstated(before, action, fresh[0], rules)


def _started(before: State, after: State) -> list[Exit]:
    records = after.contract.exits
    return [exit for key, exit in records.items() if key not in before.contract.exits]


def _misstated(state: State, action: Any, exit: Exit, rules: Rules) -> str:
    """What an exit states otherwise than it should; empty if all is right."""
    landed, asked, transaction = _asked_for(state, action, rules)
    if (exit.position, exit.output) != _numbers(state, action, rules):
        return "an exit stands under another number than the one that was asked for"
    told = Output(exit.owner, exit.asset, exit.amount)
    if told != asked or exit.amount <= 0 or exit.owner != action.by:
        return "an exit asks for something else than its output"
    if (exit.inputs, exit.signers) != (transaction.inputs, transaction.signers):
        return "an exit names other inputs than its transaction"
    times = landed, state.main.now, rules.exitable_at(landed, state.main.now, rules)
    if (exit.created, exit.started, exit.exitable_at) != times:
        return "an exit states other times than those of its output"
    if exit.young_block != _oldest_young_block(state, rules):
        return "an exit names another block as the oldest young one"
    if exit.bond != rules.exit_bond or exit.status != Status.PENDING:
        return "an exit starts with another bond, or as something else than pending"
    return ""


def _asked_for(state: State, action: Any, rules: Rules) -> tuple[int, Output, Transaction]:
    """When the output landed that is to be exited, the output, and its transaction."""
    if isinstance(action, StartFeeExit):
        output = Output(OPERATOR, action.asset, action.amount)
        created = rules.fee_exit_created(state.main.now)
        return created, output, Transaction((), (), (output,))
    at = rules.locate(action.position, rules.child_block_interval)
    transaction = content(state, at.block)[at.transaction]
    return state.contract.blocks[at.block].created, transaction.outputs[at.output], transaction


def _numbers(state: State, action: Any, rules: Rules) -> tuple[Position, Position]:
    """What was submitted, and where the contract found the output; fees have their own numbers."""
    if isinstance(action, StartFeeExit):
        return state.contract.next_fee_exit, state.contract.next_fee_exit
    at = rules.locate(action.position, rules.child_block_interval)
    return action.position, encode(at.block, at.transaction, at.output)


def _oldest_young_block(state: State, rules: Rules) -> int:
    """The first block by number that is younger than a period, or the one that comes next."""
    young = [
        number
        for number, block in state.contract.blocks.items()
        if state.main.now - block.created < rules.exit_period
    ]
    return min(young, default=state.contract.next_block)


def _other_kind(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an output left by the call for another kind", {"position": action.position})


@whenever("PL-EXIT-KIND", _other_kind, after=(StartDepositExit, StartExit))
def kind_of_exit(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Deposits exit without a proof of confirmation, and nothing else does."""
    block = rules.locate(action.position, rules.child_block_interval).block
    deposited = all(len(transaction.inputs) == 0 for transaction in content(before, block))
    numbered = block % rules.child_block_interval != 0
    if isinstance(action, StartDepositExit):
        return deposited and numbered
    return not numbered


def _both_alive(state: State, rules: Rules) -> Finding:
    one, other = next(pair for pair in _pairs_alive(state) if _contradict(*pair, rules))
    return Finding(
        "exits of an output and of what its owner made of it are both alive",
        {"input": other.output, "output": one.output},
    )


@always("PL-ONE-OF-TWO", _both_alive, reads="contract.exits")
def one_of_two(state: State, rules: Rules) -> bool:
    """Where exits speak for inputs, those of an output and of what its owner made of it are never
    both alive."""
    return not any(_contradict(*pair, rules) for pair in _pairs_alive(state))


def _pairs_alive(state: State) -> list[tuple[Exit, Exit]]:
    alive = {at: exit for at, exit in state.contract.exits.items() if _is_alive(exit)}
    return [
        (one, other)
        for at, one in alive.items()
        if one.inputs
        for there, other in alive.items()
        if there != at
    ]


def _is_alive(exit: Exit) -> bool:
    return exit.status in (Status.PENDING, Status.PAID)


def _contradict(exit: Exit, other: Exit, rules: Rules) -> bool:
    """Does the one exit cancel, bar and fall to the other, by the rules, whichever comes first?"""
    paid = evolve(other, status=Status.PAID)
    return any(
        rules.cancels_input_exit(input, signer, other.output, other.owner)
        and rules.bars_input_exit(input, signer, other.output, other.owner)
        and rules.refused_by_input_exit(input, signer, paid)
        for input, signer in zip(exit.inputs, exit.signers, strict=True)
    )


# Payment ----------------------------------------------------------------------------------------


def _wrong_payment(before: State, action: FinalizeExits, after: State, rules: Rules) -> Finding:
    return Finding(
        _misplayed(before, action, after, rules),
        {
            "due": len(_due(before, action, rules)),
            "paid": len(after.ghost.paid) - len(before.ghost.paid),
            "most in a call": rules.finalize_limit,
        },
    )


@whenever("PL-PAYS-DUE", _wrong_payment, after=(FinalizeExits,))
def pays_what_is_due(before: State, action: FinalizeExits, after: State, rules: Rules) -> bool:
    """A payment call pays all exits that are due, as many as fit, and sets aside only those that
    can't be paid."""
    return not _misplayed(before, action, after, rules)


def _misplayed(before: State, action: FinalizeExits, after: State, rules: Rules) -> str:
    due = _due(before, action, rules)
    handled = due[: rules.finalize_limit] if rules.finalize_limit > 0 else due
    handled = handled[: rules.handled_at_once(len(handled), rules.batch_capacity)]
    if not handled:
        return "a payment call was accepted although nothing was due"
    if 0 < rules.batch_capacity < len(handled):
        return "a payment call paid more than fits"
    waiting = [e for e in before.contract.exits.values() if e.status == Status.PENDING]
    if any(
        _status(after.contract, e, rules) != Status.PENDING for e in waiting if e not in handled
    ):
        return "a payment call changed an exit that was not its turn"
    paid, failed = _payable(before, handled)
    if after.ghost.paid[len(before.ghost.paid) :] != tuple(e.output for e in paid):
        return "a payment call paid others than those that were due"
    if any(_status(after.contract, e, rules) != Status.FAILED for e in failed):
        return "what could not be paid was not set aside"
    return ""


def _due(state: State, action: FinalizeExits, rules: Rules) -> list[Exit]:
    """The exits of the queue that have matured, up to the first that has not."""
    queue = sorted(
        (
            exit
            for exit in state.contract.exits.values()
            if exit.status == Status.PENDING
            and exit.asset == action.asset
            and rules.queue_of(exit, rules) == action.queue
        ),
        key=lambda exit: rules.priority(exit, rules),
    )
    young = [place for place, exit in enumerate(queue) if state.main.now <= exit.exitable_at]
    return queue[: min(young, default=len(queue))]


def _payable(state: State, handled: list[Exit]) -> tuple[list[Exit], list[Exit]]:
    """Which exits get their money, and which don't: the payee refuses, or the vault is empty."""
    paid, failed = list[Exit](), list[Exit]()
    left: Wei = vault(state, handled[0].asset)
    for exit in handled:
        if exit.owner not in state.contract.reverting and exit.amount <= left:
            left -= exit.amount
            paid.append(exit)
        else:
            failed.append(exit)
    return paid, failed


def _status(contract: Contract, exit: Exit, rules: Rules) -> Status | None:
    record = contract.exits.get(rules.exit_key(exit))
    return None if record is None else record.status


# Block space ------------------------------------------------------------------------------------


def _overfull(state: State, rules: Rules) -> Finding:
    return Finding(
        "a period took more than there is room for",
        {"used": state.contract.used, "space": rules.block_space},
    )


@always("PL-SPACE", _overfull, reads="contract")
def space_kept(state: State, rules: Rules) -> bool:
    """No period takes more exits and challenges than the main chain has room for."""
    return rules.block_space == 0 or 0 <= state.contract.used <= rules.block_space


T, A = Kind.TRANSITION, Kind.ALWAYS

CALLS: tuple[Invariant, ...] = (
    exit_as_its_output,
    kind_of_exit,
    one_of_two,
    pays_what_is_due,
    space_kept,
)  # fmt: skip
