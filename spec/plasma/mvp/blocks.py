"""How money gets onto the side chain and moves there: deposits, blocks, confirmations.

Source: the seed, sections on deposits and on the withheld block; omgnetwork/plasma-mvp.
"""

from attrs import evolve

from spec.kernel.basics import Party, put
from spec.kernel.mainchain import lock
from spec.plasma.mvp import wallet
from spec.plasma.mvp.actions import Confirm, Deposit, Send, SubmitBlock
from spec.plasma.mvp.ledger import check_block
from spec.plasma.mvp.positions import MAX_OUTPUTS, MAX_TRANSACTIONS, encode, transaction_of
from spec.plasma.mvp.refusals import (
    BlockTooLarge,
    DepositOutdated,
    DepositsExhausted,
    InvalidBlock,
    MalformedTransaction,
    NotConfirmable,
    NotIncluded,
    NotTheOperator,
    SignatureMissing,
    UnknownBlock,
    UnknownWallet,
    ZeroAmount,
)
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    OPERATOR,
    Commitment,
    Confirmation,
    Ledger,
    Output,
    Root,
    SideChain,
    State,
    Transaction,
    View,
    content,
    is_honest,
)


def deposit(state: State, action: Deposit, rules: Rules) -> State:
    """Lock an amount and write it into a one-transaction block of the depositor's.

    Raises ZeroAmount, DepositsExhausted, DepositOutdated, CannotAfford.
    """
    contract = state.contract
    interval = rules.child_block_interval
    if action.amount <= 0:
        raise ZeroAmount(action.by)
    if contract.next_deposit >= interval:
        raise DepositsExhausted(contract.next_deposit, interval)
    head = contract.next_block - interval
    if not rules.admits_deposit(action.seen, head):
        raise DepositOutdated(action.seen, head)

    number = rules.deposit_number(contract.next_block, contract.next_deposit, interval)
    position = encode(number, 0, 0)
    output = Output(action.by, action.asset, action.amount)
    contents, root = _commit(state.side.contents, (Transaction((), (), (output,)),))
    ledger = state.side.ledger
    outputs = put(ledger.outputs, position, output)
    return State(
        lock(state.main, action.by, action.asset, action.amount),
        evolve(
            contract,
            next_deposit=contract.next_deposit + 1,
            blocks=put(contract.blocks, number, Commitment(root, state.main.now)),
        ),
        SideChain(contents, state.side.signed, evolve(ledger, outputs=outputs)),
        wallet.hold(state, position, output),
        wallet.owe_deposit(state, position, output),
    )


def send(state: State, action: Send, rules: Rules) -> State:
    """An honest wallet hands a signed transaction to the operator; dishonest ones sign at will.

    Raises MalformedTransaction, ZeroAmount.
    """
    _check_shape(action.transaction)
    if any(output.amount <= 0 for output in action.transaction.outputs):
        raise ZeroAmount(action.by)
    return evolve(state, side=evolve(state.side, signed=(*state.side.signed, action.transaction)))


def submit_block(state: State, action: SubmitBlock, rules: Rules) -> State:
    """The operator's next block lands: the contract gives it its number and the time.

    Raises NotTheOperator, BlockTooLarge, UnknownWallet, MalformedTransaction, SignatureMissing.
    """
    if action.by != OPERATOR:
        raise NotTheOperator(action.by)
    if len(action.transactions) > MAX_TRANSACTIONS:
        raise BlockTooLarge(len(action.transactions), MAX_TRANSACTIONS)
    for party in action.shown_to:
        if not is_honest(state, party):
            raise UnknownWallet(party)
    for transaction in action.transactions:
        _check_shape(transaction)
        _check_signatures(state, transaction)

    contract = state.contract
    number = contract.next_block
    contents, root = _commit(state.side.contents, action.transactions)
    ledger = ledger_after(state, number, action, rules)
    knowledge = {
        party: _see_block(state, party, view, number, action, ledger)
        for party, view in state.knowledge.items()
    }
    carried = _spent_from(action.transactions) if action.carries and ledger is not None else set()
    bad = ledger is None or _withheld(state, action)
    if ledger is None or not _shown_to_a_calm_wallet(state, action):
        ledger = state.side.ledger
    after = State(
        state.main,
        evolve(
            contract,
            next_block=number + rules.child_block_interval,
            next_deposit=rules.count_after_block(contract.next_deposit),
            blocks=put(contract.blocks, number, Commitment(root, state.main.now)),
        ),
        SideChain(contents, state.side.signed, ledger),
        knowledge,
        evolve(state.ghost, bad_blocks=state.ghost.bad_blocks + 1) if bad else state.ghost,
    )
    for block, index in sorted(carried):
        after = wallet.settle_transaction(state, after, block, index, rules)
    return after


