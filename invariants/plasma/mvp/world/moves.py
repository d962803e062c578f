"""What is worth trying: one family of moves per kind of action, inside a scope.

A family lists its moves, or draws their parameters with `choose`. Honest parties' moves here are
those of their free will; what they must do comes from `wallet.obligations`. The coalition is one
adversary: the operator and all dishonest users share keys and knowledge, and nothing they can do is
left out but what a scope's numbers exclude.
"""

from collections.abc import Sequence

from attrs import evolve

from invariants.plasma.mvp.world.intruders import intrusions
from invariants.plasma.mvp.world.scope import Scope
from invariants.plasma.mvp.world.transactions import KINDS, known, merge, pay, proposed, unspent
from spec.kernel.basics import NOBODY, Asset, Party, Position
from spec.kernel.protocol import Choose, Family, listed
from spec.plasma.mvp.blocks import Confirm, Deposit, Send, SubmitBlock, ledger_after
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.memory import in_exit
from spec.plasma.mvp.payments import FinalizeExits, RefusePayments
from spec.plasma.mvp.positions import MAX_TRANSACTIONS, TRANSACTION_FACTOR, encode
from spec.plasma.mvp.resync import Resync, is_out
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import OPERATOR, Output, Root, State, Status, Transaction, is_honest
from spec.plasma.mvp.wallet import exit_action

# Deposits and transactions ----------------------------------------------------------------------


def deposits(state: State, rules: Rules, scope: Scope) -> Sequence[Deposit]:
    """Any user deposits any amount of any asset."""
    contract = state.contract
    landed = len(contract.blocks) - operator_blocks(state, rules)
    if landed >= scope.deposits:
        return ()
    head = contract.next_block - rules.child_block_interval
    return [
        Deposit(
            party,
            Asset(asset),
            amount,
            state.knowledge[party].head if is_honest(state, party) else head,
        )
        for party in scope.users
        if not is_honest(state, party) or _may_deposit(state, scope)
        for amount in scope.amounts
        for asset in range(scope.assets)
    ]


def _may_deposit(state: State, scope: Scope) -> bool:
    """May honest wallets deposit once more?"""
    if scope.honest_deposits >= scope.deposits:
        return True
    deposited = [
        transaction.outputs[0]
        for block in state.contract.blocks.values()
        for transaction in state.side.contents[block.root]
        if not transaction.inputs and transaction.outputs
    ]
    return sum(is_honest(state, output.owner) for output in deposited) < scope.honest_deposits


def propose_send(state: State, rules: Rules, scope: Scope, choose: Choose) -> Send | None:
    """An honest wallet pays somebody: with one output or two, alone or together with somebody."""
    signed = state.side.signed
    if len(signed) >= scope.sends:
        return None
    party = scope.honest[choose(len(scope.honest))]
    view = state.knowledge[party]
    if view.alarm is not None:
        return None
    given = {p for by, earlier in signed if by == party for p in earlier.inputs}
    free = sorted(
        position
        for position in view.holdings
        if position not in given and not in_exit(state, position, party)
    )
    if not free:
        return None
    position = free[choose(len(free))]
    mine = state.side.ledger.outputs[position]
    if scope.joint and choose(2) == 1:
        return _join(state, party, position, mine, choose)
    payee = scope.users[choose(len(scope.users))]
    if scope.merges and choose(2) == 1:
        more = [p for p in free if p != position and _asset(state, p) == mine.asset]
        if not more:
            return None
        second = more[choose(len(more))]
        return Send(party, merge(state, (position, second), (party, party), payee))
    return Send(party, pay(position, mine, party, payee, scope, choose))


def _asset(state: State, position: Position) -> Asset:
    return state.side.ledger.outputs[position].asset


