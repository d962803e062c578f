"""What must be seen to happen in an application channel: every step, and every way to the end."""

from typing import Any

from invariants.kernel.claims import Witness
from invariants.kernel.stock import happens
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.play import Agree, Move
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
from spec.channels.people import is_honest


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return is_honest(before.people, action.by)


def _by_coalition(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not is_honest(before.people, action.by)


def _clears(before: State, action: Any, after: State, rules: Rules) -> bool:
    return before.contract.phase == Phase.CHALLENGE and is_honest(before.people, action.by)


def _moves_on_chain(before: State, action: Any, after: State, rules: Rules) -> bool:
    return _clears(before, action, after, rules) and before.network.line != after.network.line


def _another_state(before: State, action: Any, after: State, rules: Rules) -> bool:
    body = action.support.claimed.body
    return body.turn < len(before.network.line) and body not in before.network.line


def _old_state(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(action.support.claimed.body.turn < before.network.line[-1].turn)


def _replaces(before: State, action: Any, after: State, rules: Rules) -> bool:
    return before.contract.phase == Phase.CHALLENGE


def _after_stall(before: State, action: Any, after: State, rules: Rules) -> bool:
    return not before.contract.claimed.final


def _part(before: State, action: Any, after: State, rules: Rules) -> bool:
    return 0 < before.contract.held < sum(before.channel.stakes)


def _other_wins(before: State, action: Any, after: State, rules: Rules) -> bool:
    outcome = before.contract.claimed.outcome
    return before.contract.claimed.final and outcome[0].amount == 0


WITNESSES: tuple[Witness, ...] = (
    Witness("APP-W-DEPOSIT", "An honest party deposits.", _by_honest, (Deposit,)),
    Witness("APP-W-DEPOSIT-C", "A dishonest party deposits.", _by_coalition, (Deposit,)),
    Witness("APP-W-MOVE", "An honest party moves.", _by_honest, (Move,)),
    Witness("APP-W-MOVE-C", "A dishonest party moves.", _by_coalition, (Move,)),
    happens("APP-W-AGREE", "Both have signed a final state.", Agree),
    Witness("APP-W-CHALLENGE", "An honest party challenges.", _by_honest, (Challenge,)),
    Witness("APP-W-CHALLENGE-C", "A dishonest one challenges.", _by_coalition, (Challenge,)),
    Witness("APP-W-OLD", "An old state is challenged.", _old_state, (Challenge,)),
    Witness(
        "APP-W-ANOTHER",
        "A state is challenged that was signed beside the line.",
        _another_state,
        (Challenge,),
    ),
    Witness("APP-W-REPLACED", "A newer challenge replaces one.", _replaces, (Challenge,)),
    Witness("APP-W-CHECKPOINT-C", "A dishonest party records.", _by_coalition, (Checkpoint,)),
    Witness("APP-W-CLEARED", "An honest party clears a challenge.", _clears, (Checkpoint,)),
    Witness(
        "APP-W-MOVED-ON-CHAIN",
        "An honest party answers with its move.",
        _moves_on_chain,
        (Checkpoint,),
    ),
    happens("APP-W-CONCLUDED", "A channel is concluded.", Conclude),
    happens("APP-W-PAID", "A final outcome is paid.", PayOut),
    Witness("APP-W-STALLED", "It is paid because somebody stalled.", _after_stall, (PayOut,)),
    Witness("APP-W-PART", "It is paid where not both have deposited.", _part, (PayOut,)),
    Witness("APP-W-BOB-WINS", "Bob wins everything.", _other_wins, (PayOut,)),
)
