"""Which points in time matter to a channel and its towers.

A state remembers a few of them, and nothing else of the past: when a notice, a window, the time for
recourse and an absence began. All durations are multiples of a unit. So what can still happen
depends on how many units have gone since each of them, and on their order within the unit.
"""

from spec.channels.watchtower.disputes import answers_from
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import recourse_until
from spec.channels.watchtower.state import State
from spec.kernel.ages import Lasting, common_unit
from spec.kernel.basics import Seconds
from spec.kernel.reaction import bars

MANY = 8
"""More units than this are not gone to one by one."""


def times_that_matter(state: State, rules: Rules) -> tuple[Lasting, ...]:
    """The points in time that a state remembers, each with the last moment at which it matters;
    each also by the ghost's clock, from which the claims count; and by when somebody answers."""
    service, claim, left = state.service, state.channel.claim, state.talk.left
    ghost, home = state.ghost, rules.unbonding_period + rules.tower.reaction
    late = rules.customer.absence + rules.customer.reaction
    over = rules.channel.window + late
    found: list[Lasting] = [
        (at, at + home)
        for leaving in (service.announced, ghost.leaving)
        for _, at in sorted(leaving.items())
    ]
    if claim is not None:
        opened = claim.deadline - rules.channel.window
        found += [(opened, opened + over), (ghost.claimed, ghost.claimed + over)]
    if service.outcome is not None:
        found.append((service.outcome.at, recourse_until(service.outcome, rules) + late))
        found.append((ghost.ended, ghost.ended + rules.recourse_window + late))
    if left is not None:
        absence = rules.customer.absence
        found += [(left, left + absence), (ghost.left, ghost.left + absence)]
    return (*found, *bars(state))


def durations(rules: Rules) -> tuple[Seconds, ...]:
    """Everything that lasts."""
    return (
        rules.channel.window,
        rules.grace,
        rules.recourse_window,
        rules.unbonding_period,
        rules.customer.absence,
        rules.customer.reaction,
        rules.tower.reaction,
    )


def unit(rules: Rules) -> Seconds:
    """All durations are multiples of it."""
    return common_unit(*durations(rules))


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When something changes; and the moments at which something begins that would end together
    with what a state remembers: each whole unit before its end, or each duration before it."""
    claim, outcome = state.channel.claim, state.service.outcome
    found = [at + rules.unbonding_period for at in state.service.announced.values()]
    if claim is not None:
        found += [answers_from(claim, rules), claim.deadline]
    if outcome is not None:
        found.append(recourse_until(outcome, rules))
    each = unit(rules)
    for point, last in times_that_matter(state, rules):
        if last - point <= MANY * each:
            found += range(point + each, last + 1, each)
        else:
            found += [last - lasts for lasts in durations(rules) if last > lasts]
    return tuple(found)
