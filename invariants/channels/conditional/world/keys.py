"""When two states of a channel are the same for all that can still happen.

Payments are named by their place in the order in which they came up. Of every point in time a state
keeps how it lies to now, as long as that can matter. A closed channel has no future.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from spec.channels.conditional.pays import Pay, final_from
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Phase, Simplex, State
from spec.channels.conditional.timeline import all_pays, known_in_time, points, unit
from spec.kernel.ages import Lasting, ages
from spec.kernel.basics import Seconds
from spec.kernel.reaction import bars


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    contract, network = state.contract, state.network
    if contract.phase == Phase.CLOSED:
        return _closed
    pays = all_pays(state)
    place = pays.index
    intent = contract.intent
    lasting = (
        contract.phase.value,
        contract.deposits,
        contract.withdrawn,
        tuple([_simplex(each, place) for each in contract.states]),
        tuple([0 if amount is None else amount + 1 for amount in contract.cleared]),
        () if intent is None else (intent.side, intent.amount),
        tuple(sorted([(place(result.pay), result.amount) for result in contract.registry])),
        tuple([tuple([_simplex(each, place) for each in side]) for side in network.signed]),
        tuple([() if each is None else _simplex(each, place) for each in network.offers]),
        network.learned,
        network.revealed,
        tuple(sorted([(place(v.pay), v.amount, v.cosigned) for v in network.vouchers])),
        tuple([_pay(pay) for pay in pays]),
        tuple([each.seq for each in state.ghost.on_chain]),
        contract.window_ends == state.ghost.settling_since + rules.window,
        tuple([place(pay) for pay in pays if known_in_time(state, pay, rules)]),
    )
    return partial(_at, lasting, (*points(state, pays, rules), *bars(state)), unit(rules))


def _at(lasting: Hashable, points: tuple[Lasting, ...], unit: Seconds, now: Seconds) -> Hashable:
    return lasting, ages(points, now, unit)


def _closed(now: Seconds) -> Hashable:
    return ()


def _simplex(simplex: Simplex, place: Callable[[Pay], int]) -> tuple[Any, ...]:
    return (
        simplex.payer,
        simplex.seq,
        simplex.transferred,
        tuple([place(pay) for pay in simplex.pays]),
        simplex.pending,
    )


@lru_cache(maxsize=65_536)
def _pay(pay: Pay) -> tuple[Any, ...]:
    outcomes = tuple([condition.outcome for condition in pay.conditions])
    resolvable = final_from(pay) <= pay.deadline
    return (pay.number, pay.payer, pay.most, pay.logic.value, outcomes, resolvable)
