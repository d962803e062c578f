"""How money leaves: exits and challenges, and what one exit says of another.

Source: the seed, sections on exits and challenges; omgnetwork/plasma-mvp, RootChain. The relation
between the exit of an output and the exits of its transaction's inputs is a repair of ours; the
reference contract knows none, FourthState's refuses an exit whose input was exited.
"""

from collections.abc import Mapping

from attrs import evolve

from spec.kernel.action import Call
from spec.kernel.basics import ETHER, NOBODY, Asset, Party, Position, Wei, drop, put
from spec.kernel.mainchain import MainChain, lock, release
from spec.kernel.telling import Teller
from spec.plasma.mvp import memory
from spec.plasma.mvp.blocks import included, publish
from spec.plasma.mvp.positions import Location, encode, spelled
from spec.plasma.mvp.refusals import (
    ChallengeFails,
    ChallengerReverts,
    ExitNotPending,
    ExitRecorded,
    FeeExitNotAdmitted,
    InputExited,
    InputNotConfirmed,
    IsADeposit,
    NoSuchExit,
    NotADeposit,
    NotIncluded,
    NotTheOperator,
    NotTheOwner,
    OutputSpokenFor,
    ZeroAmount,
)
from spec.plasma.mvp.rules import Rules, ShownSpend
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
    money,
)


class Start(Call):
    """Ask to be paid: whatever it is, an exit starts."""

    def clause(self, tell: Teller) -> str:
        """What its label calls it."""
        return f"starts to {self.label(tell)}"


class StartDepositExit(Start):
    """Ask to be paid a deposit; its owner is known to the contract, so nothing else is shown."""

    position: Position

    def step(self, state: State, rules: Rules) -> State:
        """Raises NonCanonicalPosition, UnknownBlock, NotADeposit, and what `_open` raises."""
        at = rules.locate(self.position, rules.child_block_interval)
        if at.block % rules.child_block_interval == 0:
            raise NotADeposit(self.position)
        transaction = included(state, at.block, at.transaction)
        return _open(state, self.by, self.position, at, transaction, rules)

    def label(self, tell: Teller) -> str:
        """The position as people spell it."""
        return f"exit deposit {spelled(self.position)}"


class StartExit(Start):
    """Ask to be paid an output of an operator block, showing its transaction, the proof of
    inclusion, and a confirmation for each input."""

    position: Position

    def step(self, state: State, rules: Rules) -> State:
        """Raises NonCanonicalPosition, UnknownBlock, NotIncluded, IsADeposit, InputNotConfirmed,
        and what `_open` raises."""
        at = rules.locate(self.position, rules.child_block_interval)
        if at.block % rules.child_block_interval != 0:
            raise IsADeposit(self.position)
        transaction = included(state, at.block, at.transaction)
        root = state.contract.blocks[at.block].root
        for place, signer in enumerate(transaction.signers):
            shown = holds_confirmation(state, self.by, root, at.transaction, place, signer)
            if not rules.input_confirmed(signer, shown):
                raise InputNotConfirmed(root, at.transaction, place)

        after = _open(state, self.by, self.position, at, transaction, rules)
        shown_now = frozenset(
            (root, at.transaction, place)
            for place, signer in enumerate(transaction.signers)
            if holds_confirmation(state, self.by, root, at.transaction, place, signer)
        )
        return publish(after, at.block, at.transaction, shown_now, rules) if shown_now else after

    def label(self, tell: Teller) -> str:
        """The position as people spell it."""
        return f"exit {spelled(self.position)}"


class StartFeeExit(Start):
    """The operator asks to be paid fees, under a small position of its own. The contract can't know
    how much it earned."""

    asset: Asset
    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheOperator, ZeroAmount, FeeExitNotAdmitted, BlockSpaceTaken, Outbid,
        CannotAfford."""
        if self.by != OPERATOR:
            raise NotTheOperator(self.by)
        if self.amount <= 0:
            raise ZeroAmount(self.by)
        if not rules.admits_fee_exit(self.amount):
            raise FeeExitNotAdmitted(self.amount)
        position = state.contract.next_fee_exit
        output = Output(OPERATOR, self.asset, self.amount)
        fee = Transaction((), (), (output,))
        created = rules.fee_exit_created(state.main.now)
        exit = _exit(state, position, position, output, created, fee, rules)
        after = _record(state, OPERATOR, exit, rules)
        contract = evolve(after.contract, next_fee_exit=position + 1)
        return memory.notice_fee_exit(evolve(after, contract=contract), exit, rules)

    def label(self, tell: Teller) -> str:
        """The amount, of which asset."""
        return f"exit {money(self.asset, self.amount)} as fees"


class ChallengeExit(Call):
    """Show that an exiting output was spent: the exit is cancelled, and its bond goes to the
    challenger. Anybody may, as long as the exit is pending: until it is paid or set aside.

    Shown is input ``input`` of the transaction at (block, transaction), with the confirmation by
    the exiting owner. ``exit`` is the exit's key.
    """

    exit: Position
    block: int
    transaction: int
    input: int

    def step(self, state: State, rules: Rules) -> State:
        """Raises NoSuchExit, ExitNotPending, ChallengerReverts, UnknownBlock, NotIncluded,
        ChallengeFails, BlockSpaceTaken, Outbid."""
        exits = state.contract.exits
        if self.exit not in exits:
            raise NoSuchExit(self.exit)
        exit = exits[self.exit]
        if exit.status != Status.PENDING:
            raise ExitNotPending(self.exit, exit.status)
        if not rules.pays_challenger(self.by in state.contract.reverting):
            raise ChallengerReverts(self.by)
        transaction = included(state, self.block, self.transaction)
        if self.input >= len(transaction.inputs):
            raise NotIncluded(self.block, self.transaction, self.input)
        shown = _confirmations_held(state, self.by, self.block, self.transaction, transaction)
        root = state.contract.blocks[self.block].root
        spend = ShownSpend(
            transaction.inputs[self.input],
            transaction.signers[self.input],
            (root, self.transaction, self.input) in shown,
            len(shown) == len(transaction.inputs),
        )
        if not rules.upholds_challenge(exit, spend):
            raise ChallengeFails(
                exit.position, spend.input, exit.owner, spend.signer, spend.confirmed
            )

        after = evolve(state, contract=take_space(state, self.by, rules))
        after = _cancel(after, self.exit, self.by, rules)
        needed = shown & frozenset({(root, self.transaction, self.input)})
        return publish(after, self.block, self.transaction, needed, rules) if needed else after

    def clause(self, tell: Teller) -> str:
        """Which exit, by which transaction."""
        spend = f"{self.block}.{self.transaction}"
        return f"challenges the exit of {spelled(self.exit)} with transaction {spend}"

    def label(self, tell: Teller) -> str:
        """The same, short."""
        return f"challenge {spelled(self.exit)} with {self.block}.{self.transaction}"


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


def close(contract: Contract, exit: Exit, status: Status, rules: Rules) -> Contract:
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
    contract = close(state.contract, exit, Status.CANCELLED, rules)
    main = _burn(release(state.main, rewarded, ETHER, reward), exit.bond - reward)
    ghost = memory.be_rewarded(state, rewarded, reward)
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