def _join(
    state: State, party: Party, position: Position, mine: Output, choose: Choose
) -> Send | None:
    """Outputs of two parties go in, in any order; each gets its own amount back. What an honest
    wallet has begun, the other signs too."""
    for by, begun in state.side.signed:
        if by != party and position in begun.inputs and party in begun.signers:
            return Send(party, begun)
    others = [
        (p, o)
        for honest in (False, True)
        for p, o in unspent(state, honest)
        if o.asset == mine.asset and o.owner != party
    ]
    if not others:
        return None
    second, theirs = others[choose(len(others))]
    inputs, owners = (position, second), (party, theirs.owner)
    outputs = (Output(party, mine.asset, mine.amount), theirs)
    if choose(2) == 1:
        inputs, owners = inputs[::-1], owners[::-1]
    return Send(party, Transaction(inputs, owners, outputs))


# Blocks -----------------------------------------------------------------------------------------


def propose_block(state: State, rules: Rules, scope: Scope, choose: Choose) -> SubmitBlock | None:
    """The operator includes what honest wallets signed and what the coalition pays; or it forges
    something, or withholds the block from all honest wallets or some.

    A block that is not to be bad is valid. What makes it invalid need not be forged: a payment
    that was included before, an input that is not settled, a fee that was not earned.
    """
    if operator_blocks(state, rules) >= scope.blocks:
        return None
    may_be_bad = state.ghost.bad_blocks < scope.bad_blocks
    bad = choose(2) if may_be_bad else 0
    transactions: tuple[Transaction, ...] = ()
    least = 0 if scope.empty_blocks else 1
    for _ in range(least + choose(scope.transactions + 1 - least)):
        kinds = KINDS + (len(scope.forgeries) if bad else 0)
        transaction = proposed(state, rules, scope, choose(kinds), choose)
        if transaction is None:
            return None
        transactions = (*transactions, transaction)
    shown_to = tuple(p for p in scope.honest if choose(2) == 0) if bad else scope.honest
    carries = not rules.spendable(False, False)
    block = SubmitBlock(OPERATOR, transactions, shown_to, carries)
    if not bad:
        hidden = evolve(state, side=evolve(state.side, ledger=known(state)))
        if ledger_after(hidden, state.contract.next_block, block, rules) is None:
            return None
    return block


def operator_blocks(state: State, rules: Rules) -> int:
    """How many blocks the operator has submitted."""
    return state.contract.next_block // rules.child_block_interval - 1


# Confirmations ----------------------------------------------------------------------------------


def confirmations(state: State, rules: Rules, scope: Scope) -> Sequence[Confirm]:
    """A signer confirms: an honest one what it signed, a dishonest one what somebody honest waits
    for. What the coalition confirms among itself it need not publish."""
    contents = state.side.contents
    return [
        Confirm(signer, number, index, told)
        for number, block in state.contract.blocks.items()
        for index, transaction in enumerate(contents[block.root])
        if transaction.signers and _concerns_honest(state, transaction)
        for signer in _unconfirmed(state, block.root, index, transaction)
        for told in _listeners(state, scope, signer)
    ]


def _listeners(state: State, scope: Scope, signer: Party) -> list[tuple[Party, ...]]:
    """Everybody; of a whisper, one of several wallets."""
    whispers = scope.whispers and len(scope.honest) > 1 and not is_honest(state, signer)
    return [(), *([(party,) for party in scope.honest] if whispers else [])]


def _concerns_honest(state: State, transaction: Transaction) -> bool:
    for party in transaction.signers:
        if is_honest(state, party):
            return True
    return any(is_honest(state, output.owner) for output in transaction.outputs)


def _unconfirmed(state: State, root: Root, index: int, transaction: Transaction) -> list[Party]:
    return [
        signer
        for place, signer in enumerate(transaction.signers)
        if signer != NOBODY
        and (place == 0 or signer != transaction.signers[0])
        and not all((root, index, place) in v.confirmations for v in state.knowledge.values())
    ]


# Exits ------------------------------------------------------------------------------------------


