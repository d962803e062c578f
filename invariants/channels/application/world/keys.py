"""When two states of a channel are the same for all that can still happen.

Every deadline is fixed when it begins (`timeline`), so of the clock a state keeps how far these are
apart, which rules that set them right never change, and on which side of each it is. An answer may
have begun at any moment between two of them: of the moment by which it comes a state keeps only
where it stands among the others. Of the line
only what is not older than the turn record can still be shown.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial

from spec.channels.application.evidence import AppState
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
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
    )
    fixed, answered = places(state, rules), tuple([bar + 1 for bar, _ in bars(state)])
    points = (*fixed, *answered)
    apart = tuple([point - points[0] for point in fixed])
    order = tuple([tuple([(bar >= each) + (bar > each) for each in points]) for bar in answered])
    if contract.phase == Phase.CHALLENGE:
        points = (*points, *[point - 1 for point in fixed])  # an answer may begin now
    return partial(_at, lasting, (apart, order), points)


def _at(lasting: Hashable, apart: Hashable, points: tuple[Seconds, ...], now: Seconds) -> Hashable:
    return lasting, (apart, tuple([now >= point for point in points]))


@lru_cache(maxsize=65_536)
def _body(body: AppState) -> Hashable:
    return flat(body)
