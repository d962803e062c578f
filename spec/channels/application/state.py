"""What there is in an application channel: contract, application, who is honest.

All states of the application that the parties have come to know form one line: an honest party
signs one state per turn, and only a valid successor of the last one. What a dishonest party signed
beside it can turn up on the main chain at any time.
"""

from enum import Enum

from attrs import field, frozen

from spec.channels.application.evidence import App, AppState, Line, Turn, mover
from spec.channels.people import People
from spec.channels.sides import Pair
from spec.channels.windows import is_over
from spec.kernel.basics import GHOST, Instant, Party, Seconds, Wei
from spec.kernel.mainchain import MainChain


class Phase(Enum):
    """What the contract waits for."""

    OPEN = 0
    """Nothing: play goes on off chain."""
    CHALLENGE = 1
    """A newer state, until a moment after which the challenged one is final."""
    CONCLUDED = 2
    """Nothing: both have signed a final state."""


@frozen
class Channel:
    """What was agreed before, and never changes."""

    app: App
    stakes: Pair
    """What each side is to deposit, in wei."""


@frozen
class Contract:
    """The contract on the main chain: the adjudicator, and what it holds for the channel."""

    held: Wei
    deposited: Pair
    """By whom, as far as anybody has read the chain; the contract itself does not look at it."""
    phase: Phase
    record: Turn
    """The turn record: the highest turn that was supported here."""
    claimed: AppState
    """The state that was challenged or concluded last; the start before that."""
    ends: Instant
    """The last moment to answer the challenge; when it was concluded."""
    paid: bool


@frozen
class Network:
    """What was said off chain, or could be read off the chain."""

    line: Line
    agreed: bool
    """Have both signed the last state, which is final?"""
    since: Instant
    """When something last went on: a move, a deposit, an answer to a challenge."""


@frozen
class Ghost:
    """What a run is measured by; no rule and no strategy reads it."""

    challenged: int
    """One more than the last turn that was challenged; 0: none was."""
    since: Instant
    """When play last went on: a deposit, a move, an agreement, a checkpoint."""
    called: Instant
    """When somebody last challenged or concluded."""


@frozen
class State:
    """Everything."""

    main: MainChain
    channel: Channel
    contract: Contract
    network: Network
    people: People
    ghost: Ghost = field(metadata=GHOST)


def is_final(contract: Contract, now: Seconds) -> bool:
    """Is the outcome final: concluded, or challenged and not answered in time?"""
    return contract.phase == Phase.CONCLUDED or (
        contract.phase == Phase.CHALLENGE and is_over(now, contract.ends)
    )


def is_running(contract: Contract, now: Seconds) -> bool:
    """Is there a challenge that can be answered?"""
    return contract.phase == Phase.CHALLENGE and not is_over(now, contract.ends)


def total(channel: Channel) -> Wei:
    """Both stakes, in wei."""
    return channel.stakes[0] + channel.stakes[1]


def is_funded(state: State) -> bool:
    """Does the contract hold both stakes?"""
    return state.contract.held == total(state.channel)


def latest(state: State) -> AppState:
    """The last state that the parties know of."""
    return state.network.line[-1]


def next_mover(state: State) -> Party:
    """Whose turn it is."""
    return mover(latest(state).turn + 1)


def has_signed(network: Network, party: Party, body: AppState) -> bool:
    """Has a party that keeps to the line signed this state?"""
    place = body.turn
    return (
        place < len(network.line)
        and network.line[place] == body
        and (
            place == 0
            or mover(place) == party
            or (network.agreed and place == len(network.line) - 1)
        )
    )
