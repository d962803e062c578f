"""Money in a multi-party channel: conserved, covered, never negative, and everybody gets its due.

What an honest member is due (`spec.channels.multiparty.knowledge.due`): its last balance, the
income it holds receipts for, less all that it signed away. Offline, only the last: its floor.
"""

from functools import partial
from typing import Any

from invariants.kernel.claims import Finding
from invariants.kernel.stock import always, whenever
from spec.channels.multiparty.arbitration import among, same_root
from spec.channels.multiparty.consensus import Commit
from spec.channels.multiparty.disputes import Conclude, ReportSilence
from spec.channels.multiparty.evidence import Dispute, Entries, fold, income
from spec.channels.multiparty.knowledge import due, floor, share
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.settlement import Settle
from spec.channels.multiparty.state import Phase, State, holdings, is_online
from spec.kernel.basics import ETHER, Party, Wei
from spec.kernel.mainchain import total_supply

ENDS = (Commit, Conclude, Settle, ReportSilence)
"""The actions that can end an epoch."""


def epoch_ended(before: State, after: State) -> bool:
    """Did the step end the epoch, by whatever?"""
    return (
        before.contract.phase != after.contract.phase
        and after.contract.phase
        in (
            Phase.TRADING,
            Phase.CLOSED,
        )
        or before.contract.epoch != after.contract.epoch
    )


# Conservation -----------------------------------------------------------------------------------


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "the supply changed",
        {
            "before": total_supply(before.main, ETHER),
            "after": total_supply(after.main, ETHER),
        },
    )


@whenever("MP-SUPPLY", _supply, reads="main")
def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No action creates or destroys money."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def claims(state: State) -> Wei:
    """All that the contract owes, in wei: balances, waiting deposits, bonds, what was burned."""
    contract = state.contract
    return (
        sum(contract.balances.values())
        + sum(contract.deposits.values())
        + sum(contract.bonds.values())
        + contract.burned
    )


def _uncovered(state: State, rules: Rules) -> Finding:
    held, owed = state.main.escrow[ETHER], claims(state)
    cause = "more was committed than there is" if held < owed else "money is left that is nobody's"
    return Finding(cause, {"escrow": held, "owed": owed})


@always("MP-COVERED", _uncovered, reads="main contract")
def covered(state: State, rules: Rules) -> bool:
    """The escrow holds exactly the balances, deposits and bonds of the members and what was
    burned."""
    return state.main.escrow[ETHER] == claims(state)


def amounts(state: State) -> tuple[Wei, ...]:
    """All that anybody has in one place, and what was burned, in wei."""
    contract = state.contract
    held = (contract.balances, contract.bonds, contract.deposits, state.main.accounts)
    return (contract.burned, *(amount for each in held for amount in each.values()))


@always(
    "MP-NOT-NEGATIVE",
    "a balance is negative",
    lambda state: {"lowest": min(amounts(state))},
    reads="main contract",
)
def never_negative(state: State, rules: Rules) -> bool:
    """No balance, bond, deposit or account is negative, and no more is taken from a bond than
    it holds."""
    return all(amount >= 0 for amount in amounts(state))


# Dues -------------------------------------------------------------------------------------------


def entitled(state: State, party: Party) -> Wei:
    """What an honest party must have when the epoch ends, wherever it then is, in wei.

    Whoever is offline when it has to lead is silent, and silence costs the bond.
    """
    contract = state.contract
    elsewhere = holdings(state, party) - contract.balances.get(party, 0)
    if is_online(state, party):
        return elsewhere + due(state, party)
    at_stake = contract.bonds.get(party, 0) if party == contract.leader else 0
    return elsewhere + floor(state, party) - at_stake


def _shortfalls(before: State, after: State, online: bool) -> list[Party]:
    if not epoch_ended(before, after):
        return []
    return [
        party
        for party in before.people.honest
        if is_online(before, party) == online and holdings(after, party) < entitled(before, party)
    ]


