"""What each step brings about: all that it should, and nothing else.

Claims about money say that no honest party loses. These say the rest, in words of their own: where
every wei goes that a call moves, also a dishonest party's; what stands on the main chain after it;
what a party knows after a message; and that nobody is kept from what the channel is for.
"""

from typing import Any

from attrs import evolve

from invariants.channels.payment.calls import CALLS, window_ends
from invariants.channels.payment.conduct import ACTIONS
from invariants.channels.payment.dues import honest_sides, share
from invariants.channels.payment.world.protocol import PAYMENT as MACHINE
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.memory import Memory
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import Ghost, State
from spec.channels.payment.strategy import last_start
from spec.channels.payment.versions import START
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, Pair, Side, other_side, side_of, with_side
from spec.kernel.basics import ETHER, Wei
from spec.kernel.clock import Wait, accepted

OFF_CHAIN = (updates.Propose, updates.Countersign, updates.Receive, updates.Reveal, updates.Hear)
LEAVES = (presence.GoOffline, presence.Crash)

ENDS = (closing.Cancel, closing.CooperativeClose, closing.Punish, closing.Settle)
"""What pays out everything."""

# Money ------------------------------------------------------------------------------------------


def _otherwise_paid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    paid, due = moved(before, after), told(before, action)
    cause = "a call moved another amount than it says"
    if isinstance(action, closing.Punish):
        cause = "who punishes does not get everything"
    elif isinstance(action, ENDS):
        cause = "the channel was paid out otherwise than by what stood"
    return Finding(cause, {"alice": paid[0], "due": due[0], "bob": paid[1], "due to bob": due[1]})


