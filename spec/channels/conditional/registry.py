"""The registry of payments: results by conditions, or by what payer and payee have signed.

A result only grows. The maximum is final at once; anything less can be raised for a while, but not
after the payment's own deadline. After a result's deadline nothing is written.

Source: reference section 4; Celer's `PayResolver` and `PayRegistry`.
"""

from attrs import evolve

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
from spec.kernel.action import Call
from spec.kernel.basics import Seconds, Wei


class Resolve(Call, says="resolves payment #{pay.number} by its conditions"):
    """Show the registry the preimage, which is public then; the conditions say the amount."""

    pay: Pay

    def step(self, state: State, rules: Rules) -> State:
        """Raises PreimageUnknown, TooEarly, AboveMaximum, TooLate, NotMore."""
        pay, now = self.pay, state.main.now
        if not knows_preimage(state, side_of(self.by), pay):
            raise PreimageUnknown(self.by, pay.number)
        if not all_final(pay, now):
            raise TooEarly(now, final_from(pay))
        written = _written(state, pay, by_rules(pay, rules), rules)
        return evolve(written, network=revealed_to_both(written.network, pay.number))


class ResolveVouched(Call, says="resolves payment #{pay.number} by the voucher for {amount}"):
    """Show the registry a result that payer and payee have signed."""

    pay: Pay
    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotSigned, AboveMaximum, TooLate, NotMore."""
        if not can_show_voucher(state, self.by, self.pay, self.amount):
            raise NotSigned(self.by)
        return _written(state, self.pay, self.amount, rules)


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
