"""The multi-party channel as one record: what a checker runs.

A channel of several members trades off chain, epoch by epoch. In each epoch one member leads: it
gives receipts for payments (A1 to A4), proposes the new balances, collects votes and commits them
(B1 to B3); without all votes a contract arbitrates (B4). It promises every member, whatever the
others and the leader do: what it holds receipts for is settled, and it can leave.

Chapters, in the order in which to read them: `evidence` (what can be shown), `arbitration` (the
verdict), `state` and `actions`, `rules`, `strategy` and `rule_sets` (the decisions), `trading`,
`consensus`, `disputes`, `settlement`, `membership` (the transitions), `knowledge` and `member` (the
honest participant).
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from spec.kernel.basics import ETHER
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol
from spec.multiparty import actions as a
from spec.multiparty import consensus, disputes, keys, member, membership, settlement, trading
from spec.multiparty.moves import FAMILIES
from spec.multiparty.rules import Rules
from spec.multiparty.scope import Scope, past_entries
from spec.multiparty.state import Contract, Ghost, Network, People, Phase, State, is_honest, stamped
from spec.multiparty.telling import describe, message, party_name
from spec.multiparty.timeline import instants

ENDOWMENT = 1000
"""What every account holds beside the channel, in wei: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """An open channel at the beginning of its first epoch: everybody has deposited."""
    balances = dict.fromkeys(scope.members, scope.balance)
    bonds = dict.fromkeys(scope.members, rules.bond)
    people = (*scope.members, *scope.outsiders)
    locked = sum(balances.values()) + sum(bonds.values())
    wealth = {p: ENDOWMENT + balances.get(p, 0) + bonds.get(p, 0) for p in people}
    return State(
        main=MainChain(
            now=0,
            accounts={(p, ETHER): ENDOWMENT for p in people},
            escrow={ETHER: locked},
        ),
        contract=Contract(
            epoch=1,
            last_epoch=scope.epochs,
            leader=scope.leader,
            balances=balances,
            bonds=bonds,
            deposits={},
            leaving=(),
            burned=0,
            phase=Phase.TRADING,
            since=0,
            started=0,
            proposal=None,
            disputes={},
            requests=(),
            shown=(),
        ),
        network=Network(
            trades=(),
            made=0,
            past=past_entries(scope, rules),
            offers={},
            votes={},
            confirmed=None,
            wishes=(),
        ),
        people=People(
            honest=tuple(p for p in people if p not in scope.coalition), offline=scope.offline
        ),
        ghost=Ghost(wealth=wealth),
    )


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.RequestPayment: trading.request_payment,
    a.Countersign: trading.countersign,
    a.SendToLeader: trading.send_to_leader,
    a.ReplayToLeader: trading.replay_to_leader,
    a.GiveReceipt: trading.give_receipt,
    a.AskToLeave: trading.ask_to_leave,
    a.Propose: consensus.propose,
    a.Vote: consensus.vote,
    a.Confirm: consensus.confirm,
    a.Commit: consensus.commit,
    a.CallContract: consensus.call_contract,
    a.Challenge: disputes.challenge,
    a.AnswerDispute: disputes.answer_dispute,
    a.Conclude: disputes.conclude,
    a.ReportSilence: disputes.report_silence,
    a.RequestReceipt: disputes.request_receipt,
    a.AnswerRequest: disputes.answer_request,
    a.ShowReceipts: settlement.show_receipts,
    a.Settle: settlement.settle,
    a.Deposit: membership.deposit,
    a.Join: membership.join,
    a.ForceExit: membership.force_exit,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if is_honest(state, action.by):
        member.refuse_folly(state, action, rules)
    return stamped(state, TRANSITIONS[type(action)](state, action, rules))


def settled(state: State, rules: Rules) -> bool:
    """Is the channel closed, so that everybody has what it gets?"""
    return state.contract.phase == Phase.CLOSED


def groups(state: State) -> Mapping[str, Any]:
    """The groups of the state by name."""
    return {
        "main": state.main,
        "contract": state.contract,
        "network": state.network,
        "people": state.people,
        "ghost": state.ghost,
    }


MULTIPARTY: Protocol[State, Rules, Scope] = Protocol(
    name="multiparty",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=member.obligations,
    instants=instants,
    room=None,
    key=keys.key,
    actions=tuple(TRANSITIONS),
    party_name=party_name,
    describe=describe,
    groups=groups,
    message=message,
)
