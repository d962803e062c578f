"""Money in an application channel: conserved, covered, never negative, and everybody safe.

What an honest party is owed is what the application guarantees it from the last state on
(`values.worth`).
"""

from typing import Any

from invariants.application.values import worth
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.application.actions import Challenge, Checkpoint, Conclude, Deposit, Move
from spec.application.evidence import mover
from spec.application.rules import Rules
from spec.application.state import State, is_final, latest
from spec.channels.people import is_there
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import Wait
from spec.kernel.mainchain import total_supply


def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No ether comes into being or is lost."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "before": total_supply(before.main, ETHER),
        "after": total_supply(after.main, ETHER),
    }
    return Finding("the supply changed", numbers)


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


def safe(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody honest ever has less than the application guarantees."""
    return not losers(before, action, after, rules)


def _unsafe(before: State, action: Any, after: State, rules: Rules) -> Finding:
    loser = losers(before, action, after, rules)[0]
    numbers = {
        "guaranteed": worth(before, loser, rules),
        "left": worth(after, loser, rules),
        "turn": latest(before).turn,
        "turn that counts": after.contract.claimed.turn,
        "party": loser,
    }
    return Finding(why(before, action, after, loser), numbers)


def why(before: State, action: Any, after: State, loser: Party) -> str:
    """How somebody honest lost something."""
    if isinstance(action, Deposit):
        return "a deposit landed under somebody else's claim"
    if not is_there(before.people, loser):
        return "nobody answered a challenge for a party that was away"
    if isinstance(action, Conclude):
        return "concluded without both signatures under a final state"
    if is_final(after.contract, after.main.now) and isinstance(action, Wait):
        return "a state that does not count was challenged, and could not be answered"
    if isinstance(action, Move | Challenge | Checkpoint):
        return "a move took what the rules had guaranteed"
    return "the outcome was paid otherwise"


MONEY: tuple[Invariant, ...] = (
    Invariant(
        "APP-SUPPLY",
        "No action creates or destroys money.",
        Kind.TRANSITION,
        supply_kept,
        _supply,
        reads=("main",),
    ),
    Invariant(
        "APP-SAFE",
        "No honest party ever has less than before by anything but its own move: the outcome is"
        " final with at least what the application guarantees from the last state on.",
        Kind.TRANSITION,
        safe,
        _unsafe,
    ),
)
