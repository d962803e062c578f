"""Every action of Plasma MVP keeps the money right: induction over all states of a stated size.

The states: three deposits and an operator block, whose transaction spends two of them with
anybody's signatures. All but one of these outputs may have been exited, in any condition. Owners,
signers, amounts, bonds, times and balances are anything; so are three of the knobs. The second
deposit is ether or, where the action names an asset, perhaps a token. One user is honest, has seen
all blocks and fears nothing; it holds nothing yet, so exits are started by others. Everybody else
belongs to the coalition. One account refuses payments.

Many of these states can't be reached, and that is no loss: what holds from all of them holds from
those that can. `CLAIMS` is all that is assumed of a state, and is proved of the next one; beside
what people ask for, it needs only that no block comes from the future.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import evolve

from invariants.kernel.induction import induction
from invariants.kernel.theorems import Fresh, Shape, Theorem
from invariants.plasma.mvp.money import (
    bonds_backed,
    books_balance,
    canonical_only,
    conserved,
    matures_in_bounds,
    stays_final,
)
from spec.kernel.basics import ETHER, NOBODY, Asset, Instant, Party, Position, Wei
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.plasma.mvp.blocks import Confirm, Deposit, Send, SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.machine import step
from spec.plasma.mvp.payments import FinalizeExits, RefusePayments
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.resync import Resync
from spec.plasma.mvp.rule_sets import HARDENED, PLASMA_MVP
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    Commitment,
    Contract,
    Exit,
    Ghost,
    Ledger,
    Output,
    SideChain,
    State,
    Status,
    Transaction,
    View,
)

USERS = 3
PARTIES = USERS + 1
"""The operator and the users."""
PEOPLE = (NOBODY, *range(PARTIES))
HONEST, REVERTING = Party(1), Party(3)
ASSETS = (ETHER, Asset(1))
BLOCKS = (1, 2, 1000, 3)
OUTPUTS = tuple(encode(block, 0, 0) for block in BLOCKS)
EXITING, STAYING = OUTPUTS[:3], OUTPUTS[3]
KNOBS = ("exit_period", "minimum_age", "exit_bond")


# States -----------------------------------------------------------------------------------------


def any_state(fresh: Fresh, assets: tuple[Asset, ...], alarm: Instant | None = None) -> State:
    """Three deposits, a block, any exits of them, any balances; the honest user may be alarmed."""
    contents = (
        (_deposit(_output(fresh, "first")),),
        (_deposit(_output(fresh, "second", assets)),),
        (_spend(fresh, "block"),),
        (_deposit(_output(fresh, "third")),),
    )
    ledger = Ledger(_outputs(contents), {}, {}, {})
    return State(
        MainChain(
            fresh.int("now"),
            {(Party(p), a): fresh.int(f"account {p} {a}") for p in PEOPLE for a in assets},
            {a: fresh.int(f"escrow {a}") for a in assets},
        ),
        _contract(fresh, contents),
        SideChain(contents, (), ledger, ledger),
        {
            COALITION: View(0, None, confirmations=frozenset(), holdings=frozenset()),
            HONEST: View(1000, alarm, confirmations=frozenset(), holdings=frozenset()),
        },
        Ghost(
            owed={},
            wealth={(HONEST, a): fresh.int(f"wealth {a}") for a in assets},
            paid=tuple(fresh.among(f"paid {n}", OUTPUTS) for n in range(len(EXITING))),
            deposited={a: fresh.int(f"deposited {a}") for a in assets},
            withdrawn={a: fresh.int(f"withdrawn {a}") for a in assets},
            bad_blocks=0,
        ),
    )


def _contract(fresh: Fresh, contents: tuple[tuple[Transaction, ...], ...]) -> Contract:
    exits = {
        position: _exit(fresh, position, transaction)
        for position, (transaction,) in zip(EXITING, contents, strict=False)
        if fresh.pick(f"exit {position}?", 2)
    }
    return Contract(
        next_block=2000,
        next_deposit=1,
        next_fee_exit=1,
        blocks={
            block: Commitment(root, fresh.int(f"block {block} created"))
            for root, block in enumerate(BLOCKS)
        },
        exits=exits,
        bonds=fresh.int("bonds"),
        reverting=frozenset({REVERTING}),
        window=0,
        used=0,
    )


def _exit(fresh: Fresh, position: Position, transaction: Transaction) -> Exit:
    name, (output,) = f"exit {position}", transaction.outputs
    return Exit(
        position=position,
        output=position,
        owner=output.owner,
        asset=output.asset,
        amount=output.amount,
        created=fresh.int(f"{name} created"),
        started=fresh.int(f"{name} started"),
        exitable_at=fresh.int(f"{name} exitable_at"),
        young_block=fresh.int(f"{name} young_block"),
        bond=fresh.int(f"{name} bond"),
        status=fresh.enum(f"{name} status", Status),
        inputs=transaction.inputs,
        signers=transaction.signers,
    )


def _output(fresh: Fresh, name: str, assets: tuple[Asset, ...] = (ETHER,)) -> Output:
    return Output(
        fresh.party(f"{name} owner", PARTIES),
        Asset(fresh.among(f"{name} asset", assets)),
        fresh.int(f"{name} amount"),
    )


def _deposit(output: Output) -> Transaction:
    return Transaction((), (), (output,))


def _spend(fresh: Fresh, name: str, inputs: int = 2) -> Transaction:
    """It spends deposits, the same one twice if you like, with anybody's signatures."""
    return Transaction(
        tuple(fresh.among(f"{name} input {n}", (*EXITING[:2], STAYING)) for n in range(inputs)),
        tuple(fresh.party(f"{name} signer {n}", PEOPLE) for n in range(inputs)),
        (_output(fresh, f"{name} output"),),
    )


