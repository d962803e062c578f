"""Who follows its strategy in a channel, and who of them is there.

All parties that are not honest are one coalition: they share keys and knowledge. An honest party
that is offline neither acts nor answers until it returns.
"""

from attrs import evolve, frozen

from spec.kernel.basics import Party


@frozen
class People:
    """Who is honest, and who of these is away at present."""

    honest: tuple[Party, ...]
    offline: tuple[Party, ...] = ()


def is_honest(people: People, party: Party) -> bool:
    """Does it follow the strategy?"""
    return party in people.honest


def is_there(people: People, party: Party) -> bool:
    """Is it honest, and does it answer at present?"""
    return party in people.honest and party not in people.offline


def gone(people: People, party: Party) -> People:
    """From now on this party is away."""
    return evolve(people, offline=tuple(sorted({*people.offline, party})))


def returned(people: People, party: Party) -> People:
    """From now on this party is there again."""
    return evolve(people, offline=tuple(p for p in people.offline if p != party))
