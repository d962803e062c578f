"""B1 to B3: the leader proposes a checkpoint, members vote, and with all votes it is committed.

Without all votes in time the leader calls the contract: what follows is in `disputes`.
"""

from attrs import evolve

from spec.channels.multiparty.evidence import Dispute
from spec.channels.multiparty.refusals import (
    AlreadySubmitted,
    BalancesDoNotAdd,
    RequestPending,
    TooEarly,
    TooLate,
    VoteMissing,
    WrongCheckpoint,
)
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.settlement import end_epoch
from spec.channels.multiparty.state import (
    Checkpoint,
    Contract,
    Phase,
    State,
    balance_in,
    is_honest,
    members,
    present_stamp,
)
from spec.channels.multiparty.trading import (
    ToLeader,
    expect,
    expect_leader,
    expect_member,
    trading_ends,
    voting_ends,
)
from spec.kernel.action import Call, Own
from spec.kernel.basics import Party, put


class Propose(Own, says="proposes {checkpoint} to {to}", short="{checkpoint}", known_as="B1"):
    """The leader sends a checkpoint to some members; a dishonest one can send different ones."""

    checkpoint: Checkpoint
    to: tuple[Party, ...]  # type: ignore[assignment]

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, TooEarly, TooLate, WrongCheckpoint, NotAMember,
        AlreadySubmitted."""
        contract, network = state.contract, state.network
        expect(contract, Phase.TRADING)
        expect_leader(contract, self.by)
        expect_voting(state, rules)
        well_formed(self.checkpoint, contract)
        offers = network.offers
        for party in self.to:
            expect_member(contract, party)
            if party in offers:
                raise AlreadySubmitted(self.by)
            offers = put(offers, party, self.checkpoint)
        return evolve(state, network=evolve(network, offers=offers))

    def between(self, state: State) -> tuple[Party, tuple[Party, ...]]:
        """From the leader to those that it chooses."""
        return self.by, self.to


class Vote(ToLeader, says="votes for the proposal", short="vote", known_as="B2"):
    """A member signs the checkpoint that it was sent."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, TooEarly, TooLate, WrongCheckpoint, AlreadySubmitted."""
        contract, network = state.contract, state.network
        expect(contract, Phase.TRADING)
        expect_voting(state, rules)
        if self.by not in network.offers:
            raise WrongCheckpoint(0, contract.epoch)
        if self.by in network.votes:
            raise AlreadySubmitted(self.by)
        votes = put(network.votes, self.by, network.offers[self.by])
        return evolve(state, network=evolve(network, votes=votes))


class Confirm(
    Own, says="broadcasts the checkpoint with all votes", short="has all votes", known_as="B3"
):
    """The leader broadcasts the checkpoint with all votes: everybody has it."""

    checkpoint: Checkpoint

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, VoteMissing, AlreadySubmitted."""
        expect(state.contract, Phase.TRADING)
        expect_leader(state.contract, self.by)
        expect_all_votes(state, self.checkpoint)
        if state.network.confirmed == self.checkpoint:
            raise AlreadySubmitted(self.by)
        return evolve(state, network=evolve(state.network, confirmed=self.checkpoint))

    def to(self, state: State) -> tuple[Party, ...]:
        """All other members."""
        return tuple([each for each in state.contract.balances if each != self.by])


class Commit(Call, says="commits {checkpoint}", known_as="B3"):
    """The checkpoint with all votes goes to the contract, and the next epoch begins."""

    checkpoint: Checkpoint

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, TooEarly, TooLate, WrongCheckpoint, VoteMissing,
        BalancesDoNotAdd."""
        contract = state.contract
        expect(contract, Phase.TRADING)
        if self.checkpoint != state.network.confirmed:
            expect_leader(contract, self.by)
        expect_voting(state, rules)
        well_formed(self.checkpoint, contract)
        expect_all_votes(state, self.checkpoint)
        expect_same_total(self.checkpoint, contract, rules)
        return commit_checkpoint(state, self.checkpoint, rules)


