"""What must be seen to happen where towers watch: every step, and every end of a breach."""

from typing import Any

from invariants.channels.watchtower.records import ENDS
from invariants.channels.watchtower.service import ended
from invariants.kernel.claims import Witness
from invariants.kernel.stock import happens
from spec.channels.people import is_honest
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import State


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before.people, action.by)


def _by_coalition(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not is_honest(before.people, action.by)


def _stale(before: State, action: disputes.Close, after: State, rules: Rules) -> bool:
    return action.version.number < before.talk.versions[-1].number


def _breached(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A stale version is paid out."""
    newest, outcome = before.talk.versions[-1].number, after.service.outcome
    return outcome is not None and outcome.number < newest


def _rewarded(before: State, action: Any, after: State, rules: Rules) -> bool:
    answered = before.service.answered_by is not None or isinstance(action, disputes.Respond)
    return ended(before, after) and answered


def _outdone(before: State, action: disputes.Respond, after: State, rules: Rules) -> bool:
    """A second tower's answer takes the reward over."""
    return before.service.answered_by not in (None, after.service.answered_by)


def _compensated(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.service.compensated > before.service.compensated


def _burned(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.service.burned > before.service.burned


WITNESSES: tuple[Witness, ...] = (
    happens("TW-W-UPDATE", "A version is signed.", offchain.UpdateChannel),
    Witness("TW-W-HAND-OVER", "An appointment is handed over.", _by_honest, (offchain.HandOver,)),
    Witness(
        "TW-W-HAND-OVER-C",
        "A dishonest customer hands one over.",
        _by_coalition,
        (offchain.HandOver,),
    ),
    Witness("TW-W-RECEIPT", "An honest tower signs for it.", _by_honest, (offchain.GiveReceipt,)),
    Witness(
        "TW-W-RECEIPT-C", "A dishonest tower signs for it.", _by_coalition, (offchain.GiveReceipt,)
    ),
    happens("TW-W-CRASH", "A tower crashes.", offchain.Crash),
    happens("TW-W-LEAVE", "The customer goes away.", offchain.Leave),
    happens("TW-W-RETURN", "It comes back.", offchain.Return),
    Witness("TW-W-CLOSE", "An honest party closes.", _by_honest, (disputes.Close,)),
    Witness("TW-W-STALE", "A stale version is claimed.", _stale, (disputes.Close,)),
    happens("TW-W-TOGETHER", "Both close by agreement.", disputes.CloseTogether),
    Witness(
        "TW-W-ANSWER", "An honest party answers a claim itself.", _by_honest, (disputes.Answer,)
    ),
    Witness("TW-W-ANSWER-C", "A dishonest party answers.", _by_coalition, (disputes.Answer,)),
    Witness("TW-W-RESPOND", "An honest tower answers a breach.", _by_honest, (disputes.Respond,)),
    Witness("TW-W-RESPOND-C", "A dishonest tower answers.", _by_coalition, (disputes.Respond,)),
    Witness("TW-W-OUTDONE", "A later answer takes the reward over.", _outdone, (disputes.Respond,)),
    happens("TW-W-SETTLE", "A claim is paid out.", disputes.Settle),
    Witness("TW-W-BREACH", "A stale version is paid out.", _breached, (disputes.Settle,)),
    Witness("TW-W-REWARD", "A tower is paid its reward.", _rewarded, ENDS),
    happens("TW-W-REGISTER", "A tower locks its bond.", service.Register),
    happens("TW-W-ANNOUNCE", "A tower announces that it goes.", service.Announce),
    happens("TW-W-WITHDRAW", "A bond goes home.", service.WithdrawBond),
    Witness(
        "TW-W-RECOURSE", "An honest customer shows a receipt.", _by_honest, (service.Recourse,)
    ),
    Witness(
        "TW-W-COMPENSATED", "A bond pays a customer's loss.", _compensated, (service.Recourse,)
    ),
    Witness("TW-W-BURNED", "The rest of a bond is burned.", _burned, (service.Recourse,)),
)
