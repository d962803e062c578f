"""What is worth trying in a channel: one family of moves per kind of action.

Honest parties' moves here are those of their free will; what they must do comes from
`honest.obligations`. Dishonest ones do whatever their keys and their knowledge allow, as far as a
scope's numbers reach. A closed channel is left alone, but where refusals are tried.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve

from invariants.channels.conditional.world.proposals import by_dishonest_payer, by_honest_payer
from invariants.channels.conditional.world.scope import Scope
from spec.channels.conditional import honest
from spec.channels.conditional.knowledge import (
    can_show_voucher,
    free_to_withdraw,
    knows_preimage,
    newest,
    owes,
)
from spec.channels.conditional.offchain import (
    CosignVoucher,
    Countersign,
    Learn,
    Offer,
    Reveal,
    Vouch,
)
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle, Snapshot
from spec.channels.conditional.state import Phase, Simplex, State, States
from spec.channels.conditional.timeline import pays_known
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, Side, other_side
from spec.kernel.basics import ETHER, Party
from spec.kernel.protocol import Family, listed


def _operable(state: State) -> bool:
    return state.contract.phase == Phase.OPERABLE


def _open(state: State) -> bool:
    return state.contract.phase != Phase.CLOSED


def _possible(state: State, scope: Scope) -> bool:
    """Is the channel operable, or is what it refuses otherwise to be tried?"""
    return _operable(state) or (scope.bends and _open(state))


def _honest(state: State, side: Side) -> bool:
    return is_honest(state.people, PARTIES[side])


def _dishonest(state: State) -> list[Party]:
    return [party for party in PARTIES if not is_honest(state.people, party)]


# Off chain --------------------------------------------------------------------------------------


def offers(state: State, rules: Rules, scope: Scope) -> Sequence[Offer]:
    """Honest payers propose what they are ready to sign."""
    if not _operable(state):
        return ()
    return [
        Offer(PARTIES[payer], simplex)
        for payer in scope.payers
        if _honest(state, payer)
        and state.network.offers[payer] is None
        and newest(state, payer).seq < scope.updates
        for simplex in by_honest_payer(state, payer, rules, scope)
        if honest.offers(state, simplex, rules)
    ]


def countersignatures(state: State, rules: Rules, scope: Scope) -> Sequence[Countersign]:
    """Payees sign what they were offered; a dishonest payer offers anything at any time."""
    if not _operable(state):
        return ()
    moves: list[Countersign] = []
    for payer in scope.payers:
        payee = other_side(payer)
        moves += [
            Countersign(PARTIES[payee], simplex)
            for simplex in _on_offer(state, payer, rules, scope)
            if scope.bends
            or not _honest(state, payee)
            or honest.countersigns(state, simplex, rules)
        ]
    return moves


def _on_offer(state: State, payer: Side, rules: Rules, scope: Scope) -> Iterator[Simplex]:
    offered = state.network.offers[payer]
    if offered is not None:
        yield offered
    elif not _honest(state, payer) and newest(state, payer).seq < scope.updates:
        yield from by_dishonest_payer(state, payer, rules, scope)


def lessons(state: State, rules: Rules, scope: Scope) -> Sequence[Learn]:
    """Whoever chose a lock tells the payee the preimage, in time or never."""
    if not scope.elsewhere or not _open(state):
        return ()
    return [
        Learn(PARTIES[other_side(pay.payer)], pay.number)
        for pay in pays_known(state)
        if pay.number not in state.network.learned and state.main.now <= pay.deadline
    ]


def revelations(state: State, rules: Rules, scope: Scope) -> Sequence[Reveal]:
    """A payee tells an honest payer a preimage, to be paid off chain."""
    network = state.network
    if not _operable(state):
        return ()
    return [
        Reveal(PARTIES[other_side(payer)], pay.number)
        for payer in scope.payers
        if _honest(state, payer)
        for pay in newest(state, payer).pays
        if pay.number not in network.revealed and (scope.bends or pay.number in network.learned)
    ]


def vouchers(state: State, rules: Rules, scope: Scope) -> Sequence[Vouch | CosignVoucher]:
    """An honest payer vouches for what it owes, or part of it; an honest payee signs what it takes,
    a dishonest payer having signed anything."""
    if len(state.network.vouchers) >= scope.vouchers or not _open(state):
        return _awaited(state)
    moves: list[Vouch | CosignVoucher] = []
    for pay in pays_known(state):
        payer, payee = PARTIES[pay.payer], PARTIES[other_side(pay.payer)]
        if _honest(state, pay.payer):
            owed = owes(state, pay, rules) or 0
            most = owed + 1 if scope.bends else owed
            moves += [Vouch(payer, pay, amount) for amount in range(1, most + 1)]
        else:
            moves += [CosignVoucher(payee, pay, amount) for amount in range(pay.most + 2)]
    return moves


def _awaited(state: State) -> Sequence[CosignVoucher]:
    return [
        CosignVoucher(PARTIES[other_side(each.pay.payer)], each.pay, each.amount)
        for each in state.network.vouchers
        if not each.cosigned and _honest(state, other_side(each.pay.payer)) and _open(state)
    ]


# The registry -----------------------------------------------------------------------------------


def resolutions(state: State, rules: Rules, scope: Scope) -> Sequence[Resolve]:
    """Dishonest parties resolve whatever they can."""
    if not _open(state):
        return ()
    return [
        Resolve(party, pay)
        for party in _dishonest(state)
        for pay in pays_known(state)
        if scope.bends or knows_preimage(state, PARTIES.index(party), pay)
    ]


def vouched_resolutions(state: State, rules: Rules, scope: Scope) -> Sequence[ResolveVouched]:
    """Whoever has a voucher shows it."""
    if not _open(state):
        return ()
    return [
        ResolveVouched(party, each.pay, each.amount)
        for each in state.network.vouchers
        for party in PARTIES
        if scope.bends or can_show_voucher(state, party, each.pay, each.amount)
    ]


# Money ------------------------------------------------------------------------------------------


def deposits(state: State, rules: Rules, scope: Scope) -> Sequence[Deposit]:
    """Either side deposits one more wei."""
    added = sum(state.contract.deposits) - sum(scope.deposits)
    if added >= scope.topups or not _possible(state, scope):
        return ()
    moves = [Deposit(party, 1) for party in PARTIES]
    if scope.bends:
        held = state.main.accounts[PARTIES[0], ETHER]
        moves += [Deposit(PARTIES[0], amount) for amount in (held, held + 1)]
    return moves


def withdrawals(
    state: State, rules: Rules, scope: Scope
) -> Sequence[IntendWithdraw | VetoWithdraw | ConfirmWithdraw]:
    """An honest party withdraws what is free; a dishonest one tries anything, and vetoes."""
    if not scope.withdrawals or not _possible(state, scope):
        return ()
    intent = state.contract.intent
    intents: list[IntendWithdraw | VetoWithdraw | ConfirmWithdraw] = []
    if intent is None or scope.bends:
        intents += [
            IntendWithdraw(party, amount)
            for side, party in enumerate(PARTIES)
            for amount in scope.withdrawals
            if not _honest(state, side) or amount <= free_to_withdraw(state, side)
        ]
    if intent is not None:
        intents += [VetoWithdraw(p) for p in _dishonest(state) if PARTIES[intent.side] != p]
        intents.append(ConfirmWithdraw(PARTIES[intent.side]))
    elif scope.bends:
        intents += [ConfirmWithdraw(party) for party in _dishonest(state)]
    return intents


# Settling ---------------------------------------------------------------------------------------


def _shown_by(state: State, payer: Side, party: Party, scope: Scope) -> list[Simplex]:
    """The states of a direction that a dishonest party tries to show."""
    network, stored = state.network, state.contract.states[payer]
    at_hand = list(network.signed[payer])
    offered = network.offers[payer]
    if offered is not None and PARTIES[payer] != party:
        at_hand.append(offered)
    if scope.bends:
        last = newest(state, payer)
        return [*at_hand, evolve(last, seq=last.seq + 2, transferred=last.transferred + 1)]
    return [simplex for simplex in at_hand if simplex.seq >= stored.seq]


def snapshots(state: State, rules: Rules, scope: Scope) -> Sequence[Snapshot]:
    """An honest party puts its newest states on chain, a dishonest one any."""
    if not scope.snapshots or not _possible(state, scope):
        return ()
    moves = [
        Snapshot(party, simplex)
        for party in state.people.honest
        for simplex in honest.newer_states(state)
    ]
    for party in _dishonest(state):
        for payer in (0, 1):
            moves += [Snapshot(party, s) for s in _shown_by(state, payer, party, scope)]
    return moves


def settlements(state: State, rules: Rules, scope: Scope) -> Sequence[IntendSettle]:
    """An honest party begins with its newest states; a dishonest one shows any, of one direction or
    of both or of none."""
    if not _open(state):
        return [IntendSettle(party, ()) for party in _dishonest(state)] if scope.bends else ()
    moves: list[IntendSettle] = []
    if _operable(state):
        newest_states = honest.newer_states(state)
        moves += [IntendSettle(party, newest_states) for party in state.people.honest]
    for party in _dishonest(state):
        first, second = [_shown_by(state, payer, party, scope) for payer in (0, 1)]
        alone: list[States] = [(each,) for each in (*first, *second)]
        pairs: list[States] = [(one, other) for one in first for other in second]
        none: list[States] = [()] if _operable(state) or scope.bends else []
        moves += [IntendSettle(party, states) for states in (*none, *alone, *pairs)]
    return moves


def clearings(state: State, rules: Rules, scope: Scope) -> Sequence[ClearPays]:
    """A dishonest party clears one direction or the other, if it likes."""
    contract = state.contract
    if contract.phase != Phase.SETTLING and not (scope.bends and _open(state)):
        return ()
    return [
        ClearPays(party, payer)
        for party in _dishonest(state)
        for payer in (0, 1)
        if contract.states[payer].pays
    ]


def confirmations(state: State, rules: Rules, scope: Scope) -> Sequence[ConfirmSettle]:
    """A dishonest party confirms as soon as it can."""
    if state.contract.phase != Phase.SETTLING and not (scope.bends and _open(state)):
        return ()
    return [ConfirmSettle(party) for party in _dishonest(state)]


# Weights are for random walks: what a long story needs comes more often.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("offer", offers, weight=3),
    listed("countersign", countersignatures, weight=4),
    listed("learn", lessons),
    listed("reveal", revelations),
    listed("vouch", vouchers),
    listed("resolve", resolutions),
    listed("resolve vouched", vouched_resolutions),
    listed("deposit", deposits),
    listed("withdraw", withdrawals),
    listed("snapshot", snapshots),
    listed("settle", settlements),
    listed("clear", clearings),
    listed("confirm", confirmations),
)
