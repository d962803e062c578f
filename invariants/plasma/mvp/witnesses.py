"""What must be seen to happen in Plasma MVP: every action, and every honest reaction.

A claim that holds in runs where nothing happens holds for nothing.
"""

from collections.abc import Callable
from typing import Any

from invariants.kernel.claims import Witness
from spec.plasma.mvp.blocks import Confirm, Deposit, Send, SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.payments import FinalizeExits, RefusePayments
from spec.plasma.mvp.resync import Resync
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import COALITION, State, Status, View, is_honest

Seen = Callable[[State, Any, State, Rules], bool]


def _always(before: State, action: Any, after: State, rules: Rules) -> bool:
    return True


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before, action.by)


def _by_coalition(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not is_honest(before, action.by)


def _honest_views(state: State) -> list[View]:
    return [view for party, view in state.knowledge.items() if party != COALITION]


def _alarms(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    return any(
        was.alarm is None and now.alarm is not None
        for was, now in zip(_honest_views(before), _honest_views(after), strict=True)
    )


def _withheld(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    return len(action.shown_to) == 0


def _invalid(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    return len(action.shown_to) > 0 and after.ghost.bad_blocks > before.ghost.bad_blocks


def _valid(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    return after.ghost.bad_blocks == before.ghost.bad_blocks


def _takes_fees(before: State, action: Any, after: State, rules: Rules) -> bool:
    return isinstance(action, StartFeeExit) or (
        _valid(before, action, after, rules)
        and any(len(transaction.inputs) == 0 for transaction in action.transactions)
    )


def _accepted(before: State, action: Any, after: State, rules: Rules) -> bool:
    return any(position not in before.ghost.owed for position in after.ghost.owed)


def _given_away(before: State, action: Any, after: State, rules: Rules) -> bool:
    return any(position not in after.ghost.owed for position in before.ghost.owed)


def _alarmed_exit(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before, action.by) and before.knowledge[action.by].alarm is not None


def _became(status: Status, honest: bool) -> Seen:
    def seen(before: State, action: Any, after: State, rules: Rules) -> bool:
        earlier = before.contract.exits
        for key, exit in after.contract.exits.items():
            if exit.status == status and is_honest(after, exit.owner) == honest:
                was = earlier.get(key)
                if was is not None and was.status == Status.PENDING:
                    return True
        return False

    return seen


CANCELLING = (ChallengeExit, StartExit)

WITNESSES: tuple[Witness, ...] = (
    Witness("PL-W-DEPOSIT", "An honest wallet deposits.", _by_honest, (Deposit,)),
    Witness("PL-W-DEPOSIT-C", "A dishonest user deposits.", _by_coalition, (Deposit,)),
    Witness("PL-W-SEND", "An honest wallet signs a transaction.", _always, (Send,)),
    Witness("PL-W-BLOCK", "A valid block lands and is shown.", _valid, (SubmitBlock,)),
    Witness("PL-W-WITHHELD", "A block is withheld.", _withheld, (SubmitBlock,)),
    Witness("PL-W-INVALID", "An invalid block is shown.", _invalid, (SubmitBlock,)),
    Witness("PL-W-ALARM", "An honest wallet is alarmed by a block.", _alarms, (SubmitBlock,)),
    Witness("PL-W-CONFIRM", "An honest wallet confirms.", _by_honest, (Confirm,)),
    Witness("PL-W-ACCEPT", "An honest wallet accepts an output.", _accepted, (Confirm,)),
    Witness("PL-W-GIVE", "An honest wallet gives an output away.", _given_away, (Confirm,)),
    Witness("PL-W-EXIT", "An alarmed wallet exits.", _alarmed_exit, (StartDepositExit, StartExit)),
    Witness("PL-W-EXIT-C", "The coalition exits an output.", _by_coalition, (StartExit,)),
    Witness("PL-W-CHALLENGE", "An honest wallet challenges.", _by_honest, (ChallengeExit,)),
    Witness("PL-W-CHALLENGE-C", "The coalition challenges.", _by_coalition, (ChallengeExit,)),
    Witness(
        "PL-W-CANCELLED",
        "An exit of the coalition is cancelled.",
        _became(Status.CANCELLED, False),
        CANCELLING,
    ),
    Witness(
        "PL-W-FINALIZE", "An honest wallet calls for its payment.", _by_honest, (FinalizeExits,)
    ),
    Witness("PL-W-PAID", "An honest wallet is paid.", _became(Status.PAID, True), (FinalizeExits,)),
    Witness("PL-W-PAID-C", "The coalition is paid.", _became(Status.PAID, False), (FinalizeExits,)),
    Witness(
        "PL-W-FAILED",
        "A payment to the coalition is set aside.",
        _became(Status.FAILED, False),
        (FinalizeExits,),
    ),
    Witness(
        "PL-W-FEES",
        "The operator takes fees, by an exit or in a block.",
        _takes_fees,
        (StartFeeExit, SubmitBlock),
    ),
    Witness("PL-W-RESYNC", "A wallet comes back, or joins late.", _always, (Resync,)),
    Witness("PL-W-REFUSE", "An account starts to refuse payments.", _always, (RefusePayments,)),
)
