"""What stays possible for whoever is honest, and who owes what: asked of the rules themselves."""

from collections.abc import Iterator
from typing import Any

from invariants.channels.conditional.bargains import agreed, left_free
from invariants.channels.conditional.dues import registered, value
from invariants.channels.conditional.money import held, spare
from invariants.channels.conditional.world.protocol import CONDITIONAL as MACHINE
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always
from spec.channels.conditional.honest import newer_states
from spec.channels.conditional.pays import final_from
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle
from spec.channels.conditional.state import Phase, Simplex, State, Voucher
from spec.channels.conditional.timeline import last_word
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, side_of
from spec.kernel.basics import ETHER, Party, Seconds
from spec.kernel.clock import accepted
from spec.kernel.protocol import Obligation


def _kept_in(state: State, rules: Rules) -> Finding:
    return Finding("an honest party cannot begin to settle", {"now": state.main.now})


@always("CP-WAY-OUT", _kept_in, reads="main contract network people ghost")
def can_leave(state: State, rules: Rules) -> bool:
    """While the channel is operable, an honest party can begin to settle at any time."""
    return state.contract.phase != Phase.OPERABLE or all(
        accepted(MACHINE, state, IntendSettle(party, newer_states(state)), rules)
        for party in state.people.honest
    )


def _money_stuck(state: State, rules: Rules) -> Finding:
    return Finding(
        f"an honest party's {_stuck(state, rules)} is refused in an operable channel",
        {"now": state.main.now},
    )


@always("CP-OPEN", _money_stuck)
def can_move_money(state: State, rules: Rules) -> bool:
    """While the channel is operable, an honest party can deposit, announce a withdrawal while none
    waits, and carry out its own after the window, if the states on chain leave enough."""
    return not _stuck(state, rules)


def _stuck(state: State, rules: Rules) -> str:
    if state.contract.phase != Phase.OPERABLE:
        return ""
    for party in state.people.honest:
        for action in _open_to(state, party, rules):
            if not accepted(MACHINE, state, action, rules):
                return type(action).__name__
    return ""


def _open_to(state: State, party: Party, rules: Rules) -> Iterator[Any]:
    """What a party can do with its money."""
    intent, side = state.contract.intent, side_of(party)
    if state.main.accounts[party, ETHER] > 0:
        yield Deposit(party, 1)
    if intent is None:
        yield IntendWithdraw(party, 1)
    elif (
        intent.side == side
        and state.main.now > state.ghost.announced + rules.window
        and intent.amount <= min(spare(state, side), held(state))
    ):
        yield ConfirmWithdraw(party)


def _not_its_own(state: State, rules: Rules) -> Finding:
    duty = _strange(state, rules)[0]
    return Finding("somebody owes what another one does", {"by": duty.by, "act": duty.action.by})


@always("CP-DUTIES", _not_its_own)
def each_its_own(state: State, rules: Rules) -> bool:
    """Only honest parties that are there owe anything, and each what it does itself."""
    return not _strange(state, rules)


def _strange(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if duty.by != duty.action.by or not is_there(state.people, duty.by)
    ]


def _at_another_moment(state: State, rules: Rules) -> Finding:
    duty = _mistimed(state, rules)[0]
    first, last = span(state, duty, rules)
    cause = "somebody honest begins at another moment"
    if duty.deadline != last:
        late = duty.deadline > last
        cause = "somebody honest comes late" if late else "somebody honest is hurried"
    numbers = {"by": duty.by, "owed until": duty.deadline, "in time until": last, "from": first}
    return Finding(cause, numbers)


@always("CP-LAST-MOMENT", _at_another_moment)
def at_the_last_moment(state: State, rules: Rules) -> bool:
    """What somebody honest owes can wait for the last moment at which it comes in time, and no
    longer: a payment is resolved until the registry says its last word, a withdrawal vetoed in its
    window, and a settlement confirmed when nothing can change it any more."""
    return not _mistimed(state, rules)


def _mistimed(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if (duty.opens, duty.deadline) != span(state, duty, rules)
    ]


def span(state: State, duty: Obligation, rules: Rules) -> tuple[Seconds, Seconds]:
    """From when on and until when a duty can be done: counted from when its cause was accepted. But
    until when newer states can be shown is for the rules to decide (CP-WINDOW)."""
    contract, ends = state.contract, state.contract.window_ends
    match duty.action:
        case Resolve(pay=pay):
            return final_from(pay), last_word(state, pay, rules)
        case VetoWithdraw():
            return 0, state.ghost.announced + rules.window
        case IntendSettle():
            return 0, ends
        case ClearPays(payer=payer):
            shown = contract.states[payer]
            final = max([last_word(state, pay, rules) for pay in shown.pays])
            return final + 1, _added_up_by(shown, ends, rules)
        case _:
            over = max([_added_up_by(each, ends, rules) for each in contract.states])
            return over + 1, over + rules.strategy.reaction


