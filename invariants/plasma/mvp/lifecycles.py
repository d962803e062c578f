"""What goes through stages in Plasma MVP: exits, and the outputs behind them."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.plasma.mvp.state import State, Status

STAGES = {
    Status.PENDING: "pending",
    Status.PAID: "paid",
    Status.CANCELLED: "cancelled",
    Status.FAILED: "set aside",
}


def exits(state: State) -> Mapping[Hashable, str]:
    """The status of every exit on record."""
    return {key: STAGES[exit.status] for key, exit in state.contract.exits.items()}


def outputs(state: State) -> Mapping[Hashable, str]:
    """What has become of every output that stands in a public, valid block, or was deposited."""
    stages: dict[Hashable, str] = {}
    leaving = {exit.output: exit.status for exit in state.contract.exits.values()}
    for position in state.side.ledger.outputs:
        if position in leaving:
            stages[position] = STAGES[leaving[position]].replace("pending", "leaving")
        else:
            stages[position] = "spent" if position in state.side.ledger.spent else "unspent"
    return stages


LIFECYCLES = (
    Lifecycle("an exit", exits, (("mvp", "double"), ("hardened", "double"), ("mvp", "reverting"))),
    Lifecycle("an output", outputs, (("mvp", "double"), ("hardened", "double"))),
)
