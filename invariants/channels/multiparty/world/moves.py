"""What is worth trying in a multi-party channel: one family of moves per kind of action.

Honest members' moves here are those of their free will; what they must do comes from
`member.obligations`. The coalition does whatever its keys and its knowledge allow, as far as a
scope's numbers reach. What can't change anything is not proposed: offers that nobody would sign,
receipts to those who have them, votes of the coalition to its own leader.
"""

from collections.abc import Sequence

from invariants.channels.multiparty.world.coalition import (
    checkpoints,
    known_about,
    lists,
    made_up,
    receipted_at_will,
)
from invariants.channels.multiparty.world.scope import Scope
from spec.channels.multiparty import consensus, disputes, member, membership, settlement, trading
from spec.channels.multiparty.consensus import all_votes
from spec.channels.multiparty.evidence import Payment
from spec.channels.multiparty.knowledge import as_entry, holds_receipt, right_checkpoint
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Checkpoint, Phase, State, Trade, is_honest, present_stamp
from spec.channels.multiparty.trading import trading_ends, voting_ends
from spec.kernel.basics import Party
from spec.kernel.protocol import Family, listed

# A1 to A4 ---------------------------------------------------------------------------------------


def _trading(state: State, rules: Rules) -> bool:
    contract = state.contract
    return contract.phase == Phase.TRADING and state.main.now < trading_ends(contract, rules)


def requests(state: State, rules: Rules, scope: Scope) -> Sequence[trading.RequestPayment]:
    """Any member pays any other; the coalition itself only if the scope says so."""
    contract, network = state.contract, state.network
    if not _trading(state, rules) or network.made >= scope.trades:
        return ()
    stamp = rules.body_stamp(present_stamp(contract))
    return [
        trading.RequestPayment(payer, Payment(network.made + 1, payer, payee, amount, stamp))
        for payer in contract.balances
        for payee in contract.balances
        if payer != payee and (_pays(state, payer, payee) or scope.inner)
        for amount in scope.amounts
    ]


def _pays(state: State, payer: Party, payee: Party) -> bool:
    return is_honest(state, payer) or is_honest(state, payee)


def countersignatures(state: State, rules: Rules, scope: Scope) -> Sequence[trading.Countersign]:
    """The payee agrees."""
    if not _trading(state, rules):
        return ()
    return [
        trading.Countersign(trade.payment.payee, place)
        for place, trade in enumerate(state.network.trades)
        if not trade.countersigned
    ]


def sendings(state: State, rules: Rules, scope: Scope) -> Sequence[trading.SendToLeader]:
    """Payer or payee, an honest one first, sends the payment to the leader."""
    if not _trading(state, rules):
        return ()
    return [
        trading.SendToLeader(_sender(state, trade), place)
        for place, trade in enumerate(state.network.trades)
        if trade.countersigned and not trade.sent
    ]


def _sender(state: State, trade: Trade) -> Party:
    payment = trade.payment
    return payment.payee if not is_honest(state, payment.payer) else payment.payer


def replays(state: State, rules: Rules, scope: Scope) -> Sequence[trading.ReplayToLeader]:
    """A dishonest member sends the leader a payment that was settled before."""
    contract, network = state.contract, state.network
    leader = contract.leader
    if (
        not network.past
        or not _trading(state, rules)
        or network.made >= scope.trades
        or not is_honest(state, leader)
    ):
        return ()
    return [
        trading.ReplayToLeader(_dishonest_party(state, entry.payment), entry)
        for entry in network.past
        if not all(is_honest(state, p) for p in (entry.payment.payer, entry.payment.payee))
        and entry.payment.payer in contract.balances
        and entry.payment.payee in contract.balances
    ]


def _dishonest_party(state: State, payment: Payment) -> Party:
    return payment.payer if not is_honest(state, payment.payer) else payment.payee


def receipts(state: State, rules: Rules, scope: Scope) -> Sequence[trading.GiveReceipt]:
    """An honest leader sends its receipts to both; a dishonest one to whom it likes."""
    contract = state.contract
    leader = contract.leader
    if not _trading(state, rules):
        return ()
    if is_honest(state, leader):
        return [
            trading.GiveReceipt(leader, place, to_payer=True, to_payee=True)
            for place in range(len(state.network.trades))
            if member.gives_receipt(state, place, rules)
        ]
    moves: list[trading.GiveReceipt] = []
    for place, trade in enumerate(state.network.trades):
        payment = trade.payment
        if not trade.sent:
            continue
        payer = is_honest(state, payment.payer) and not trade.payer_has
        payee = is_honest(state, payment.payee) and not trade.payee_has
        ways = [(payer, payee), *(((True, False), (False, True)) if payer and payee else ())]
        moves += [trading.GiveReceipt(leader, place, *way) for way in ways if any(way)]
    return moves


# B1 to B3 ---------------------------------------------------------------------------------------


