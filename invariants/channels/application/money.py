"""Money in an application channel: conserved, covered, never negative, and everybody safe.

What an honest party is owed is what the application guarantees it from the last state on
(`values.worth`); what one that is away is owed, the least of all that can still be shown.
"""

from typing import Any

from invariants.channels.application.clock import was_final
from invariants.channels.application.values import floor, paid_in_order, worth
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.application.adjudicator import Conclude
from spec.channels.application.evidence import mover
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.rules import Rules
from spec.channels.application.state import State, latest, total
from spec.channels.people import is_there
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import Wait
from spec.kernel.mainchain import total_supply

# Conservation -----------------------------------------------------------------------------------


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "before": total_supply(before.main, ETHER),
        "after": total_supply(after.main, ETHER),
    }
    return Finding("the supply changed", numbers)


@whenever("APP-SUPPLY", _supply, reads="main")
def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No action creates or destroys money."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def _uncovered(state: State, rules: Rules) -> Finding:
    held, escrow = state.contract.held, state.main.escrow[ETHER]
    cause = "more was deposited than can be paid" if held == escrow else "the ledger is wrong"
    return Finding(cause, {"held": held, "escrow": escrow, "stakes": total(state.channel)})


@always("APP-COVERED", _uncovered, reads="main contract channel")
def covered(state: State, rules: Rules) -> bool:
    """The escrow holds exactly what the channel holds, and never more than both stakes."""
    held = state.contract.held
    return state.main.escrow[ETHER] == held and held <= total(state.channel)


def _lowest(state: State) -> int:
    allocations = [each.amount for body in state.network.line for each in body.outcome]
    return min([*state.main.accounts.values(), state.contract.held, *allocations])


@always(
    "APP-NOT-NEGATIVE",
    "an amount is negative",
    lambda state: {"lowest": _lowest(state)},
    reads="main contract network",
)
def never_negative(state: State, rules: Rules) -> bool:
    """No account, no holding and no allocation is negative."""
    return _lowest(state) >= 0


def _stakes(state: State, rules: Rules) -> Finding:
    shared = sum([each.amount for each in latest(state).outcome])
    return Finding(
        "an outcome shares out another amount", {"shared": shared, "stakes": total(state.channel)}
    )


@always("APP-STAKES", _stakes, reads="network contract channel")
def stakes_kept(state: State, rules: Rules) -> bool:
    """Every state shares out exactly both stakes."""
    return all(
        sum([each.amount for each in body.outcome]) == total(state.channel)
        for body in (*state.network.line, state.contract.claimed)
    )


def _not_counted(before: State, action: Any, after: State, rules: Rules) -> Finding:
    one, two = before.contract, after.contract
    numbers = {
        "held before": one.held,
        "held after": two.held,
        "of alice": two.deposited[0],
        "of bob": two.deposited[1],
    }
    return Finding("a deposit does not count for whoever made it", numbers)


