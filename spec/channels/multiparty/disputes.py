"""B4 and what follows: challenges, the leader's answers, the verdicts; silence; requests.

Each side submits once. Who submits first, and how long each has, are decisions of the rules.
"""

from attrs import evolve

from spec.channels.multiparty.arbitration import same_number
from spec.channels.multiparty.consensus import all_votes, commit_checkpoint, has_voted, new_dispute
from spec.channels.multiparty.evidence import Entries, Entry, Verdict, expense
from spec.channels.multiparty.knowledge import can_show
from spec.channels.multiparty.refusals import (
    AlreadySubmitted,
    CallNotKnown,
    DisputesExhausted,
    ForgedSignature,
    HasAgreed,
    NoDispute,
    NoSuchRequest,
    NotAParty,
    NothingNew,
    RefusalUnfounded,
    TooEarly,
    TooLate,
    WrongCheckpoint,
    WrongStamp,
)
from spec.channels.multiparty.rules import Ending, Rules
from spec.channels.multiparty.settlement import convict, roll_back
from spec.channels.multiparty.state import (
    Contract,
    Phase,
    Request,
    State,
    Trade,
    present_stamp,
)
from spec.channels.multiparty.trading import (
    expect,
    expect_leader,
    expect_member,
    trading_ends,
    voting_ends,
)
from spec.kernel.action import Call
from spec.kernel.basics import Party, Seconds, Wei, put
from spec.kernel.telling import Teller

# Disputes ---------------------------------------------------------------------------------------


class Challenge(
    Call,
    says="challenges with {entries:an empty list}",
    short="own payments: {entries:an empty list}",
    known_as="B4",
):
    """A participant submits its payments of the epoch, or the receipts that it misses."""

    entries: Entries

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, NotAParty, TooLate, ForgedSignature, NothingNew,
        DisputesExhausted, HasAgreed, AlreadySubmitted."""
        contract, by = state.contract, self.by
        expect(contract, Phase.CALLED)
        expect_member(contract, by)
        if by == contract.leader:
            raise NotAParty(by)
        until = rules.challenges_until(contract.since, rules)
        if state.main.now > until:
            raise TooLate(state.main.now, until)
        expect_shown(state, by, self.entries, rules)
        dispute = contract.disputes.get(by)
        if dispute is None:
            if 0 < rules.challengers <= len(contract.disputes):
                raise DisputesExhausted(rules.challengers)
            if contract.proposal is None:
                raise WrongCheckpoint(0, contract.epoch)
            if not rules.may_challenge(has_voted(state, by, contract.proposal)):
                raise HasAgreed(by)
            dispute = new_dispute(contract, contract.proposal, by, challenged=True)
        elif dispute.challenged:
            raise AlreadySubmitted(by)
        elif not self.entries:
            raise NothingNew(by)
        raised = evolve(dispute, challenged=True, shown=self.entries)
        return evolve(state, contract=evolve(contract, disputes=put(contract.disputes, by, raised)))


class AnswerDispute(
    Call,
    says="submits as {participant}'s payments {entries:an empty list}",
    short="{participant}'s payments: {entries:an empty list}",
    known_as="B4",
):
    """The leader submits all payments of the epoch that involve the participant."""

    participant: Party
    entries: Entries

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, NoDispute, AlreadySubmitted, TooLate,
        ForgedSignature."""
        contract, participant = state.contract, self.participant
        expect(contract, Phase.CALLED)
        expect_leader(contract, self.by)
        dispute = contract.disputes.get(participant)
        if dispute is None:
            raise NoDispute(participant)
        if dispute.answered:
            raise AlreadySubmitted(self.by)
        until = rules.answers_until(contract.since, rules)
        if state.main.now > until:
            raise TooLate(state.main.now, until)
        expect_shown(state, self.by, self.entries, rules)
        answered = evolve(dispute, answered=True, listed=self.entries)
        disputes = put(contract.disputes, participant, answered)
        return evolve(state, contract=evolve(contract, disputes=disputes))


class Conclude(Call, says="calls for the verdict"):
    """Call for the verdicts after both windows: the contract decides every dispute, and thereby the
    epoch. The proposal stands only if the leader is right in all of them; what becomes of one that
    nobody disputes is a decision of its own."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, TooEarly."""
        contract = state.contract
        expect(contract, Phase.CALLED)
        if state.main.now <= windows_end(contract, rules):
            raise TooEarly(state.main.now, windows_end(contract, rules) + 1)
        if not leader_is_right(contract, rules):
            return _ended(state, rules.convicted(False), rules)
        if contract.disputes:
            return _ended(state, Ending.COMMIT, rules)
        complete = contract.proposal is not None and all_votes(state, contract.proposal)
        return _ended(state, rules.unchallenged(complete), rules)


def leader_is_right(contract: Contract, rules: Rules) -> bool:
    """Does the leader win every dispute?"""
    return all(
        rules.arbitrate(dispute, rules) == Verdict.LEADER for dispute in contract.disputes.values()
    )


def windows_end(contract: Contract, rules: Rules) -> Seconds:
    """The last moment at which either side can still submit something."""
    return max(
        rules.challenges_until(contract.since, rules), rules.answers_until(contract.since, rules)
    )