def _voting(state: State, rules: Rules) -> bool:
    contract, now = state.contract, state.main.now
    return contract.phase == Phase.TRADING and (
        trading_ends(contract, rules) <= now <= voting_ends(contract, rules)
    )


def proposals(state: State, rules: Rules, scope: Scope) -> Sequence[consensus.Propose]:
    """An honest leader sends the right checkpoint to all; a dishonest one sends to each member
    anything that this one would sign, to one after the other: they don't see what others get."""
    contract, network = state.contract, state.network
    leader, others = contract.leader, [p for p in contract.balances if p != contract.leader]
    if not _voting(state, rules) or any(
        party not in network.votes for party in network.offers if not is_honest(state, leader)
    ):
        return ()
    if is_honest(state, leader):
        if network.offers or contract.requests:
            return ()
        return [consensus.Propose(leader, right_checkpoint(state), tuple(others))]
    return [
        consensus.Propose(leader, checkpoint, (party,))
        for party in others
        if is_honest(state, party) and party not in network.offers
        for checkpoint in checkpoints(state, scope)
        if rules.member.votes_for(member.what_it_sees(state, party, checkpoint))
    ]


def votes(state: State, rules: Rules, scope: Scope) -> Sequence[consensus.Vote]:
    """Whoever was sent a proposal signs it, if it is honest only where it agrees."""
    network = state.network
    if not _voting(state, rules):
        return ()
    return [
        consensus.Vote(party)
        for party in network.offers
        if party not in network.votes
        and (not is_honest(state, party) or member.would_vote(state, party, rules))
    ]


def confirmations(state: State, rules: Rules, scope: Scope) -> Sequence[consensus.Confirm]:
    """The leader broadcasts a checkpoint that has all votes."""
    contract, network = state.contract, state.network
    if not _voting(state, rules) or network.confirmed is not None:
        return ()
    return [consensus.Confirm(contract.leader, checkpoint) for checkpoint in _voted_by_all(state)]


def _voted_by_all(state: State) -> list[Checkpoint]:
    distinct = dict.fromkeys(state.network.votes.values())
    return [checkpoint for checkpoint in distinct if all_votes(state, checkpoint)]


def commitments(state: State, rules: Rules, scope: Scope) -> Sequence[consensus.Commit]:
    """The leader commits a checkpoint with all votes; once it is broadcast, anybody honest does."""
    contract, network = state.contract, state.network
    if not _voting(state, rules):
        return ()
    moves = [consensus.Commit(contract.leader, checkpoint) for checkpoint in _voted_by_all(state)]
    if network.confirmed is not None:
        others = [p for p in contract.balances if is_honest(state, p) and p != contract.leader]
        moves += [consensus.Commit(party, network.confirmed) for party in others[:1]]
    return moves


def calls(state: State, rules: Rules, scope: Scope) -> Sequence[consensus.CallContract]:
    """A dishonest leader puts anything before the contract."""
    contract = state.contract
    if not _voting(state, rules) or is_honest(state, contract.leader):
        return ()
    return [
        consensus.CallContract(contract.leader, checkpoint, member.voters(state, checkpoint))
        for checkpoint in checkpoints(state, scope)
    ]


# B4 ---------------------------------------------------------------------------------------------


def challenges(state: State, rules: Rules, scope: Scope) -> Sequence[disputes.Challenge]:
    """A dishonest member challenges: a dishonest leader with nothing, which occupies a dispute, an
    honest one with any list."""
    contract = state.contract
    if contract.phase != Phase.CALLED:
        return ()
    moves: list[disputes.Challenge] = []
    for party in contract.balances:
        dispute = contract.disputes.get(party)
        if is_honest(state, party) or party == contract.leader:
            continue
        if dispute is not None and dispute.challenged:
            continue
        if is_honest(state, contract.leader):
            moves += [
                disputes.Challenge(party, entries) for entries in lists(state, party, rules, scope)
            ]
        else:
            moves.append(disputes.Challenge(party, ()))
    return moves


def answers(state: State, rules: Rules, scope: Scope) -> Sequence[disputes.AnswerDispute]:
    """A dishonest leader submits any list, in the order of the participants."""
    contract = state.contract
    if contract.phase != Phase.CALLED or is_honest(state, contract.leader):
        return ()
    answered = [party for party, dispute in contract.disputes.items() if dispute.answered]
    return [
        disputes.AnswerDispute(contract.leader, party, entries)
        for party in contract.disputes
        if not answered or party > max(answered)
        for entries in lists(state, party, rules, scope)
    ]


# After a conviction -----------------------------------------------------------------------------


def shows(state: State, rules: Rules, scope: Scope) -> Sequence[settlement.ShowReceipts]:
    """The coalition of a convicted leader shows any payment as receipted."""
    contract = state.contract
    if contract.phase != Phase.SETTLING or is_honest(state, contract.leader):
        return ()
    already = {entry.payment for entry in contract.shown}
    return [
        settlement.ShowReceipts(contract.leader, (entry,))
        for entry in receipted_at_will(state, rules, scope)
        if entry.payment not in already
    ]


