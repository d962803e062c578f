"""Keys: the one that follows from a state's types, beside one that was written by hand for speed.

The key by hand holds what the derived one of payment channels holds; versions are remembered.
"""

from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from time import process_time
from typing import Any

from attrs import frozen

from impl.lab.claims.monitor import Tally
from impl.lab.explore.rounds import quiet_collector
from impl.lab.runs.moves import Moves
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.contract import Phase
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State, over
from spec.channels.payment.versions import Version
from spec.channels.sides import PARTIES
from spec.kernel.ages import ages, common_unit
from spec.kernel.basics import Seconds
from spec.kernel.derived_key import derived_key, lasting
from tests.benchmarks.measuring import Figure

Key = Callable[[State, Rules], Callable[[Seconds], Hashable]]


def keys(quick: bool) -> Iterator[Figure]:
    """Keys of the states that a search meets, each once."""
    many = 4_000 if quick else 20_000
    for name, scope in (("replacement", "both"), ("penalty", "long-both")):
        rules = PAYMENT.rules_named(name).rules
        met = states(rules, PAYMENT.scopes[scope], many)
        derived = min(taken(fresh(), met, rules) for _ in range(3))
        by_hand = min(taken(written(), met, rules) for _ in range(3))
        note = f"{derived:.1f} against {by_hand:.1f} microseconds, {len(met):,} states"
        ratio = derived / by_hand
        yield Figure(f"key derived over by hand, {scope}", ratio, "times", 1, False, note=note)


def states(rules: Rules, scope: Any, many: int) -> list[State]:
    """States in the order in which a search breadth first comes to them, some more than once."""
    protocol, seen, met = PAYMENT.protocol, set[Hashable](), list[State]()
    moves, tally = Moves(protocol, rules, scope), Tally(len(PAYMENT.witnesses))
    queue = [protocol.initial(scope, rules)]
    for state in queue:
        for _, _, after in moves.successors(state, tally)[0]:
            met.append(after)
            key = protocol.key(after, rules)(after.main.now)
            if key not in seen:
                seen.add(key)
                queue.append(after)
        if len(met) > many:
            break
    return met


def taken(key: Key, met: list[State], rules: Rules) -> float:
    """Microseconds for one of these states."""
    with quiet_collector():
        start = process_time()
        for state in met:
            key(state, rules)(state.main.now)
        return (process_time() - start) / len(met) * 1e6


def fresh() -> Key:
    """The derived key, with nothing remembered."""
    lasting.cache_clear()
    return derived_key(State, over=over)


def written() -> Key:
    """A key by hand, with nothing remembered."""
    return ByHand(lru_cache(maxsize=65_536)(numbers))


def numbers(version: Version) -> tuple[int, ...]:
    """A version as one tuple."""
    totals = *version.deposits, *version.withdrawn
    return (version.number, *version.balances, *totals, int(version.final))


@frozen
class ByHand:
    """It knows that all records but the versions are small."""

    version: Callable[[Version], tuple[int, ...]]

    def __call__(self, state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
        contract, claim = state.contract, state.contract.claim
        if contract.phase == Phase.SETTLED:
            return lambda now: state.people.offline
        version, absence, ghost = self.version, state.absence, state.ghost
        window, patience = rules.window, rules.peer.patience
        lasts = (
            contract.phase.value,
            contract.deposits,
            contract.withdrawn,
            () if claim is None else (claim.by, version(claim.version)),
            tuple(
                [
                    (version(each.held), version(each.signed), each.heard, each.revealed)
                    for each in (*state.memory, *state.disk)
                ]
            ),
            tuple([tuple(sorted(map(version, signed))) for signed in state.network.signed]),
            state.network.revealed,
            state.people.offline,
            absence.times,
            tuple([version(each) for each in ghost.held]),
            ghost.heard,
        )
        points = [
            (back, back)
            for party, back in zip(PARTIES, absence.back, strict=True)
            if party in state.people.offline
        ]
        if claim is not None:
            points.append((claim.deadline, claim.deadline + patience))
        if ghost.closed is not None:
            points.append((ghost.closed, ghost.closed + window + patience))
        unit = common_unit(window, patience)
        return lambda now: (lasts, ages(tuple(points), now, unit))