class CallContract(
    Call,
    says="calls the contract with {checkpoint}, votes of {voters}",
    short="calls with {checkpoint}; votes: {voters}",
    known_as="B3",
):
    """In time but without all votes the leader puts its proposal before the contract, with the
    votes that it has: it lies open to challenges. Whose list the leader has to prove in any case is
    a decision of the rules."""

    checkpoint: Checkpoint
    voters: tuple[Party, ...]

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, TooEarly, TooLate, RequestPending, WrongCheckpoint,
        BalancesDoNotAdd, VoteMissing."""
        contract, checkpoint = state.contract, self.checkpoint
        expect(contract, Phase.TRADING)
        expect_leader(contract, self.by)
        expect_voting(state, rules)
        if contract.requests:
            raise RequestPending(len(contract.requests))
        well_formed(checkpoint, contract)
        expect_same_total(checkpoint, contract, rules)
        for voter in self.voters:
            if not has_voted(state, voter, checkpoint):
                raise VoteMissing(voter)
        disputes = {
            party: new_dispute(contract, checkpoint, party, challenged=False)
            for party in contract.balances
            if party != contract.leader and rules.must_prove(party in self.voters)
        }
        called = evolve(
            contract,
            phase=Phase.CALLED,
            since=state.main.now,
            proposal=checkpoint,
            disputes=disputes,
        )
        return evolve(state, contract=called)


def commit_checkpoint(state: State, checkpoint: Checkpoint, rules: Rules) -> State:
    """A checkpoint takes effect. Whom it names leaves by it, as far as the rules say."""
    balances = dict(zip(members(state.contract), checkpoint.balances, strict=True))
    exits = tuple([p for p in checkpoint.exits if rules.puts_out(has_voted(state, p, checkpoint))])
    return end_epoch(state, balances, exits, checkpoint.next_leader, rules)


def new_dispute(
    contract: Contract, checkpoint: Checkpoint, party: Party, challenged: bool
) -> Dispute:
    """The question whether a member's balance in a proposal is right."""
    return Dispute(
        participant=party,
        leader=contract.leader,
        stamp=present_stamp(contract),
        before=contract.balances[party],
        proposed=balance_in(checkpoint, contract, party),
        shown=(),
        listed=(),
        challenged=challenged,
        answered=False,
    )


def has_voted(state: State, party: Party, checkpoint: Checkpoint) -> bool:
    """Can the leader show this member's vote? Proposing counts as the leader's own, and dishonest
    members sign for a dishonest leader whatever it likes."""
    leader = state.contract.leader
    if party == leader:
        return True
    if is_honest(state, party) or is_honest(state, leader):
        return state.network.votes.get(party) == checkpoint
    return True


def all_votes(state: State, checkpoint: Checkpoint) -> bool:
    """Has every member signed the checkpoint?"""
    return all(has_voted(state, party, checkpoint) for party in state.contract.balances)


def well_formed(checkpoint: Checkpoint, contract: Contract) -> None:
    """Raises WrongCheckpoint for one of another epoch or of other members."""
    if (
        checkpoint.epoch != contract.epoch
        or len(checkpoint.balances) != len(contract.balances)
        or checkpoint.next_leader not in contract.balances
        or any(balance < 0 for balance in checkpoint.balances)
        or any(party not in contract.balances for party in checkpoint.exits)
    ):
        raise WrongCheckpoint(checkpoint.epoch, contract.epoch)


def expect_all_votes(state: State, checkpoint: Checkpoint) -> None:
    """Raises VoteMissing."""
    for party in state.contract.balances:
        if not has_voted(state, party, checkpoint):
            raise VoteMissing(party)


def expect_same_total(checkpoint: Checkpoint, contract: Contract, rules: Rules) -> None:
    """Raises BalancesDoNotAdd."""
    total, funds = sum(checkpoint.balances), sum(contract.balances.values())
    if not rules.admits_balances(total, funds):
        raise BalancesDoNotAdd(total, funds)


def expect_voting(state: State, rules: Rules) -> None:
    """Raises TooEarly or TooLate."""
    now, contract = state.main.now, state.contract
    if now < trading_ends(contract, rules):
        raise TooEarly(now, trading_ends(contract, rules))
    if now > voting_ends(contract, rules):
        raise TooLate(now, voting_ends(contract, rules))
