"""How money leaves: exits, challenges and payment, and what one exit says of another.

Source: the seed, sections on exits and challenges; omgnetwork/plasma-mvp, RootChain. The relation
between the exit of an output and the exits of its transaction's inputs is a repair of ours; the
reference contract knows none, FourthState's refuses an exit whose input was exited.
"""

from collections.abc import Mapping

from attrs import evolve

from spec.kernel.basics import ETHER, NOBODY, Party, Position, Wei, drop, put
from spec.kernel.mainchain import MainChain, lock, release
from spec.plasma.mvp import wallet
from spec.plasma.mvp.actions import (
    ChallengeExit,
    FinalizeExits,
    RefusePayments,
    StartDepositExit,
    StartExit,
    StartFeeExit,
)
from spec.plasma.mvp.blocks import included, publish
from spec.plasma.mvp.positions import Location, encode
from spec.plasma.mvp.refusals import (
    AlreadyReverting,
    BatchTooLarge,
    ChallengeFails,
    ExitNotPending,
    ExitRecorded,
    FeeExitNotAdmitted,
    FinalizationReverts,
    InputExited,
    InputNotConfirmed,
    IsADeposit,
    NoSuchExit,
    NotADeposit,
    NothingDue,
    NotIncluded,
    NotTheOperator,
    NotTheOwner,
    OutputSpokenFor,
    ZeroAmount,
)
from spec.plasma.mvp.rules import Handling, Rules, ShownSpend, is_queued
from spec.plasma.mvp.space import take_space
from spec.plasma.mvp.state import (
    OPERATOR,
    Confirmation,
    Contract,
    Exit,
    Output,
    State,
    Status,
    Transaction,
    holds_confirmation,
    vault,
)


def start_deposit_exit(state: State, action: StartDepositExit, rules: Rules) -> State:
    """Ask to be paid a deposit; its owner is known to the contract, so nothing else is shown.

    Raises NonCanonicalPosition, UnknownBlock, NotADeposit, and what `_open` raises.
    """
    at = rules.locate(action.position, rules.child_block_interval)
    if at.block % rules.child_block_interval == 0:
        raise NotADeposit(action.position)
    transaction = included(state, at.block, at.transaction)
    return _open(state, action.by, action.position, at, transaction, rules)


def start_exit(state: State, action: StartExit, rules: Rules) -> State:
    """Ask to be paid an output of an operator block, with a confirmation for each input.

    Raises NonCanonicalPosition, UnknownBlock, NotIncluded, IsADeposit, InputNotConfirmed, and what
    `_open` raises.
    """
    at = rules.locate(action.position, rules.child_block_interval)
    if at.block % rules.child_block_interval != 0:
        raise IsADeposit(action.position)
    transaction = included(state, at.block, at.transaction)
    root = state.contract.blocks[at.block].root
    for place, signer in enumerate(transaction.signers):
        shown = holds_confirmation(state, action.by, root, at.transaction, place, signer)
        if not rules.input_confirmed(signer, shown):
            raise InputNotConfirmed(root, at.transaction, place)

    after = _open(state, action.by, action.position, at, transaction, rules)
    shown_now = frozenset(
        (root, at.transaction, place)
        for place, signer in enumerate(transaction.signers)
        if holds_confirmation(state, action.by, root, at.transaction, place, signer)
    )
    return publish(after, at.block, at.transaction, shown_now, rules) if shown_now else after


def start_fee_exit(state: State, action: StartFeeExit, rules: Rules) -> State:
    """The operator asks for fees, under a small position of its own.

    Raises NotTheOperator, ZeroAmount, FeeExitNotAdmitted, BlockSpaceTaken, Outbid, CannotAfford.
    """
    if action.by != OPERATOR:
        raise NotTheOperator(action.by)
    if action.amount <= 0:
        raise ZeroAmount(action.by)
    if not rules.admits_fee_exit(action.amount):
        raise FeeExitNotAdmitted(action.amount)
    position = state.contract.next_fee_exit
    output = Output(OPERATOR, action.asset, action.amount)
    now = state.main.now
    exit = _exit(state, position, position, output, now, Transaction((), (), (output,)), rules)
    after = _record(state, OPERATOR, exit, rules)
    contract = evolve(after.contract, next_fee_exit=position + 1)
    return wallet.notice_fee_exit(evolve(after, contract=contract), exit, rules)


