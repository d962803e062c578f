"""What a coalition can put together: false checkpoints, and lists of payments for a dispute.

It knows what any of its members was sent, signs for all of them, and, if it leads, gives receipts.
"""

from collections.abc import Iterator
from itertools import combinations, permutations

from attrs import evolve

from invariants.channels.multiparty.world.scope import CONJURED_NUMBER, Lie, Scope
from spec.channels.multiparty.evidence import Entries, Entry, Payment, concerns
from spec.channels.multiparty.knowledge import (
    as_entry,
    checkpoint_after,
    knows,
    knows_receipt,
    right_checkpoint,
    turn,
)
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Checkpoint, State, Trade, is_honest, present_stamp
from spec.kernel.basics import Party

# Checkpoints ------------------------------------------------------------------------------------


def checkpoints(state: State, scope: Scope) -> list[Checkpoint]:
    """What a dishonest leader proposes: any set of the payments that it can know, and lies."""
    leader = state.contract.leader
    known = [t.payment for t in state.network.trades if knows(state, leader, t)]
    found: dict[Checkpoint, None] = {}
    for size in range(len(known), -1, -1):
        for chosen in combinations(known, size):
            found[checkpoint_after(state, chosen)] = None
    right = right_checkpoint(state)
    for lie in scope.lies:
        found |= dict.fromkeys(_LIES[lie](state, right))
    return [checkpoint for checkpoint in found if min(checkpoint.balances) >= 0]


def _stolen(state: State, right: Checkpoint) -> Iterator[Checkpoint]:
    for loser in state.contract.balances:
        if is_honest(state, loser):
            moved = _changed(state, right, loser, -1)
            yield _changed(state, moved, _thief(state), +1)


def _inflated(state: State, right: Checkpoint) -> Iterator[Checkpoint]:
    yield _changed(state, right, _thief(state), sum(state.contract.balances.values()))


def _thief(state: State) -> Party:
    return next(party for party in state.contract.balances if not is_honest(state, party))


def _changed(state: State, right: Checkpoint, party: Party, by: int) -> Checkpoint:
    balances = tuple(
        balance + by if each == party else balance
        for each, balance in zip(state.contract.balances, right.balances, strict=True)
    )
    return evolve(right, balances=balances)


def _named(state: State, right: Checkpoint) -> Iterator[Checkpoint]:
    for party in state.contract.balances:
        if not is_honest(state, party) and party != turn(state.contract):
            yield evolve(right, next_leader=party)


def _ignoring(state: State, right: Checkpoint) -> Iterator[Checkpoint]:
    if right.exits:
        yield evolve(right, exits=())


def _evicting(state: State, right: Checkpoint) -> Iterator[Checkpoint]:
    for party in state.contract.balances:
        if is_honest(state, party) and party not in right.exits:
            yield evolve(right, exits=tuple(sorted((*right.exits, party))))


_LIES = {
    Lie.STEAL: _stolen,
    Lie.INFLATE: _inflated,
    Lie.NAME: _named,
    Lie.IGNORE: _ignoring,
    Lie.EVICT: _evicting,
}


# Lists of payments ------------------------------------------------------------------------------


def lists(state: State, about: Party, rules: Rules, scope: Scope) -> list[Entries]:
    """What the coalition can submit about a member: any payments that it can show, in their order;
    if the scope says so, also in another one, and the last of them twice."""
    pool = [*known_about(state, about, rules), *made_up(state, about, rules, scope)]
    found: dict[Entries, None] = {}
    choices = permutations if scope.reorders else combinations
    for size in range(min(scope.list_length, len(pool)) + 1):
        for chosen in choices(pool, size):
            found[chosen] = None
            if scope.repeats and 0 < size < scope.list_length:
                found[(*chosen, chosen[-1])] = None
    return list(found)


def known_about(state: State, about: Party, rules: Rules) -> list[Entry]:
    """The payments of a member that the coalition can show, old ones last."""
    coalition = next((p for p in state.contract.balances if not is_honest(state, p)), about)
    entries = [
        as_entry(state, trade, _has_receipt(state, coalition, trade), rules)
        for trade in state.network.trades
        if concerns(trade.payment, about)
        and not trade.replayed
        and knows(state, coalition, trade)
        and (trade.countersigned or not is_honest(state, trade.payment.payee))
    ]
    return entries + [e for e in state.network.past if concerns(e.payment, about)]


def _has_receipt(state: State, by: Party, trade: Trade) -> bool:
    leader = state.contract.leader
    return trade.sent if not is_honest(state, leader) else knows_receipt(state, by, trade)


def made_up(state: State, about: Party, rules: Rules, scope: Scope) -> Iterator[Entry]:
    """A payment within the coalition; or one of an honest member's that this one never signed."""
    stamp = rules.body_stamp(present_stamp(state.contract))
    coalition = [p for p in state.contract.balances if not is_honest(state, p)]
    if scope.conjured == 0 or not coalition:
        return
    if not is_honest(state, about):
        payment = Payment(CONJURED_NUMBER, about, coalition[-1], scope.conjured, stamp)
        yield Entry(payment, by_payer=True, by_payee=True)
    elif scope.unsigned:
        payment = Payment(CONJURED_NUMBER, about, coalition[0], scope.conjured, stamp)
        yield Entry(payment, by_payer=False, by_payee=True)


def receipted_at_will(state: State, rules: Rules, scope: Scope) -> list[Entry]:
    """What the coalition of a dishonest leader can show as receipted: real payments, and one within
    the coalition."""
    leader = state.contract.leader
    present = present_stamp(state.contract)
    coalition = [p for p in state.contract.balances if not is_honest(state, p)]
    entries = [
        as_entry(state, trade, True, rules)
        for trade in state.network.trades
        if not trade.replayed
        and knows(state, leader, trade)
        and (trade.countersigned or not is_honest(state, trade.payment.payee))
    ]
    if scope.conjured > 0:
        ends = coalition[0], coalition[-1]
        stamp = rules.body_stamp(present)
        payment = Payment(CONJURED_NUMBER, *ends, scope.conjured, stamp)
        entries.append(Entry(payment, True, True, leader, rules.receipt_stamp(present)))
    return entries
