"""What goes through stages in the multi-party channel: epochs, payments and disputes."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.channels.multiparty.evidence import Dispute
from spec.channels.multiparty.state import Phase, State, Trade

PHASES = {
    Phase.TRADING: "trading and voting",
    Phase.CALLED: "called: disputes",
    Phase.SETTLING: "settling receipts",
    Phase.STALLED: "stalled",
}


def epochs(state: State) -> Mapping[Hashable, str]:
    """The phase of the present epoch; the ones before are over."""
    contract = state.contract
    stages: dict[Hashable, str] = dict.fromkeys(range(1, contract.epoch), "over")
    if contract.phase != Phase.CLOSED:
        stages[contract.epoch] = PHASES[contract.phase]
    return stages


def payments(state: State) -> Mapping[Hashable, str]:
    """How far each payment of the present epoch has come."""
    epoch = state.contract.epoch
    return {(epoch, n): progress(trade) for n, trade in enumerate(state.network.trades)}


def progress(trade: Trade) -> str:
    """The last of the steps A1 to A4 that a payment has taken."""
    if trade.receipted:
        return "A4: receipted"
    if trade.sent:
        return "A3: with the leader"
    return "A2: countersigned" if trade.countersigned else "A1: requested"


def disputes(state: State) -> Mapping[Hashable, str]:
    """What each dispute of the present epoch waits for."""
    return {party: waits_for(dispute) for party, dispute in state.contract.disputes.items()}


def waits_for(dispute: Dispute) -> str:
    """Whose turn it is."""
    if dispute.answered:
        return "answered"
    return "challenged" if dispute.challenged else "to be proved"


LIFECYCLES = (
    Lifecycle(
        "an epoch under the seed's rules",
        epochs,
        (("literal", "tiny-challenger"), ("literal", "tiny-leader")),
    ),
    Lifecycle(
        "an epoch under the repaired rules",
        epochs,
        (("sound", "tiny-challenger"), ("sound", "tiny-leader")),
    ),
    Lifecycle("a payment", payments, (("literal", "tiny-friends"), ("literal", "past-challenger"))),
    Lifecycle(
        "a dispute under the repaired rules",
        disputes,
        (("sound", "tiny-challenger"), ("sound", "tiny-leader")),
    ),
)
