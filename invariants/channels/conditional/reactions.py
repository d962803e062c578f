"""How long windows have to be for honest parties that take their time, for all values.

The window as long as a reaction, the registry's and the margin, too: then everything that an honest
party owes is accepted, however late within its reaction it comes.
"""

from collections.abc import Hashable

from attrs import evolve

from invariants.channels.conditional.conditions import RULES
from invariants.channels.conditional.world.protocol import CONDITIONAL
from invariants.channels.conditional.world.scope import Scope
from invariants.kernel.theorems import Theorem, assume, refuted
from spec.channels.conditional import honest
from spec.channels.conditional.pays import Logic, Pay
from spec.channels.conditional.registry import ResolveVouched
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.rules import Rules, margin_after_locks
from spec.channels.conditional.settlement import IntendSettle
from spec.channels.conditional.state import Simplex, State, Voucher
from spec.channels.conditional.withdrawals import IntendWithdraw
from spec.channels.sides import BOB
from spec.kernel.basics import Seconds
from spec.kernel.reaction import answered_by


def bar_of(state: State, need: Hashable, rules: Rules) -> tuple[Seconds, Seconds]:
    """By when alice answers a need that stands from now on, at worst, and its deadline."""
    (duty,) = [each for each in honest.obligations(state, rules) if each.need == need]
    now = state.main.now
    return answered_by(duty.opens, None, now, now, rules.strategy.reaction), duty.deadline


def channel_at(now: Seconds, *pays: Pay) -> State:
    """A channel in which bob has paid a wei, and promised what is pending; nothing is on chain."""
    last = max([0, *[pay.deadline for pay in pays]])
    paid = Simplex(1, 1, transferred=1, pays=pays, last_deadline=last, pending=len(pays))
    new = CONDITIONAL.initial(Scope(pays=1), SOUND)
    network = evolve(new.network, signed=((), (paid,)))
    return evolve(new, main=evolve(new.main, now=now), network=network)


def shown_in_time(now: Seconds, rules: Rules) -> bool:
    """Bob begins to settle without the newest state, and alice answers as late as she may."""
    state = IntendSettle(BOB, ()).step(channel_at(now), rules)
    bar, until = bar_of(state, honest.STALE, rules)
    return (bar <= until) == (rules.strategy.reaction <= rules.window)


def vetoed_in_time(now: Seconds, rules: Rules) -> bool:
    """Bob announces to withdraw what he has paid, and alice vetoes as late as she may."""
    state = IntendWithdraw(BOB, 1).step(channel_at(now), rules)
    bar, until = bar_of(state, honest.WITHDRAWAL, rules)
    return (bar <= until) == (rules.strategy.reaction <= rules.window)


def raised_in_time(now: Seconds, deadline: Seconds, rules: Rules) -> bool:
    """Bob shows a voucher for nothing, and alice raises it as late as she may: where she had the
    time to resolve the payment without it."""
    assume(rules.strategy.time_left(now, deadline, rules.strategy.reaction))
    pay = Pay(1, payer=1, most=1, logic=Logic.AND, conditions=(), deadline=deadline)
    state = channel_at(now, pay)
    signed = evolve(state.network, vouchers=(Voucher(pay, 0, cosigned=True),))
    state = ResolveVouched(BOB, pay, 0).step(evolve(state, network=signed), rules)
    bar, until = bar_of(state, honest.payment(pay), rules)
    return (bar <= until) == (rules.strategy.reaction <= rules.resolve_window)


def added_up_in_time(last_deadline: Seconds, window_ends: Seconds, rules: Rules) -> bool:
    """At the worst, what is pending is final and on chain at the last moments for both."""
    until = rules.adds_up_until(last_deadline, window_ends, rules.clear_margin)
    bar = max(last_deadline, window_ends) + rules.strategy.reaction
    in_time = bar <= rules.confirms_after(window_ends, until)
    return in_time == (rules.strategy.reaction <= rules.clear_margin)


ADDED_UP = Theorem(
    "CP-T-REACTION-MARGIN",
    "What is pending is added up in time exactly if the margin is as long as a reaction.",
    added_up_in_time,
    values=RULES,
    symbolic_knobs=("clear_margin", "strategy.reaction"),
)

REACTION: tuple[Theorem, ...] = (
    Theorem(
        "CP-T-REACTION-SHOWN",
        "A newer state is shown in time exactly if the window is as long as a reaction.",
        shown_in_time,
        values=RULES,
        symbolic_knobs=("window", "strategy.reaction"),
    ),
    Theorem(
        "CP-T-REACTION-VETO",
        "A withdrawal is vetoed in time exactly if the window is as long as a reaction.",
        vetoed_in_time,
        values=RULES,
        symbolic_knobs=("window", "strategy.reaction"),
    ),
    Theorem(
        "CP-T-REACTION-RAISED",
        "A result is raised in time exactly if the registry's window is as long as a reaction.",
        raised_in_time,
        values=RULES,
        symbolic_knobs=("resolve_window", "strategy.reaction"),
    ),
    ADDED_UP,
    refuted(
        ADDED_UP,
        "CP-T-REACTION-MARGIN-LOCKS",
        "So it is where the margin runs from the last resolve deadline only.",
        evolve(SOUND, adds_up_until=margin_after_locks),
    ),
)