def _shortage(before: State, action: Any, after: State, rules: Rules, *, online: bool) -> Finding:
    loser = _shortfalls(before, after, online)[0]
    numbers = {
        "entitled": entitled(before, loser),
        "has": holdings(after, loser),
        "receipted income": sum(
            income(t.payment, loser) for t in before.network.trades if t.payee_has
        ),
        "party": loser,
    }
    return Finding(_why_short(before, action, after, rules, loser), numbers)


@whenever("MP-DUE", partial(_shortage, online=True), after=ENDS)
def dues_paid(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest online participant ends every epoch with at least its last balance and
    receipted income, less what it signed away."""
    return not _shortfalls(before, after, online=True)


@whenever("MP-FLOOR", partial(_shortage, online=False), after=ENDS)
def floors_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest participant that is offline keeps its last balance less what it signed away;
    its bond too, unless it is its turn to lead."""
    return not _shortfalls(before, after, online=False)


def _why_short(before: State, action: Any, after: State, rules: Rules, loser: Party) -> str:
    contract = before.contract
    if any(t.replayed and t.receipted and t.payment.payer == loser for t in before.network.trades):
        return "a payment of an earlier epoch was taken once more"
    if isinstance(action, Settle):
        return _why_short_of_receipts(before, rules, loser)
    if after.contract.epoch == contract.epoch:
        return "a rollback voids what others hold receipts for"
    if contract.phase == Phase.CALLED:
        dispute = contract.disputes.get(loser)
        if dispute is not None:
            return why_leader_won(before, dispute)
        if not is_online(before, loser):
            return "nobody challenged for a member that was offline"
        return "somebody else had taken the only dispute"
    if balances_inflated(before, action):
        return "voters did not look at the other balances"
    return "the committed balance is too small"


def balances_inflated(before: State, action: Any) -> bool:
    """Did a commit carry more than there is?"""
    return isinstance(action, Commit) and sum(action.checkpoint.balances) > sum(
        before.contract.balances.values()
    )


def _why_short_of_receipts(before: State, rules: Rules, loser: Party) -> str:
    gained: Wei = sum(income(t.payment, loser) for t in before.network.trades if t.countersigned)
    if gained > share(before.contract, rules):
        return "more income was taken than the leader's bond stands for"
    return "receipts for money that the payer did not have"


def why_leader_won(state: State, dispute: Dispute) -> str:
    """How a leader got away with a balance that is too small."""
    shown, listed = dispute.shown, dispute.listed
    if same_root(shown, listed) and dispute.challenged:
        return "equal roots end the dispute before anybody looks at the balances"
    forged = _suspicious(state, dispute)
    if forged:
        return forged
    if fold(dispute.before, listed, dispute.participant) != dispute.proposed:
        return "the list does not lead to the balance that was committed"
    if not dispute.challenged:
        return "the leader's list came too late to be challenged"
    return "a receipt was shown, and did not count"


def _suspicious(state: State, dispute: Dispute) -> str:
    """What is wrong with the leader's list itself; empty if nothing is."""
    listed = dispute.listed
    old = [entry for entry in listed if among(entry.payment, state.network.past)]
    if any(not (entry.by_payer and entry.by_payee) for entry in listed):
        return "the leader's list holds a payment that was never signed"
    if old:
        return "the leader's list holds a payment of an earlier epoch"
    if _repeats(listed):
        return "the leader's list holds a payment twice"
    if any(not among(entry.payment, dispute.shown) for entry in listed) and dispute.challenged:
        return "the leader's list holds another payment in the place of a missing one"
    if dispute.challenged and len(listed) == len(dispute.shown) > 0:
        return "the leader's list holds the same payments in another order"
    return ""


def _repeats(entries: Entries) -> bool:
    return any(among(entry.payment, entries[:place]) for place, entry in enumerate(entries))


MONEY = (
    supply_kept,
    covered,
    never_negative,
    dues_paid,
    floors_kept,
)
