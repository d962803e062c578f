"""Situations of the channel, told action by action.

Alice leads the first epoch; bob and carol are the other members, dave may join. Everybody has 2 in
the channel. Whoever is named in `against` is dishonest.
"""

from typing import Any

from attrs import evolve

from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.channels.multiparty.world.scope import ALICE, BOB, CAROL, DAVE, Scope
from spec.channels.multiparty import consensus, disputes, settlement, trading
from spec.channels.multiparty.evidence import NOWHERE, Entry, Payment, Stamp
from spec.channels.multiparty.knowledge import right_checkpoint
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import CHANNEL, Checkpoint, State
from spec.kernel.basics import DAY, Party
from spec.kernel.clock import Wait
from tests.protocolwide import moved

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
    return moved(MULTIPARTY, state, rules, actions)


def opened(rules: Rules = SOUND) -> State:
    """Everybody is honest."""
    return channel(rules)


def led_badly(rules: Rules = SOUND) -> State:
    return channel(rules, against=(ALICE,))


def misled(rules: Rules = SOUND) -> State:
    return channel(rules, against=(ALICE, CAROL))


def attacked(rules: Rules = SOUND) -> State:
    return channel(rules, against=(BOB, CAROL))


def closed(rules: Rules = SOUND) -> State:
    return committed(channel(rules, epochs=1), rules)


def waited(state: State, seconds: int, rules: Rules = SOUND) -> State:
    return after(state, rules, Wait(seconds))


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
        trading.RequestPayment(payer, payment(rules, place + 1, payer, payee, amount)),
        trading.Countersign(payee, place),
        trading.SendToLeader(payer, place),
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
    return after(state, rules, trading.GiveReceipt(leader, place, to_payer, to_payee))


def proposed(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """Trading is over, and everybody has the leader's checkpoint, by default the right one."""
    leader = state.contract.leader
    others = tuple(p for p in state.contract.balances if p != leader)
    state = after(state, rules, Wait(DAY))
    chosen = checkpoint or right_checkpoint(state)
    return after(state, rules, consensus.Propose(leader, chosen, others))


def voted(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """Everybody has signed what the leader proposed."""
    state = proposed(state, rules, checkpoint)
    return after(state, rules, *(consensus.Vote(party) for party in state.network.offers))


def committed(state: State, rules: Rules, checkpoint: Checkpoint | None = None) -> State:
    """The epoch has ended by agreement."""
    state = voted(state, rules, checkpoint)
    [agreed] = set(state.network.votes.values())
    return after(state, rules, consensus.Commit(state.contract.leader, agreed))


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
    return after(state, rules, consensus.CallContract(state.contract.leader, checkpoint, voters))


def convicted(state: State, rules: Rules = SOUND) -> State:
    """The dishonest leader has kept silent, and was reported."""
    honest = next(p for p in state.contract.balances if p in state.people.honest)
    return after(state, rules, Wait(2 * DAY + 1), disputes.ReportSilence(honest))


def balances(state: State) -> tuple[int, ...]:
    return tuple(state.contract.balances.values())


def honest_answer(state: State, rules: Rules, party: Party) -> Any:
    """What the party must do first."""
    return next(duty.action for duty in PROTOCOL.obligations(state, rules) if duty.by == party)


def settled(state: State, rules: Rules = SOUND) -> State:
    return after(state, rules, Wait(DAY + 1), settlement.Settle(CAROL))


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
