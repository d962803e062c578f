"""What honest wallets still have to answer in the exit game, and until when: exits after a bad
block, challenges before maturity."""

from spec.kernel.basics import Party, Position, Seconds
from spec.plasma.mvp.memory import known_spend
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import COALITION, Spend, State, Status, View, content

ExitDue = tuple[Seconds, Position]
"""An output whose exit has to be started, behind the last moment for it."""

ChallengeDue = tuple[Seconds, Position, Spend]
"""The key of an exit that has to be challenged and the spend that shows it to be false, behind the
last moment for it."""


def answers_due(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The deadlines of the honest answers that need block space: exits and challenges."""
    deadlines: tuple[Seconds, ...] = ()
    for party, view in state.knowledge.items():
        if party != COALITION:
            deadlines += tuple(last for last, _ in exits_due(state, party, view, rules))
            deadlines += tuple(last for last, _, _ in challenges_due(state, party, view, rules))
    return deadlines


def exits_due(state: State, party: Party, view: View, rules: Rules) -> tuple[ExitDue, ...]:
    """The exits that an alarmed wallet has not started yet."""
    if view.alarm is None:
        return ()
    if len(view.holdings) == 0:
        return ()
    started = {exit.output for exit in state.contract.exits.values() if exit.owner == party}
    return tuple(
        (exit_deadline(state, view.alarm, position, rules), position)
        for position in sorted(view.holdings)
        if position not in started
    )


def exit_deadline(state: State, alarm: Seconds, position: Position, rules: Rules) -> Seconds:
    """The last moment to start an exit: one period after the bad block, or after the output
    itself where that landed later."""
    block, _ = transaction_of(position)
    return max(alarm, state.contract.blocks[block].created) + rules.exit_period


def challenges_due(
    state: State, party: Party, view: View, rules: Rules
) -> tuple[ChallengeDue, ...]:
    """The challenges of exits that the wallet knows to be false, as far as it watches them."""
    duties: tuple[ChallengeDue, ...] = ()
    for key, exit in state.contract.exits.items():
        if exit.status == Status.PENDING and exit.owner != party:
            spend = known_spend(state, view, exit)
            if spend is not None and _can_challenge(state, party, view, spend, rules):
                duties = (*duties, (exit.exitable_at, key, spend))
    return duties


def _can_challenge(state: State, party: Party, view: View, spend: Spend, rules: Rules) -> bool:
    root = state.contract.blocks[spend.block].root
    if (root, spend.transaction, spend.input) not in view.confirmations:
        return False
    outputs = content(state, spend.block)[spend.transaction].outputs
    return rules.wallet.watches(any(output.owner == party for output in outputs))
