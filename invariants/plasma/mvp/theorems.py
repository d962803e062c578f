"""What the decisions of Plasma MVP guarantee, for all values: z3 runs the very functions.

Beside each theorem stand the decisions for which it fails: those have to be refuted, with values.
Parties are any ints here, so that nothing hangs on how many there are. Transitions are the subject
of `inductive.py`, the order of exits that of `ordering.py`; `repairs.py` has the decisions about
block numbers, money, and what one exit says of another.
"""

from attrs import evolve

from invariants.kernel.theorems import Expect, Theorem, assume, refuted, theorem
from invariants.plasma.mvp.inductive import INDUCTION
from invariants.plasma.mvp.ordering import KNOBS, ORDERING, Claim, comes_first, exit_of
from invariants.plasma.mvp.reactions import REACTIONS
from invariants.plasma.mvp.repairs import NUMBERS, REPAIRS
from invariants.plasma.mvp.variants import VARIANTS
from spec.kernel.basics import NOBODY, Party, Position, Seconds
from spec.plasma.mvp import rule_sets as sets
from spec.plasma.mvp.positions import (
    BLOCK_FACTOR,
    Location,
    NonCanonicalPosition,
    decode,
    encode,
    is_canonical,
)
from spec.plasma.mvp.rule_sets import PLASMA_MVP
from spec.plasma.mvp.rules import Rules, ShownSpend

# Positions --------------------------------------------------------------------------------------

INTERVAL = PLASMA_MVP.child_block_interval


def canonical(at: Location) -> bool:
    """Can an output stand there, with blocks numbered as in MVP?"""
    return is_canonical(at.block, at.transaction, at.output, INTERVAL)


def number(at: Location) -> Position:
    """The number of a location."""
    return encode(at.block, at.transaction, at.output)


@theorem(
    "PL-T-POSITION-DECODE",
    "The number of every canonical location leads back to it.",
)
def decodes(at: Location) -> bool:
    """One direction of one-to-one."""
    assume(canonical(at))
    return decode(number(at)) == at


@theorem(
    "PL-T-POSITION-ENCODE",
    "Every number that is accepted as a position spells a canonical location, and no other number"
    " does.",
    values={"rules": PLASMA_MVP},
)
def encodes(position: Position, rules: Rules) -> bool:
    """The other direction; numbers that are refused are left out."""
    at = rules.locate(position, INTERVAL)
    return canonical(at) and number(at) == position


@theorem(
    "PL-T-POSITION-DOMAIN",
    "A number is accepted as a position exactly if it spells a canonical location.",
    values={"rules": PLASMA_MVP},
)
def accepts_canonical(position: Position, rules: Rules) -> bool:
    """Neither more nor less is let in: with the two before, one-to-one on just that domain."""
    return accepts(position, rules) == canonical(decode(position))


def accepts(position: Position, rules: Rules) -> bool:
    """Does the contract take the number for a position?"""
    try:
        rules.locate(position, INTERVAL)
    except NonCanonicalPosition:
        return False
    return True


@theorem(
    "PL-T-POSITION-UNIQUE", "Two different canonical locations never share a number.",
)  # fmt: skip
def unique(first: Location, second: Location) -> bool:
    """What an exit is recorded under names one output."""
    assume(canonical(first) and canonical(second) and first != second)
    return number(first) != number(second)


@theorem(
    "PL-T-POSITION-COLLISION",
    "No two locations at all share a number.",
    expect=Expect.REFUTED,
)
def unique_everywhere(first: Location, second: Location) -> bool:
    """False: an index that is too large runs over into the next block."""
    assume(first != second)
    return number(first) != number(second)


@theorem(
    "PL-T-POSITION-NO-ALIAS",
    "Two different positions never lead to the same output.",
    values={"rules": PLASMA_MVP},
)
def no_alias(first: Position, second: Position, rules: Rules) -> bool:
    """Else one output could exit twice, under two names."""
    assume(BLOCK_FACTOR <= first < second)
    return rules.locate(first, INTERVAL) != rules.locate(second, INTERVAL)


ALIASES = refuted(
    no_alias,
    "PL-T-POSITION-ALIAS",
    "Where nothing binds all digits of a position, two of them still lead to different outputs.",
    sets.REFERENCE_2018,
)

POSITIONS = (
    decodes, encodes, accepts_canonical, unique, unique_everywhere, no_alias, ALIASES,
)  # fmt: skip


# Priority and maturity --------------------------------------------------------------------------


