"""The registry of payments: results only grow, in time, and only for who deserves them."""

from typing import Any

from invariants.channels.conditional.dues import registered, value
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.conditional.pays import Logic, Pay, final_from
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ClearPays
from spec.channels.conditional.state import Result, State, Voucher
from spec.channels.conditional.timeline import last_word
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, other_side, side_of
from spec.kernel.basics import Wei


def _result(state: State, pay: Pay) -> Result | None:
    return next((each for each in state.contract.registry if each.pay == pay), None)


# Results only grow ------------------------------------------------------------------------------


def _shrunk(before: State, action: Any, after: State, rules: Rules) -> Finding:
    falls = [
        (was.amount, registered(after, was.pay))
        for was in before.contract.registry
        if registered(after, was.pay) < was.amount
    ]
    was, now = falls[0] if falls else (0, 0)
    return Finding("a result was lowered", {"was": was, "is": now})


@whenever("CP-GROWS", _shrunk, reads="contract")
def results_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What the registry says of a payment only grows."""
    was, now = before.contract.registry, after.contract.registry
    return was == now or (
        len({each.pay for each in now}) == len(now)
        and all(each.amount <= registered(after, each.pay) for each in was)
    )


def _late(before: State, action: Any, after: State, rules: Rules) -> Finding:
    until = min([last_word(before, pay, rules) for pay in _touched(before, after)])
    return Finding(
        "a result changed when it was final", {"now": before.main.now, "deadline": until}
    )


@whenever("CP-FINAL", _late, reads="main.now contract.registry ghost.written")
def written_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A result never changes after its deadline, and none is written after its payment's."""
    now = before.main.now
    return all(
        each in before.contract.registry
        or (now <= last_word(before, each.pay, rules) and _not_put_off(before, each))
        for each in after.contract.registry
    )


def _not_put_off(before: State, result: Result) -> bool:
    was = _result(before, result.pay)
    return was is None or result.deadline <= was.deadline


def _touched(before: State, after: State) -> list[Pay]:
    """The payments of which the registry says something else than before."""
    return [each.pay for each in after.contract.registry if each not in before.contract.registry]


def _not_raisable(before: State, action: Any, after: State, rules: Rules) -> Finding:
    pay = _touched(before, after)[0]
    written = _result(after, pay)
    numbers = {
        "now": before.main.now,
        "deadline": written.deadline if written else 0,
        "by the rules": last_word(after, pay, rules),
    }
    return Finding("a result can be raised too long, or not long enough", numbers)


@whenever("CP-RAISABLE", _not_raisable, reads="contract.registry ghost.written")
def raisable(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The maximum is final at once; less can be raised for the resolve window, or until the
    payment's deadline."""
    return all(
        result is None or result.deadline == last_word(after, pay, rules)
        for pay in _touched(before, after)
        for result in [_result(after, pay)]
    )


def _otherwise(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "written": registered(after, action.pay),
        "right": _right_amount(action, rules),
    }
    return Finding("the registry says something else than it was shown", numbers)


@whenever("CP-RESULT", _otherwise, after=(Resolve, ResolveVouched))
def as_told(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A resolved payment gives what its conditions give, or what both have signed."""
    return registered(after, action.pay) == _right_amount(action, rules)


def _right_amount(action: Any, rules: Rules) -> Wei:
    if isinstance(action, Resolve):
        return value(action.pay, rules)
    amount: Wei = action.amount
    return amount


def _not_its_logic(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"written": registered(after, action.pay), "right": gives(action.pay)}
    return Finding("a payment gives something else than its conditions say", numbers)


@whenever("CP-LOGIC", _not_its_logic, after=(Resolve,))
def by_its_logic(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A payment resolved by its conditions gives what its logic is called after: everything or
    nothing, their sum, the largest or the smallest; and no more than its maximum."""
    return registered(after, action.pay) == gives(action.pay)


def gives(pay: Pay) -> Wei:
    """What the outcomes of its conditions come to, in wei; without conditions everything."""
    said = sorted([condition.outcome for condition in pay.conditions])
    if not said:
        return pay.most
    by_name = {
        Logic.AND: pay.most if said[0] else 0,
        Logic.OR: pay.most if said[-1] else 0,
        Logic.ADD: sum(said),
        Logic.MAX: said[-1],
        Logic.MIN: said[0],
    }
    return min(by_name[pay.logic], pay.most)


# Who deserves them ------------------------------------------------------------------------------


def _above(state: State, rules: Rules) -> Finding:
    worst = max(state.contract.registry, key=lambda each: each.amount - each.pay.most)
    return Finding(
        "a result is above the maximum", {"amount": worst.amount, "most": worst.pay.most}
    )


@always("CP-MOST", _above, reads="contract")
def within_maximum(state: State, rules: Rules) -> bool:
    """No payment gives more than its maximum."""
    return all(each.amount <= each.pay.most for each in state.contract.registry)


def _undeserved(before: State, action: Any, after: State, rules: Rules) -> Finding:
    now = before.main.now
    if isinstance(action, ResolveVouched):
        return Finding("a result that not both had signed", {"amount": action.amount})
    if now < final_from(action.pay):
        return Finding("a condition was not final", {"now": now, "final": final_from(action.pay)})
    return Finding("the preimage was not known", {"lock": action.pay.number})


@whenever("CP-DESERVED", _undeserved, after=(Resolve, ResolveVouched))
def deserved(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A result needs the preimage and final conditions, or the signatures of payer and payee."""
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


@whenever("CP-CLEARED", _wrongly_added, after=(ClearPays,))
def as_registered(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Pending payments count once, when the registry says its last word, as it says."""
    shown = before.contract.states[action.payer]
    return after.contract.cleared[action.payer] == _sum(before, shown.pays) and all(
        last_word(before, pay, rules) < before.main.now for pay in shown.pays
    )


def _sum(state: State, pays: tuple[Pay, ...]) -> Wei:
    return sum([registered(state, pay) for pay in pays])


REGISTRY: tuple[Invariant, ...] = (
    results_grow,
    written_in_time,
    raisable,
    within_maximum,
    as_told,
    by_its_logic,
    deserved,
    as_registered,
)
