"""What is worth trying: one family of moves per kind of action, inside a scope.

A family lists its moves, or draws their parameters with `choose`. Honest parties' moves here are
those of their free will; what they must do comes from `wallet.obligations`. The coalition is one
adversary: the operator and all dishonest users share keys and knowledge, and nothing they can do is
left out but what a scope's numbers exclude.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from attrs import field, frozen, validators

from spec.kernel.basics import NOBODY, Asset, Party, Position, Wei
from spec.kernel.protocol import Choose, Family, listed
from spec.plasma.mvp import wallet
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
from spec.plasma.mvp.blocks import ledger_after
from spec.plasma.mvp.positions import MAX_TRANSACTIONS, TRANSACTION_FACTOR, encode
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import OPERATOR, Output, Root, State, Status, Transaction, is_honest


class Forgery(Enum):
    """The kinds of invalid transaction that an operator may put into a block."""

    OUT_OF_NOWHERE = "out of nowhere"
    STOLEN = "signed by somebody else than the owner"
    UNSIGNED = "signed by nobody"
    DOUBLE_SPEND = "double spend"
    INFLATING = "inflating"
    SAME_INPUT_TWICE = "same input twice"


ALL_FORGERIES = tuple(Forgery)


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    honest: tuple[Party, ...] = (Party(1),)
    dishonest: tuple[Party, ...] = (Party(2),)
    """Users who join the operator. Safe exit is claimed against all of them together."""
    amounts: tuple[Wei, ...] = (1, 2)
    assets: int = field(default=1, validator=validators.ge(1))
    deposits: int = field(default=2, validator=validators.ge(0))
    honest_deposits: int = field(default=99, validator=validators.ge(0))
    """How many of them honest wallets make."""
    blocks: int = field(default=1, validator=validators.ge(0))
    transactions: int = field(default=1, validator=validators.in_(range(1, 3)))
    """Transactions in one operator block, at most."""
    bad_blocks: int = field(default=1, validator=validators.ge(0))
    forgeries: tuple[Forgery, ...] = (Forgery.OUT_OF_NOWHERE, Forgery.STOLEN)
    exits: int = field(default=3, validator=validators.ge(0))
    """Exit records beyond which nobody starts another one unless it must."""
    fee_exits: int = field(default=0, validator=validators.ge(0))
    sends: int = field(default=1, validator=validators.ge(0))
    """Transactions that honest wallets sign."""
    joint: bool = False
    """May a transaction spend outputs of two owners?"""
    splits: bool = False
    """May a transaction keep change, or leave a fee?"""
    aliases: bool = False
    """Does the coalition try non-canonical positions?"""
    reverting: int = field(default=0, validator=validators.ge(0))
    """Accounts of the coalition that may start to refuse payments."""
    voluntary_exits: bool = True
    """May an honest wallet leave without being alarmed?"""

    @property
    def users(self) -> tuple[Party, ...]:
        """Everybody but the operator."""
        return self.honest + self.dishonest


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
    """An honest wallet pays somebody, alone or together with a dishonest one."""
    signed = state.side.signed
    if len(signed) >= scope.sends:
        return None
    party = scope.honest[choose(len(scope.honest))]
    view = state.knowledge[party]
    if view.alarm is not None:
        return None
    given = {position for transaction in signed for position in transaction.inputs}
    free = sorted(
        position
        for position in view.holdings
        if position not in given and not wallet.in_exit(state, position, party)
    )
    if not free:
        return None
    position = free[choose(len(free))]
    mine = state.side.ledger.outputs[position]
    if scope.joint and choose(2) == 1:
        return _join(state, party, position, mine, choose)
    payee = scope.users[choose(len(scope.users))]
    return Send(party, _pay(position, mine, party, payee, scope, choose))


def _pay(
    position: Position, spent: Output, signer: Party, payee: Party, scope: Scope, choose: Choose
) -> Transaction:
    """All of it, all but a coin of change, or all but a coin of fee."""
    how = choose(3) if scope.splits and spent.amount > 1 else 0
    paid = Output(payee, spent.asset, spent.amount - (how > 0))
    change = (Output(spent.owner, spent.asset, 1),) if how == 1 else ()
    return Transaction((position,), (signer,), (paid, *change))


def _join(
    state: State, party: Party, position: Position, mine: Output, choose: Choose
) -> Send | None:
    """Both parties' outputs go in; each gets its own amount back."""
    others = _unspent(state, lambda output: not is_honest(state, output.owner))
    others = tuple((p, o) for p, o in others if o.asset == mine.asset)
    if not others:
        return None
    second, theirs = others[choose(len(others))]
    outputs = (
        Output(party, mine.asset, mine.amount),
        Output(theirs.owner, theirs.asset, theirs.amount),
    )
    return Send(party, Transaction((position, second), (party, theirs.owner), outputs))


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
    for _ in range(1 + choose(scope.transactions)):
        kinds = 3 + (len(scope.forgeries) if bad else 0)
        transaction = _propose_transaction(state, rules, scope, choose(kinds), choose)
        if transaction is None:
            return None
        transactions = (*transactions, transaction)
    shown_to = scope.honest[choose(len(scope.honest) + 1) :] if bad else scope.honest
    carries = not rules.spendable(False, False)
    block = SubmitBlock(transactions, shown_to, carries)
    if not bad and ledger_after(state, state.contract.next_block, block, rules) is None:
        return None
    return block


