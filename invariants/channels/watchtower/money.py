"""Money where towers watch: conserved, covered, and everybody honest ends with what it is due.

What a party is due is read off the ghost data (what it had outside the channel) and the newest
version that both have signed. A tower's bond is its own money.
"""

from typing import Any

from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, at_rest, whenever
from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import claim_of, funds
from spec.channels.people import is_honest, is_there
from spec.channels.sides import PARTIES, side_of
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import Recourse
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import ETHER, Party, Wei
from spec.kernel.mainchain import total_supply

# Conservation -----------------------------------------------------------------------------------


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    kept = {"before": total_supply(before.main, ETHER), "after": total_supply(after.main, ETHER)}
    return Finding("the supply changed", kept)


@whenever("TW-SUPPLY", _supply, reads="main")
def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No action creates or destroys money."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def obligations_of_contracts(state: State) -> Wei:
    """All that the contracts owe, in wei: the channel's funds, stakes, bonds, what was burned."""
    channel, service = state.channel, state.service
    over = channel.phase == Phase.SETTLED
    in_channel = 0 if over else funds(channel.deposits, channel.withdrawn)
    return in_channel + sum(service.stakes) + sum(service.bonds.values()) + service.burned


def _uncovered(state: State, rules: Rules) -> Finding:
    held, owed = state.main.escrow[ETHER], obligations_of_contracts(state)
    cause = "more is owed than there is" if held < owed else "money is left that is nobody's"
    return Finding(cause, {"escrow": held, "owed": owed})


@always("TW-COVERED", _uncovered, reads="main channel service")
def covered(state: State, rules: Rules) -> bool:
    """The escrow holds exactly the channel's funds, the stakes, the bonds and what was burned."""
    return state.main.escrow[ETHER] == obligations_of_contracts(state)


def amounts(state: State) -> tuple[Wei, ...]:
    """All that anybody has in one place, and what was paid and burned, in wei."""
    service = state.service
    held = (*state.main.accounts.values(), *service.bonds.values(), *service.stakes)
    return (*held, service.compensated, service.burned, state.main.escrow[ETHER])


def _lowest(state: State) -> dict[str, int]:
    return {"lowest": min(amounts(state))}


@always("TW-NOT-NEGATIVE", "an amount is negative", _lowest, reads="main service")
def never_negative(state: State, rules: Rules) -> bool:
    """No account, bond, stake or payment is negative."""
    return all(amount >= 0 for amount in amounts(state))


# What is due at the end -------------------------------------------------------------------------


def holdings(state: State, party: Party) -> Wei:
    """What a party has outside the channel: account and bond, in wei. Stakes are home by then."""
    return state.main.accounts[party, ETHER] + state.service.bonds.get(party, 0)


def agreed(state: State, party: Party) -> Wei:
    """What the newest version gives a party, in wei. Nothing for a tower."""
    if party not in PARTIES:
        return 0
    channel = state.channel
    newest = state.talk.versions[-1]
    return claim_of(newest, side_of(party), channel.deposits, channel.withdrawn)


def due(state: State, party: Party) -> Wei:
    """What an honest party ends with at least, in wei."""
    return state.ghost.wealth[party] + agreed(state, party)


def gain(state: State, party: Party) -> int:
    """What a party has beyond its due, in wei; negative if it lost."""
    return holdings(state, party) - due(state, party)


def _why_lost(state: State, rules: Rules) -> Finding:
    loser, outcome = _losers(state)[0], state.service.outcome
    settled = -1 if outcome is None else outcome.number
    numbers = {
        "due": due(state, loser),
        "has": holdings(state, loser),
        "newest version": state.talk.versions[-1].number,
        "version paid out": settled,
        "compensated": state.service.compensated,
        "party": loser,
    }
    return Finding(_cause_of_loss(state, settled, rules), numbers)


@at_rest("TW-SAFE-EXIT", _why_lost)
def parties_whole(state: State, rules: Rules) -> bool:
    """An honest party of the channel ends with no less than its newest balance, wherever it was in
    the meantime: an answer or a bond has seen to it."""
    return not _losers(state)


def _losers(state: State) -> list[Party]:
    return [p for p in PARTIES if is_honest(state.people, p) and gain(state, p) < 0]


def _cause_of_loss(state: State, settled: int, rules: Rules) -> str:
    service = state.service
    share = agreed(state, CUSTOMER)
    if state.service.outcome is not None and (
        state.service.outcome.paid[side_of(CUSTOMER)] + service.compensated >= share
    ):
        return "the customer paid a tower that answered a claim of its own league"
    promised = [
        receipt.tower
        for receipt in state.talk.receipts
        if receipt.appointment.channel == CHANNEL and receipt.appointment.locator >= settled
    ]
    if not promised:
        return "a stale version was paid out, and no tower had promised to answer"
    if rules.bond == 0:
        return "a promise without a bond was not kept"
    if service.compensated + service.burned > 0:
        return "the bond was smaller than the loss"
    if not any(tower in service.bonds for tower in promised):
        return "the bond was gone when the customer called on it"
    return "receipts did not count any more when the customer showed them"