@theorem(
    "PL-T-PRIORITY-ORDER",
    "Priority is a strict order: no exit comes before itself, and before is transitive.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def strict_order(first: Claim, second: Claim, third: Claim, rules: Rules) -> bool:
    """Irreflexive and transitive."""
    chain = comes_first(first, second, rules) and comes_first(second, third, rules)
    return not comes_first(first, first, rules) and (not chain or comes_first(first, third, rules))


@theorem(
    "PL-T-PRIORITY-TOTAL",
    "Of two exits of different positions, exactly one comes before the other.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def total_order(first: Claim, second: Claim, rules: Rules) -> bool:
    """Nothing is left to chance, or to whoever calls for payment."""
    assume(first.position != second.position)
    return comes_first(first, second, rules) != comes_first(second, first, rules)


@theorem(
    "PL-T-EXIT-KEY",
    "Exits of two different positions are recorded under different keys.",
    values={"rules": PLASMA_MVP},
)
def own_key(first: Claim, second: Claim, rules: Rules) -> bool:
    """Else the later one is refused, or takes the place of the earlier."""
    assume(first.position != second.position)
    return rules.exit_key(exit_of(first, rules)) != rules.exit_key(exit_of(second, rules))


SHARED_KEY = refuted(
    own_key,
    "PL-T-EXIT-KEY-SHARED",
    "Exits recorded by maturity never share a key.",
    sets.COLLIDING_KEYS,
)


@theorem(
    "PL-T-MATURITY",
    "An exit waits at least the exit period, and at most the minimum age or the exit period,"
    " whichever is longer.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def waits_in_bounds(created: Seconds, now: Seconds, rules: Rules) -> bool:
    """7 to 14 days, with the published knobs."""
    assume(created <= now)
    waits = rules.exitable_at(created, now, rules) - now
    return rules.exit_period <= waits <= max(rules.minimum_age, rules.exit_period)


TOO_EARLY = refuted(
    waits_in_bounds,
    "PL-T-MATURITY-OFF-BY-ONE",
    "Maturity computed one second short leaves a full exit period for challenges.",
    sets.EARLY_MATURITY,
)


@theorem(
    "PL-T-MATURITY-AGE",
    "No output is paid before it has reached the minimum age.",
    values={"rules": PLASMA_MVP},
    symbolic_knobs=KNOBS,
)
def old_enough(created: Seconds, now: Seconds, rules: Rules) -> bool:
    """What makes honest outputs come first."""
    return rules.exitable_at(created, now, rules) >= created + rules.minimum_age


TOO_YOUNG = refuted(
    old_enough,
    "PL-T-MATURITY-AGE-IGNORED",
    "Where every exit waits one period, fresh outputs still reach the minimum age.",
    sets.FOURTH_STATE,
)

QUEUE = (
    strict_order, total_order, own_key, SHARED_KEY, waits_in_bounds, TOO_EARLY, old_enough,
    TOO_YOUNG,
)  # fmt: skip


# Evidence ---------------------------------------------------------------------------------------

SIGNED = {"owner": "signed", "signer": "signed"}
"""Parties are ints of either sign here: nobody is -1."""


@theorem(
    "PL-T-CHALLENGE",
    "A challenge stands exactly if the spend shown takes the exiting output, and the exit's owner"
    " signed and confirmed it.",
    sizes=SIGNED,
    values={"rules": PLASMA_MVP},
)
def challenge_verdict(
    exit: Claim, owner: int, input: Position, signer: int, confirmed: bool, whole: bool,
    rules: Rules,
) -> bool:  # fmt: skip
    """Nothing else than the owner's own hand cancels an exit."""
    exiting = evolve(exit_of(exit, rules), owner=Party(owner))
    upheld = rules.upholds_challenge(exiting, ShownSpend(input, Party(signer), confirmed, whole))
    return upheld == (input == exit.position and signer == owner and confirmed)


UNTIED = refuted(
    challenge_verdict,
    "PL-T-CHALLENGE-UNTIED",
    "A challenge that need not name the exiting output never cancels another one's exit.",
    sets.UNTIED_CHALLENGE,
)


@theorem(
    "PL-T-CHALLENGE-CONFIRMED",
    "A spend that the owner signed but did not confirm never cancels its exit.",
    sizes=SIGNED,
    values={"rules": PLASMA_MVP},
)
def unconfirmed_never_cancels(
    exit: Claim, owner: int, input: Position, signer: int, whole: bool, rules: Rules
) -> bool:
    """Why there are confirmation signatures."""
    exiting = evolve(exit_of(exit, rules), owner=Party(owner))
    return not rules.upholds_challenge(exiting, ShownSpend(input, Party(signer), False, whole))


UNCONFIRMED = refuted(
    unconfirmed_never_cancels,
    "PL-T-CHALLENGE-SIGNED",
    "Without confirmations, a spend that the owner only signed never cancels its exit.",
    sets.WITHOUT_CONFIRMATIONS,
)


@theorem(
    "PL-T-NOBODY",
    "A signature that nobody gave never counts as a confirmation; one that was not shown neither.",
    sizes={"signer": "signed"},
    values={"rules": PLASMA_MVP},
)
def nobody_confirms(signer: int, shown: bool, rules: Rules) -> bool:
    """A failed recovery is no signer."""
    return not rules.input_confirmed(NOBODY, shown) and not rules.input_confirmed(
        Party(signer), False
    )


NULL_SIGNER = refuted(
    nobody_confirms,
    "PL-T-NOBODY-MATCHES",
    "Where a failed recovery may match another, a signature that nobody gave never counts.",
    sets.NULL_SIGNER,
)

EVIDENCE = (
    challenge_verdict, UNTIED, unconfirmed_never_cancels, UNCONFIRMED, nobody_confirms,
    NULL_SIGNER,
)  # fmt: skip

DECISIONS: tuple[Theorem, ...] = (
    *POSITIONS, *NUMBERS, *QUEUE, *ORDERING, *EVIDENCE, *REPAIRS, *VARIANTS, *REACTIONS,
)  # fmt: skip
THEOREMS: tuple[Theorem, ...] = DECISIONS + INDUCTION
