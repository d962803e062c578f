"""What must be seen to happen in a channel of conditional payments."""

from collections.abc import Callable
from typing import Any

from invariants.channels.conditional.dues import registered
from invariants.kernel.claims import Witness
from invariants.kernel.stock import happens
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
from spec.channels.conditional.state import Phase, State
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.people import is_honest

Seen = Callable[[State, Any, State, Rules], bool]


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before.people, action.by)


def _by_other(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not is_honest(before.people, action.by)


def _shows(phase: Phase, honest: bool) -> Seen:
    """While operable it begins to settle by that, while settling it answers."""

    def seen(before: State, action: Any, after: State, rules: Rules) -> bool:
        return before.contract.phase == phase and is_honest(before.people, action.by) == honest

    return seen


def _withheld(before: State, action: Any, after: State, rules: Rules) -> bool:
    shown = [offer for offer in before.network.offers if offer in action.states]
    return len(shown) > 0


def _raised(before: State, action: Any, after: State, rules: Rules) -> bool:
    return 0 < registered(before, action.pay) < registered(after, action.pay)


def _partial(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(0 < registered(after, action.pay) < action.pay.most)


def _nothing(before: State, action: Any, after: State, rules: Rules) -> bool:
    return registered(after, action.pay) == 0


def _cleared(before: State, action: Any, after: State, rules: Rules) -> bool:
    return (after.contract.cleared[action.payer] or 0) > 0


def _cleared_nothing(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(after.contract.cleared[action.payer] == 0)


def _paid_off_chain(before: State, action: Any, after: State, rules: Rules) -> bool:
    signed = before.network.signed[action.simplex.payer]
    dropped = [pay for each in signed[-1:] for pay in each.pays if pay not in action.simplex.pays]
    return len(dropped) > 0


def _settled(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.contract.phase == Phase.CLOSED


BEGINS, BEGINS_C = _shows(Phase.OPERABLE, True), _shows(Phase.OPERABLE, False)
ANSWERS, ANSWERS_C = _shows(Phase.SETTLING, True), _shows(Phase.SETTLING, False)

WITNESSES: tuple[Witness, ...] = (
    happens("CP-W-DEPOSIT", "A side deposits more.", Deposit),
    Witness("CP-W-OFFER", "An honest payer offers a state.", _by_honest, (Offer,)),
    Witness("CP-W-SIGNED", "An honest payee countersigns.", _by_honest, (Countersign,)),
    Witness("CP-W-SIGNED-C", "A dishonest payee countersigns.", _by_other, (Countersign,)),
    Witness("CP-W-OFF-CHAIN", "A payment is settled off chain.", _paid_off_chain, (Countersign,)),
    happens("CP-W-LEARNED", "A payee gets to know a preimage.", Learn),
    happens("CP-W-REVEALED", "A payee reveals a preimage.", Reveal),
    Witness("CP-W-VOUCHED", "An honest payer vouches for a result.", _by_honest, (Vouch,)),
    Witness("CP-W-COSIGNED", "An honest payee signs a voucher.", _by_honest, (CosignVoucher,)),
    Witness("CP-W-RESOLVED", "An honest payee resolves a payment.", _by_honest, (Resolve,)),
    Witness("CP-W-RESOLVED-C", "A dishonest party resolves one.", _by_other, (Resolve,)),
    Witness("CP-W-RAISED", "A result is raised by conditions.", _raised, (Resolve,)),
    Witness("CP-W-PARTIAL", "Conditions give less than the maximum.", _partial, (Resolve,)),
    Witness("CP-W-NOTHING", "Conditions give nothing.", _nothing, (Resolve,)),
    happens("CP-W-BY-VOUCHER", "A voucher is shown.", ResolveVouched),
    Witness("CP-W-SNAPSHOT", "An honest party takes a snapshot.", _by_honest, (Snapshot,)),
    Witness("CP-W-SNAPSHOT-C", "A dishonest party takes one.", _by_other, (Snapshot,)),
    Witness("CP-W-INTENT", "An honest party announces.", _by_honest, (IntendWithdraw,)),
    Witness("CP-W-INTENT-C", "A dishonest party announces.", _by_other, (IntendWithdraw,)),
    Witness("CP-W-VETO", "An honest party vetoes.", _by_honest, (VetoWithdraw,)),
    Witness("CP-W-VETO-C", "A dishonest party vetoes.", _by_other, (VetoWithdraw,)),
    Witness("CP-W-WITHDRAWN", "An honest party withdraws.", _by_honest, (ConfirmWithdraw,)),
    Witness("CP-W-WITHDRAWN-C", "A dishonest party withdraws.", _by_other, (ConfirmWithdraw,)),
    Witness("CP-W-BEGUN", "An honest party begins to settle.", BEGINS, (IntendSettle,)),
    Witness("CP-W-BEGUN-C", "A dishonest one begins.", BEGINS_C, (IntendSettle,)),
    Witness("CP-W-ANSWERED", "An honest party shows newer states.", ANSWERS, (IntendSettle,)),
    Witness("CP-W-ANSWERED-C", "A dishonest one shows newer ones.", ANSWERS_C, (IntendSettle,)),
    Witness("CP-W-WITHHELD", "An offer never returned is shown.", _withheld, (IntendSettle,)),
    Witness("CP-W-CLEARED", "A pending payment gives something.", _cleared, (ClearPays,)),
    Witness("CP-W-DROPPED", "Pending payments give nothing.", _cleared_nothing, (ClearPays,)),
    Witness("CP-W-SETTLED", "The channel closes.", _settled, (ConfirmSettle,)),
)