def _ended(state: State, ending: Ending, rules: Rules) -> State:
    contract = state.contract
    if ending == Ending.COMMIT and contract.proposal is not None:
        return commit_checkpoint(state, contract.proposal, rules)
    if ending == Ending.ROLL_BACK:
        return roll_back(state, rules)
    if ending == Ending.SETTLE:
        return convict(state, rules)
    return evolve(state, contract=evolve(contract, phase=Phase.STALLED))


def expect_shown(state: State, by: Party, entries: Entries, rules: Rules) -> None:
    """Raises ForgedSignature."""
    for entry in entries:
        if not can_show(state, by, entry, rules):
            raise ForgedSignature(by, entry.payment.number)


# A leader that says nothing ---------------------------------------------------------------------


class ReportSilence(Call, says="reports that the leader is silent"):
    """A leader that has neither committed nor called in time is convicted."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, TooEarly, CallNotKnown."""
        contract = state.contract
        expect(contract, Phase.TRADING)
        expect_member(contract, self.by)
        late = state.main.now > voting_ends(contract, rules)
        if not late:
            raise TooEarly(state.main.now, voting_ends(contract, rules) + 1)
        if not rules.silence_convicts(late):
            raise CallNotKnown(self.by)
        return _ended(state, rules.convicted(True), rules)


# Receipts through the contract ------------------------------------------------------------------


class RequestReceipt(Call, says="asks the contract for a receipt of {entry.payment}"):
    """Call through the contract for the receipt of a payment that both parties signed. The leader
    can neither commit without this member nor call before it has answered."""

    entry: Entry

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, CallNotKnown, NotAParty, WrongStamp, ForgedSignature,
        AlreadySubmitted."""
        contract, entry = state.contract, self.entry
        payment = entry.payment
        expect(contract, Phase.TRADING)
        for party in (self.by, payment.payer, payment.payee):
            expect_member(contract, party)
        if not rules.admits_request(state.main.now < trading_ends(contract, rules)):
            raise CallNotKnown(self.by)
        if self.by not in (payment.payer, payment.payee):
            raise NotAParty(self.by)
        if payment.amount < 1 or not rules.in_epoch(payment.stamp, present_stamp(contract)):
            raise WrongStamp(payment.number)
        if not rules.signed(entry) or not can_show(state, self.by, entry, rules):
            raise ForgedSignature(self.by, payment.number)
        if any(request.entry.payment == payment for request in contract.requests):
            raise AlreadySubmitted(self.by)
        requests = (*contract.requests, Request(self.by, entry))
        return evolve(state, contract=evolve(contract, requests=requests))


class AnswerRequest(Call):
    """The leader answers the oldest such call: with a receipt, which both parties then have, or, if
    ``refuses``, with payments of the payer's that leave too little to pay, or one that has used the
    number already."""

    refuses: bool
    entries: Entries

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, NoSuchRequest, ForgedSignature, RefusalUnfounded."""
        contract = state.contract
        expect(contract, Phase.TRADING)
        expect_leader(contract, self.by)
        if not contract.requests:
            raise NoSuchRequest(self.by)
        entry = contract.requests[0].entry
        answered = evolve(state, contract=evolve(contract, requests=contract.requests[1:]))
        if self.refuses:
            expect_shown(state, self.by, self.entries, rules)
            expect_founded(self.entries, entry, contract, rules)
            return answered
        return _receipted(answered, entry)

    def clause(self, tell: Teller) -> str:
        """Whether it gives the receipt."""
        if self.refuses:
            return tell.filled(self, "refuses a receipt, showing {entries:an empty list}")
        return "gives the receipt through the contract"


def expect_founded(shown: Entries, asked: Entry, contract: Contract, rules: Rules) -> None:
    """Raises RefusalUnfounded where the payments shown do not speak against the one asked for."""
    payer = asked.payment.payer
    good = tuple(
        entry
        for entry in shown
        if rules.signed(entry)
        and rules.in_epoch(entry.payment.stamp, present_stamp(contract))
        and entry.payment.payer == payer
        and entry.payment != asked.payment
    )
    if any(same_number(entry.payment, asked.payment) for entry in good):
        return
    paid: Wei = sum(expense(entry.payment, payer) for entry in good)
    left = rules.spendable(contract.balances[payer], 0, paid)
    if not rules.unique(good) or left >= asked.payment.amount:
        raise RefusalUnfounded(left, asked.payment.amount)


def _receipted(state: State, entry: Entry) -> State:
    """Both parties have the receipt; one that has voted takes none any more."""
    votes, payment = state.network.votes, entry.payment
    has = {p: p not in votes for p in (payment.payer, payment.payee)}
    trades = state.network.trades
    known = [place for place, trade in enumerate(trades) if trade.payment == payment]
    old = trades[known[0]] if known else Trade(payment, True, True, False, False, False)
    new = evolve(
        old,
        countersigned=True,
        sent=True,
        receipted=True,
        payer_has=old.payer_has or has[payment.payer],
        payee_has=old.payee_has or has[payment.payee],
    )
    place = known[0] if known else len(trades)
    network = evolve(state.network, trades=(*trades[:place], new, *trades[place + 1 :]))
    return evolve(state, network=network)
