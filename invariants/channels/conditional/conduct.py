"""Which states count: signed by both, the newer one, adding up."""

from typing import Any

from invariants.channels.conditional.dues import last_signed
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.conditional.offchain import Countersign
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle, Snapshot
from spec.channels.conditional.state import NOTHING_PAID, Phase, Simplex, State
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, other_side

IN_PHASE = {
    Deposit: Phase.OPERABLE,
    IntendWithdraw: Phase.OPERABLE,
    VetoWithdraw: Phase.OPERABLE,
    ConfirmWithdraw: Phase.OPERABLE,
    Snapshot: Phase.OPERABLE,
    ClearPays: Phase.SETTLING,
    ConfirmSettle: Phase.SETTLING,
}
"""The phase in which the contract takes an action."""

# States -----------------------------------------------------------------------------------------


def _not_signed(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a state counts that an honest side never signed",
        {"number": min([each.seq for each in _new(before, after)])},
    )


@whenever("CP-UNANIMOUS", _not_signed, reads="contract network people.honest")
def unanimous(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every state that counts, on chain or off, was signed by both sides."""
    return all(_signed_itself(before, action, simplex) for simplex in _new(before, after))


def _new(before: State, after: State) -> list[Simplex]:
    """The states that count from now on: in the hands of both, or on chain."""
    return [
        simplex
        for payer in (0, 1)
        for simplex in {*after.network.signed[payer], after.contract.states[payer]}
        if simplex not in before.network.signed[payer] and simplex != NOTHING_PAID[payer]
    ]


def _signed_itself(before: State, action: Any, simplex: Simplex) -> bool:
    payer, payee = PARTIES[simplex.payer], PARTIES[other_side(simplex.payer)]
    sent = simplex == before.network.offers[simplex.payer]
    by_payee = action == Countersign(payee, simplex)
    return (sent or not is_honest(before.people, payer)) and (
        by_payee or not is_honest(before.people, payee)
    )


def _forged(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a signature was given by somebody else", {"by": action.by})


@whenever("CP-OWN-HAND", _forged, reads="network people.honest")
def offered_by_payer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Offers and vouchers of an honest party are its own."""
    offers = [
        payer
        for payer in (0, 1)
        if after.network.offers[payer] not in (None, before.network.offers[payer])
    ]
    vouched = [each for each in after.network.vouchers if each not in before.network.vouchers]
    return all(_by(before, action, PARTIES[payer]) for payer in offers) and all(
        _by(
            before, action, PARTIES[other_side(each.pay.payer) if each.cosigned else each.pay.payer]
        )
        for each in vouched
    )


def _by(before: State, action: Any, party: Any) -> bool:
    return bool(action.by == party) or not is_honest(before.people, party)


def _fell(before: State, action: Any, after: State, rules: Rules) -> Finding:
    pairs = list(zip(before.contract.states, after.contract.states, strict=True))
    was, now = next((w, n) for w, n in pairs if w != n)
    cause = "the numbers began anew" if now.seq == 0 else "an older state took the place of a newer"
    return Finding(cause, {"was": was.seq, "is": now.seq})


@whenever("CP-NUMBERS", _fell, reads="contract")
def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """On chain, numbers and transferred totals of a direction never fall, and a number is one
    state's."""
    if before.contract.states == after.contract.states:
        return True
    pairs = zip(before.contract.states, after.contract.states, strict=True)
    return all(
        now == was or (now.seq > was.seq and now.transferred >= was.transferred)
        for was, now in pairs
    )


def _does_not(before: State, action: Any, after: State, rules: Rules) -> Finding:
    simplex = _new(before, after)[0]
    numbers = {"pending": simplex.pending, "number": simplex.seq}
    if not _adds_up(simplex):
        return Finding("a signed state does not add up", numbers)
    return Finding("a signed state does not follow the one before", numbers)


@whenever("CP-SUMS", _does_not, reads="contract.states network")
def states_add_up(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A signed state follows the one before, and says rightly what is pending and until when."""
    return all(
        _adds_up(simplex) and _follows(last_signed(before, simplex.payer), simplex)
        for simplex in _new(before, after)
    )


def _adds_up(simplex: Simplex) -> bool:
    return simplex.pending == sum([pay.most for pay in simplex.pays]) and (
        simplex.last_deadline == max([0, *[pay.deadline for pay in simplex.pays]])
    )


def _follows(was: Simplex, simplex: Simplex) -> bool:
    return simplex.seq == was.seq + 1 and simplex.transferred >= was.transferred


def _does_not_count(before: State, action: Any, after: State, rules: Rules) -> Finding:
    late = before.contract.phase == Phase.SETTLING and (
        before.main.now > before.contract.window_ends
    )
    cause = "an answer came too late" if late else "a state that was shown does not count"
    return Finding(cause, {"states": len(_shown_by(action))})


@whenever("CP-SHOWN", _does_not_count, after=(IntendSettle, Snapshot))
def shown_counts(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A state shown in time counts, and no other; what was added up for an older one does not; and
    no withdrawal waits while the channel is settled."""
    contract, settles = before.contract, isinstance(action, IntendSettle)
    late = not action.states or before.main.now > contract.window_ends if settles else False
    if (late and contract.phase == Phase.SETTLING) or (settles and after.contract.intent):
        return False
    last = {each.payer: each for each in _shown_by(action)}
    return all(
        (after.contract.states[payer], after.contract.cleared[payer])
        == ((last[payer], None) if payer in last else (contract.states[payer], cleared))
        for payer, cleared in enumerate(contract.cleared)
    )


def _shown_by(action: Any) -> tuple[Simplex, ...]:
    shown: tuple[Simplex, ...] = (
        action.states if isinstance(action, IntendSettle) else (action.simplex,)
    )
    return shown


# Phases -----------------------------------------------------------------------------------------


def _out_of_phase(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "the contract took an action out of its phase", {"phase": before.contract.phase.value}
    )


@whenever("CP-PHASE", _out_of_phase, after=(IntendSettle, *IN_PHASE))
def in_phase(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The contract takes each action in its phase only."""
    phase = before.contract.phase
    if isinstance(action, IntendSettle):
        return phase != Phase.CLOSED and after.contract.phase == Phase.SETTLING
    return phase == IN_PHASE[type(action)]


CONDUCT: tuple[Invariant, ...] = (
    unanimous,
    offered_by_payer,
    numbers_grow,
    states_add_up,
    shown_counts,
    in_phase,
)
