"""The channel before the main chain: closed, answered by a party or by a tower, settled.

What the channel's contract does is `spec.channels.payment.contract`; here stands who can show what,
and how the towers' contract follows. When the channel ends, the tower whose answer stands is paid
its reward, and what is left of the stakes goes home.
"""

from attrs import evolve

from spec.channels.payment.contract import (
    Claim,
    OnChain,
    Phase,
    cooperative_close,
    disputed,
    settle,
    unilateral_close,
)
from spec.channels.payment.versions import Signatures, Version
from spec.channels.people import is_there
from spec.channels.sides import ALICE, BOB, PARTIES, Pair, raised, side_of
from spec.channels.watchtower.appointments import spelled
from spec.channels.watchtower.refusals import NotABreach, NotAParty, NotRegistered, TooEarly
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, Outcome, Service, State
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Party, Seconds
from spec.kernel.mainchain import MainChain, release
from spec.kernel.telling import Teller


def signatures(state: State, version: Version) -> Signatures:
    """Whose signatures can be shown under a version."""
    return signs(state, ALICE, version), signs(state, BOB, version)


def signs(state: State, party: Party, version: Version) -> bool:
    """Has the party signed it, or would it now? A dishonest one signs anything. An honest one signs
    what both agree on, and while it is there, the newest version as the end of the channel."""
    if party not in state.people.honest or version in state.talk.versions:
        return True
    as_the_end = evolve(state.talk.versions[-1], final=True)
    return version == as_the_end and is_there(state.people, party)


def answers_from(claim: Claim, rules: Rules) -> Seconds:
    """The first moment at which a tower may answer. Source: Raiden, where a monitoring service may
    act after a share of the window."""
    return claim.deadline - rules.channel.window + rules.grace


# Steps ------------------------------------------------------------------------------------------


class Shown(Call):
    """A version is put before the channel's contract."""

    version: Version

    def clause(self, tell: Teller) -> str:
        """The sentence, with the version as it is called here."""
        return self.says.format(version=spelled(self.version))


class Close(Shown, says="closes the channel with {version}"):
    """Unilateral close: claim that the channel is to be paid out by a version."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotAParty, and what the channel refuses it with."""
        expect_party(self.by)
        signed = signatures(state, self.version)
        main, channel = unilateral_close(
            state.main, state.channel, self.by, self.version, signed, rules.channel
        )
        return evolve(state, main=main, channel=channel)


class CloseTogether(Shown, says="closes the channel by agreement with {version}"):
    """Cooperative close: both sides sign a version as the end, and whoever has it brings it to the
    channel, which pays it out at once."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises what the channel refuses it with."""
        version = self.version
        signed = signatures(state, version)
        ended = cooperative_close(state.main, state.channel, version, signed, rules.channel)
        return concluded(state, ended, version.number, state.service, rules)


class Answer(Shown, says="answers with {version}"):
    """A party of the channel answers a claim itself."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotAParty, and what the channel refuses it with."""
        expect_party(self.by)
        return answered(state, self.version, state.service, rules)


class Respond(Shown, says="answers for the customer with {version}"):
    """A tower answers a claim of the customer's partner with what it was given, through the towers'
    contract. If its answer stands at the end, it is paid."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotRegistered, NotABreach, TooEarly, and what the channel refuses it with."""
        service, by = state.service, self.by
        claim = disputed(state.channel)
        if by not in service.bonds:
            raise NotRegistered(by)
        if claim.by == CUSTOMER:
            raise NotABreach(claim.by)
        if state.main.now < answers_from(claim, rules):
            raise TooEarly(state.main.now, answers_from(claim, rules))
        earner = rules.earns(service.answered_by, by)
        return answered(state, self.version, evolve(service, answered_by=earner), rules)


class Settle(Call, says="calls for the settlement"):
    """The window is over: anybody may call for what stands to be paid out."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises what the channel refuses it with."""
        number = disputed(state.channel).version.number
        ended = settle(state.main, state.channel, rules.channel)
        return concluded(state, ended, number, state.service, rules)


# What they share --------------------------------------------------------------------------------


def expect_party(by: Party) -> None:
    """Raises NotAParty."""
    if by not in PARTIES:
        raise NotAParty(by)


def answered(state: State, version: Version, service: Service, rules: Rules) -> State:
    """The claim is replaced, or the cheater punished and the channel over."""
    claimed = disputed(state.channel).version.number
    newest = state.talk.versions[-1].number
    signed = signatures(state, version)
    main, channel = rules.remedy.applies(
        state.main, state.channel, version, signed, newest, rules.channel
    )
    if channel.phase == Phase.SETTLED:
        return concluded(state, (main, channel), claimed, service, rules)
    return evolve(state, main=main, channel=channel, service=service)


def concluded(before: State, ended: OnChain, number: int, service: Service, rules: Rules) -> State:
    """The channel is over: the outcome is recorded, the reward paid, the stakes go home."""
    main, channel = ended
    claim = before.channel.claim
    breached = claim is not None and claim.by != CUSTOMER
    outcome = Outcome(number, paid(before.main, main), main.now, breached)
    stakes = service.stakes
    if claim is not None and service.answered_by is not None:
        payer = side_of(rules.pays_reward(CUSTOMER, claim.by))
        stakes = raised(stakes, payer, -rules.reward)
        main = release(main, service.answered_by, ETHER, rules.reward)
    main = release(release(main, ALICE, ETHER, stakes[0]), BOB, ETHER, stakes[1])
    return evolve(
        before,
        main=main,
        channel=channel,
        service=evolve(service, stakes=(0, 0), answered_by=None, outcome=outcome),
    )


def paid(before: MainChain, after: MainChain) -> Pair:
    """What each side of the channel was paid, in wei."""
    alice, bob = (ALICE, ETHER), (BOB, ETHER)
    return (
        after.accounts[alice] - before.accounts[alice],
        after.accounts[bob] - before.accounts[bob],
    )
