"""Which points in time matter to a channel: the ends of the phase that the contract is in.

Every deadline is fixed when its phase begins, so a state needs to know of the clock only on which
side of each of them it is.
"""

from spec.channels.multiparty.disputes import windows_end
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Contract, Phase, State
from spec.channels.multiparty.trading import trading_ends, voting_ends
from spec.kernel.basics import Seconds


def deadlines(contract: Contract, rules: Rules) -> tuple[Seconds, ...]:
    """The last moments of the present phase at which something is possible."""
    if contract.phase == Phase.TRADING:
        return (voting_ends(contract, rules),)
    if contract.phase == Phase.CALLED:
        return (
            rules.challenges_until(contract.since, rules),
            rules.answers_until(contract.since, rules),
        )
    if contract.phase == Phase.SETTLING:
        return (contract.since + rules.settling_period,)
    return ()


def ends_at_the_latest(contract: Contract, rules: Rules) -> Seconds:
    """When the present phase is over if anybody honest is there to end it, in seconds."""
    if contract.phase == Phase.TRADING:
        over = voting_ends(contract, rules)
    elif contract.phase == Phase.CALLED:
        over = windows_end(contract, rules)
    else:
        over = contract.since + rules.settling_period
    return over + rules.member.patience


def promised_end(state: State, rules: Rules) -> Seconds:
    """The same by the ghost's clock and the rules' periods, whatever times the contract has set
    itself and whoever decides when a window is over."""
    phase = state.contract.phase
    if phase == Phase.TRADING:
        lasts = rules.trading_period + rules.voting_period
    elif phase == Phase.CALLED:
        lasts = rules.challenge_period + rules.answer_period
    else:
        lasts = rules.settling_period
    return state.ghost.began + lasts + rules.member.patience


def moved(state: State, rules: Rules) -> tuple[Seconds, Seconds]:
    """By how much the contract's clock and its end of the phase are later, or earlier, than the
    ghost's: under sound rules by nothing."""
    contract = state.contract
    if contract.phase == Phase.CLOSED:
        return 0, 0
    begins = contract.started if contract.phase == Phase.TRADING else contract.since
    clocks = begins - state.ghost.began
    ends = ends_at_the_latest(contract, rules) - promised_end(state, rules)
    return clocks, ends


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When something changes."""
    contract = state.contract
    if contract.phase == Phase.CLOSED:
        return ()
    begins = (trading_ends(contract, rules),) if contract.phase == Phase.TRADING else ()
    return (*begins, *deadlines(contract, rules), ends_at_the_latest(contract, rules))


def places(contract: Contract, rules: Rules) -> tuple[Seconds, ...]:
    """The first moments at which something is different: the end of trading, and the second after
    each deadline. What lies between two of them is the same."""
    if contract.phase == Phase.CLOSED:
        return ()
    begins = (trading_ends(contract, rules),) if contract.phase == Phase.TRADING else ()
    ends = (*deadlines(contract, rules), ends_at_the_latest(contract, rules))
    return (*begins, *(end + 1 for end in ends))
