"""Money in a payment channel: conserved, covered, never negative, and safe to get out."""

from typing import Any

from invariants.channels.payment.dues import honest_sides, owed, promised, share, wealth
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.payment import closing, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.duties import STALE
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.strategy import last_start
from spec.channels.payment.versions import START, Version
from spec.channels.sides import PARTIES, Side, other_side, side_of
from spec.kernel.basics import ETHER, Wei
from spec.kernel.mainchain import total_supply

# Conservation -----------------------------------------------------------------------------------


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "before": total_supply(before.main, ETHER),
        "after": total_supply(after.main, ETHER),
    }
    return Finding("the supply changed", numbers)


@whenever("PC-SUPPLY", _supply, reads="main.accounts main.escrow")
def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No ether comes into being or is lost."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def due_in_all(state: State) -> Wei:
    """What the contract owes both sides together, in wei."""
    contract = state.contract
    if contract.phase == Phase.SETTLED:
        return 0
    return sum(contract.deposits) - sum(contract.withdrawn)


def _uncovered(state: State, rules: Rules) -> Finding:
    held, due = state.main.escrow[ETHER], due_in_all(state)
    cause = "money is left in the contract" if held > due else "more was paid than there was"
    return Finding(cause, {"escrow": held, "owed": due})


@always("PC-COVERED", _uncovered, reads="main.escrow contract")
def covered(state: State, rules: Rules) -> bool:
    """The contract holds all deposits less all withdrawals, and nothing at the end."""
    return state.main.escrow[ETHER] == due_in_all(state)


def _negative(state: State, rules: Rules) -> Finding:
    return Finding("an amount is negative", {"lowest": _least(state)})


@always(
    "PC-NOT-NEGATIVE",
    _negative,
    reads="main.accounts main.escrow contract.deposits contract.withdrawn",
)
def never_negative(state: State, rules: Rules) -> bool:
    """No account and no total is negative."""
    return _least(state) >= 0


def _least(state: State) -> int:
    contract, main = state.contract, state.main
    held = (*main.accounts.values(), main.escrow[ETHER])
    return min(*held, *contract.deposits, *contract.withdrawn)


# Safe exit --------------------------------------------------------------------------------------


def given_away(action: Any, side: Side) -> Wei:
    """What an honest side pays by its own proposal, in wei."""
    if isinstance(action, updates.Propose) and side_of(action.by) == side:
        return action.pays
    return 0


OFF_CHAIN = (updates.Propose, updates.Countersign, updates.Receive, updates.Hear)
"""Steps that change what one side has said and knows, and nothing that the other side is measured
by."""


def short_of(before: State, action: Any, after: State, rules: Rules) -> tuple[Side, Wei] | None:
    """The first honest side that has less than before and what it paid, and how much less."""
    off_chain = isinstance(action, OFF_CHAIN)
    for side in (side_of(action.by),) if off_chain else honest_sides(before):
        least = wealth(before, side, rules) - given_away(action, side)
        if (lost := least - wealth(after, side, rules)) > 0:
            return side, lost
    return None


def _taken(before: State, action: Any, after: State, rules: Rules) -> Finding:
    loser = short_of(before, action, after, rules)
    side, lost = (0, 0) if loser is None else loser
    numbers = {"owed": owed(before, side, rules), "lost": lost}
    return Finding(_cause(before, action, side, rules), numbers)


