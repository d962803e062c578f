"""When two states of a channel are the same for all that can still happen.

Every deadline is fixed when it begins (`timeline`), so of the clock a state keeps how far these are
apart, which rules that set them right never change, and on which side of each it is. Of the line
only what is not older than the turn record can still be shown.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial

from spec.channels.application.evidence import AppState
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.application.timeline import places
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER, Seconds
from spec.kernel.flat import flat
from spec.kernel.reaction import bars


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    main, contract, network, ghost = state.main, state.contract, state.network, state.ghost
    lasting = (
        contract.held,
        contract.deposited,
        contract.phase.value,
        contract.record,
        _body(contract.claimed),
        contract.paid,
        tuple([_body(body) for body in network.line[max(contract.record - 1, 0) :]]),
        len(network.line),
        network.agreed,
        tuple([main.accounts[party, ETHER] for party in PARTIES]),
        ghost.challenged,
        ghost.cleared,
    )
    points = (*places(state, rules), *[bar + 1 for bar, _ in bars(state)])
    apart = tuple([point - points[0] for point in points])
    return partial(_at, lasting, apart, points)


def _at(lasting: Hashable, apart: Hashable, points: tuple[Seconds, ...], now: Seconds) -> Hashable:
    return lasting, (apart, tuple([now >= point for point in points]))


@lru_cache(maxsize=65_536)
def _body(body: AppState) -> Hashable:
    return flat(body)
