"""Situations of the channel, told action by action, and random walks through it.

Alice leads the first epoch; bob and carol are the other members, dave may join. Everybody has 2 in
the channel. Whoever is named in `against` is dishonest.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from attrs import evolve, frozen

from impl.fuzz.codec import Sources
from impl.fuzz.walker import Walker
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.channels.multiparty.world.scope import ALICE, BOB, CAROL, DAVE, Scope
from spec.channels.multiparty import actions as a
from spec.channels.multiparty.evidence import NOWHERE, Entry, Payment, Stamp
from spec.channels.multiparty.knowledge import right_checkpoint
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import CHANNEL, Checkpoint, State
from spec.kernel.basics import DAY, Party
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

PROTOCOL = MULTIPARTY.protocol
RULES = {"literal": LITERAL, "sound": SOUND}
MEMBERS = (ALICE, BOB, CAROL)
OUTSIDER = Party(9)
FIRST = Stamp(CHANNEL, 1)


def channel(rules: Rules, against: tuple[Party, ...] = (), **more: Any) -> State:
    """A channel that has just been opened, for two epochs."""
    scope = evolve(Scope(coalition=against, outsiders=(DAVE,), epochs=2), **more)
    return PROTOCOL.initial(scope, rules)


def after(state: State, rules: Rules, *actions: Any) -> State:
    for action in actions:
        state = move(PROTOCOL, state, action, rules)
    return state


def payment(rules: Rules, number: int, payer: Party, payee: Party, amount: int = 1) -> Payment:
    return Payment(number, payer, payee, amount, rules.body_stamp(FIRST))


def signed(body: Payment, receipt_by: Party | None = None, rules: Rules = SOUND) -> Entry:
    """A payment with both signatures, and the receipt that a leader of the first epoch signs."""
    if receipt_by is None:
        return Entry(body, by_payer=True, by_payee=True)
    return Entry(body, True, True, receipt_by, rules.receipt_stamp(FIRST))


def sent(state: State, rules: Rules, payer: Party, payee: Party, amount: int = 1) -> State:
    """A1 to A3 of one more payment: the leader has it."""
    place = len(state.network.trades)
    return after(
        state,
        rules,
        a.RequestPayment(payer, payment(rules, place + 1, payer, payee, amount)),
        a.Countersign(payee, place),
        a.SendToLeader(payer, place),
    )


def receipted(
    state: State,
    rules: Rules,
    payer: Party,
    payee: Party,
    amount: int = 1,
    *,
    to_payer: bool = True,
    to_payee: bool = True,
) -> State:
    """A1 to A4 of one more payment."""
    state = sent(state, rules, payer, payee, amount)
    place, leader = len(state.network.trades) - 1, state.contract.leader
    return after(state, rules, a.GiveReceipt(leader, place, to_payer, to_payee))


def proposed(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """Trading is over, and everybody has the leader's checkpoint, by default the right one."""
    leader = state.contract.leader
    others = tuple(p for p in state.contract.balances if p != leader)
    state = after(state, rules, Wait(DAY))
    chosen = checkpoint or right_checkpoint(state)
    return after(state, rules, a.Propose(leader, chosen, others))


def voted(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """Everybody has signed what the leader proposed."""
    state = proposed(state, rules, checkpoint)
    return after(state, rules, *(a.Vote(party) for party in state.network.offers))


def committed(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """The epoch has ended by agreement."""
    state = voted(state, rules, checkpoint)
    [agreed] = set(state.network.votes.values())
    return after(state, rules, a.Commit(state.contract.leader, agreed))


def called(
    state: State,
    rules: Rules,
    balances: tuple[int, ...] | None = None,
    voters: tuple[Party, ...] = (ALICE,),
) -> State:
    """Trading is over, and nobody voted: the leader has put a checkpoint before the contract."""
    state = after(state, rules, Wait(DAY))
    right = right_checkpoint(state)
    checkpoint = right if balances is None else evolve(right, balances=balances)
    return after(state, rules, a.CallContract(state.contract.leader, checkpoint, voters))


def convicted(state: State, rules: Rules = SOUND) -> State:
    """The dishonest leader has kept silent, and was reported."""
    honest = next(p for p in state.contract.balances if p in state.people.honest)
    return after(state, rules, Wait(2 * DAY + 1), a.ReportSilence(honest))


def stolen(state: State) -> Checkpoint:
    """One wei of bob's is alice's."""
    right = right_checkpoint(state)
    return evolve(right, balances=(right.balances[0] + 1, right.balances[1] - 1, right.balances[2]))


FROM_BEFORE = Entry(
    Payment(900, ALICE, BOB, 1, NOWHERE), by_payer=True, by_payee=True, receipt_by=CAROL
)


def with_old_payment(state: State, rules: Rules) -> State:
    """In the epoch before the first, alice paid bob, and carol gave the receipt."""
    before = Stamp(CHANNEL, 0)
    entry = evolve(
        FROM_BEFORE,
        payment=evolve(FROM_BEFORE.payment, stamp=rules.body_stamp(before)),
        receipt=rules.receipt_stamp(before),
    )
    return evolve(state, network=evolve(state.network, past=(entry,)))


# Random walks -----------------------------------------------------------------------------------


@frozen
class Step:
    before: State
    action: Any
    after: State
    refusal: Refusal | None


def walk(rules: Rules, scope: Scope, seed: int, length: int = 120) -> Iterator[Step]:
    """A random run; a refused action stays where it was."""
    random, sources = Random(seed), Sources(MULTIPARTY, rules, scope)
    state = PROTOCOL.initial(scope, rules)
    for _ in range(length):
        action = sources.draw(random.choice(sources.table), state, random.randrange)
        if action is None:
            continue
        try:
            reached, refusal = move(PROTOCOL, state, action, rules), None
        except Refusal as said:
            reached, refusal = state, said
        yield Step(state, action, reached, refusal)
        state = reached


def ends(rules: Rules, scope: Scope, steps: int = 4_000) -> list[State]:
    """States that differ in what had to happen to reach them: the walker's landmarks. No claim
    ends a run."""
    walker = Walker(evolve(MULTIPARTY, invariants=()), rules, scope, 1, 40)
    walker.shard(0, steps, True)
    return [mark.state for mark in walker.landmarks.values()]
