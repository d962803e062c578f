"""What must be seen to happen in a channel: every step A1 to B4, and every end of an epoch."""

from collections.abc import Callable
from typing import Any

from invariants.channels.multiparty.money import ENDS, epoch_ended
from invariants.kernel.claims import Witness
from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.evidence import Verdict
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, is_honest

Seen = Callable[[State, Any, State, Rules], bool]


def _always(before: State, action: Any, after: State, rules: Rules) -> bool:
    return True


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before, action.by)


def _by_coalition(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not is_honest(before, action.by)


def _withheld_from_one(before: State, action: Any, after: State, rules: Rules) -> bool:
    trade = after.network.trades[action.trade]
    return bool(trade.payer_has != trade.payee_has)


def _verdict(verdict: Verdict, *, challenged: bool) -> Seen:
    def seen(before: State, action: Any, after: State, rules: Rules) -> bool:
        return any(
            dispute.challenged == challenged and rules.arbitrate(dispute, rules) == verdict
            for dispute in before.contract.disputes.values()
        )

    return seen


def _committed_after_call(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.contract.epoch > before.contract.epoch


def _rolled_back(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.contract.phase == Phase.TRADING and after.contract.epoch == before.contract.epoch


def _became_settling(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.contract.phase == Phase.SETTLING


def _closed(before: State, action: Any, after: State, rules: Rules) -> bool:
    return after.contract.phase == Phase.CLOSED


def _somebody_left(before: State, action: Any, after: State, rules: Rules) -> bool:
    return epoch_ended(before, after) and any(
        party not in after.contract.balances for party in before.contract.balances
    )


def _somebody_came(before: State, action: Any, after: State, rules: Rules) -> bool:
    return epoch_ended(before, after) and any(
        party not in before.contract.balances for party in after.contract.balances
    )


def _refused_receipt(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(action.refuses)


WITNESSES: tuple[Witness, ...] = (
    Witness("MP-W-A1", "A payment is requested.", _always, (trading.RequestPayment,)),
    Witness("MP-W-A2", "A payment is countersigned.", _always, (trading.Countersign,)),
    Witness("MP-W-A3", "A payment reaches the leader.", _always, (trading.SendToLeader,)),
    Witness(
        "MP-W-A3-AGAIN", "An old payment reaches it again.", _always, (trading.ReplayToLeader,)
    ),
    Witness("MP-W-A4", "An honest leader gives a receipt.", _by_honest, (trading.GiveReceipt,)),
    Witness(
        "MP-W-A4-C", "A dishonest leader gives a receipt.", _by_coalition, (trading.GiveReceipt,)
    ),
    Witness(
        "MP-W-A4-WITHHELD",
        "A receipt is withheld from one of two.",
        _withheld_from_one,
        (trading.GiveReceipt,),
    ),
    Witness("MP-W-B1", "An honest leader proposes.", _by_honest, (consensus.Propose,)),
    Witness("MP-W-B1-C", "A dishonest leader proposes.", _by_coalition, (consensus.Propose,)),
    Witness("MP-W-B2", "An honest participant votes.", _by_honest, (consensus.Vote,)),
    Witness("MP-W-B3-CONFIRM", "A checkpoint is confirmed.", _always, (consensus.Confirm,)),
    Witness(
        "MP-W-B3-COMMIT", "A checkpoint with all votes is committed.", _always, (consensus.Commit,)
    ),
    Witness("MP-W-B3-CALL", "An honest leader calls.", _by_honest, (consensus.CallContract,)),
    Witness(
        "MP-W-B3-CALL-C", "A dishonest leader calls.", _by_coalition, (consensus.CallContract,)
    ),
    Witness("MP-W-B4", "An honest participant challenges.", _by_honest, (disputes.Challenge,)),
    Witness(
        "MP-W-B4-C", "A dishonest participant challenges.", _by_coalition, (disputes.Challenge,)
    ),
    Witness(
        "MP-W-ANSWER", "An honest leader submits its list.", _by_honest, (disputes.AnswerDispute,)
    ),
    Witness(
        "MP-W-ANSWER-C",
        "A dishonest leader submits a list.",
        _by_coalition,
        (disputes.AnswerDispute,),
    ),
    Witness(
        "MP-W-LEADER-RIGHT",
        "The leader wins a dispute with a challenger.",
        _verdict(Verdict.LEADER, challenged=True),
        (disputes.Conclude,),
    ),
    Witness(
        "MP-W-CHALLENGER-RIGHT",
        "A challenger wins a dispute.",
        _verdict(Verdict.CHALLENGER, challenged=True),
        (disputes.Conclude,),
    ),
    Witness(
        "MP-W-PROVEN",
        "The leader proves the list of a member that did not challenge.",
        _verdict(Verdict.LEADER, challenged=False),
        (disputes.Conclude,),
    ),
    Witness(
        "MP-W-UNPROVEN",
        "The leader fails to prove the list of a member that did not challenge.",
        _verdict(Verdict.CHALLENGER, challenged=False),
        (disputes.Conclude,),
    ),
    Witness(
        "MP-W-COMMITTED",
        "A proposal is committed by verdict.",
        _committed_after_call,
        (disputes.Conclude,),
    ),
    Witness("MP-W-ROLLED-BACK", "An epoch is rolled back.", _rolled_back, (disputes.Conclude,)),
    Witness(
        "MP-W-CONVICTED",
        "A leader is convicted by verdict.",
        _became_settling,
        (disputes.Conclude,),
    ),
    Witness(
        "MP-W-SILENT", "A silent leader is convicted.", _became_settling, (disputes.ReportSilence,)
    ),
    Witness(
        "MP-W-SHOWN",
        "An honest participant shows receipts.",
        _by_honest,
        (settlement.ShowReceipts,),
    ),
    Witness("MP-W-SETTLED", "An epoch is settled by receipts.", _always, (settlement.Settle,)),
    Witness(
        "MP-W-ASKED", "A receipt is asked for on chain.", _by_honest, (disputes.RequestReceipt,)
    ),
    Witness(
        "MP-W-ANSWERED", "An honest leader answers that.", _by_honest, (disputes.AnswerRequest,)
    ),
    Witness(
        "MP-W-REFUSED",
        "A receipt is refused with reason.",
        _refused_receipt,
        (disputes.AnswerRequest,),
    ),
    Witness("MP-W-WISH", "An honest member asks to leave.", _by_honest, (trading.AskToLeave,)),
    Witness(
        "MP-W-FORCED", "An honest member calls for its exit.", _by_honest, (membership.ForceExit,)
    ),
    Witness("MP-W-LEFT", "A member leaves with its money.", _somebody_left, ENDS),
    Witness("MP-W-DEPOSIT", "A member deposits more.", _always, (membership.Deposit,)),
    Witness("MP-W-JOINED", "A new member joins and is counted.", _somebody_came, ENDS),
    Witness("MP-W-CLOSED", "The channel closes and everybody is paid.", _closed, ENDS),
)
