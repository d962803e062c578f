"""How money gets onto the side chain and moves there: deposits, blocks, confirmations.

Source: the seed, sections on deposits and on the withheld block; omgnetwork/plasma-mvp.
"""

from attrs import evolve

from spec.kernel.action import Call, Own
from spec.kernel.basics import Asset, Party, Wei, put
from spec.kernel.mainchain import lock
from spec.kernel.protocol import CONTRACT
from spec.kernel.telling import Teller
from spec.plasma.mvp import memory
from spec.plasma.mvp.ledger import check_block, with_output
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
    money,
)


class Deposit(Call):
    """Lock an amount in the contract and receive it as an output of the side chain: the contract
    writes it into a block of the depositor's own, with this one transaction.

    ``seen`` is the last operator block that the depositor had checked when it signed this: between
    signing and landing, the operator can submit another one.
    """

    asset: Asset
    amount: Wei
    seen: int

    def step(self, state: State, rules: Rules) -> State:
        """Raises ZeroAmount, DepositsExhausted, DepositOutdated, CannotAfford."""
        contract = state.contract
        interval = rules.child_block_interval
        if self.amount <= 0:
            raise ZeroAmount(self.by)
        if contract.next_deposit >= interval:
            raise DepositsExhausted(contract.next_deposit, interval)
        head = contract.next_block - interval
        if not rules.admits_deposit(self.seen, head):
            raise DepositOutdated(self.seen, head)

        number = rules.deposit_number(contract.next_block, contract.next_deposit, interval)
        position = encode(number, 0, 0)
        output = Output(self.by, self.asset, self.amount)
        contents, root = _commit(state.side.contents, (Transaction((), (), (output,)),))
        return State(
            lock(state.main, self.by, self.asset, self.amount),
            evolve(
                contract,
                next_deposit=contract.next_deposit + 1,
                blocks=put(contract.blocks, number, Commitment(root, state.main.now)),
            ),
            SideChain(
                contents,
                state.side.signed,
                with_output(state.side.ledger, position, output),
                state.side.whole and with_output(state.side.whole, position, output),
            ),
            memory.hold(state, position, output),
            memory.owe_deposit(state, position, output),
        )

    def clause(self, tell: Teller) -> str:
        """The amount, of which asset."""
        return f"deposits {money(self.asset, self.amount)}"

    def label(self, tell: Teller) -> str:
        """The same, short."""
        return f"deposit {money(self.asset, self.amount)}"


class Send(Own, says="signs {transaction}", short="{transaction}", to=OPERATOR):
    """Sign a transaction and hand it to the operator. Dishonest parties sign at will, without."""

    transaction: Transaction

    def step(self, state: State, rules: Rules) -> State:
        """Raises MalformedTransaction, ZeroAmount."""
        _check_shape(self.transaction)
        if any(output.amount <= 0 for output in self.transaction.outputs):
            raise ZeroAmount(self.by)
        signed = (*state.side.signed, (self.by, self.transaction))
        return evolve(state, side=evolve(state.side, signed=signed))


