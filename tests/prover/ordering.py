"""Who leaves within one period of a bad block is paid before whoever forged it."""

from collections.abc import Callable

from attrs import field, frozen, validators

from invariants.kernel.theorems import Theorem, assume, theorem
from spec.kernel.basics import Position, Seconds


@frozen
class Story:
    """An output and its exit."""

    created: Seconds
    started: Seconds
    position: Position


@frozen
class Rules:
    minimum_age: Seconds = field(validator=validators.ge(0))
    exit_period: Seconds = field(validator=[validators.instance_of(int), validators.ge(1)])
    priority: Callable[[Story, "Rules"], tuple[int, int]]


def by_maturity(story: Story, rules: Rules) -> tuple[int, int]:
    maturity = max(story.created + rules.minimum_age, story.started + rules.exit_period)
    return maturity, story.position


def happens(bad_block: Seconds, honest: Story, forged: Story, rules: Rules) -> bool:
    in_time = bad_block <= honest.started <= bad_block + rules.exit_period
    forgery = forged.created >= bad_block and forged.started >= forged.created
    return honest.created <= bad_block and in_time and forgery and honest.position < forged.position


RULES = Rules(14, 7, by_maturity)
KNOBS = ("minimum_age", "exit_period")


def honest_first(bad_block: Seconds, honest: Story, forged: Story, rules: Rules) -> bool:
    assume(happens(bad_block, honest, forged, rules))
    return rules.priority(honest, rules) < rules.priority(forged, rules)


@theorem(
    "TOY-ORDER",
    "Whoever leaves within a period of a bad block is paid first.",
    values={"rules": RULES},
    symbolic_knobs=KNOBS,
)
def ordered(bad_block: Seconds, honest: Story, forged: Story, rules: Rules) -> bool:
    assume(rules.minimum_age >= 2 * rules.exit_period)
    return honest_first(bad_block, honest, forged, rules)


@theorem(
    "TOY-TIGHT",
    "One second less is not enough: some run always pays the forger first.",
    values={"rules": RULES},
    symbolic_knobs=KNOBS,
)
def one_second_less(bad_block: Seconds, honest: Story, forged: Story, rules: Rules) -> bool:
    assume(rules.minimum_age == 2 * rules.exit_period - 1)
    return honest_first(bad_block, honest, forged, rules)


UNLIMITED = Theorem(
    "TOY-ANY", "Any knobs do.", honest_first, values={"rules": RULES}, symbolic_knobs=KNOBS
)
