"""The states that a payer may propose next, and the bent ones that nobody honest signs."""

from collections.abc import Iterator

from attrs import evolve

from invariants.channels.conditional.world.scope import Scope, pay_of
from spec.channels.conditional.knowledge import asks, newest, owes
from spec.channels.conditional.pays import Pay, Pays, last_deadline, total
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Simplex, State
from spec.channels.conditional.timeline import pays_known
from spec.channels.sides import Side
from spec.kernel.basics import Wei


def following(old: Simplex, pays: Pays, paid: Wei) -> Simplex:
    """The next state of a direction, well formed."""
    return Simplex(
        old.payer, old.seq + 1, old.transferred + paid, pays, last_deadline(pays), total(pays)
    )


def without(pays: Pays, pay: Pay) -> Pays:
    """The payments but one."""
    return tuple([each for each in pays if each != pay])


def additions(state: State, payer: Side, scope: Scope) -> Iterator[Simplex]:
    """States that pay something at once, or add a conditional payment."""
    old = newest(state, payer)
    for amount in scope.direct:
        yield following(old, old.pays, amount)
    number = 1 + max([0, *[pay.number for pay in pays_known(state)]])
    if number <= scope.pays:
        for kind in scope.kinds:
            new = pay_of(kind, number, payer, state.main.now)
            yield following(old, (*old.pays, new), 0)


def by_honest_payer(state: State, payer: Side, rules: Rules, scope: Scope) -> Iterator[Simplex]:
    """What an honest payer proposes: it settles what it owes, and cancels what it may not owe."""
    old = newest(state, payer)
    yield from additions(state, payer, scope)
    for pay in old.pays:
        owed = owes(state, pay, rules)
        if owed is not None:
            yield following(old, without(old.pays, pay), owed)
        elif scope.cancels:
            yield following(old, without(old.pays, pay), 0)


def by_dishonest_payer(state: State, payer: Side, rules: Rules, scope: Scope) -> Iterator[Simplex]:
    """What a dishonest payer proposes to an honest payee, to whom it matters."""
    old = newest(state, payer)
    yield from additions(state, payer, scope)
    for pay in old.pays:
        yield following(old, without(old.pays, pay), asks(state, pay, rules))
    if scope.bends:
        yield from _bent(state, payer, rules, scope)


def _bent(state: State, payer: Side, rules: Rules, scope: Scope) -> Iterator[Simplex]:
    """States with one thing wrong in each."""
    old, now = newest(state, payer), state.main.now
    for right in additions(state, payer, scope):
        yield evolve(right, seq=right.seq - 1)
        yield evolve(right, seq=right.seq + 1)
        if right.pays:
            yield evolve(right, pending=0)
            yield evolve(right, last_deadline=now)
            late = evolve(right.pays[-1], deadline=now - 1)
            yield following(old, (*old.pays, late), 0)
    for pay in old.pays:
        yield following(old, without(old.pays, pay), max(asks(state, pay, rules) - 1, 0))
        yield following(old, (*old.pays, pay), 0)
    if old.transferred > 0:
        yield following(old, old.pays, -1)