class SubmitBlock(Call):
    """The operator publishes a block's root, and its content to those it chooses; the contract
    gives the block its number and the time.

    Who is not shown the content when the root lands counts the block as withheld, for ever.
    ``carries`` says that the block carries the confirmations of what its transactions spend.
    """

    transactions: tuple[Transaction, ...]
    shown_to: tuple[Party, ...]
    carries: bool = False

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheOperator, BlockTooLarge, UnknownWallet, MalformedTransaction,
        SignatureMissing."""
        if self.by != OPERATOR:
            raise NotTheOperator(self.by)
        if len(self.transactions) > MAX_TRANSACTIONS:
            raise BlockTooLarge(len(self.transactions), MAX_TRANSACTIONS)
        for party in self.shown_to:
            if not is_honest(state, party):
                raise UnknownWallet(party)
        for transaction in self.transactions:
            _check_shape(transaction)
            _check_signatures(state, transaction)

        contract = state.contract
        number = contract.next_block
        contents, root = _commit(state.side.contents, self.transactions)
        ledger = ledger_after(state, number, self, rules)
        knowledge = {
            party: _see_block(state, party, view, number, self, ledger)
            for party, view in state.knowledge.items()
        }
        settled = _spent_from(self.transactions) if self.carries and ledger is not None else set()
        whole = ledger
        if state.side.whole != state.side.ledger:
            whole = _for_latecomers(state, number, self, rules)
        bad = ledger is None or _withheld(state, self)
        if ledger is None or not _shown_to_a_calm_wallet(state, self):
            ledger = state.side.ledger
        after = State(
            state.main,
            evolve(
                contract,
                next_block=number + rules.child_block_interval,
                next_deposit=rules.count_after_block(contract.next_deposit),
                blocks=put(contract.blocks, number, Commitment(root, state.main.now)),
            ),
            SideChain(contents, state.side.signed, ledger, whole),
            knowledge,
            evolve(state.ghost, bad_blocks=state.ghost.bad_blocks + 1) if bad else state.ghost,
        )
        for block, index in sorted(settled):
            after = memory.settle_transaction(state, after, block, index, rules)
        return after

    def clause(self, tell: Teller) -> str:
        """What is in it, and who sees that."""
        seen = f"shown to {tell.parties(self.shown_to)}" if self.shown_to else "and withholds it"
        return f"submits a {self.label(tell)} {seen}"

    def label(self, tell: Teller) -> str:
        """What is in it: the arrow ends at who sees it."""
        return f"block [{'; '.join([tell.of(each) for each in self.transactions]) or 'nothing'}]"

    def between(self, state: State) -> tuple[Party, tuple[Party, ...]]:
        """To the contract, and to those who see the content."""
        return self.by, (CONTRACT, *self.shown_to)


class Confirm(
    Own, says="confirms transaction {block}.{transaction}", short="{block}.{transaction} is fine"
):
    """Sign for all own inputs of a transaction that its block is fine, and hand that to everybody,
    or to the wallets in ``told`` and the coalition only. An honest wallet has no reason to."""

    block: int
    transaction: int
    told: tuple[Party, ...] = ()

    def step(self, state: State, rules: Rules) -> State:
        """Raises UnknownWallet, UnknownBlock, NotIncluded, NotConfirmable."""
        for party in self.told:
            if not is_honest(state, party):
                raise UnknownWallet(party)
        transaction = included(state, self.block, self.transaction)
        root = state.contract.blocks[self.block].root
        given = frozenset(
            (root, self.transaction, place)
            for place, signer in enumerate(transaction.signers)
            if signer == self.by
        )
        told = hearers(state, self.told)
        if not given or all(given <= state.knowledge[party].confirmations for party in told):
            raise NotConfirmable(self.by, self.block, self.transaction)
        return publish(state, self.block, self.transaction, given, rules, told)

    def to(self, state: State) -> tuple[Party, ...]:
        """The wallets that are told, and the coalition."""
        return hearers(state, self.told)


def hearers(state: State, told: tuple[Party, ...]) -> tuple[Party, ...]:
    """Who hears a confirmation: the wallets that are told and the coalition, or else everybody."""
    return (COALITION, *told) if told else tuple(state.knowledge)


def publish(
    state: State,
    block: int,
    index: int,
    given: frozenset[Confirmation],
    rules: Rules,
    told: tuple[Party, ...] = (),
) -> State:
    """Those who are told, or else everybody, learn confirmations of one transaction; wallets settle
    what that completes."""
    known = {
        party: View(view.head, view.alarm, view.confirmations | given, view.holdings)
        if not told or party in told
        else view
        for party, view in state.knowledge.items()
    }
    return memory.settle_transaction(state, evolve(state, knowledge=known), block, index, rules)


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
        if is_honest(state, signer) and (signer, transaction) not in state.side.signed:
            raise SignatureMissing(signer)


def ledger_after(state: State, number: int, action: SubmitBlock, rules: Rules) -> Ledger | None:
    """The ledger after the block, or None where the block is invalid."""
    try:
        return check_block(state, number, action.transactions, action.carries, rules)
    except InvalidBlock:
        return None


def _for_latecomers(state: State, number: int, action: SubmitBlock, rules: Rules) -> Ledger | None:
    """The ledger after the block of whoever is shown all blocks some time."""
    if state.side.whole is None:
        return None
    side = evolve(state.side, ledger=state.side.whole)
    return ledger_after(evolve(state, side=side), number, action, rules)


def _see_block(
    state: State, party: Party, view: View, number: int, action: SubmitBlock, ledger: Ledger | None
) -> View:
    """A wallet checks a block that is shown to it, and is alarmed by any other."""
    if party == COALITION or view.alarm is not None:
        return view
    if ledger is None or party not in action.shown_to:
        return evolve(view, alarm=state.main.now)
    told = carried(state, action.transactions) if action.carries else frozenset()
    return evolve(view, head=number, confirmations=view.confirmations | told)


def _spent_from(transactions: tuple[Transaction, ...]) -> set[tuple[int, int]]:
    """The (block number, transaction index) of all transactions whose outputs these spend."""
    return {
        transaction_of(position) for transaction in transactions for position in transaction.inputs
    }


def carried(state: State, transactions: tuple[Transaction, ...]) -> frozenset[Confirmation]:
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
