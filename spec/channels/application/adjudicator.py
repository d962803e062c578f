"""The contract as judge: challenge, checkpoint, conclude.

It promises a party that answers in time that no state counts which is older than the newest that it
can support; and that each turn can be challenged at most once, so that the end can't be put off for
ever.

Source: reference section 5; ForceMove and Nitro's adjudicator.
"""

from attrs import evolve

from spec.channels.application.applications import valid_transition
from spec.channels.application.evidence import AppState, Signed, Support
from spec.channels.application.outcomes import shares_out
from spec.channels.application.refusals import (
    ForgedSignature,
    NotAnOutcome,
    NotAParty,
    NotSupported,
    NotUnanimous,
    OutcomeIsFinal,
    TurnTooLow,
)
from spec.channels.application.rules import Rules, signatures
from spec.channels.application.state import (
    Network,
    Phase,
    State,
    has_signed,
    is_final,
    is_running,
    latest,
    total,
)
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES
from spec.kernel.action import Call
from spec.kernel.basics import Party


class Challenge(Call, says="challenges with {support}"):
    """Put a supported state before the contract: who has to move must answer within the window, or
    its outcome is final."""

    support: Support

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotAParty, OutcomeIsFinal, NotAnOutcome, ForgedSignature, NotSupported,
        TurnTooLow."""
        contract, now = state.contract, state.main.now
        if not rules.lets_challenge(self.by in PARTIES):
            raise NotAParty(self.by)
        expect_supported(state, self.by, self.support, rules)
        claimed = self.support.claimed.body
        if not rules.may_challenge(claimed.turn, contract.record, is_running(contract, now)):
            raise TurnTooLow(claimed.turn, contract.record)
        return evolve(
            state,
            contract=evolve(
                contract,
                phase=Phase.CHALLENGE,
                record=claimed.turn,
                claimed=claimed,
                ends=now + rules.window,
            ),
            network=learned(state, self.support, rules),
            ghost=evolve(state.ghost, challenged=claimed.turn + 1),
        )


class Checkpoint(Call, says="records {support}"):
    """Show a newer supported state: it is recorded; if there is a challenge, that is over, and play
    goes on."""

    support: Support

    def step(self, state: State, rules: Rules) -> State:
        """Raises OutcomeIsFinal, NotAnOutcome, ForgedSignature, NotSupported, TurnTooLow."""
        contract, now = state.contract, state.main.now
        expect_supported(state, self.by, self.support, rules)
        turn = self.support.claimed.body.turn
        if not rules.may_checkpoint(turn, contract.record):
            raise TurnTooLow(turn, contract.record)
        return evolve(
            state,
            contract=evolve(
                contract, phase=Phase.OPEN, record=rules.record_after(turn, contract.record)
            ),
            network=evolve(learned(state, self.support, rules), since=now),
        )


class Conclude(Call, says="concludes with {signed}"):
    """Show a final state that both have signed: its outcome is final at once."""

    signed: Signed

    def step(self, state: State, rules: Rules) -> State:
        """Raises OutcomeIsFinal, NotAnOutcome, ForgedSignature, NotUnanimous."""
        contract, now = state.contract, state.main.now
        expect_undecided(state)
        expect_outcome(state, self.signed.body)
        expect_genuine(state, self.by, self.signed)
        body, count = self.signed.body, signatures(self.signed)
        if not rules.concludes(body.final, count):
            raise NotUnanimous(body.final, count)
        return evolve(
            state, contract=evolve(contract, phase=Phase.CONCLUDED, claimed=body, ends=now)
        )


# Shared -----------------------------------------------------------------------------------------


def expect_undecided(state: State) -> None:
    """No outcome is final. Raises OutcomeIsFinal."""
    if is_final(state.contract, state.main.now):
        raise OutcomeIsFinal(state.main.now, state.contract.ends)


def expect_outcome(state: State, body: AppState) -> None:
    """The state can be paid out, whoever has agreed to it. Raises NotAnOutcome."""
    if not shares_out(body.outcome, total(state.channel)):
        raise NotAnOutcome(body.outcome, total(state.channel))


def expect_genuine(state: State, by: Party, signed: Signed) -> None:
    """Everybody named has signed it: itself just now, or before. The dishonest sign anything.

    Raises ForgedSignature.
    """
    for party in signed.by:
        if (
            party != by
            and is_honest(state.people, party)
            and not has_signed(state.network, party, signed.body)
        ):
            raise ForgedSignature(party, signed.body.turn)


def expect_supported(state: State, by: Party, support: Support, rules: Rules) -> None:
    """The outcome is open, the signatures are genuine, and they support the claimed state.

    Raises OutcomeIsFinal, NotAnOutcome, ForgedSignature, NotSupported.
    """
    expect_undecided(state)
    expect_outcome(state, support.claimed.body)
    expect_genuine(state, by, support.claimed)
    if support.before is not None:
        expect_genuine(state, by, support.before)
    if not rules.supports(support, follows(state, support, rules)):
        raise NotSupported(support.claimed.body.turn)


def follows(state: State, support: Support, rules: Rules) -> bool:
    """Does the claimed state follow from the one before by the application's rules?"""
    if support.before is None:
        return False
    channel = state.channel
    before, claimed = support.before.body, support.claimed.body
    return valid_transition(channel.app, before, claimed, channel.stakes, rules.stalled)


def learned(state: State, support: Support, rules: Rules) -> Network:
    """Everybody reads the chain: a valid move that is made there is known."""
    network, before = state.network, support.before
    if before is None or before.body != latest(state) or not follows(state, support, rules):
        return network
    return evolve(network, line=(*network.line, support.claimed.body))
