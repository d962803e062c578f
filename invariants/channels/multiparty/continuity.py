"""What goes on: an honest party's answer is heard, and whoever does not leave stays.

The counterpart of the claims about conduct: a rule that refuses too much is noticed here.
"""

from typing import Any

from invariants.channels.multiparty.money import ENDS, epoch_ended
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes
from spec.channels.multiparty.member import obligations
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import State
from spec.channels.multiparty.timeline import instants
from spec.kernel.basics import Party
from spec.kernel.clock import Wait
from spec.kernel.protocol import Obligation


def _refused(before: State, action: Any, after: State, rules: Rules) -> Finding:
    duty = _unheard(before, after, rules)[0]
    return Finding(
        "an honest party's answer was refused until its last moment",
        {"by": duty.by, "deadline": duty.deadline, "now": after.main.now},
    )


@whenever("MP-HEARD", _refused, after=(Wait,))
def heard_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What an honest participant has to do is not refused until its last moment has passed,
    unless others have taken all the disputes that an epoch can have."""
    # The clock passes a last moment only where the answer is refused. Every last moment is an
    # instant of the timeline, and most waits pass none.
    was, now = before.main.now, after.main.now
    passes = any(was <= instant < now for instant in instants(before, rules))
    return not passes or not _unheard(before, after, rules)


def _unheard(before: State, after: State, rules: Rules) -> list[Obligation]:
    was, now = before.main.now, after.main.now
    full = 0 < rules.challengers <= len(before.contract.disputes)
    return [
        duty
        for duty in obligations(before, rules)
        if was <= duty.deadline < now and not (full and isinstance(duty.action, disputes.Challenge))
    ]


def _wrong_members(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "other members go on than those who stayed or joined",
        {
            "expected": len(_staying(before, action, after, rules)),
            "members": len(after.contract.balances),
        },
    )


@whenever("MP-MEMBERS", _wrong_members, after=ENDS)
def only_leavers_leave(before: State, action: Any, after: State, rules: Rules) -> bool:
    """After an epoch exactly those are members who were or joined, and did not leave; with the
    last agreed epoch, or with fewer than two, the channel closes."""
    return not epoch_ended(before, after) or tuple(after.contract.balances) == _staying(
        before, action, after, rules
    )


def _agreed(state: State, party: Party) -> bool:
    """Has it signed the proposal: by its vote, as leader, or as one with a dishonest leader?"""
    leader, honest = state.contract.leader, state.people.honest
    if party == leader or (leader not in honest and party not in honest):
        return True
    return state.network.votes.get(party) == state.contract.proposal


def _staying(before: State, action: Any, after: State, rules: Rules) -> tuple[Party, ...]:
    contract = before.contract
    if after.contract.epoch == contract.epoch:
        return tuple(contract.balances)
    if contract.epoch == contract.last_epoch:
        return ()
    if isinstance(action, consensus.Commit):
        exits = action.checkpoint.exits
    elif contract.proposal is not None:
        exits = tuple(p for p in contract.proposal.exits if rules.puts_out(_agreed(before, p)))
    else:
        exits = (contract.leader,)
    everybody = sorted({*contract.balances, *contract.deposits})
    staying = tuple(p for p in everybody if p not in exits and p not in contract.leaving)
    return staying if len(staying) > 1 else ()


CONTINUITY = (
    heard_in_time,
    only_leavers_leave,
)
