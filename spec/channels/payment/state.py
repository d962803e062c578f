"""What there is in a payment channel: contract, memories, messages, who is honest and there.

Parties that are not honest share keys and knowledge: they see whatever an honest party has sent
when it was sent, and sign whatever they like when they need it. So only what honest parties send
is recorded.
"""

from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from spec.channels.payment.contract import Contract, Phase, paid_by
from spec.channels.payment.memory import Memory
from spec.channels.payment.rules import Rules
from spec.channels.payment.versions import START, Signatures, Version
from spec.channels.people import People
from spec.channels.sides import PARTIES, Pair, Side
from spec.kernel.basics import GHOST, Instant, Party, until
from spec.kernel.mainchain import MainChain

Memories: TypeAlias = tuple[Memory, Memory]
Sent: TypeAlias = tuple[tuple[Version, ...], tuple[Version, ...]]


def while_away(state: "State", rules: Rules) -> tuple[Instant | None, ...]:
    """For each side, when it is back, as long as it is away."""
    back, away = state.absence.back, state.people.offline
    return tuple([back[side] if PARTIES[side] in away else None for side in (0, 1)])


@frozen
class Network:
    """What was sent stays in the network: it may arrive at any time, more than once, or never."""

    signed: Sent
    """The versions that each honest side has signed, in the order of sending."""
    revealed: Pair
    """Each honest side has sent the secrets of its versions below this number. A later secret
    yields the earlier ones (BOLT 3), so one number is enough."""


@frozen
class Past:
    """What came before this channel, and how many more may come."""

    signed: Sent = ((), ())
    """The versions that each honest side has signed in channels which are over: they stay in the
    network, too."""
    more: int = 0
    """How many channels the two may still open after this one; a scope says."""


FIRST = Past()
"""The first channel of the two is the last one."""


@frozen
class Absence:
    """The times at which honest parties are away."""

    back: tuple[Instant, Instant] = field(metadata=until(while_away, of_state=True))
    """When each side that is away is back at the latest, in seconds; otherwise without meaning."""
    times: int
    """How often anybody has left."""


@frozen
class Ghost:
    """What a run is measured by; no rule and no strategy reads it."""

    held: tuple[Version, Version]
    """The newest version that each side has ever held, whatever it has forgotten."""
    heard: Pair
    """What each side was ever told of the other's revocations."""
    closed: Instant | None = field(
        default=None,
        metadata=until(lambda ghost, rules: paid_by(ghost.closed + rules.window, rules)),
    )
    """When a side closed alone, by the clock: whatever deadline the contract has set itself."""


SILENT = Network(signed=((), ()), revealed=(0, 0))
"""Nothing was sent yet."""
UNMEASURED = Ghost(held=(START, START), heard=(0, 0))
"""Before anything that a run is measured by."""


@frozen
class State:
    """Everything."""

    main: MainChain
    contract: Contract
    memory: Memories
    disk: Memories
    """What each side has stored."""
    network: Network
    people: People
    absence: Absence
    ghost: Ghost = field(metadata=GHOST)
    past: Past = FIRST


def over(state: State) -> tuple[Party, ...] | None:
    """What is left when the last channel is paid out: who is away. None before that."""
    ended = state.contract.phase == Phase.SETTLED and not state.past.more
    return state.people.offline if ended else None


def on_chain(state: State, main: MainChain, contract: Contract) -> State:
    """The state with another main chain and contract."""
    return State(
        main,
        contract,
        state.memory,
        state.disk,
        state.network,
        state.people,
        state.absence,
        state.ghost,
        state.past,
    )


def stamped(before: State, action: Any, after: State) -> State:
    """For the record: the state after a step, with the time at which a side closed alone."""
    if before.contract.claim is not None or after.contract.claim is None:
        return after
    ghost = after.ghost
    return evolve(after, ghost=Ghost(ghost.held, ghost.heard, before.main.now))


def signatures(state: State, version: Version, rules: Rules) -> Signatures:
    """Whose signatures can be put under a version: ideal ones, so that of an honest side only
    where it has signed. The first version counts without any."""
    if version == START:
        return True, True
    honest = state.people.honest
    return (
        PARTIES[0] not in honest or version in signed_by(state, 0, rules),
        PARTIES[1] not in honest or version in signed_by(state, 1, rules),
    )


def signed_by(state: State, side: Side, rules: Rules) -> tuple[Version, ...]:
    """The versions under which a signature of an honest side counts in this channel."""
    signed = state.network.signed[side]
    return signed if rules.names_channel else (*state.past.signed[side], *signed)
