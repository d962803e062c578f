"""What honest parties must do in time, computed from what each of them knows.

Off chain nothing is ever owed: messages are lost. On the main chain an honest party answers a
stale close within its reaction, and calls for the payment after the window. Who is away owes
nothing but to be back in time.
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

STALE = "a stale claim"
"""The need that a challenge and a penalty answer, whatever the party learns meanwhile."""
SETTLEMENT = "a window that is over"
"""The need that a call for the payment answers."""


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """The answers that honest parties owe, and when those who are away are back."""
    claim, people = state.contract.claim, state.people
    duties = [
        Obligation(state.absence.back[side_of(party)], party, Return(party), punctual=True)
        for party in people.offline
    ]
    if claim is not None:
        for party in PARTIES:
            if is_there(people, party):
                duties += answers(party, state.memory[side_of(party)], claim, rules)
    return tuple(duties)


def answers(party: Party, memory: Memory, claim: Claim, rules: Rules) -> list[Obligation]:
    """What a party owes while a claim waits for the end of its window."""
    end = claim.deadline
    until = end + rules.peer.reaction
    duties = [Obligation(until, party, Settle(party), end + 1, SETTLEMENT, since=end)]
    if rules.replaces(memory.held.number, claim.version.number):
        duties.append(Obligation(end, party, Challenge(party, memory.held), need=STALE))
    elif claim.by != party and rules.punishes(claim.version.number, memory.heard):
        duties.append(Obligation(end, party, Punish(party, memory.heard), need=STALE))
    return duties


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When a window ends; what honest parties owe has its own deadlines."""
    claim = state.contract.claim
    return () if claim is None else (claim.deadline,)
