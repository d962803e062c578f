"""Which points in time matter: the ends of windows, and the times of payments.

Everything that waits for a deadline happens strictly after it.
"""

from spec.conditional.pays import Pay, Pays, final_from
from spec.conditional.rules import Rules
from spec.conditional.state import Contract, Phase, Result, Simplex, State
from spec.kernel.basics import Seconds


def result_of(contract: Contract, pay: Pay) -> Result | None:
    """What the registry says of a payment; None: nothing."""
    for result in contract.registry:
        if result.pay == pay:
            return result
    return None


def closes(contract: Contract, pay: Pay) -> Seconds:
    """The last moment at which the registry's word on a payment can change."""
    result = result_of(contract, pay)
    return pay.deadline if result is None else result.deadline


def all_closed(contract: Contract, pays: Pays) -> Seconds:
    """The last moment at which the registry's word on any of them can change; 0 for none."""
    return max([0, *[closes(contract, pay) for pay in pays]])


def cleared_by(simplex: Simplex, rules: Rules) -> Seconds:
    """The moment until which a settlement waits for the pending payments of a direction to be added
    up; 0 if nothing is pending."""
    return simplex.last_deadline + rules.clear_margin if simplex.pays else 0


def waits_until(contract: Contract, rules: Rules) -> Seconds:
    """The last moment at which a settlement can still change whatever anybody omits."""
    return rules.confirms_after(
        contract.window_ends,
        max([0, *[cleared_by(each, rules) for each in contract.states]]),
    )


def pays_known(state: State) -> Pays:
    """All payments in any state that was signed or offered, each once."""
    network = state.network
    states = [each for side in network.signed for each in side]
    states += [offer for offer in network.offers if offer is not None]
    return tuple(dict.fromkeys([pay for each in states for pay in each.pays]))


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When something changes."""
    contract = state.contract
    if contract.phase == Phase.CLOSED:
        return ()
    points: list[Seconds] = []
    if contract.intent is not None:
        points.append(contract.intent.until)
    for pay in pays_known(state):
        points += [pay.deadline, final_from(pay)]
    points += [result.deadline for result in contract.registry]
    if contract.phase == Phase.SETTLING:
        points += [contract.window_ends, waits_until(contract, rules)]
    return tuple(points)
