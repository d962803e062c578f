"""When two states are the same for all that can still happen.

Points in time become ages, clamped where they stop to matter. Accounts are kept: what is claimed of
the end compares them with what was due.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from spec.channels.payment.versions import Version
from spec.channels.watchtower.appointments import Appointment, Receipt
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import State
from spec.channels.watchtower.timeline import times_that_matter, unit
from spec.kernel.ages import Lasting, ages
from spec.kernel.basics import ETHER, Seconds


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    service, talk, claim = state.service, state.talk, state.channel.claim
    outcome = service.outcome
    lasting = (
        state.channel.phase.value,
        () if claim is None else (claim.by, _version(claim.version)),
        sorted(service.bonds.items()),
        sorted(service.announced),
        0 if service.answered_by is None else service.answered_by,
        () if outcome is None else (outcome.number, outcome.paid, outcome.breached),
        service.compensated,
        service.burned,
        _versions(talk.versions),
        [(tower, _appointments(kept)) for tower, kept in sorted(talk.stores.items())],
        _receipts(talk.receipts),
        talk.left is not None,
        talk.journeys,
        sorted([(p, held) for (p, asset), held in state.main.accounts.items() if asset == ETHER]),
    )
    return partial(_at, lasting, times_that_matter(state, rules), unit(rules))


def _at(lasting: Hashable, found: tuple[Lasting, ...], unit: Seconds, now: Seconds) -> Hashable:
    return lasting, ages(found, now, unit)


def _version(version: Version) -> tuple[Any, ...]:
    return (version.number, version.balances, version.final)


@lru_cache(maxsize=4096)
def _versions(versions: tuple[Version, ...]) -> tuple[Any, ...]:
    return tuple([_version(version) for version in versions])


@lru_cache(maxsize=4096)
def _appointments(kept: tuple[Appointment, ...]) -> tuple[Any, ...]:
    return tuple([_appointment(each) for each in kept])


def _appointment(each: Appointment) -> tuple[Any, ...]:
    return (each.channel, each.locator, _version(each.content))


@lru_cache(maxsize=65_536)
def _receipts(receipts: tuple[Receipt, ...]) -> tuple[Any, ...]:
    return tuple(sorted([(each.tower, _appointment(each.appointment)) for each in receipts]))