def exits(state: State, rules: Rules, scope: Scope) -> Sequence[StartDepositExit | StartExit]:
    """The coalition exits anything that a block gives it; an honest wallet what it holds."""
    records = state.contract.exits
    if len(records) >= scope.exits:
        return ()
    exited = {(exit.output, exit.owner) for exit in records.values()}
    moves: list[StartDepositExit | StartExit] = []
    for position, output in _landed(state):
        if _may_try(state, scope, position, output.owner, exited):
            action = exit_action(output.owner, position, rules)
            moves.append(action)
            if scope.aliases and not is_honest(state, output.owner):
                moves.append(_alias(action))
    return moves


def _landed(state: State) -> list[tuple[Position, Output]]:
    contents = state.side.contents
    return [
        (encode(number, index, place), output)
        for number, block in state.contract.blocks.items()
        for index, transaction in enumerate(contents[block.root])
        for place, output in enumerate(transaction.outputs)
    ]


def _may_try(
    state: State,
    scope: Scope,
    position: Position,
    owner: Party,
    exited: set[tuple[Position, Party]],
) -> bool:
    if is_honest(state, owner):
        holds = position in state.knowledge[owner].holdings
        return scope.voluntary_exits and holds and (position, owner) not in exited
    return True


def _alias(action: StartDepositExit | StartExit) -> StartDepositExit | StartExit:
    """Another number that decodes to the same leaf, or to the same deposit block."""
    if isinstance(action, StartDepositExit):
        return StartDepositExit(action.by, action.position + 1)
    return StartExit(action.by, action.position + MAX_TRANSACTIONS * TRANSACTION_FACTOR)


def fee_exits(state: State, rules: Rules, scope: Scope) -> Sequence[StartFeeExit]:
    """The operator asks for any amount."""
    if state.contract.next_fee_exit > scope.fee_exits or not rules.admits_fee_exit(1):
        return ()
    return [
        StartFeeExit(OPERATOR, Asset(asset), amount)
        for asset in range(scope.assets)
        for amount in scope.amounts
    ]


def challenges(state: State, rules: Rules, scope: Scope) -> Sequence[ChallengeExit]:
    """The coalition shows any transaction that names the exiting output or that its owner signed.
    Honest challenges are obligations."""
    pending = [
        (key, exit) for key, exit in state.contract.exits.items() if exit.status == Status.PENDING
    ]
    if not pending:
        return ()
    contents = state.side.contents
    return [
        ChallengeExit(OPERATOR, key, number, index, place)
        for number, block in state.contract.blocks.items()
        for index, transaction in enumerate(contents[block.root])
        for place, (position, signer) in enumerate(
            zip(transaction.inputs, transaction.signers, strict=True)
        )
        for key, exit in pending
        if position == exit.output or signer == exit.owner
    ]


def finalizations(state: State, rules: Rules, scope: Scope) -> Sequence[FinalizeExits]:
    """Somebody calls for the payments of an asset that are due."""
    now = state.main.now
    queues = {
        (exit.asset, rules.queue_of(exit, rules))
        for exit in state.contract.exits.values()
        if exit.exitable_at < now and exit.status == Status.PENDING
    }
    return [FinalizeExits(OPERATOR, asset, queue) for asset, queue in sorted(queues)]


def refusals(state: State, rules: Rules, scope: Scope) -> Sequence[RefusePayments]:
    """A dishonest user's account starts to revert."""
    if len(state.contract.reverting) >= scope.reverting:
        return ()
    return [RefusePayments(user) for user in scope.dishonest]


def resyncs(state: State, rules: Rules, scope: Scope) -> Sequence[Resync]:
    """The operator shows the whole chain to who is out."""
    return [Resync(p) for p in scope.honest if is_out(state, p)] if scope.resyncs else ()


FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("deposit", deposits),
    Family("send", propose_send),
    Family("submit block", propose_block),
    listed("confirm", confirmations),
    listed("start exit", exits),
    listed("start fee exit", fee_exits),
    listed("challenge exit", challenges),
    listed("finalize exits", finalizations),
    listed("refuse payments", refusals),
    listed("resync", resyncs),
    listed("intrude", intrusions),
)