# What ends a phase ------------------------------------------------------------------------------


def ends(
    state: State, rules: Rules, scope: Scope
) -> Sequence[disputes.ReportSilence | disputes.Conclude | settlement.Settle]:
    """The coalition calls for what ends a phase, as anybody may: so that it ends, too, where all
    who are honest are offline."""
    contract, now = state.contract, state.main.now
    coalition = [p for p in contract.balances if not is_honest(state, p)]
    if contract.phase == Phase.TRADING and now > voting_ends(contract, rules):
        return [disputes.ReportSilence(p) for p in coalition[:1] if rules.silence_convicts(True)]
    if contract.phase == Phase.CALLED and now > disputes.windows_end(contract, rules):
        return [disputes.Conclude(p) for p in coalition[:1]]
    if contract.phase == Phase.SETTLING and now > contract.since + rules.settling_period:
        return [settlement.Settle(p) for p in coalition[:1]]
    return ()


# Through the contract ---------------------------------------------------------------------------


def receipt_requests(state: State, rules: Rules, scope: Scope) -> Sequence[disputes.RequestReceipt]:
    """An honest member asks for the receipt that it does not have; a dishonest one asks an honest
    leader for a payment that nobody sent."""
    contract = state.contract
    if scope.requests <= len(contract.requests) or not _trading(state, rules):
        return ()
    asked = {request.entry.payment for request in contract.requests}
    moves = [
        disputes.RequestReceipt(party, as_entry(state, trade, False, rules))
        for trade in state.network.trades
        if trade.countersigned and trade.payment not in asked and not trade.replayed
        for party in (trade.payment.payer, trade.payment.payee)
        if is_honest(state, party) and not holds_receipt(trade, party)
    ]
    if is_honest(state, contract.leader):
        coalition = [p for p in contract.balances if not is_honest(state, p)]
        for party in coalition[:1]:
            sham = made_up(state, party, rules, scope)
            moves += [disputes.RequestReceipt(party, e) for e in sham if e.payment not in asked]
    return moves


def request_answers(state: State, rules: Rules, scope: Scope) -> Sequence[disputes.AnswerRequest]:
    """A dishonest leader gives the receipt, or refuses with all it knows of the payer."""
    contract = state.contract
    if not contract.requests or is_honest(state, contract.leader):
        return ()
    payer = contract.requests[0].entry.payment.payer
    shown = tuple(e for e in known_about(state, payer, rules) if e.payment.payer == payer)
    return [
        disputes.AnswerRequest(contract.leader, refuses=False, entries=()),
        disputes.AnswerRequest(contract.leader, refuses=True, entries=shown),
    ]


def deposits(
    state: State, rules: Rules, scope: Scope
) -> Sequence[membership.Deposit | membership.Join]:
    """An honest member deposits more, or somebody joins, while payments are made."""
    contract = state.contract
    if len(contract.deposits) >= scope.deposits or not _trading(state, rules):
        return ()
    joining = [
        membership.Join(p, 1)
        for p in scope.outsiders
        if p not in contract.balances and p not in contract.deposits
    ]
    honest = [p for p in contract.balances if is_honest(state, p) and p not in contract.deposits]
    return [*joining, *(membership.Deposit(p, 1) for p in honest[:1])]


def exits(
    state: State, rules: Rules, scope: Scope
) -> Sequence[trading.AskToLeave | membership.ForceExit]:
    """An honest member wants to leave: it asks the leader, and calls the contract if there is such
    a call."""
    contract, wishes = state.contract, state.network.wishes
    if not _trading(state, rules):
        return ()
    honest = [p for p in contract.balances if is_honest(state, p)][: scope.exits]
    asking = [
        trading.AskToLeave(p) for p in honest if p not in wishes and p not in contract.leaving
    ]
    if not rules.admits_forced_exit(True):
        return asking
    return [*asking, *(membership.ForceExit(p) for p in honest if p not in contract.leaving)]


# Weights are for random walks: what a long story needs comes more often.
FAMILIES: tuple[Family[State, Rules, Scope], ...] = (
    listed("request payment", requests, weight=2),
    listed("countersign", countersignatures),
    listed("send to leader", sendings, weight=2),
    listed("replay", replays),
    listed("give receipt", receipts, weight=3),
    listed("propose", proposals),
    listed("vote", votes),
    listed("confirm", confirmations),
    listed("commit", commitments),
    listed("call the contract", calls, weight=4),
    listed("challenge", challenges),
    listed("answer a dispute", answers, weight=3),
    listed("show receipts", shows),
    listed("end a phase", ends),
    listed("request a receipt", receipt_requests),
    listed("answer a request", request_answers),
    listed("deposit", deposits),
    listed("leave", exits),
)
