"""What the operator may put into a block: what honest wallets signed, what the coalition pays,
fees, and forgeries."""

from collections.abc import Callable

from attrs import evolve

from invariants.plasma.mvp.world.scope import Forgery, Scope
from spec.kernel.basics import NOBODY, Asset, Party, Position
from spec.kernel.protocol import Choose
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import OPERATOR, Ledger, Output, State, Transaction, is_honest

KINDS = 3
"""How many kinds there are beside the forgeries."""


def proposed(
    state: State, rules: Rules, scope: Scope, kind: int, choose: Choose
) -> Transaction | None:
    """A transaction of this kind: forgeries come last, in the order of the scope."""
    if kind == 0:
        signed = state.side.signed
        return signed[choose(len(signed))][1] if signed else None
    if kind == 1:
        return _coalition_payment(state, scope, choose)
    if kind == 2:
        return _fee_output(state, rules, scope, choose)
    return FORGERS[scope.forgeries[kind - KINDS]](state, scope, choose)


def pay(
    position: Position, spent: Output, signer: Party, payee: Party, scope: Scope, choose: Choose
) -> Transaction:
    """All of it, all but a coin of change, or all but a coin of fee."""
    how = choose(3) if scope.splits and spent.amount > 1 else 0
    paid = Output(payee, spent.asset, spent.amount - (how > 0))
    change = (Output(spent.owner, spent.asset, 1),) if how == 1 else ()
    return Transaction((position,), (signer,), (paid, *change))


def known(state: State) -> Ledger:
    """What the coalition computes, hidden blocks included; up to the first that is not valid."""
    return state.side.whole or state.side.ledger


def merge(
    state: State, inputs: tuple[Position, ...], signers: tuple[Party, ...], payee: Party
) -> Transaction:
    """All that these outputs hold, to one payee."""
    spent = [known(state).outputs[position] for position in inputs]
    return Transaction(
        inputs, signers, (evolve(spent[0], owner=payee, amount=sum(o.amount for o in spent)),)
    )


def unspent(state: State, honest: bool) -> list[tuple[Position, Output]]:
    """What honest wallets, or the coalition, could spend."""
    ledger = known(state)
    return [
        (position, output)
        for position, output in ledger.outputs.items()
        if position not in ledger.spent and is_honest(state, output.owner) == honest
    ]


def _spending(
    state: State, honest: bool, choose: Choose, made: Callable[[Position, Output], Transaction]
) -> Transaction | None:
    outputs = unspent(state, honest)
    return made(*outputs[choose(len(outputs))]) if outputs else None


def _coalition_payment(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    if scope.merges and choose(2) == 1:
        return _merged(state, scope, choose)

    def made(position: Position, spent: Output) -> Transaction:
        payee = scope.users[choose(len(scope.users))]
        return pay(position, spent, spent.owner, payee, scope, choose)

    return _spending(state, False, choose, made)


def _merged(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    """The coalition spends two of its outputs at once, in any order."""
    outputs = unspent(state, False)
    pairs = [
        ((first, second), (one.owner, other.owner))
        for first, one in outputs
        for second, other in outputs
        if first != second and one.asset == other.asset
    ]
    if not pairs:
        return None
    inputs, owners = pairs[choose(len(pairs))]
    return merge(state, inputs, owners, scope.users[choose(len(scope.users))])


def _fee_output(state: State, rules: Rules, scope: Scope, choose: Choose) -> Transaction | None:
    """The operator takes fees inside a block, where the rules allow that at all: any amount of any
    asset, up to one more than was earned."""
    if rules.fee_output_limit(1, 1) < 1:
        return None
    asset = Asset(choose(scope.assets))
    amount = 1 + choose(known(state).fees.get(asset, 0) + 1)
    return Transaction((), (), (Output(OPERATOR, asset, amount),))


# Forgeries --------------------------------------------------------------------------------------


def _thief(scope: Scope) -> Party:
    return scope.dishonest[0] if scope.dishonest else OPERATOR


def _from_nowhere(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    amount = scope.amounts[choose(len(scope.amounts))]
    asset = Asset(choose(scope.assets))
    return Transaction((), (), (Output(_thief(scope), asset, amount),))


def _stolen(
    state: State, scope: Scope, choose: Choose, signer: Party | None = None
) -> Transaction | None:
    thief = _thief(scope)
    if scope.merges and choose(2) == 1:
        return _stolen_beside(state, scope, choose, thief, signer)
    signers = (thief if signer is None else signer,)
    return _spending(
        state, True, choose,
        lambda position, spent: Transaction((position,), signers, (evolve(spent, owner=thief),)),
    )  # fmt: skip


def _stolen_beside(
    state: State, scope: Scope, choose: Choose, thief: Party, signer: Party | None
) -> Transaction | None:
    """Something of the thief's own goes in as well, as the first input."""
    own, theirs = unspent(state, False), unspent(state, True)
    pairs = [(a, b) for a, one in own for b, other in theirs if one.asset == other.asset]
    if not pairs:
        return None
    first, second = pairs[choose(len(pairs))]
    owner = known(state).outputs[first].owner
    return merge(state, (first, second), (owner, thief if signer is None else signer), thief)


def _unsigned(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    return _stolen(state, scope, choose, NOBODY)


def _spent_again(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    ledger = known(state)
    spent = [p for p in ledger.spent if not is_honest(state, ledger.outputs[p].owner)]
    if not spent:
        return None
    position = spent[choose(len(spent))]
    output = ledger.outputs[position]
    return Transaction((position,), (output.owner,), (evolve(output, owner=_thief(scope)),))


def _inflated(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    return _spending(
        state, False, choose,
        lambda position, spent: Transaction(
            (position,), (spent.owner,), (evolve(spent, amount=spent.amount + 1),)
        ),
    )  # fmt: skip


def _counted_twice(state: State, scope: Scope, choose: Choose) -> Transaction | None:
    return _spending(
        state, False, choose,
        lambda position, spent: Transaction(
            (position, position), (spent.owner, spent.owner),
            (evolve(spent, amount=2 * spent.amount),),
        ),
    )  # fmt: skip


FORGERS: dict[Forgery, Callable[[State, Scope, Choose], Transaction | None]] = {
    Forgery.OUT_OF_NOWHERE: _from_nowhere,
    Forgery.STOLEN: _stolen,
    Forgery.UNSIGNED: _unsigned,
    Forgery.DOUBLE_SPEND: _spent_again,
    Forgery.INFLATING: _inflated,
    Forgery.SAME_INPUT_TWICE: _counted_twice,
}