def challenge_exit(state: State, action: ChallengeExit, rules: Rules) -> State:
    """Cancel an exit by showing a confirmed spend of its output; the bond goes to the challenger.

    Raises NoSuchExit, ExitNotPending, UnknownBlock, NotIncluded, ChallengeFails, BlockSpaceTaken.
    """
    exits = state.contract.exits
    if action.exit not in exits:
        raise NoSuchExit(action.exit)
    exit = exits[action.exit]
    if exit.status != Status.PENDING:
        raise ExitNotPending(action.exit, exit.status)
    transaction = included(state, action.block, action.transaction)
    if action.input >= len(transaction.inputs):
        raise NotIncluded(action.block, action.transaction, action.input)
    shown = _confirmations_held(state, action.by, action.block, action.transaction, transaction)
    root = state.contract.blocks[action.block].root
    spend = ShownSpend(
        transaction.inputs[action.input],
        transaction.signers[action.input],
        (root, action.transaction, action.input) in shown,
        len(shown) == len(transaction.inputs),
    )
    if not rules.upholds_challenge(exit, spend):
        raise ChallengeFails(exit.position, spend.input, exit.owner, spend.signer, spend.confirmed)

    after = evolve(state, contract=take_space(state, action.by, rules))
    after = _cancel(after, action.exit, action.by, rules)
    needed = shown & frozenset({(root, action.transaction, action.input)})
    return publish(after, action.block, action.transaction, needed, rules) if needed else after


def finalize_exits(state: State, action: FinalizeExits, rules: Rules) -> State:
    """Pay the exits of one asset that are due, in priority order, up to the limit per call.

    An exit is due once its maturity has passed and everything before it in its queue is handled.
    Raises NothingDue, BatchTooLarge, FinalizationReverts.
    """
    due = due_exits(state, action, rules)
    if len(due) == 0:
        raise NothingDue(action.asset, state.main.now)
    handled = due if rules.finalize_limit == 0 else due[: rules.finalize_limit]
    if 0 < rules.batch_capacity < len(handled):
        raise BatchTooLarge(len(handled), rules.batch_capacity)
    for exit in handled:
        state = _settle(state, exit, rules)
    return state


def refuse_payments(state: State, action: RefusePayments, rules: Rules) -> State:
    """The party's account reverts from now on. Raises AlreadyReverting."""
    if action.by in state.contract.reverting:
        raise AlreadyReverting(action.by)
    reverting = state.contract.reverting | {action.by}
    return evolve(state, contract=evolve(state.contract, reverting=reverting))


# The queue --------------------------------------------------------------------------------------


def due_exits(state: State, action: FinalizeExits, rules: Rules) -> tuple[Exit, ...]:
    """What finalization would handle now if it had no limit, the first to be paid first."""
    waiting = sorted(
        (exit for exit in state.contract.exits.values() if _waits(exit, action, rules)),
        key=lambda exit: rules.priority(exit, rules),
    )
    due: tuple[Exit, ...] = ()
    for exit in waiting:
        if exit.exitable_at >= state.main.now:
            break
        due = (*due, exit)
    return due


def _waits(exit: Exit, action: FinalizeExits, rules: Rules) -> bool:
    if exit.asset != action.asset or rules.queue_of(exit, rules) != action.queue:
        return False
    return is_queued(exit, rules)


def _settle(state: State, exit: Exit, rules: Rules) -> State:
    """Handle one entry of the queue: pay amount and bond, set it aside, or pass it over."""
    handling = rules.handling(exit.status, refuses(state.contract, exit.owner))
    if handling == Handling.REVERT:
        raise FinalizationReverts(exit.position)
    if handling == Handling.SKIP:
        return state
    if handling == Handling.SET_ASIDE or vault(state, exit.asset) < exit.amount:
        return evolve(state, contract=_set_aside(state.contract, exit, rules))
    main = release(state.main, exit.owner, exit.asset, exit.amount)
    main = release(main, exit.owner, ETHER, exit.bond)
    contract = _close(state.contract, exit, Status.PAID, rules)
    return State(
        main, contract, state.side, wallet.let_go(state, exit), wallet.be_paid(state, exit)
    )


def refuses(contract: Contract, payee: Party) -> bool:
    """Does the payee's account revert when it is paid?"""
    return payee in contract.reverting


# One exit ---------------------------------------------------------------------------------------


def _open(
    state: State,
    by: Party,
    position: Position,
    at: Location,
    transaction: Transaction,
    rules: Rules,
) -> State:
    """Record the exit of an output.

    Raises NotIncluded, NotTheOwner, ZeroAmount, OutputSpokenFor, InputExited, ExitRecorded,
    BlockSpaceTaken, Outbid, CannotAfford.
    """
    if at.output >= len(transaction.outputs):
        raise NotIncluded(at.block, at.transaction, at.output)
    output = transaction.outputs[at.output]
    if output.owner != by:
        raise NotTheOwner(by, output.owner)
    if output.amount <= 0:
        raise ZeroAmount(by)
    created = state.contract.blocks[at.block].created
    canonical = encode(at.block, at.transaction, at.output)
    exit = _exit(state, position, canonical, output, created, transaction, rules)
    for other in state.contract.exits.values():
        if bars(other, exit, rules):
            raise OutputSpokenFor(exit.output)
        if forestalls(other, exit, rules):
            raise InputExited(other.output)
    return _cancel_inputs(_record(state, by, exit, rules), exit, rules)


