"""Block space of the main chain, for mass exits.

The main chain takes a limited number of exits and challenges in each period; payment is not
counted. Space is auctioned and honest parties pay what it takes: a transaction of the coalition
does not get in where it would leave less than honest parties need by the end of the period. What
remains is the plain shortage: more honest answers than there is space.
"""

from attrs import evolve

from spec.kernel.basics import Party, Seconds
from spec.plasma.refusals import BlockSpaceTaken, Outbid
from spec.plasma.rules import Rules
from spec.plasma.state import Contract, State, is_honest
from spec.plasma.wallet import answers_due

UNLIMITED = 10**9
"""Answers for which there is room where the main chain's space is not limited."""


def take_space(state: State, by: Party, rules: Rules) -> Contract:
    """The contract after one exit-game transaction got into the current period.

    Raises BlockSpaceTaken, Outbid.
    """
    if rules.block_space == 0:
        return state.contract
    contract = current_period(state.contract, state.main.now, rules)
    if contract.used >= rules.block_space:
        raise BlockSpaceTaken(contract.used, rules.block_space)
    if not is_honest(state, by):
        _let_honest_pass(state, contract, rules)
    return evolve(contract, used=contract.used + 1)


def _let_honest_pass(state: State, contract: Contract, rules: Rules) -> None:
    end = contract.window + rules.exit_period
    needed = sum(1 for deadline in answers_due(state, rules) if deadline < end)
    left = rules.block_space - contract.used - 1
    if left < needed:
        raise Outbid(left, needed)


def current_period(contract: Contract, now: Seconds, rules: Rules) -> Contract:
    """The contract with the period of block space that contains `now`; periods follow each other
    from the first use on."""
    passed = (now - contract.window) // rules.exit_period
    if passed == 0:
        return contract
    return evolve(contract, window=contract.window + passed * rules.exit_period, used=0)


def room(state: State, rules: Rules, start: Seconds, end: Seconds) -> int:
    """How many exits and challenges the main chain still takes from `start` to `end`, both
    included, in seconds; where space is unlimited, more than anybody needs."""
    if rules.block_space == 0:
        return UNLIMITED
    if end < start:
        return 0
    contract = current_period(state.contract, start, rules)
    further = (end - contract.window) // rules.exit_period
    return rules.block_space - contract.used + further * rules.block_space