def _added_up_by(shown: Simplex, ends: Seconds, rules: Rules) -> Seconds:
    """Until when a settlement waits for a direction: for the end of the window, and for what is
    pending in it. How long that can be added up is for the rules to decide (CP-T-MARGIN)."""
    if not shown.pays:
        return ends
    last = max([pay.deadline for pay in shown.pays])
    return max(ends, rules.adds_up_until(last, ends, rules.clear_margin))


def _refused(state: State, rules: Rules) -> Finding:
    duty = _unable(state, rules)[0]
    numbers = {"by": duty.by, "now": state.main.now, "until": duty.deadline}
    return Finding(f"an honest party's {type(duty.action).__name__} is refused in time", numbers)


@always("CP-ABLE", _refused)
def can_do_what_it_owes(state: State, rules: Rules) -> bool:
    """What somebody honest owes is accepted, from the moment at which it can be done to the last
    one."""
    return not _unable(state, rules)


def _unable(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if duty.opens <= state.main.now <= duty.deadline
        and not accepted(MACHINE, state, duty.action, rules)
    ]


def _for_nothing(state: State, rules: Rules) -> Finding:
    duty = _needless(state, rules)[0]
    numbers = {"by": duty.by, "now": state.main.now}
    return Finding(f"an honest party's {type(duty.action).__name__} is for nothing", numbers)


@always("CP-NEEDED", _for_nothing)
def needed(state: State, rules: Rules) -> bool:
    """Nobody honest owes what changes nothing: a veto of what is free, a resolution that gives no
    more than is written, a state that the contract has."""
    return not _needless(state, rules)


def _needless(state: State, rules: Rules) -> list[Obligation]:
    return [
        duty
        for duty in MACHINE.obligations(state, rules)
        if not _has_reason(state, duty.action, rules)
    ]


def _has_reason(state: State, action: Any, rules: Rules) -> bool:
    intent, on_chain = state.contract.intent, state.contract.states
    match action:
        case VetoWithdraw():
            return intent is not None and intent.amount > left_free(state)
        case Resolve(pay=pay):
            return value(pay, rules) > registered(state, pay)
        case IntendSettle(states=states):
            return any(each.seq > on_chain[each.payer].seq for each in states)
        case _:
            return True


def _no_deal(state: State, rules: Rules) -> Finding:
    return Finding(_misjudged(state, rules), {"now": state.main.now})


@always("CP-DEAL", _no_deal)
def can_deal(state: State, rules: Rules) -> bool:
    """Honest parties sign whatever is fair, and nothing else: a payer pays all that is free and not
    more, and vouches for what it owes; a payee takes states and vouchers that give what it could
    get."""
    return not _misjudged(state, rules)


def _misjudged(state: State, rules: Rules) -> str:
    for action, fair in agreed(state, rules):
        if accepted(MACHINE, state, action, rules) != fair:
            name = type(action).__name__
            return f"a fair {name} is refused" if fair else f"an unfair {name} is signed"
    return ""


def _held_up(state: State, rules: Rules) -> Finding:
    return Finding("a settlement that is over can't be confirmed", {"now": state.main.now})


@always("CP-CONFIRMS", _held_up)
def can_confirm(state: State, rules: Rules) -> bool:
    """A settlement that nothing can change any more can be confirmed by anybody, whatever was
    omitted."""
    contract = state.contract
    ends = contract.window_ends
    over = max([_added_up_by(each, ends, rules) for each in contract.states])
    if contract.phase != Phase.SETTLING or state.main.now <= over:
        return True
    return all(accepted(MACHINE, state, ConfirmSettle(party), rules) for party in PARTIES)


def _worthless(state: State, rules: Rules) -> Finding:
    voucher = _unredeemed(state, rules)[0]
    numbers = {"amount": voucher.amount, "now": state.main.now}
    return Finding("a voucher that both have signed is refused", numbers)


@always("CP-REDEEMS", _worthless)
def can_redeem(state: State, rules: Rules) -> bool:
    """A voucher that both have signed can be redeemed by either honest side, as long as the
    registry takes anything and says less."""
    return not _unredeemed(state, rules)


def _unredeemed(state: State, rules: Rules) -> list[Voucher]:
    now = state.main.now
    return [
        voucher
        for voucher in state.network.vouchers
        for pay in [voucher.pay]
        if voucher.cosigned
        and registered(state, pay) < voucher.amount <= pay.most
        and now <= last_word(state, pay, rules)
        and not all(
            accepted(MACHINE, state, ResolveVouched(party, pay, voucher.amount), rules)
            for party in state.people.honest
        )
    ]


POSSIBLE: tuple[Invariant, ...] = (
    each_its_own,
    can_leave,
    can_move_money,
    at_the_last_moment,
    can_do_what_it_owes,
    needed,
    can_deal,
    can_redeem,
    can_confirm,
)
