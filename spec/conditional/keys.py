"""When two states of a channel are the same for all that can still happen.

Payments are named by their place in the order in which they came up. Of every point in time a state
keeps how it lies to now, as long as that can matter. A closed channel has no future.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from attrs import evolve

from spec.conditional.pays import Condition, Pay, final_from
from spec.conditional.rules import Rules
from spec.conditional.state import Phase, Result, Simplex, State, Voucher, Written
from spec.conditional.timeline import all_pays, points, unit
from spec.kernel.ages import Lasting, ages
from spec.kernel.basics import Seconds
from spec.kernel.flat import flat


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
    )
    return partial(_at, lasting, points(state, pays, rules), unit(rules))


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


def exact(state: State) -> Hashable:
    """The whole state, times included: nested tuples of non-negative ints."""
    return flat(state)


# Later ------------------------------------------------------------------------------------------


def shift(state: State, seconds: Seconds) -> State:
    """The same state, everything that many seconds later."""
    contract, network, ghost = state.contract, state.network, state.ghost
    intent = contract.intent
    settling = contract.phase == Phase.SETTLING
    return evolve(
        state,
        main=evolve(state.main, now=state.main.now + seconds),
        contract=evolve(
            contract,
            states=tuple([_later(each, seconds) for each in contract.states]),
            window_ends=contract.window_ends + seconds * settling,
            intent=None if intent is None else evolve(intent, until=intent.until + seconds),
            registry=tuple([_result_later(each, seconds) for each in contract.registry]),
        ),
        network=evolve(
            network,
            signed=tuple([tuple([_later(s, seconds) for s in side]) for side in network.signed]),
            offers=tuple(
                [None if each is None else _later(each, seconds) for each in network.offers]
            ),
            vouchers=tuple([_voucher_later(each, seconds) for each in network.vouchers]),
        ),
        ghost=evolve(
            ghost,
            settling_since=ghost.settling_since + seconds * settling,
            announced=0 if intent is None else ghost.announced + seconds,
            written=tuple([_written_later(each, seconds) for each in ghost.written]),
            on_chain=tuple([_later(each, seconds) for each in ghost.on_chain]),
        ),
    )


def _later(simplex: Simplex, seconds: Seconds) -> Simplex:
    return evolve(
        simplex,
        pays=tuple([_pay_later(pay, seconds) for pay in simplex.pays]),
        last_deadline=simplex.last_deadline + seconds if simplex.pays else 0,
    )


def _pay_later(pay: Pay, seconds: Seconds) -> Pay:
    conditions = [Condition(each.outcome, each.final_at + seconds) for each in pay.conditions]
    return evolve(pay, conditions=tuple(conditions), deadline=pay.deadline + seconds)


def _result_later(result: Result, seconds: Seconds) -> Result:
    return evolve(result, pay=_pay_later(result.pay, seconds), deadline=result.deadline + seconds)


def _written_later(written: Written, seconds: Seconds) -> Written:
    return Written(
        _pay_later(written.pay, seconds), written.first + seconds, written.last + seconds
    )


def _voucher_later(voucher: Voucher, seconds: Seconds) -> Voucher:
    return evolve(voucher, pay=_pay_later(voucher.pay, seconds))