@whenever(
    "PC-SAFE-EXIT",
    _taken,
    reads="main.accounts contract.phase contract.deposits contract.withdrawn network.signed "
    "people.honest ghost",
)
def nothing_taken(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever the other side and the network do, an honest party that is back in time has and is
    paid at least the least of the balances that it has agreed to and that still count: nothing but
    its own payments lowers that."""
    return short_of(before, action, after, rules) is None


OF_AN_EARLIER = "paid by a version that was signed for an earlier channel"


def _cause(before: State, action: Any, side: Side, rules: Rules) -> str:
    """How an honest side lost money, without numbers or names."""
    match action:
        case closing.Settle():
            return _settled_short(before, side, rules)
        case closing.Punish():
            return "an honest party was punished: it showed a version that it had revoked"
        case closing.CooperativeClose() | closing.Withdraw():
            if action.version not in before.network.signed[side]:
                if action.version in before.past.signed[side]:
                    return OF_AN_EARLIER
                return "paid by a version that the party never signed"
            if isinstance(action, closing.Withdraw):
                return "a withdrawal granted earlier was paid out of the party's balance"
            return "the version was paid out by its balances alone"
        case updates.Countersign():
            return "the party agreed to a version that is worth less to it"
        case _:
            return "a step lowered what the party is owed"


def _settled_short(before: State, side: Side, rules: Rules) -> str:
    """How a settlement gave a side less than it was owed."""
    claim = before.contract.claim
    if claim is None:
        return "settled without a claim"
    held = before.ghost.held[side]
    totals = before.contract.deposits, before.contract.withdrawn
    party, in_time = PARTIES[side], last_start(claim.deadline, rules.peer)
    closed = before.ghost.closed or 0
    if party in before.people.offline or before.absence.back[side] > max(in_time, closed):
        return "a stale version was settled: the victim was away, or back too late to answer"
    memory = before.memory[side]
    if memory.held.number < held.number or memory.heard < before.ghost.heard[side]:
        return "a stale version was settled: the victim had forgotten the answer to it"
    if share(claim.version, side, *totals) >= owed(before, side, rules):
        return "the version was paid out by its balances alone"
    if claim.version not in (START, *before.network.signed[side]):
        if claim.version in before.past.signed[side]:
            return OF_AN_EARLIER
        return "settled by a version that the party never signed"
    if claim.version.number == held.number:
        return "another version with the same number was settled"
    if (party, STALE) in [
        (each.by, each.need) for each in before.main.standing if each.bar > claim.deadline
    ]:
        return "a stale version was settled before the victim's answer could be there"
    return "a stale version was settled although the victim was there"


PAYOUTS = (
    closing.Cancel,
    closing.Withdraw,
    closing.CooperativeClose,
    closing.Punish,
    closing.Settle,
)
"""What pays out of the contract."""


def _stale_profits(before: State, action: Any, after: State, rules: Rules) -> Finding:
    claim = before.contract.claim
    number = 0 if claim is None else claim.version.number
    return Finding("a stale version paid its submitter more than the newest one", {"shown": number})


@whenever("PC-STALE", _stale_profits, after=(closing.Punish, closing.Settle))
def stale_profits_not(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A stale version never profits its submitter, if the other side is honest and there."""
    claim = before.contract.claim
    if claim is None:
        return True
    side = other_side(side_of(claim.by))
    held = before.ghost.held[side]
    if (
        PARTIES[side] not in before.people.honest
        or before.absence.times > 0
        or not answerable(before, side, rules)
    ):
        return True
    closer = side_of(claim.by)
    gained = after.main.accounts[claim.by, ETHER] - before.main.accounts[claim.by, ETHER]
    return gained <= share(held, closer, before.contract.deposits, before.contract.withdrawn)


def answerable(state: State, side: Side, rules: Rules) -> bool:
    """Is the claimed version one that this side has an answer to?"""
    claim = state.contract.claim
    if claim is None:
        return False
    if rules.revocable:
        return claim.version.number < state.ghost.heard[side]
    return claim.version.number < state.ghost.held[side].number


# Payments ---------------------------------------------------------------------------------------


def risen(before: State, version: Version, side: Side) -> tuple[int, Wei]:
    """What a version promises a side beyond the one that it holds, and by how much more that is
    owed to it, once older versions count no more; in wei."""
    totals = before.contract.deposits, before.contract.withdrawn
    held = before.ghost.held[side]
    return (
        promised(version, side, *totals) - promised(held, side, *totals),
        share(version, side, *totals) - share(held, side, *totals),
    )


def _unfunded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    promises, owes = risen(before, action.version, side_of(action.by))
    return Finding(
        "an honest party took a payment that is not there", {"promised": promises, "owed": owes}
    )


@whenever("PC-FUNDED", _unfunded, after=(updates.Countersign,))
def payments_funded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A payment that an honest party accepts raises what is owed to it by the amount paid: it
    believes in nothing that is not in the contract."""
    promises, owes = risen(before, action.version, side_of(action.by))
    return promises == owes


MONEY: tuple[Invariant, ...] = (
    supply_kept,
    covered,
    never_negative,
    nothing_taken,
    stale_profits_not,
    payments_funded,
)  # fmt: skip
