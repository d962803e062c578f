"""The registry of payments: results only grow, in time, and only for who deserves them."""

from typing import Any

from invariants.conditional.dues import registered
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, other_side, side_of
from spec.conditional.actions import ClearPays, Resolve, ResolveVouched
from spec.conditional.pays import Pay, final_from
from spec.conditional.rules import Rules
from spec.conditional.state import Result, State, Voucher
from spec.kernel.basics import Wei


def _result(state: State, pay: Pay) -> Result | None:
    return next((each for each in state.contract.registry if each.pay == pay), None)


# Results only grow ------------------------------------------------------------------------------


def results_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No result shrinks or vanishes, and none is written twice."""
    was, now = before.contract.registry, after.contract.registry
    return was == now or (
        len({each.pay for each in now}) == len(now)
        and all(each.amount <= registered(after, each.pay) for each in was)
    )


def _shrunk(before: State, action: Any, after: State, rules: Rules) -> Finding:
    falls = [
        (was.amount, registered(after, was.pay))
        for was in before.contract.registry
        if registered(after, was.pay) < was.amount
    ]
    was, now = falls[0] if falls else (0, 0)
    return Finding("a result was lowered", {"was": was, "is": now})


def written_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nothing is written after a payment's deadline, or after the deadline of its result; and a
    result's deadline is never put off."""
    now = before.main.now
    return all(
        each in before.contract.registry
        or (now <= each.pay.deadline and _while_open(_result(before, each.pay), each, now))
        for each in after.contract.registry
    )


def _while_open(was: Result | None, result: Result, now: int) -> bool:
    return was is None or (now <= was.deadline and result.deadline <= was.deadline)


def _late(before: State, action: Any, after: State, rules: Rules) -> Finding:
    was = _result(before, action.pay)
    until = action.pay.deadline if was is None else was.deadline
    return Finding(
        "a result changed when it was final", {"now": before.main.now, "deadline": until}
    )


def raisable(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The maximum is final at once; less can be raised for the whole window that the rules give,
    but not beyond the payment's deadline."""
    now = before.main.now
    return all(
        each in before.contract.registry
        or each.deadline == _right_deadline(before, each, now, rules)
        for each in after.contract.registry
    )


def _right_deadline(before: State, result: Result, now: int, rules: Rules) -> int:
    was = _result(before, result.pay)
    if result.amount == result.pay.most:
        return now
    return min(now + rules.resolve_window, result.pay.deadline) if was is None else was.deadline


def _not_raisable(before: State, action: Any, after: State, rules: Rules) -> Finding:
    written = _result(after, action.pay)
    numbers = {"now": before.main.now, "deadline": written.deadline if written else 0}
    return Finding("a result can be raised too long, or not long enough", numbers)


# Who deserves them ------------------------------------------------------------------------------


def within_maximum(state: State, rules: Rules) -> bool:
    """No result is above its payment's maximum."""
    return all(each.amount <= each.pay.most for each in state.contract.registry)


def _above(state: State, rules: Rules) -> Finding:
    worst = max(state.contract.registry, key=lambda each: each.amount - each.pay.most)
    return Finding(
        "a result is above the maximum", {"amount": worst.amount, "most": worst.pay.most}
    )


def deserved(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A result is written only with the preimage and final conditions, or with both signatures."""
    if isinstance(action, Resolve):
        return _knew(before, action) and before.main.now >= final_from(action.pay)
    return _vouched(before, action)


def _knew(before: State, action: Resolve) -> bool:
    payee = side_of(action.by) != action.pay.payer
    known = before.network.learned if payee else before.network.revealed
    return action.pay.number in known


def _vouched(before: State, action: ResolveVouched) -> bool:
    payer, payee = PARTIES[action.pay.payer], PARTIES[other_side(action.pay.payer)]
    one = Voucher(action.pay, action.amount, cosigned=False)
    both = Voucher(action.pay, action.amount, cosigned=True)
    given = before.network.vouchers
    if is_honest(before.people, payee):
        return both in given
    return not is_honest(before.people, payer) or one in given or both in given


def _undeserved(before: State, action: Any, after: State, rules: Rules) -> Finding:
    now = before.main.now
    if isinstance(action, ResolveVouched):
        return Finding("a result that not both had signed", {"amount": action.amount})
    if now < final_from(action.pay):
        return Finding("a condition was not final", {"now": now, "final": final_from(action.pay)})
    return Finding("the preimage was not known", {"lock": action.pay.number})


def as_registered(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Pending payments are added up once the registry says its last word, and to what it says."""
    shown = before.contract.states[action.payer]
    return after.contract.cleared[action.payer] == _sum(before, shown.pays) and all(
        _last_word(before, pay) < before.main.now for pay in shown.pays
    )


def _sum(state: State, pays: tuple[Pay, ...]) -> Wei:
    return sum([registered(state, pay) for pay in pays])


def _last_word(state: State, pay: Pay) -> int:
    result = _result(state, pay)
    return pay.deadline if result is None else result.deadline


def _wrongly_added(before: State, action: Any, after: State, rules: Rules) -> Finding:
    pays = before.contract.states[action.payer].pays
    return Finding(
        "pending payments were added up too early or wrongly",
        {
            "registry": _sum(before, pays),
            "cleared": after.contract.cleared[action.payer] or 0,
            "now": before.main.now,
        },
    )


REGISTRY: tuple[Invariant, ...] = (
    Invariant(
        "CP-GROWS",
        "What the registry says of a payment only grows.",
        Kind.TRANSITION,
        results_grow,
        _shrunk,
        reads=("contract",),
    ),
    Invariant(
        "CP-FINAL",
        "A result never changes after its deadline, and none is written after its payment's.",
        Kind.TRANSITION,
        written_in_time,
        _late,
        after=(Resolve, ResolveVouched),
    ),
    Invariant(
        "CP-RAISABLE",
        "The maximum is final at once; less can be raised for the resolve window, or until the"
        " payment's deadline.",
        Kind.TRANSITION,
        raisable,
        _not_raisable,
        after=(Resolve, ResolveVouched),
    ),
    Invariant(
        "CP-MOST",
        "No payment gives more than its maximum.",
        Kind.ALWAYS,
        within_maximum,
        _above,
        reads=("contract",),
    ),
    Invariant(
        "CP-DESERVED",
        "A result needs the preimage and final conditions, or the signatures of payer and payee.",
        Kind.TRANSITION,
        deserved,
        _undeserved,
        after=(Resolve, ResolveVouched),
    ),
    Invariant(
        "CP-CLEARED",
        "Pending payments count once, when the registry says its last word, as it says.",
        Kind.TRANSITION,
        as_registered,
        _wrongly_added,
        after=(ClearPays,),
    ),
)
