"""Calls of the channel contract: who may show what.

Signatures and secrets are ideal: under a version stands an honest party's signature only if it has
signed, and nobody shows a secret that an honest party has not revealed. An honest party shows the
newest version that it holds, and no other.
"""

from spec.channels.payment import contract as calls
from spec.channels.payment.contract import OnChain
from spec.channels.payment.memory import NOTHING_KNOWN
from spec.channels.payment.refusals import LastChannel, NotHeld, UnknownSecret
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import SILENT, UNMEASURED, Past, State, on_chain, signatures
from spec.channels.payment.versions import Version
from spec.channels.sides import other_side, partner, side_of
from spec.kernel.action import Call
from spec.kernel.basics import Party, Wei


class Deposit(Call, says="deposits {amount}", short="deposit {amount}"):
    """Fund the channel, or top it up. With something from both sides it is open."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.deposit` does."""
        return called(state, calls.deposit(state.main, state.contract, self.by, self.amount))


class Cancel(Call, says="takes the deposits back", short="cancel"):
    """Take back what was deposited in a channel that the other side has not funded."""

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.cancel` does."""
        return called(state, calls.cancel(state.main, state.contract))


class Withdraw(Call, says="withdraws by {version}", short="withdraw by {version:short}"):
    """Show a version: what it grants beyond what was withdrawn is paid, the channel stays open."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.withdraw` does. Raises NotHeld too."""
        version = self.version
        expect_held(state, self.by, version)
        signed = signatures(state, version, rules)
        return called(state, calls.withdraw(state.main, state.contract, version, signed, rules))


class CooperativeClose(Call, says="closes together by {version}", short="close by {version:short}"):
    """Show a version that both have signed as the end."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.cooperative_close` does. Raises NotHeld too."""
        version = self.version
        expect_held(state, self.by, version)
        signed = signatures(state, version, rules)
        return called(
            state, calls.cooperative_close(state.main, state.contract, version, signed, rules)
        )


class UnilateralClose(Call, says="closes alone with {version}", short="close with {version:short}"):
    """Claim a version alone; the window opens."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.unilateral_close` does. Raises NotHeld too."""
        by, version = self.by, self.version
        expect_held(state, by, version)
        signed = signatures(state, version, rules)
        return called(
            state, calls.unilateral_close(state.main, state.contract, by, version, signed, rules)
        )


class Challenge(Call, says="challenges with {version}", short="challenge with {version:short}"):
    """Show a newer version than the claimed one. Either side may, up to and in the last second of
    the window."""

    version: Version

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.challenge` does. Raises NotHeld too."""
        version = self.version
        expect_held(state, self.by, version)
        signed = signatures(state, version, rules)
        return called(state, calls.challenge(state.main, state.contract, version, signed, rules))


class Punish(
    Call,
    says="shows the secret of the closer's versions below {below}",
    short="punish, below #{below}",
):
    """Show the secret by which the closer has revoked the claimed version."""

    below: int

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.punish` does. Raises UnknownSecret too."""
        known = secrets_known(state, self.by)
        if known is not None and self.below > known:
            raise UnknownSecret(self.below, known)
        return called(state, calls.punish(state.main, state.contract, self.below, rules))


class Settle(Call, says="calls for the payment", short="settle"):
    """Call for the payment: either side may, strictly after the window."""

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.settle` does."""
        return called(state, calls.settle(state.main, state.contract, rules))


class Reopen(Call, says="opens another channel with the other side", short="open another"):
    """Open another channel when one is over: either side may. What was signed stays signed."""

    def step(self, state: State, rules: Rules) -> State:
        """What `contract.reopen` does. Raises LastChannel too."""
        past = state.past
        if past.more < 1:
            raise LastChannel(self.by)
        contract = calls.reopen(state.contract)
        signed = state.network.signed
        earlier = (past.signed[0] + signed[0], past.signed[1] + signed[1])
        return State(
            state.main,
            contract,
            NOTHING_KNOWN,
            NOTHING_KNOWN,
            SILENT,
            state.people,
            state.absence,
            UNMEASURED,
            Past(earlier, past.more - 1),
        )


def expect_held(state: State, by: Party, version: Version) -> None:
    """Raises NotHeld where an honest party would show another version than its newest."""
    held = state.memory[side_of(by)].held
    if by in state.people.honest and version != held:
        raise NotHeld(version.number, held.number)


def secrets_known(state: State, by: Party) -> int | None:
    """How far the secrets reach that a party has of the other side; None: as far as it likes,
    because the other side belongs to the same coalition."""
    if by in state.people.honest:
        return state.memory[side_of(by)].heard
    if partner(by) in state.people.honest:
        return state.network.revealed[other_side(side_of(by))]
    return None


def called(state: State, outcome: OnChain) -> State:
    """The state after an accepted call."""
    return on_chain(state, *outcome)