def _propose_transaction(
    state: State, rules: Rules, scope: Scope, kind: int, choose: Choose
) -> Transaction | None:
    if kind == 0:
        signed = state.side.signed
        return signed[choose(len(signed))] if signed else None
    if kind == 1:
        return _coalition_payment(state, scope, choose)
    if kind == 2:
        return _fee_output(state, rules, choose)
    return FORGERS[scope.forgeries[kind - 3]](state, scope, choose)


def _coalition_payment(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    owned = _unspent(state, lambda output: not is_honest(state, output.owner))
    if not owned:
        return None
    position, spent = owned[choose(len(owned))]
    payee = scope.users[choose(len(scope.users))]
    return _pay(position, spent, spent.owner, payee, scope, choose)


def _fee_output(state: State, rules: Rules, choose: Choose) -> Transaction | None:
    """The operator takes fees inside a block, where the rules allow that at all."""
    if rules.fee_output_limit(1, 1) < 1:
        return None
    return Transaction((), (), (Output(OPERATOR, Asset(0), 1),))


def _unspent(state: State, wanted: Callable[[Output], bool]) -> tuple[tuple[Position, Output], ...]:
    ledger = state.side.ledger
    return tuple(
        (position, output)
        for position, output in ledger.outputs.items()
        if position not in ledger.spent and wanted(output)
    )


def _thief(scope: Scope) -> Party:
    return scope.dishonest[0] if scope.dishonest else OPERATOR


def _from_nowhere(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    amount = scope.amounts[choose(len(scope.amounts))]
    asset = Asset(choose(scope.assets))
    return Transaction((), (), (Output(_thief(scope), asset, amount),))


def _steal(state: State, scope: Scope, choose: Choose, signer: Party) -> Transaction | None:
    owned = _unspent(state, lambda output: is_honest(state, output.owner))
    if not owned:
        return None
    position, spent = owned[choose(len(owned))]
    return Transaction((position,), (signer,), (Output(_thief(scope), spent.asset, spent.amount),))


def _stolen(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    return _steal(state, scope, choose, _thief(scope))


def _unsigned(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    return _steal(state, scope, choose, NOBODY)


def _spent_again(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    ledger = state.side.ledger
    spent = tuple(p for p in ledger.spent if not is_honest(state, ledger.outputs[p].owner))
    if not spent:
        return None
    position = spent[choose(len(spent))]
    output = ledger.outputs[position]
    return Transaction((position,), (output.owner,), (evolve_owner(output, _thief(scope)),))


def _inflated(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    owned = _unspent(state, lambda output: not is_honest(state, output.owner))
    if not owned:
        return None
    position, spent = owned[choose(len(owned))]
    more = Output(spent.owner, spent.asset, spent.amount + 1)
    return Transaction((position,), (spent.owner,), (more,))


def _counted_twice(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    owned = _unspent(state, lambda output: not is_honest(state, output.owner))
    if not owned:
        return None
    position, spent = owned[choose(len(owned))]
    double = Output(spent.owner, spent.asset, 2 * spent.amount)
    return Transaction((position, position), (spent.owner, spent.owner), (double,))


def evolve_owner(output: Output, owner: Party) -> Output:
    """The same amount in somebody else's name."""
    return Output(owner, output.asset, output.amount)


FORGERS: dict[Forgery, Callable[[State, Scope, Choose], Transaction | None]] = {
    Forgery.OUT_OF_NOWHERE: _from_nowhere,
    Forgery.STOLEN: _stolen,
    Forgery.UNSIGNED: _unsigned,
    Forgery.DOUBLE_SPEND: _spent_again,
    Forgery.INFLATING: _inflated,
    Forgery.SAME_INPUT_TWICE: _counted_twice,
}


def operator_blocks(state: State, rules: Rules) -> int:
    """How many blocks the operator has submitted."""
    return state.contract.next_block // rules.child_block_interval - 1


# Confirmations ----------------------------------------------------------------------------------


def confirmations(state: State, rules: Rules, scope: Scope) -> Sequence[Confirm]:
    """A signer confirms: an honest one what it signed, a dishonest one what somebody honest waits
    for. What the coalition confirms among itself it need not publish."""
    contents = state.side.contents
    return [
        Confirm(signer, number, index)
        for number, block in state.contract.blocks.items()
        for index, transaction in enumerate(contents[block.root])
        if transaction.signers and _concerns_honest(state, transaction)
        for signer in _unconfirmed(state, block.root, index, transaction)
    ]


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
            action = wallet.exit_action(output.owner, position, rules)
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
        StartFeeExit(Asset(asset), amount)
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
)
