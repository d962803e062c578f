"""Updates off chain: proposed, countersigned, and, where there is a penalty, revoked.

An honest party has one proposal out at a time and signs one version per number: alice proposes odd
numbers, bob even ones, so that proposals which cross on the way are told apart. It signs nothing
after a final version: that one could be shown at any time. Where stale versions are punished, it
signs the next version only when the other side has revoked everything older than what it holds: so
two versions of a side count at any time (reference section 2), and a third one where two proposals
crossed, of which the one with the greater number goes on.

A proposal counts for its receiver at once: it holds the other's signature. For the proposer it
counts as soon as it could be shown by the other side, that is, from the moment of signing.
"""

from spec.channels.payment.contract import Contract, Phase, expect
from spec.channels.payment.memory import Memory
from spec.channels.payment.refusals import (
    AnswerPending,
    CannotPay,
    Closing,
    NotAcceptable,
    NothingToReveal,
    NotRevocable,
    NotSent,
    NotYetRevoked,
    OldMessage,
)
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import Ghost, Network, State, signed_by
from spec.channels.payment.strategy import last_start
from spec.channels.payment.versions import Version, claim_of, number_of
from spec.channels.sides import (
    PARTIES,
    FromPartner,
    Side,
    larger,
    other_side,
    raised,
    side_of,
    with_side,
)
from spec.channels.windows import is_over
from spec.kernel.action import Own
from spec.kernel.basics import Wei
from spec.kernel.telling import Teller


class Propose(Own):
    """Sign the next version and send it: pay an amount to the other side, ask for a withdrawal of
    one's own, or, if ``final``, for the end of the channel."""

    pays: Wei = 0
    withdraws: Wei = 0
    final: bool = False

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, Closing, NotYetRevoked, AnswerPending, CannotPay."""
        side = side_of(self.by)
        memory = state.memory[side]
        expect_ready(state.contract, memory, rules)
        if memory.signed.number > memory.held.number:
            raise AnswerPending(memory.signed.number, memory.held.number)
        version = next_version(memory.held, state.contract, side, self)
        if version.balances[side] < 0:
            needed = self.pays + self.withdraws
            raise CannotPay(version.balances[side] + needed, needed)
        after = Memory(memory.held, version, memory.heard, memory.revealed)
        return updated(state, side, after, sent(state, side, version), state.ghost, rules)

    def clause(self, tell: Teller) -> str:
        """Whatever it asks for, or that it asks for nothing."""
        wanted = [f"to pay {self.pays}"] if self.pays else []
        wanted += [f"to withdraw {self.withdraws}"] if self.withdraws else []
        wanted += ["to end the channel"] if self.final else []
        return f"proposes {' and '.join(wanted) or 'a version without a payment'}"


class Countersign(FromPartner, says="countersigns {version}", short="{version:short}"):
    """Receive a version that the other side has signed, sign it too and return it."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotSent, WrongPhase, Closing, NotYetRevoked, OldMessage, NotAcceptable."""
        side, version = side_of(self.by), self.version
        contract, memory = state.contract, state.memory[side]
        expect_sent(state, other_side(side), version, rules)
        expect_ready(contract, memory, rules)
        known = max(memory.held.number, memory.signed.number)
        if not rules.peer.newer(version.number, known):
            raise OldMessage(version.number, known)
        granted = larger(contract.withdrawn, larger(memory.held.withdrawn, memory.signed.withdrawn))
        if not rules.peer.accepts(version, memory.held, side, contract.deposits, granted):
            raise NotAcceptable(version.number)
        after = Memory(version, version, memory.heard, memory.revealed)
        network, ghost = sent(state, side, version), held(state, side, version)
        return updated(state, side, after, network, ghost, rules)


class Receive(
    FromPartner,
    says="receives the other's signature on {version}",
    short="{version:short}, signed too",
):
    """Receive the other side's signature on the version that one has proposed."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotSent, OldMessage."""
        side, version = side_of(self.by), self.version
        memory = state.memory[side]
        expect_sent(state, other_side(side), version, rules)
        if version != memory.signed or version.number <= memory.held.number:
            raise OldMessage(version.number, memory.held.number)
        after = Memory(version, memory.signed, memory.heard, memory.revealed)
        return updated(state, side, after, state.network, held(state, side, version), rules)


