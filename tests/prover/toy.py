"""A payout queue, small enough to see through: exits with bonds, challenges, payment in order."""

from collections.abc import Callable, Mapping
from enum import Enum

from attrs import define, evolve, frozen

from spec.kernel.basics import ETHER, Party, Position, Seconds, Wei, put
from spec.kernel.mainchain import MainChain, lock, release, total_supply
from spec.kernel.refusal import Refusal


class Status(Enum):
    PENDING = 0
    PAID = 1
    CANCELLED = 2


@frozen
class Exit:
    owner: Party
    position: Position
    amount: Wei
    exitable_at: Seconds
    status: Status


@frozen
class State:
    main: MainChain
    exits: Mapping[Position, Exit]
    paid: Mapping[Position, int]
    bonds: Wei


@frozen
class Rules:
    bond: Wei
    minimum_age: Seconds
    exit_period: Seconds
    priority: Callable[[Exit], tuple[int, int]]
    pay: "Callable[[State, Exit], State]"


@frozen
class StartExit:
    by: Party
    position: Position
    amount: Wei
    created: Seconds


@frozen
class Challenge:
    by: Party
    position: Position


@frozen
class Finalize:
    by: Party


@define
class AlreadyStarted(Refusal):
    position: Position


@define
class NoPendingExit(Refusal):
    position: Position


def step(state: State, action: object, rules: Rules) -> State:
    match action:
        case StartExit():
            return start_exit(state, action, rules)
        case Challenge():
            return challenge(state, action, rules)
        case Finalize():
            return finalize(state, action, rules)
    raise TypeError(action)


def maturity(created: Seconds, started: Seconds, rules: Rules) -> Seconds:
    return max(created + rules.minimum_age, started + rules.exit_period)


def start_exit(state: State, action: StartExit, rules: Rules) -> State:
    if action.position in state.exits:
        raise AlreadyStarted(action.position)
    main = lock(state.main, action.by, ETHER, rules.bond)
    exit = Exit(
        action.by,
        action.position,
        action.amount,
        maturity(action.created, state.main.now, rules),
        Status.PENDING,
    )
    return evolve(
        state,
        main=main,
        exits=put(state.exits, action.position, exit),
        paid=put(state.paid, action.position, 0),
        bonds=state.bonds + rules.bond,
    )


def challenge(state: State, action: Challenge, rules: Rules) -> State:
    exit = state.exits.get(action.position)
    if exit is None or exit.status != Status.PENDING:
        raise NoPendingExit(action.position)
    return evolve(
        state,
        main=release(state.main, action.by, ETHER, rules.bond),
        exits=put(state.exits, action.position, evolve(exit, status=Status.CANCELLED)),
        bonds=state.bonds - rules.bond,
    )


def finalize(state: State, action: Finalize, rules: Rules) -> State:
    for exit in sorted(state.exits.values(), key=rules.priority):
        state = settle(state, exit, rules)
    return state


def settle(state: State, exit: Exit, rules: Rules) -> State:
    if exit.status != Status.PENDING or state.main.now < exit.exitable_at:
        return state
    if vault(state) < exit.amount:
        return state
    main = release(state.main, exit.owner, ETHER, exit.amount + rules.bond)
    return rules.pay(evolve(state, main=main, bonds=state.bonds - rules.bond), exit)


def mark_paid(state: State, exit: Exit) -> State:
    return count_payment(
        evolve(state, exits=put(state.exits, exit.position, evolve(exit, status=Status.PAID))),
        exit,
    )


def count_payment(state: State, exit: Exit) -> State:
    return evolve(state, paid=put(state.paid, exit.position, state.paid[exit.position] + 1))


def vault(state: State) -> Wei:
    return state.main.escrow[ETHER] - state.bonds


def by_maturity(exit: Exit) -> tuple[int, int]:
    return exit.exitable_at, exit.position


RULES = Rules(1, 14, 7, by_maturity, mark_paid)
FORGETFUL = evolve(RULES, pay=count_payment)
"""Pays, and does not write down that it did."""


# Invariants ------------------------------------------------------------------------------------


def bonds_are_held(state: State, rules: Rules) -> bool:
    return state.bonds == sum(bond_of(exit, rules) for exit in state.exits.values())


def bond_of(exit: Exit, rules: Rules) -> Wei:
    return rules.bond if exit.status == Status.PENDING else 0


def escrow_covers_bonds(state: State, rules: Rules) -> bool:
    return state.main.escrow[ETHER] >= state.bonds


def paid_at_most_once(state: State, rules: Rules) -> bool:
    return all(paid_once_if_paid(state, position) for position in state.exits)


def paid_once_if_paid(state: State, position: Position) -> bool:
    times = state.paid[position]
    return times == (1 if state.exits[position].status == Status.PAID else 0)


def nothing_negative(state: State, rules: Rules) -> bool:
    return all(amount >= 0 for amount in state.main.accounts.values())


def supply_is_constant(before: State, action: object, after: State, rules: Rules) -> bool:
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


INVARIANTS = (bonds_are_held, escrow_covers_bonds, paid_at_most_once, nothing_negative)
