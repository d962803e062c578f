"""Claims about money: conserved, backed, paid once, to the right one, in order, and no sooner.

Each claim is a predicate that answers fast and is also proved by induction, and a finding that
shows the numbers.
"""

from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import always, whenever
from spec.kernel.basics import ETHER, NOBODY, Asset, Party, Wei
from spec.kernel.mainchain import total_supply
from spec.plasma.mvp.blocks import Deposit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.positions import BLOCK_FACTOR, is_canonical, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import Exit, State, Status, vault

# Conservation -----------------------------------------------------------------------------------


def _not_conserved(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {}
    for asset in before.main.escrow:
        numbers[f"asset {asset} before"] = total_supply(before.main, asset)
        numbers[f"asset {asset} after"] = total_supply(after.main, asset)
    return Finding("money appeared or vanished", numbers)


@whenever("PL-CONSERVATION", _not_conserved, reads="main.accounts main.escrow")
def conserved(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No action creates or destroys money: accounts and escrow hold the same, asset by asset."""
    return all(
        total_supply(before.main, asset) == total_supply(after.main, asset)
        for asset in before.main.escrow
    )


def _unbalanced(state: State, rules: Rules) -> Finding:
    asset = next(a for a in state.main.escrow if not _asset_balances(state, a))
    return Finding(
        "the vault does not hold deposits less withdrawals",
        {
            "vault": vault(state, asset),
            "deposited": state.ghost.deposited.get(asset, 0),
            "withdrawn": state.ghost.withdrawn.get(asset, 0),
        },
    )


@always(
    "PL-SOLVENCY", _unbalanced, reads="main.escrow contract.bonds ghost.deposited ghost.withdrawn"
)
def books_balance(state: State, rules: Rules) -> bool:
    """The vault holds exactly deposits less withdrawals, and bonds are apart from it."""
    return all(_asset_balances(state, asset) for asset in state.main.escrow)


def _asset_balances(state: State, asset: Asset) -> bool:
    ghost = state.ghost
    held = vault(state, asset)
    return held >= 0 and held + ghost.withdrawn.get(asset, 0) == ghost.deposited.get(asset, 0)


def _bonds_unbacked(state: State, rules: Rules) -> Finding:
    owed = sum(_bond_held(exit) for exit in state.contract.exits.values())
    return Finding(
        "bonds held differ from bonds owed", {"held": state.contract.bonds, "owed": owed}
    )


@always("PL-BONDS", _bonds_unbacked, reads="contract.bonds contract.exits")
def bonds_backed(state: State, rules: Rules) -> bool:
    """The contract holds the bonds of exactly those exits that are pending or set aside."""
    return state.contract.bonds == sum(_bond_held(e) for e in state.contract.exits.values())


def _bond_held(exit: Exit) -> Wei:
    return exit.bond if exit.status in (Status.PENDING, Status.FAILED) else 0


# Exits ------------------------------------------------------------------------------------------


def _paid_twice(state: State, rules: Rules) -> Finding:
    twice = next(p for p in state.ghost.paid if state.ghost.paid.count(p) > 1)
    names = {e.position for e in state.contract.exits.values() if e.output == twice}
    cause = (
        "one output was paid under two positions"
        if len(names) > 1
        else "an exit that was over was started and paid again"
    )
    return Finding(cause, {"output": twice, "times": state.ghost.paid.count(twice)})


@always("PL-PAID-ONCE", _paid_twice, reads="ghost.paid")
def paid_once(state: State, rules: Rules) -> bool:
    """No output is paid out twice, under whatever position."""
    return len(set(state.ghost.paid)) == len(state.ghost.paid)


def _not_canonical(state: State, rules: Rules) -> Finding:
    exit = next(e for e in state.contract.exits.values() if not _is_canonical_exit(e, rules))
    return Finding(
        "an exit was started under an alias", {"position": exit.position, "output": exit.output}
    )


@always("PL-CANONICAL", _not_canonical, reads="contract.exits")
def canonical_only(state: State, rules: Rules) -> bool:
    """Only canonical positions exit."""
    return all(_is_canonical_exit(exit, rules) for exit in state.contract.exits.values())


def _is_canonical_exit(exit: Exit, rules: Rules) -> bool:
    if is_fee_exit(exit):
        return True
    block, index = transaction_of(exit.position)
    return exit.position == exit.output and is_canonical(
        block, index, exit.position % 10_000, rules.child_block_interval
    )


def is_fee_exit(exit: Exit) -> bool:
    """Fee exits have small positions that no output can have."""
    return exit.position < BLOCK_FACTOR


def matures_in_bounds(state: State, rules: Rules) -> bool:
    """Every exit can be challenged for one exit period at least, and waits no longer than the
    minimum age (or the exit period, if that is longer)."""
    return all(_in_bounds(exit, rules) for exit in state.contract.exits.values())


def _out_of_bounds(before: State, action: Any, after: State, rules: Rules) -> Finding:
    exit = next(e for e in _timed_now(before, after) if not _in_bounds(e, rules))
    waits = exit.exitable_at - exit.started
    cause = "an exit matures too late"
    if waits < rules.exit_period:
        cause = "an exit matures too early" if waits > 0 else "an exit matures at once"
    return Finding(
        cause, {"waits": waits, "at least": rules.exit_period, "at most": rules.minimum_age}
    )


@whenever("PL-MATURITY", _out_of_bounds, reads="contract.exits")
def set_in_bounds(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An exit waits at least one exit period and at most the minimum age."""
    return all(_in_bounds(exit, rules) for exit in _timed_now(before, after))


def _timed_now(before: State, after: State) -> list[Exit]:
    known = before.contract.exits
    return [
        exit
        for key, exit in after.contract.exits.items()
        if key not in known
        or (exit.started, exit.exitable_at) != (known[key].started, known[key].exitable_at)
    ]


def _in_bounds(exit: Exit, rules: Rules) -> bool:
    waits = exit.exitable_at - exit.started
    later = rules.fee_exit_created(exit.started) - exit.started if is_fee_exit(exit) else 0
    return rules.exit_period <= waits <= max(rules.minimum_age + later, rules.exit_period)


def _out_of_order(before: State, action: FinalizeExits, after: State, rules: Rules) -> Finding:
    paid = _paid_now(before, after)
    early = [exit for exit in paid if exit.exitable_at >= before.main.now]
    if early:
        exit = early[0]
        return Finding(
            "paid before maturity", {"now": before.main.now, "exitable at": exit.exitable_at}
        )
    return Finding("paid out of order", {"paid": len(paid)})


@whenever("PL-ORDER", _out_of_order, after=(FinalizeExits,))
def paid_in_order(before: State, action: FinalizeExits, after: State, rules: Rules) -> bool:
    """Exits are paid after maturity, in priority order."""
    paid = _paid_now(before, after)
    ranks = [rules.priority(exit, rules) for exit in paid]
    return (
        all(exit.exitable_at < before.main.now for exit in paid)
        and all(first <= second for first, second in zip(ranks, ranks[1:], strict=False))
        and all(
            rules.priority(waiting, rules) >= rank
            for waiting in _still_waiting(after, action, rules)
            for rank in ranks
        )
    )


def _paid_now(before: State, after: State) -> list[Exit]:
    fresh = after.ghost.paid[len(before.ghost.paid) :]
    return [
        exit
        for position in fresh
        for exit in before.contract.exits.values()
        if exit.output == position and exit.status == Status.PENDING
    ]


def _still_waiting(after: State, action: FinalizeExits, rules: Rules) -> list[Exit]:
    return [
        exit
        for exit in after.contract.exits.values()
        if exit.status == Status.PENDING
        and exit.asset == action.asset
        and rules.queue_of(exit, rules) == action.queue
    ]


def _not_final(before: State, action: Any, after: State, rules: Rules) -> Finding:
    for key, exit in before.contract.exits.items():
        if key not in after.contract.exits:
            return Finding("the record of an exit was deleted", {"position": exit.position})
        if exit.status not in (Status.PENDING, after.contract.exits[key].status):
            return Finding("an exit that was over changed", {"position": exit.position})
    return Finding("an exit that was over changed", {})


@whenever("PL-FINAL", _not_final, reads="contract.exits")
def stays_final(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An exit that was paid, cancelled or set aside stays on record as that."""
    return all(
        key in after.contract.exits and after.contract.exits[key].status == exit.status
        for key, exit in before.contract.exits.items()
        if exit.status != Status.PENDING
    ) and all(key in after.contract.exits for key in before.contract.exits)


def _account_off(before: State, action: Any, after: State, rules: Rules) -> Finding:
    due = _due(before, action, after, rules)
    for account, held in before.main.accounts.items():
        expected = due.get(account, 0)
        moved = after.main.accounts[account] - held
        if moved != expected:
            return Finding(
                "an account moved by something else than its due",
                {"party": account[0], "moved": moved, "due": expected},
            )
    return Finding("an account moved by something else than its due", {})


@whenever("PL-BOND-ONCE", _account_off, reads="main.accounts contract.exits")
def accounts_move_as_told(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A bond leaves once, to the owner of a paid exit or to who had it cancelled."""
    due = _due(before, action, after, rules)
    moved = after.main.accounts
    return all(
        moved[account] - held == due.get(account, 0)
        for account, held in before.main.accounts.items()
    )


Account = tuple[Party, Asset]


def _due(before: State, action: Any, after: State, rules: Rules) -> dict[Account, Wei]:
    """By how much each account has to move; those that are not named, not at all."""
    due: dict[Account, Wei] = {}
    if isinstance(action, Deposit):
        _add(due, action.by, action.asset, -action.amount)
    for key, exit in after.contract.exits.items():
        was = before.contract.exits.get(key)
        if was is None:
            _add(due, exit.owner, ETHER, -exit.bond)
        elif was.status == Status.PENDING:
            if exit.status == Status.PAID:
                _add(due, exit.owner, exit.asset, exit.amount)
                _add(due, exit.owner, ETHER, exit.bond)
            elif exit.status == Status.CANCELLED:
                reward = rules.reward(exit.bond)
                _add(due, action.by, ETHER, reward)
                _add(due, NOBODY, ETHER, exit.bond - reward)
    return due


def _add(due: dict[Account, Wei], party: Party, asset: Asset, amount: Wei) -> None:
    due[party, asset] = due.get((party, asset), 0) + amount


T, A = Kind.TRANSITION, Kind.ALWAYS

MONEY: tuple[Invariant, ...] = (
    conserved,
    books_balance,
    bonds_backed,
    paid_once,
    canonical_only,
    set_in_bounds,
    paid_in_order,
    stays_final,
    accounts_move_as_told,
)  # fmt: skip
