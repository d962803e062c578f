"""Which points in time matter: the ends of windows, and the times of payments.

Everything that waits for a deadline happens strictly after it.
"""

from functools import lru_cache

from spec.channels.conditional.pays import Pay, Pays, final_from
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Contract, Phase, Result, Simplex, State
from spec.channels.conditional.strategy import last_start
from spec.kernel.ages import Lasting, common_unit
from spec.kernel.basics import DAY, HOUR, Seconds


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


def cleared_by(simplex: Simplex, window_ends: Seconds, rules: Rules) -> Seconds:
    """The moment until which a settlement waits for the pending payments of a direction to be added
    up; 0 if nothing is pending."""
    if not simplex.pays:
        return 0
    return rules.adds_up_until(simplex.last_deadline, window_ends, rules.clear_margin)


def waits_until(contract: Contract, rules: Rules) -> Seconds:
    """The last moment at which a settlement can still change whatever anybody omits."""
    ends = contract.window_ends
    return rules.confirms_after(
        ends, max([0, *[cleared_by(each, ends, rules) for each in contract.states]])
    )


def pays_known(state: State) -> Pays:
    """All payments in any state that was signed or offered, each once."""
    network = state.network
    states = [each for side in network.signed for each in side]
    states += [offer for offer in network.offers if offer is not None]
    return tuple(dict.fromkeys([pay for each in states for pay in each.pays]))


def all_pays(state: State) -> Pays:
    """All payments that anybody has heard of, in the order in which they came up."""
    others = [result.pay for result in state.contract.registry]
    others += [voucher.pay for voucher in state.network.vouchers]
    return tuple(dict.fromkeys((*pays_known(state), *others)))


def last_word(state: State, pay: Pay, rules: Rules) -> Seconds:
    """The same as `closes` by the ghost's clock: when results were written, and the rules' numbers.
    Only claims go by it."""
    for written in state.ghost.written:
        if written.pay == pay:
            result = result_of(state.contract, pay)
            if result is not None and result.amount == pay.most:
                return written.last
            return min(written.first + rules.resolve_window, pay.deadline)
    return pay.deadline


def known_in_time(state: State, pay: Pay, rules: Rules) -> bool:
    """Had the payee the time to resolve a payment, from when it knew the preimage and the
    conditions were final, by the ghost's clock? Only claims go by it."""
    learned = [each.at for each in state.ghost.learned if each.lock == pay.number]
    known = pay.number in state.network.learned
    return known and max([final_from(pay), *learned]) <= last_start(pay.deadline, rules.strategy)


def points(state: State, pays: Pays, rules: Rules) -> tuple[Lasting, ...]:
    """The points in time that a state has, and how long each matters."""
    contract, ghost = state.contract, state.ghost
    found: list[Lasting] = []
    soon = rules.strategy.reaction
    settles = rules.clear_margin + soon
    for pay in pays:
        found.append((pay.deadline, pay.deadline + settles))
        if pay.conditions:
            found.append((final_from(pay), final_from(pay)))
    for result in sorted(contract.registry, key=_number):
        found.append((result.deadline, result.deadline + soon))
        by_clock = last_word(state, result.pay, rules)
        found.append((by_clock, by_clock + soon))
    if contract.intent is not None:
        found.append((contract.intent.until, contract.intent.until))
        found.append((ghost.announced + rules.window, ghost.announced + rules.window))
    if contract.phase == Phase.SETTLING:
        first_end = ghost.settling_since + rules.window
        found.append((first_end, first_end + settles))
        found.append((contract.window_ends, contract.window_ends + settles))
    return tuple(found)


def _number(result: Result) -> tuple[int, int]:
    return result.pay.number, result.pay.deadline


@lru_cache(maxsize=64)
def unit(rules: Rules) -> Seconds:
    """All constants are multiples of it: payments of a scope last whole days.

    Where there is none of an hour at least, days serve: the key that rests on it then fails its
    test, and is not used.
    """
    common = common_unit(
        DAY, rules.window, rules.resolve_window, rules.clear_margin, rules.strategy.reaction
    )
    return common if common >= HOUR else DAY


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When something changes, now or by what may begin then: whole units before and after every
    point in time, as long as it matters."""
    if state.contract.phase == Phase.CLOSED:
        return ()
    now, step = state.main.now, unit(rules)
    found: set[Seconds] = set()
    for point, last in points(state, all_pays(state), rules):
        found.update(range(now + (point - now) % step, last + 1, step))
    return tuple(sorted(found))