def _exit(
    state: State,
    position: Position,
    canonical: Position,
    output: Output,
    created: int,
    transaction: Transaction,
    rules: Rules,
) -> Exit:
    now = state.main.now
    return Exit(
        position=position,
        output=canonical,
        owner=output.owner,
        asset=output.asset,
        amount=output.amount,
        created=created,
        started=now,
        exitable_at=rules.exitable_at(created, now, rules),
        young_block=_oldest_young_block(state, rules),
        bond=rules.exit_bond,
        status=Status.PENDING,
        inputs=transaction.inputs,
        signers=transaction.signers,
    )


def _oldest_young_block(state: State, rules: Rules) -> int:
    young_since = state.main.now - rules.exit_period
    return min(
        (n for n, block in state.contract.blocks.items() if block.created > young_since),
        default=state.contract.next_block,
    )


def _record(state: State, by: Party, exit: Exit, rules: Rules) -> State:
    key = rules.exit_key(exit)
    if key in state.contract.exits:
        raise ExitRecorded(key, state.contract.exits[key].status)
    contract = take_space(state, by, rules)
    return State(
        lock(state.main, by, ETHER, exit.bond),
        with_exits(contract, put(contract.exits, key, exit), contract.bonds + exit.bond),
        state.side,
        state.knowledge,
        state.ghost,
    )


def _close(contract: Contract, exit: Exit, status: Status, rules: Rules) -> Contract:
    """The exit is over and its bond has left."""
    key = rules.exit_key(exit)
    exits = (
        put(contract.exits, key, evolve(exit, status=status))
        if rules.keeps_record(status)
        else drop(contract.exits, key)
    )
    return with_exits(contract, exits, contract.bonds - exit.bond)


def with_exits(contract: Contract, exits: Mapping[Position, Exit], bonds: Wei) -> Contract:
    """The contract with other exits and bonds; written out, because every exit comes by here."""
    return Contract(
        contract.next_block,
        contract.next_deposit,
        contract.next_fee_exit,
        contract.blocks,
        exits,
        bonds,
        contract.reverting,
        contract.window,
        contract.used,
    )


def _set_aside(contract: Contract, exit: Exit, rules: Rules) -> Contract:
    """The exit is over, unpaid; what belongs to it stays in the contract."""
    failed = evolve(exit, status=Status.FAILED)
    return evolve(contract, exits=put(contract.exits, rules.exit_key(exit), failed))


# What one exit says of another ------------------------------------------------------------------


def bars(other: Exit, exit: Exit, rules: Rules) -> bool:
    """Was an output of a transaction exited that spends what is to be exited now?"""
    return any(
        rules.bars_input_exit(input, signer, exit.output, exit.owner)
        for input, signer in zip(other.inputs, other.signers, strict=True)
    )


def forestalls(other: Exit, exit: Exit, rules: Rules) -> bool:
    """Does the exit of something that the new exit's transaction spent stand in its way?"""
    return any(
        rules.refused_by_input_exit(input, signer, other)
        for input, signer in zip(exit.inputs, exit.signers, strict=True)
    )


def supersedes(exit: Exit, other: Exit, rules: Rules) -> bool:
    """Does the new exit cancel this pending exit of something that its transaction spent?"""
    return other.status == Status.PENDING and any(
        rules.cancels_input_exit(input, signer, other.output, other.owner)
        for input, signer in zip(exit.inputs, exit.signers, strict=True)
    )


def _cancel_inputs(state: State, exit: Exit, rules: Rules) -> State:
    for key, other in state.contract.exits.items():
        if supersedes(exit, other, rules):
            state = _cancel(state, key, exit.owner, rules)
    return state


def _cancel(state: State, key: Position, rewarded: Party, rules: Rules) -> State:
    """The exit is over for ever; its bond goes to who showed that it was false."""
    exit = state.contract.exits[key]
    reward = rules.reward(exit.bond)
    contract = _close(state.contract, exit, Status.CANCELLED, rules)
    main = _burn(release(state.main, rewarded, ETHER, reward), exit.bond - reward)
    ghost = wallet.be_rewarded(state, rewarded, reward)
    return State(main, contract, state.side, state.knowledge, ghost)


def _burn(main: MainChain, amount: int) -> MainChain:
    return release(main, NOBODY, ETHER, amount) if amount > 0 else main


def _confirmations_held(
    state: State, by: Party, block: int, index: int, transaction: Transaction
) -> frozenset[Confirmation]:
    root = state.contract.blocks[block].root
    return frozenset(
        (root, index, place)
        for place, signer in enumerate(transaction.signers)
        if holds_confirmation(state, by, root, index, place, signer)
    )