def confirm(state: State, action: Confirm, rules: Rules) -> State:
    """Confirm a transaction for every input that the party signed, and tell everybody.

    Raises UnknownBlock, NotIncluded, NotConfirmable.
    """
    transaction = included(state, action.block, action.transaction)
    root = state.contract.blocks[action.block].root
    given = frozenset(
        (root, action.transaction, place)
        for place, signer in enumerate(transaction.signers)
        if signer == action.by
    )
    if not given or all(given <= view.confirmations for view in state.knowledge.values()):
        raise NotConfirmable(action.by, action.block, action.transaction)
    return publish(state, action.block, action.transaction, given, rules)


def publish(
    state: State, block: int, index: int, given: frozenset[Confirmation], rules: Rules
) -> State:
    """Everybody learns confirmations of one transaction; wallets settle what that completes."""
    told = {
        party: View(view.head, view.alarm, view.confirmations | given, view.holdings)
        for party, view in state.knowledge.items()
    }
    return wallet.settle_transaction(state, evolve(state, knowledge=told), block, index, rules)


def included(state: State, block: int, index: int) -> Transaction:
    """The transaction that a proof of inclusion shows. Raises UnknownBlock, NotIncluded."""
    if block not in state.contract.blocks:
        raise UnknownBlock(block)
    transactions = content(state, block)
    if index >= len(transactions):
        raise NotIncluded(block, index, 0)
    return transactions[index]


def _commit(
    contents: tuple[tuple[Transaction, ...], ...], transactions: tuple[Transaction, ...]
) -> tuple[tuple[tuple[Transaction, ...], ...], Root]:
    """The ideal commitment: equal contents have equal roots, different ones different roots."""
    for root, known in enumerate(contents):
        if known == transactions:
            return contents, root
    return (*contents, transactions), len(contents)


def _check_shape(transaction: Transaction) -> None:
    inputs, signers = len(transaction.inputs), len(transaction.signers)
    outputs = len(transaction.outputs)
    if inputs > 2 or signers != inputs or outputs > MAX_OUTPUTS:
        raise MalformedTransaction(inputs, signers, outputs)


def _check_signatures(state: State, transaction: Transaction) -> None:
    """Nobody can write an honest party's signature but that party."""
    for signer in transaction.signers:
        if is_honest(state, signer) and transaction not in state.side.signed:
            raise SignatureMissing(signer)


def ledger_after(state: State, number: int, action: SubmitBlock, rules: Rules) -> Ledger | None:
    """The ledger after the block, or None where the block is invalid."""
    try:
        return check_block(state, number, action.transactions, action.carries, rules)
    except InvalidBlock:
        return None


def _see_block(
    state: State, party: Party, view: View, number: int, action: SubmitBlock, ledger: Ledger | None
) -> View:
    """A wallet checks a block that is shown to it, and is alarmed by any other."""
    if party == COALITION or view.alarm is not None:
        return view
    if ledger is None or party not in action.shown_to:
        return evolve(view, alarm=state.main.now)
    carried = _carried(state, action.transactions) if action.carries else frozenset()
    return evolve(view, head=number, confirmations=view.confirmations | carried)


def _spent_from(transactions: tuple[Transaction, ...]) -> set[tuple[int, int]]:
    """The (block number, transaction index) of all transactions whose outputs these spend."""
    return {
        transaction_of(position) for transaction in transactions for position in transaction.inputs
    }


def _carried(state: State, transactions: tuple[Transaction, ...]) -> frozenset[Confirmation]:
    """The confirmations that a block carries: those of all that its transactions spend."""
    return frozenset(
        (state.contract.blocks[block].root, index, place)
        for block, index in _spent_from(transactions)
        for place in range(len(content(state, block)[index].inputs))
    )


def _withheld(state: State, action: SubmitBlock) -> bool:
    return any(party not in action.shown_to for party in state.knowledge if is_honest(state, party))


def _shown_to_a_calm_wallet(state: State, action: SubmitBlock) -> bool:
    return any(state.knowledge[party].alarm is None for party in action.shown_to)