def _outputs(contents: tuple[tuple[Transaction, ...], ...]) -> Mapping[Position, Output]:
    return {p: block[0].outputs[0] for p, block in zip(OUTPUTS, contents, strict=True)}


# Actions ----------------------------------------------------------------------------------------


def _by(fresh: Fresh) -> Party:
    return fresh.party("by", PARTIES)


def _asset(fresh: Fresh) -> Asset:
    return Asset(fresh.among("asset", ASSETS))


def _block(fresh: Fresh) -> SubmitBlock:
    transactions = (_spend(fresh, "new", 1),) * fresh.pick("transactions", 2)
    return SubmitBlock(_by(fresh), transactions, (), fresh.bool("carries"))


def _challenge(fresh: Fresh) -> ChallengeExit:
    block, input = fresh.among("block", BLOCKS), fresh.among("input", (0, 1))
    return ChallengeExit(_by(fresh), fresh.among("exit", OUTPUTS), block, 0, input)


ACTIONS: Mapping[type, Shape] = {
    Deposit: lambda f: Deposit(_by(f), _asset(f), f.int("amount"), f.int("seen")),
    Send: lambda f: Send(_by(f), _spend(f, "sent")),
    SubmitBlock: _block,
    Confirm: lambda f: Confirm(_by(f), f.among("block", BLOCKS), 0),
    StartDepositExit: lambda f: StartDepositExit(_by(f), f.among("position", EXITING)),
    StartExit: lambda f: StartExit(_by(f), f.among("position", EXITING)),
    StartFeeExit: lambda f: StartFeeExit(_by(f), _asset(f), f.int("amount")),
    ChallengeExit: _challenge,
    FinalizeExits: lambda f: FinalizeExits(_by(f), _asset(f), f.among("queue", (0, 1))),
    RefusePayments: lambda f: RefusePayments(_by(f)),
    Resync: lambda f: Resync(_by(f)),
    Wait: lambda f: Wait(f.int("seconds", 1)),
}
NAMING_AN_ASSET = (Deposit, StartFeeExit, FinalizeExits)
"""These are tried on ether and a token, the other actions on ether."""
CHANGED = (StartDepositExit, StartExit, ChallengeExit)
"""The actions for which the hardened rules move other money or exits. Of the rest they refuse more,
or call other blocks valid, which is nothing that a contract knows."""


# Claims -----------------------------------------------------------------------------------------


def paid_exactly_once(state: State, rules: Rules) -> bool:
    """The payment of an output is logged once if its exit is paid, and else never."""
    return all(_times_logged(state, p) == _times_paid(state, p) for p in EXITING)


def _times_logged(state: State, position: Position) -> int:
    return sum(_same(paid, position) for paid in state.ghost.paid)