@whenever("APP-DEPOSITED", _not_counted)
def deposits_count(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A deposit counts in full for whoever made it, and nothing else changes what anybody has
    deposited."""
    one, two = before.contract, after.contract
    by, amount = (action.by, action.amount) if isinstance(action, Deposit) else (None, 0)
    for side, party in enumerate(PARTIES):
        added = amount if party == by else 0
        if two.deposited[side] != one.deposited[side] + added:
            return False
    return two.held == one.held + amount or (isinstance(action, PayOut) and two.held <= one.held)


# Paying out -------------------------------------------------------------------------------------


def _unpayable(state: State, rules: Rules) -> Finding:
    contract = state.contract
    needed = sum(rules.pays(contract.claimed.outcome, contract.held))
    return Finding("more is to be paid than is held", {"needed": needed, "held": contract.held})


@always("APP-PAYABLE", _unpayable, reads="main contract ghost")
def payable(state: State, rules: Rules) -> bool:
    """A final outcome can always be paid: the rules never ask for more than is held."""
    contract = state.contract
    if contract.paid or not was_final(state, rules):
        return True
    return sum(rules.pays(contract.claimed.outcome, contract.held)) <= contract.held


def _paid_otherwise(before: State, action: Any, after: State, rules: Rules) -> Finding:
    contract = before.contract
    due = paid_in_order(contract.claimed.outcome, contract.held)
    paid = got(before, after)
    if contract.paid:
        cause = "an outcome was paid twice"
    elif not was_final(before, rules):
        cause = "an outcome was paid that was not final"
    else:
        cause = "the outcome was not paid in its order"
    numbers = {
        "alice is due": due[0],
        "alice got": paid[0],
        "bob is due": due[1],
        "bob got": paid[1],
    }
    return Finding(cause, numbers)


@whenever("APP-PAID", _paid_otherwise, after=(PayOut,))
def paid_by_priority(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A final outcome is paid once, by priority, as far as the holdings reach."""
    contract = before.contract
    if contract.paid or not was_final(before, rules) or not after.contract.paid:
        return False
    due = paid_in_order(contract.claimed.outcome, contract.held)
    return got(before, after) == due


def got(before: State, after: State) -> tuple[int, ...]:
    """What came to the accounts by a step, in wei."""
    return tuple(
        after.main.accounts[party, ETHER] - before.main.accounts[party, ETHER] for party in PARTIES
    )


@always(
    "APP-NOTHING-LEFT",
    "a deposit is left that nobody is paid",
    lambda state: {"held": state.contract.held},
    reads="contract",
)
def nothing_left(state: State, rules: Rules) -> bool:
    """When the outcome is paid nothing is left in the channel: no deposit is lost."""
    return not state.contract.paid or state.contract.held == 0


# Safe exit --------------------------------------------------------------------------------------


def plays_itself(before: State, action: Any, after: State, party: Party) -> bool:
    """Did the party make a move of its own, by which it may gain or lose?"""
    line = after.network.line
    return (
        len(line) > len(before.network.line)
        and action.by == party
        and mover(line[-1].turn) == party
    )


def losers(before: State, action: Any, after: State, rules: Rules) -> list[Party]:
    """Honest parties that have less than before, though they made no move."""
    return [
        party
        for party in before.people.honest
        if not plays_itself(before, action, after, party)
        and worth(after, party, rules) < worth(before, party, rules)
    ]


def _unsafe(before: State, action: Any, after: State, rules: Rules) -> Finding:
    loser = losers(before, action, after, rules)[0]
    numbers = {
        "guaranteed": worth(before, loser, rules),
        "left": worth(after, loser, rules),
        "last turn": latest(before).turn,
        "turn that counts": after.contract.claimed.turn,
        "party": loser,
    }
    return Finding(_why(before, action, loser), numbers)


@whenever("APP-SAFE", _unsafe)
def safe(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Safe exit: but for its own moves, an honest party never has less than before, measured by
    what the application guarantees it from the last state on, and in the end by what it is paid."""
    return not losers(before, action, after, rules)


def _why(before: State, action: Any, loser: Party) -> str:
    match action:
        case Deposit() if action.by == loser:
            return "a deposit landed where others are paid out of it"
        case Deposit():
            return "a deposit changed what others are paid"
        case PayOut():
            return "the outcome was paid in another order"
        case Conclude():
            return "concluded by a state that does not end the game"
        case Wait() if not is_there(before.people, loser):
            return "nobody answered a challenge for a party that was away"
        case Wait():
            return "a challenge that could not be answered is final"
        case _:
            return "a move took what the rules guarantee"


def short_of_floor(before: State, action: Any, after: State, rules: Rules) -> list[Party]:
    """Honest parties that are away and have less than the least that could be shown."""
    return [
        party
        for party in before.people.offline
        if not plays_itself(before, action, after, party)
        and floor(after, party, rules) < floor(before, party, rules)
    ]


def _below_floor(before: State, action: Any, after: State, rules: Rules) -> Finding:
    loser = short_of_floor(before, action, after, rules)[0]
    numbers = {
        "floor": floor(before, loser, rules),
        "left": floor(after, loser, rules),
        "party": loser,
    }
    return Finding("a state counts that could not be shown", numbers)


@whenever("APP-FLOOR", _below_floor)
def floor_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party that is away loses no more than the worst state that could still be shown
    costs it."""
    return not short_of_floor(before, action, after, rules)


MONEY: tuple[Invariant, ...] = (
    supply_kept,
    covered,
    never_negative,
    stakes_kept,
    deposits_count,
    payable,
    paid_by_priority,
    nothing_left,
    safe,
    floor_kept,
)
