"""The periods of block space: how many exits and challenges fit between two points in time.

Periods are one exit period long and follow each other without a gap.
"""

from attrs import evolve

from spec.kernel.basics import Seconds
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import Contract

UNLIMITED = 10**9


def current_period(contract: Contract, now: Seconds, rules: Rules) -> Contract:
    """The contract with the period of block space that contains `now`."""
    passed = (now - contract.window) // rules.exit_period
    if passed == 0:
        return contract
    return evolve(contract, window=contract.window + passed * rules.exit_period, used=0)


def room(contract: Contract, rules: Rules, start: Seconds, end: Seconds) -> int:
    """How many exits and challenges the main chain still takes from `start` to `end`, both
    included, in seconds, the end not before the start; where space is unlimited, more than anybody
    needs."""
    if rules.block_space == 0:
        return UNLIMITED
    period = current_period(contract, start, rules)
    further = (end - period.window) // rules.exit_period
    return rules.block_space - period.used + further * rules.block_space


def next_room(contract: Contract, rules: Rules, now: Seconds) -> Seconds:
    """From when on the main chain takes another exit or challenge; 0: at once."""
    if rules.block_space == 0:
        return 0
    period = current_period(contract, now, rules)
    return period.window + rules.exit_period if period.used >= rules.block_space else 0