def _times_paid(state: State, position: Position) -> int:
    return sum(_counts(exit, position) for exit in state.contract.exits.values())


def _counts(exit: Exit, position: Position) -> int:
    return 1 if exit.output == position and exit.status == Status.PAID else 0


def _same(position: Position, other: Position) -> int:
    return 1 if position == other else 0


def no_block_from_the_future(state: State, rules: Rules) -> bool:
    """Every block landed before now, or now."""
    return all(block.created <= state.main.now for block in state.contract.blocks.values())


def nobody_in_debt(state: State, rules: Rules) -> bool:
    """No account holds less than nothing."""
    return all(held >= 0 for held in state.main.accounts.values())


def accounts_move_by_their_due(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Each account moves by its deposit, its bonds and its payments (`PL-BOND-ONCE`, said account
    by account: nothing is written down on the way, so that z3 can follow)."""
    return all(
        after.main.accounts[party, asset] - held == _due(before, action, after, party, asset, rules)
        for (party, asset), held in before.main.accounts.items()
    )


def _due(before: State, action: Any, after: State, party: Party, asset: Asset, rules: Rules) -> Wei:
    total = _deposited(action, party, asset) if isinstance(action, Deposit) else 0
    for key, exit in after.contract.exits.items():
        if key not in before.contract.exits:
            total += _bond_taken(exit, party, asset)
        elif before.contract.exits[key].status == Status.PENDING:
            total += _paid(exit, party, asset) + _rewarded(exit, action.by, party, asset, rules)
    return total


def _deposited(action: Deposit, party: Party, asset: Asset) -> Wei:
    return -action.amount if action.by == party and action.asset == asset else 0


def _bond_taken(exit: Exit, party: Party, asset: Asset) -> Wei:
    return -exit.bond if exit.owner == party and asset == ETHER else 0


def _paid(exit: Exit, party: Party, asset: Asset) -> Wei:
    if exit.status != Status.PAID or exit.owner != party:
        return 0
    amount = exit.amount if exit.asset == asset else 0
    return amount + (exit.bond if asset == ETHER else 0)


def _rewarded(exit: Exit, by: Party, party: Party, asset: Asset, rules: Rules) -> Wei:
    if exit.status != Status.CANCELLED or asset != ETHER:
        return 0
    reward = rules.reward(exit.bond)
    return (reward if by == party else 0) + (exit.bond - reward if party == NOBODY else 0)


CLAIMS = (
    no_block_from_the_future, books_balance, bonds_backed, paid_exactly_once, matures_in_bounds,
    canonical_only, nobody_in_debt,
)  # fmt: skip
STEPS = (stays_final, accounts_move_by_their_due, conserved)


def _about(theorem: Theorem, rules: str) -> Theorem:
    name = theorem.id.rsplit("/", 1)[-1]
    claim = (
        f"{name}, {rules}: every asset is conserved, books and bonds balance, each account moves by"
        " its due and never into debt, no output is paid twice, exits stay final, mature in bounds"
        " and are canonical."
    )
    return evolve(theorem, claim=claim)


def steps(name: str, kinds: tuple[type, ...], rules: Rules) -> tuple[Theorem, ...]:
    """Induction for some actions under a rule set."""
    return tuple(_step(name, kind, rules) for kind in kinds)


def _step(name: str, kind: type, rules: Rules) -> Theorem:
    assets = ASSETS if kind in NAMING_AN_ASSET else (ETHER,)
    sizes = {"outputs": len(OUTPUTS), "exits": len(EXITING), "users": USERS, "assets": len(assets)}
    start = partial(any_state, assets=assets, alarm=0 if kind == Resync else None)
    (theorem,) = induction(
        name, start, {kind: ACTIONS[kind]}, step, CLAIMS, rules, sizes,
        transitions=STEPS, symbolic_knobs=KNOBS,
    )  # fmt: skip
    return theorem


INDUCTION: tuple[Theorem, ...] = (
    *(_about(t, "plain rules") for t in steps("PL-T-STEP", tuple(ACTIONS), PLASMA_MVP)),
    *(_about(t, "hardened rules") for t in steps("PL-T-STEP-HARDENED", CHANGED, HARDENED)),
)