class Reveal(Own, says="revokes its older versions"):
    """Send the secret that revokes all one's versions older than the one that one holds."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotRevocable, WrongPhase, NothingToReveal."""
        side = side_of(self.by)
        expect_revocable(self, rules)
        expect(state.contract, Phase.OPEN)
        memory = state.memory[side]
        below = memory.held.number
        if below <= memory.revealed:
            raise NothingToReveal(below, memory.revealed)
        after = Memory(memory.held, memory.signed, memory.heard, below)
        network = Network(state.network.signed, with_side(state.network.revealed, side, below))
        return updated(state, side, after, network, state.ghost, rules)


class Hear(
    FromPartner,
    says="receives the secret of the other's versions below {below}",
    short="secret below #{below}",
):
    """Receive the secret that revokes all the other side's versions below a number."""

    below: int

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotRevocable, NotSent, OldMessage."""
        side, below = side_of(self.by), self.below
        expect_revocable(self, rules)
        memory = state.memory[side]
        other = other_side(side)
        if PARTIES[other] in state.people.honest and below > state.network.revealed[other]:
            raise NotSent(below)
        if below <= memory.heard:
            raise OldMessage(below, memory.heard)
        after = Memory(memory.held, memory.signed, below, memory.revealed)
        return updated(state, side, after, state.network, told(state, side, below, rules), rules)


# Shared -----------------------------------------------------------------------------------------


def expect_ready(contract: Contract, memory: Memory, rules: Rules) -> None:
    """May an honest party with this memory sign another version?

    Raises WrongPhase, Closing, NotYetRevoked.
    """
    expect(contract, Phase.OPEN)
    if memory.signed.final:
        raise Closing(memory.signed.number)
    if not rules.peer.may_sign(memory.held.number, memory.heard):
        raise NotYetRevoked(memory.held.number, memory.heard)


def expect_revocable(action: Reveal | Hear, rules: Rules) -> None:
    """Raises NotRevocable."""
    if not rules.revocable:
        raise NotRevocable(action.by)


def expect_sent(state: State, sender: Side, version: Version, rules: Rules) -> None:
    """An honest sender has signed and sent this version; another one signs whatever it likes.

    Raises NotSent.
    """
    honest = PARTIES[sender] in state.people.honest
    if honest and version not in signed_by(state, sender, rules):
        raise NotSent(version.number)


def next_version(held: Version, contract: Contract, side: Side, action: Propose) -> Version:
    """The version after the held one: what was deposited and withdrawn since is counted, and what
    the proposer pays and wants to withdraw comes off its balance."""
    deposits, other = contract.deposits, other_side(side)
    withdrawn = larger(held.withdrawn, contract.withdrawn)
    own = claim_of(held, side, deposits, withdrawn) - action.pays - action.withdraws
    others = claim_of(held, other, deposits, withdrawn) + action.pays
    return Version(
        next_number(held.number, side),
        (own, others) if side == 0 else (others, own),
        deposits,
        raised(withdrawn, side, action.withdraws),
        action.final,
    )


def next_number(number: int, side: Side) -> int:
    """The next odd number for alice, the next even one for bob."""
    return number + 1 + (number + side) % 2


def sent(state: State, side: Side, version: Version) -> Network:
    """The network with the side's signature on this version in it."""
    signed = state.network.signed
    return Network(with_side(signed, side, (*signed[side], version)), state.network.revealed)


def held(state: State, side: Side, version: Version) -> Ghost:
    """For the record: the side holds this version, if it never held a newer one."""
    ghost = state.ghost
    newest = max(version, ghost.held[side], key=number_of)
    return Ghost(with_side(ghost.held, side, newest), ghost.heard, ghost.closed)


def told(state: State, side: Side, below: int, rules: Rules) -> Ghost:
    """For the record: the side was told of this revocation, and in time to make use of it."""
    ghost = state.ghost
    if ghost.closed is not None:
        useful_until = last_start(ghost.closed + rules.window, rules.peer)
        if is_over(state.main.now, useful_until):
            return ghost
    furthest = max(below, ghost.heard[side])
    return Ghost(ghost.held, with_side(ghost.heard, side, furthest), ghost.closed)


def updated(
    state: State, side: Side, memory: Memory, network: Network, ghost: Ghost, rules: Rules
) -> State:
    """The state after a step off chain: the side knows this from now on, and stores it as its
    strategy says. Built whole, field by field: most steps pass here."""
    stored = rules.peer.stores(state.disk[side], state.memory[side], memory)
    return State(
        state.main,
        state.contract,
        with_side(state.memory, side, memory),
        with_side(state.disk, side, stored),
        network,
        state.people,
        state.absence,
        ghost,
        state.past,
    )
