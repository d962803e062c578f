"""What dishonest parties can put together: versions to offer, versions to show, secrets.

They see whatever honest parties have sent, and sign whatever they like. What can't change anything
is left out, except with `noise`: then what has to be refused is tried, too.
"""

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve

from invariants.channels.payment.world.scope import Scope
from spec.channels.payment.state import State
from spec.channels.payment.updates import Countersign, next_number
from spec.channels.payment.versions import START, Version, claim_of
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, Pair, Side, larger, other_side, raised, with_side
from spec.kernel.basics import Party, Wei

# Offers -----------------------------------------------------------------------------------------


def offers(state: State, side: Side, scope: Scope) -> list[Callable[[], Countersign]]:
    """What a dishonest other side may ask this one to countersign: it pays, or withdraws."""
    other = other_side(side)
    held, contract = state.memory[side].held, state.contract
    withdrawn = larger(newest_of(state, side).withdrawn, contract.withdrawn)
    balance = claim_of(held, other, contract.deposits, withdrawn)
    made: list[Callable[[], Countersign]] = []
    for amount in scope.amounts:
        if amount <= balance:
            made.append(partial(paying, state, side, amount))
            if withdrawn[other] + amount <= scope.withdrawn:
                made.append(partial(withdrawing, state, side, amount))
    if scope.noise:
        made += [partial(Countersign, PARTIES[side], version) for version in unfair(state, side)]
    return made


def paying(state: State, side: Side, amount: Wei) -> Countersign:
    """A dishonest other side pays this one."""
    base, other = as_it_stands(state, side), other_side(side)
    balances = raised(raised(base.balances, other, -amount), side, amount)
    return Countersign(PARTIES[side], Version(base.number, balances, base.deposits, base.withdrawn))


def withdrawing(state: State, side: Side, amount: Wei) -> Countersign:
    """A dishonest other side asks for a withdrawal."""
    base, other = as_it_stands(state, side), other_side(side)
    balances = raised(base.balances, other, -amount)
    withdrawn = raised(base.withdrawn, other, amount)
    return Countersign(PARTIES[side], Version(base.number, balances, base.deposits, withdrawn))


def ending(state: State, side: Side) -> Countersign:
    """A dishonest other side asks this one to end the channel."""
    return Countersign(PARTIES[side], evolve(as_it_stands(state, side), final=True))


def newest_of(state: State, side: Side) -> Version:
    """The newest version that a side has signed or holds."""
    memory = state.memory[side]
    return memory.signed if memory.signed.number > memory.held.number else memory.held


def as_it_stands(state: State, side: Side) -> Version:
    """The next version after a side's newest one by which nothing is paid."""
    contract, held, newest = state.contract, state.memory[side].held, newest_of(state, side)
    deposits = contract.deposits
    withdrawn = larger(newest.withdrawn, contract.withdrawn)
    balances = (
        claim_of(held, 0, deposits, withdrawn),
        claim_of(held, 1, deposits, withdrawn),
    )
    return Version(next_number(newest.number, other_side(side)), balances, deposits, withdrawn)


def unfair(state: State, side: Side) -> list[Version]:
    """Offers that an honest party should not sign: too little, less than nothing, more than there
    is, deposits that nobody made, a number that it has used, a withdrawal forgotten."""
    base, other, paid = as_it_stands(state, side), other_side(side), state.contract.withdrawn
    balances = base.balances
    more = raised(balances, side, 1)
    all_and_more = with_side((0, 0), side, balances[0] + balances[1] + 1)
    gives = raised(more, other, -1)
    return [
        evolve(base, balances=raised(raised(balances, side, -1), other, 1)),
        evolve(base, balances=(balances[0] + balances[1] + 1, -1)),
        evolve(base, balances=(-1, balances[0] + balances[1] + 1)),
        evolve(base, balances=more),
        evolve(base, balances=more, deposits=raised(base.deposits, other, 1)),
        evolve(base, balances=more, deposits=raised(base.deposits, side, 1)),
        evolve(base, balances=all_and_more, deposits=raised(base.deposits, other, 1)),
        evolve(base, number=newest_of(state, side).number, balances=gives),
        *(forgetting(base, side, each, paid) for each in (0, 1)),
    ]


def forgetting(base: Version, side: Side, whose: Side, paid: Pair) -> Version:
    """An offer that counts a withdrawal among the balances again, if it was not called for."""
    again = base.withdrawn[whose] - paid[whose]
    return evolve(
        base,
        balances=raised(base.balances, side, again),
        withdrawn=with_side(base.withdrawn, whose, paid[whose]),
    )


# What can be shown ------------------------------------------------------------------------------


def shown(state: State, scope: Scope) -> list[tuple[Party, Version]]:
    """Who can show what: an honest party the newest version that it holds, the others whatever
    honest parties have ever signed; with noise, what they have not."""
    honest = state.people.honest
    pairs: list[tuple[Party, Version]] = []
    for side in (0, 1):
        party = PARTIES[side]
        if party in honest:
            if is_there(state.people, party) or scope.noise:
                pairs.append((party, state.memory[side].held))
            if scope.noise:
                pairs.append((party, START))
        else:
            pairs.append((party, START))
            other = other_side(side)
            signed = (*state.past.signed[other], *state.network.signed[other])
            pairs += [(party, version) for version in signed]
            if scope.noise:
                pairs += [(party, version) for version in forged(state, side)]
    return pairs


def forged(state: State, side: Side) -> Sequence[Version]:
    """Versions that give one side everything, with its signature alone: newer than all others, and
    as new as the newest; one of them the end, two of them withdrawals, of all and of more."""
    other = other_side(side)
    newest = max([version.number for version in state.network.signed[other]], default=1)
    totals = state.contract.deposits
    everything = with_side((0, 0), side, totals[0] + totals[1])
    return (
        Version(newest + 1, everything, totals, (0, 0)),
        Version(newest, everything, totals, (0, 0)),
        Version(newest + 1, everything, totals, (0, 0), final=True),
        Version(newest + 1, (0, 0), totals, everything),
        Version(newest + 1, (0, 0), totals, raised(everything, side, 1)),
    )


def secrets_of(state: State, side: Side, scope: Scope) -> tuple[int, ...]:
    """How far the secrets reach that a dishonest party shows against this side."""
    below = state.network.revealed[side]
    return (below, below + 1, below + 2) if scope.noise else (below,)