def _why_profit(state: State, rules: Rules) -> Finding:
    numbers = {"profit": _profit(state), "compensated": state.service.compensated}
    if _losers(state):
        return Finding(f"at the customer's cost: {_why_lost(state, rules).cause}", numbers)
    lost = [p for p in state.ghost.wealth if is_honest(state.people, p) and gain(state, p) < 0]
    if all(not is_there(state.people, p) for p in lost):
        return Finding("at the cost of an honest tower that was not there", numbers)
    return Finding("at the cost of an honest tower", numbers)


@at_rest("TW-NO-PROFIT", _why_profit)
def no_profit(state: State, rules: Rules) -> bool:
    """A stale claim never pays: all dishonest ones together, towers and bribes included, end with
    no more than what was theirs."""
    return _profit(state) <= 0


def _profit(state: State) -> int:
    """What all dishonest ones together gain, in wei."""
    return sum([gain(state, p) for p in state.ghost.wealth if not is_honest(state.people, p)])


# Towers and their bonds -------------------------------------------------------------------------


def _bond_lost(before: State, action: Recourse, after: State, rules: Rules) -> Finding:
    outcome, promised = before.service.outcome, action.receipt.appointment
    numbers = {"locator": promised.locator, "bond": before.service.bonds[action.receipt.tower]}
    if outcome is not None:
        numbers["version paid out"] = outcome.number
    return Finding(_what_convicts(before, action), numbers)


@whenever("TW-BOND-KEPT", _bond_lost, after=(Recourse,))
def bond_kept(before: State, action: Recourse, after: State, rules: Rules) -> bool:
    """An honest tower that is there never loses its bond."""
    return not is_there(before.people, action.receipt.tower)


def _what_convicts(before: State, action: Recourse) -> str:
    outcome, receipt = before.service.outcome, action.receipt
    promised, versions = receipt.appointment, before.talk.versions
    content = promised.content
    if promised.channel != CHANNEL:
        return "the receipt was for another channel"
    if receipt not in before.talk.receipts:
        return "the tower had signed no such receipt"
    if content not in versions or content.number != promised.locator:
        return "what the tower was given answers nothing"
    if outcome is not None and not outcome.breached:
        return "there was no breach to answer"
    if outcome is not None and outcome.number == versions[-1].number:
        return "the version that was paid out was the newest"
    if promised not in before.talk.stores.get(receipt.tower, ()):
        return "the tower did not keep what it had signed for"
    return "the tower did not answer in time"


def _forfeited_wrongly(before: State, action: Recourse, after: State, rules: Rules) -> Finding:
    numbers = {
        "bond": before.service.bonds.get(action.receipt.tower, 0),
        "compensated": after.service.compensated,
        "burned": after.service.burned,
    }
    return Finding("a bond was not forfeited once and whole", numbers)


@whenever("TW-FORFEIT", _forfeited_wrongly, after=(Recourse,))
def forfeited_once(before: State, action: Recourse, after: State, rules: Rules) -> bool:
    """A forfeited bond is paid out once: compensation and what is burned are the whole of it."""
    tower = action.receipt.tower
    bonds = {p: bond for p, bond in before.service.bonds.items() if p != tower}
    spent = after.service.compensated + after.service.burned
    spent_before = before.service.compensated + before.service.burned
    return (
        dict(after.service.bonds) == bonds
        and spent - spent_before == before.service.bonds.get(tower, 0)
        and after.service.compensated - before.service.compensated
        == after.main.accounts[CUSTOMER, ETHER] - before.main.accounts[CUSTOMER, ETHER]
    )


def brought_by_answer(state: State, promised: Appointment, rules: Rules) -> Wei:
    """What the customer would have had from the channel if this promise had been kept."""
    channel, content = state.channel, promised.content
    if rules.channel.revocable:
        return funds(channel.deposits, channel.withdrawn)
    return rules.channel.split(content, channel.deposits, channel.withdrawn)[side_of(CUSTOMER)]


def _overpaid(before: State, action: Recourse, after: State, rules: Rules) -> Finding:
    numbers = {
        "compensated": after.service.compensated,
        "an answer would have brought": brought_by_answer(after, action.receipt.appointment, rules),
    }
    return Finding("the customer is paid more than it lost", numbers)


@whenever("TW-COMPENSATION", _overpaid, after=(Recourse,))
def no_more_than_lost(before: State, action: Recourse, after: State, rules: Rules) -> bool:
    """Nobody is compensated without a loss: channel and compensation together bring no more than
    the promised answer would have."""
    outcome, receipt = after.service.outcome, action.receipt
    got = 0 if outcome is None else outcome.paid[side_of(CUSTOMER)]
    gained = after.service.compensated - before.service.compensated
    total = got + after.service.compensated
    lost = gained > 0 and total <= brought_by_answer(after, receipt.appointment, rules)
    return lost or before.service.bonds.get(receipt.tower, 0) == 0


MONEY: tuple[Invariant, ...] = (
    supply_kept,
    covered,
    never_negative,
    parties_whole,
    no_profit,
    bond_kept,
    forfeited_once,
    no_more_than_lost,
)
