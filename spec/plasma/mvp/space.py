"""Block space of the main chain, for mass exits.

The main chain takes a limited number of exits and challenges in each period; payment is not
counted. Space is auctioned and honest parties pay what it takes: a transaction of the coalition
does not get in where it would leave less than honest parties need by the end of the period. What
remains is the plain shortage: more honest answers than there is space.
"""

from attrs import evolve

from spec.kernel.basics import Party
from spec.plasma.mvp.answers import answers_due
from spec.plasma.mvp.periods import current_period, room
from spec.plasma.mvp.refusals import BlockSpaceTaken, Outbid
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import Contract, State, is_honest


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
    """Where honest answers need all the space up to some deadline, the coalition gets none of it.

    An overdue answer needs space at once: the clock waits for it as soon as there is room. Raises
    Outbid.
    """
    now = state.main.now
    for answers, deadline in enumerate(sorted(answers_due(state, rules)), start=1):
        left = room(contract, rules, now, max(now, deadline))
        if left <= answers:
            raise Outbid(left, answers)
