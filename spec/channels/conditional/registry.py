"""The registry of payments: results by conditions, or by what payer and payee have signed.

A result only grows. The maximum is final at once; anything less can be raised for a while, but not
after the payment's own deadline. After a result's deadline nothing is written.

Source: reference section 4; Celer's `PayResolver` and `PayRegistry`.
"""

from attrs import evolve

from spec.channels.conditional.actions import Resolve, ResolveVouched
from spec.channels.conditional.knowledge import by_rules, can_show_voucher, knows_preimage
from spec.channels.conditional.offchain import revealed_to_both
from spec.channels.conditional.pays import Pay, all_final, final_from
from spec.channels.conditional.refusals import (
    AboveMaximum,
    NotMore,
    NotSigned,
    PreimageUnknown,
    TooEarly,
    TooLate,
)
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Result, State
from spec.channels.conditional.timeline import closes, result_of
from spec.channels.sides import side_of
from spec.channels.windows import is_over
from spec.kernel.basics import Seconds, Wei


def resolve(state: State, action: Resolve, rules: Rules) -> State:
    """The result is what the conditions give, and the preimage is public.

    Raises PreimageUnknown, TooEarly, AboveMaximum, TooLate, NotMore.
    """
    pay, now = action.pay, state.main.now
    if not knows_preimage(state, side_of(action.by), pay):
        raise PreimageUnknown(action.by, pay.number)
    if not all_final(pay, now):
        raise TooEarly(now, final_from(pay))
    written = _written(state, pay, by_rules(pay, rules), rules)
    return evolve(written, network=revealed_to_both(written.network, pay.number))


def resolve_vouched(state: State, action: ResolveVouched, rules: Rules) -> State:
    """The result is what both have signed.

    Raises NotSigned, AboveMaximum, TooLate, NotMore.
    """
    if not can_show_voucher(state, action.by, action.pay, action.amount):
        raise NotSigned(action.by)
    return _written(state, action.pay, action.amount, rules)


def _written(state: State, pay: Pay, amount: Wei, rules: Rules) -> State:
    contract, now = state.contract, state.main.now
    if amount > pay.most:
        raise AboveMaximum(amount, pay.most)
    until = closes(contract, pay)
    if is_over(now, until):
        raise TooLate(now, until)
    stands = result_of(contract, pay)
    if stands is not None and not rules.raises(amount, stands.amount):
        raise NotMore(amount, stands.amount)
    others = [each for each in contract.registry if each.pay != pay]
    result = Result(pay, amount, _deadline(pay, amount, stands, now, rules))
    return evolve(state, contract=evolve(contract, registry=(*others, result)))


def _deadline(pay: Pay, amount: Wei, stands: Result | None, now: Seconds, rules: Rules) -> Seconds:
    """The last moment to raise the result: now for the maximum; else the first result sets it."""
    if amount == pay.most:
        return now
    return min(now + rules.resolve_window, pay.deadline) if stands is None else stands.deadline
