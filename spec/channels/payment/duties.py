"""What honest parties must do in time, computed from what each of them knows.

Off chain nothing is ever owed: messages are lost. On the main chain an honest party answers a
stale close within the window, and calls for the payment after it. Who is away owes nothing but to
be back in time.
"""

from spec.channels.payment.closing import Challenge, Punish, Settle
from spec.channels.payment.contract import Claim
from spec.channels.payment.memory import Memory
from spec.channels.payment.presence import Return
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, side_of
from spec.kernel.basics import Party, Seconds
from spec.kernel.protocol import Obligation


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """The answers that honest parties owe, and when those who are away are back."""
    claim, people = state.contract.claim, state.people
    duties = [
        Obligation(state.absence.back[side_of(party)], party, Return(party))
        for party in people.offline
    ]
    if claim is not None:
        for party in PARTIES:
            if is_there(people, party):
                duties += answers(party, state.memory[side_of(party)], claim, rules)
    return tuple(duties)


def answers(party: Party, memory: Memory, claim: Claim, rules: Rules) -> list[Obligation]:
    """What a party owes while a claim waits for the end of its window."""
    after = claim.deadline + 1
    duties = [Obligation(claim.deadline + rules.peer.patience, party, Settle(party), opens=after)]
    if rules.replaces(memory.held.number, claim.version.number):
        duties.append(Obligation(claim.deadline, party, Challenge(party, memory.held)))
    elif claim.by != party and rules.punishes(claim.version.number, memory.heard):
        duties.append(Obligation(claim.deadline, party, Punish(party, memory.heard)))
    return duties


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When a window ends; what honest parties owe has its own deadlines."""
    claim = state.contract.claim
    return () if claim is None else (claim.deadline,)