@whenever("PC-PAID", _otherwise_paid, after=CALLS)
def paid_exactly(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A call moves exactly the money that it says: a deposit in, a grant out, at the end each
    side's share of what stood; who punishes gets everything."""
    return moved(before, after) == told(before, action)


def moved(before: State, after: State) -> Pair:
    """By how much each side's account has grown, in wei."""
    was, now = before.main.accounts, after.main.accounts
    first, second = PARTIES
    return now[first, ETHER] - was[first, ETHER], now[second, ETHER] - was[second, ETHER]


def told(state: State, action: Any) -> Pair:
    """By how much each side's account should grow, in wei."""
    contract = state.contract
    deposits, withdrawn = contract.deposits, contract.withdrawn
    everything = sum(deposits) - sum(withdrawn)
    match action:
        case closing.Deposit(by=by, amount=amount):
            return _for(side_of(by), -amount, 0)
        case closing.Withdraw(version=version):
            granted = version.withdrawn
            return max(0, granted[0] - withdrawn[0]), max(0, granted[1] - withdrawn[1])
        case closing.Cancel():
            return deposits
        case closing.CooperativeClose(version=version):
            first = share(version, 0, deposits, withdrawn)
            return first, everything - first
        case closing.Punish() if contract.claim is not None:
            return _for(other_side(side_of(contract.claim.by)), everything, 0)
        case closing.Settle() if contract.claim is not None:
            first = share(contract.claim.version, 0, deposits, withdrawn)
            return first, everything - first
        case _:
            return 0, 0


def _for(side: Side, amount: Wei, other: Wei) -> Pair:
    return (amount, other) if side == 0 else (other, amount)


# What stands ------------------------------------------------------------------------------------


def _stands_otherwise(before: State, action: Any, after: State, rules: Rules) -> Finding:
    now = after.contract.claim
    number = 0 if now is None else now.version.number
    return Finding(
        "another claim stands than the one that was shown",
        {"shown": action.version.number, "stands": number},
    )


@whenever("PC-STANDS", _stands_otherwise, after=(closing.UnilateralClose, closing.Challenge))
def stands_as_shown(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What was shown last stands on the main chain, in the name of who closed."""
    was, now = before.contract.claim, after.contract.claim
    if now is None:
        return False
    closer = action.by if was is None else was.by
    return now.version == action.version and now.by == closer


def _something_else(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a step changed what is not its own", {"by": action.by})


@whenever("PC-NOTHING-ELSE", _something_else, after=(*ACTIONS, Wait))
def nothing_else(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A call changes nothing that is known or said, a message nothing on the main chain."""
    later = action.seconds if isinstance(action, Wait) else 0
    if after.main.now != before.main.now + later:
        return False
    calls = isinstance(action, CALLS)
    if not calls and (before.main.accounts, before.main.escrow, before.contract) != (
        after.main.accounts, after.main.escrow, after.contract
    ):  # fmt: skip
        return False
    if isinstance(action, closing.Reopen):
        return (before.people, before.absence) == (after.people, after.absence)
    if before.past != after.past:
        return False
    if not isinstance(action, OFF_CHAIN) and (before.network, before.disk) != (
        after.network, after.disk
    ):  # fmt: skip
        return False
    if not isinstance(action, (*OFF_CHAIN, presence.Crash)) and before.memory != after.memory:
        return False
    return isinstance(action, (*LEAVES, presence.Return)) or (before.people, before.absence) == (
        after.people, after.absence
    )  # fmt: skip


def _not_anew(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("another channel begins with something of the last one", {"by": action.by})


@whenever("PC-ANEW", _not_anew, after=(closing.Reopen,))
def begins_anew(before: State, action: Any, after: State, rules: Rules) -> bool:
    """In another channel nothing is known, said or claimed yet; what was signed before is not
    forgotten."""
    network, ghost, was = after.network, after.ghost, before.past
    signed = before.network.signed
    return (
        {*after.memory, *after.disk} == {Memory()}
        and network.signed == ((), ())
        and network.revealed == (0, 0)
        and (ghost.held, ghost.heard, ghost.closed) == ((START, START), (0, 0), None)
        and all(after.past.signed[side] == was.signed[side] + signed[side] for side in (0, 1))
        and after.past.more == was.more - 1 >= 0
        and after.contract.claim is None
    )


# What is known ----------------------------------------------------------------------------------


def _knows_not(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = side_of(action.by)
    if after.memory[side] != _learned(before, action, after):
        return Finding("a party does not remember what it said or heard", {"by": action.by})
    if not _said(before, action, after):
        return Finding("something else was sent than what was said", {"by": action.by})
    return Finding("a step changed what the other side knows, or what is stored", {"by": action.by})


@whenever("PC-KNOWS", _knows_not, after=OFF_CHAIN)
def knows(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who acts off chain has said and remembers exactly that, and stores it by its strategy; the
    other side learns it when it arrives."""
    side = side_of(action.by)
    other = other_side(side)
    return (
        after.memory[side] == _learned(before, action, after)
        and after.memory[other] == before.memory[other]
        and after.disk[other] == before.disk[other]
        and _said(before, action, after)
        and after.ghost == _on_record(before, action, rules)
        and after.disk[side]
        == rules.peer.stores(before.disk[side], before.memory[side], after.memory[side])
    )


def _learned(before: State, action: Any, after: State) -> Memory:
    """What the party has to remember."""
    side = side_of(action.by)
    was = before.memory[side]
    match action:
        case updates.Propose():
            return Memory(was.held, after.network.signed[side][-1], was.heard, was.revealed)
        case updates.Countersign(version=version):
            return Memory(version, version, was.heard, was.revealed)
        case updates.Receive(version=version):
            return Memory(version, was.signed, was.heard, was.revealed)
        case updates.Reveal():
            return Memory(was.held, was.signed, was.heard, was.held.number)
        case _:
            return Memory(was.held, was.signed, action.below, was.revealed)


def _on_record(before: State, action: Any, rules: Rules) -> Ghost:
    """What the run is measured by: the newest version ever held, and what was heard in time."""
    side, ghost = side_of(action.by), before.ghost
    match action:
        case updates.Countersign(version=version) | updates.Receive(version=version):
            newest = version if version.number >= ghost.held[side].number else ghost.held[side]
            return evolve(ghost, held=with_side(ghost.held, side, newest))
        case updates.Hear(below=below):
            useful_until = last_start(window_ends(before, rules), rules.peer)
            if before.main.now > useful_until and ghost.closed is not None:
                return ghost
            return evolve(ghost, heard=with_side(ghost.heard, side, max(below, ghost.heard[side])))
        case _:
            return ghost


def _said(before: State, action: Any, after: State) -> bool:
    """Is what was sent before still there, with one more signature or revocation, or with none?"""
    side = side_of(action.by)
    was, now = before.network, after.network
    signs, reveals = (
        isinstance(action, updates.Propose | updates.Countersign),
        isinstance(action, updates.Reveal),
    )
    added = now.signed[side][len(was.signed[side]) :]
    kept = now.signed[side][: len(was.signed[side])] == was.signed[side]
    other = other_side(side)
    return (
        kept
        and len(added) == (1 if signs else 0)
        and (not isinstance(action, updates.Countersign) or added == (action.version,))
        and now.signed[other] == was.signed[other]
        and now.revealed[other] == was.revealed[other]
        and (now.revealed[side] == was.revealed[side]) != reveals
    )


def _proposed_otherwise(before: State, action: Any, after: State, rules: Rules) -> Finding:
    version = after.network.signed[side_of(action.by)][-1]
    return Finding(
        "a proposal says something else than its proposer wants",
        {"pays": action.pays, "withdraws": action.withdraws, "number": version.number},
    )


@whenever("PC-PROPOSED", _proposed_otherwise, after=(updates.Propose,))
def proposed_as_asked(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A proposal pays and withdraws what its proposer wants, and nothing more."""
    side = side_of(action.by)
    version, held = after.network.signed[side][-1], before.memory[side].held
    contract, other = before.contract, other_side(side)
    granted = tuple(map(max, held.withdrawn, contract.withdrawn))
    wish = _for(side, action.withdraws, 0)
    return (
        version.deposits == contract.deposits
        and version.withdrawn == (granted[0] + wish[0], granted[1] + wish[1])
        and version.balances[other] == _balance(before, other, granted) + action.pays
        and version.number in (held.number + 1, held.number + 2)
        and version.number % 2 == (side + 1) % 2
        and version.final == action.final
    )


def _balance(state: State, side: Side, granted: tuple[Wei, ...]) -> Wei:
    """What a side had by the version that the other one held, with what it deposited since."""
    held, contract = state.memory[other_side(side)].held, state.contract
    later = contract.deposits[side] - held.deposits[side]
    return held.balances[side] + later - (granted[side] - held.withdrawn[side])


def _elsewhere(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("who left is not away, or who returned is not there", {"by": action.by})


@whenever("PC-AWAY", _elsewhere, after=(*LEAVES, presence.Return))
def away_and_back(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who leaves is away and keeps what it knows, or has stored; who returns is there."""
    side, by = side_of(action.by), action.by
    other = other_side(side)
    if after.absence.back[other] != before.absence.back[other]:
        return False
    if {*after.people.offline} ^ {*before.people.offline} != {by}:
        return False
    if isinstance(action, presence.Return):
        return after.absence == before.absence and after.memory == before.memory
    held = before.disk[side] if isinstance(action, presence.Crash) else before.memory[side]
    return (
        after.absence.back[side] == action.until
        and after.absence.times == before.absence.times + 1
        and after.memory[side] == held
        and after.memory[other] == before.memory[other]
    )


def _too_long(before: State, action: Any, after: State, rules: Rules) -> Finding:
    latest = max(after.absence.back)
    return Finding("an honest party is away longer than it said", {"back": latest})


@whenever("PC-BACK", _too_long, after=(Wait,))
def back_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who is away is back when it said."""
    back = after.absence.back
    return all(after.main.now <= back[side_of(party)] for party in after.people.offline)


# What the channel is for ------------------------------------------------------------------------


WISHES: dict[type, str] = {
    closing.Deposit: "an honest party can't pay in while the channel is open",
    closing.Withdraw: "an honest party can't call for what it was granted",
    closing.Reopen: "an honest party can't open another channel when one is over",
}
"""What an honest party may want, and that it can't have it."""


def _kept_from(before: State, action: Any, after: State, rules: Rules) -> Finding:
    wish = _refused(after, rules)[0]
    return Finding(WISHES[type(wish)], {"by": wish.by})


@whenever(
    "PC-FREE-TO-ACT",
    _kept_from,
    after=(
        closing.Deposit,
        closing.Withdraw,
        *ENDS,
        updates.Countersign,
        updates.Receive,
        presence.Return,
    ),
)
def free_to_act(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party that is there can pay in, and call for what it was granted, until somebody
    ends the channel; then it can open another one."""
    return not _refused(after, rules)


def _refused(state: State, rules: Rules) -> list[Any]:
    return [
        wish
        for side in honest_sides(state)
        if is_there(state.people, PARTIES[side])
        for wish in wishes(state, side)
        if not accepted(MACHINE, state, wish, rules)
    ]


def wishes(state: State, side: Side) -> list[Any]:
    """What a party may want of the contract while it waits for nothing."""
    party, contract, held = PARTIES[side], state.contract, state.memory[side].held
    found: list[Any] = []
    if contract.phase in (Phase.OPENING, Phase.OPEN) and state.main.accounts[party, ETHER] > 0:
        found.append(closing.Deposit(party, 1))
    if contract.phase == Phase.OPEN and held.withdrawn[side] > contract.withdrawn[side]:
        found.append(closing.Withdraw(party, held))
    if contract.phase == Phase.SETTLED and state.past.more > 0:
        found.append(closing.Reopen(party))
    return found


EFFECTS: tuple[Invariant, ...] = (
    paid_exactly,
    stands_as_shown,
    nothing_else,
    begins_anew,
    knows,
    proposed_as_asked,
    away_and_back,
    back_in_time,
    free_to_act,
)  # fmt: skip
