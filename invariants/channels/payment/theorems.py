"""What the decisions of the payment channel guarantee, for all values: z3 runs the very functions.

Amounts, totals, numbers and times are any non-negative ints; a version is any version, also one
that is old at the totals it is paid out by, except where the theorem says that it adds up. How
versions come about, and who shows which one when, is the subject of the explorer and the fuzzer.
"""

from attrs import evolve

from invariants.channels.payment.inductive import (
    INDUCTION,
    any_state,
    escrow_covers,
    nothing_negative,
)
from invariants.kernel.theorems import Theorem, assume, refuted, theorem
from spec.channels.payment.closing import Settle
from spec.channels.payment.contract import Contract, Phase, unilateral_close
from spec.channels.payment.duties import STALE, answers
from spec.channels.payment.machine import step
from spec.channels.payment.memory import Memory
from spec.channels.payment.rule_sets import (
    EQUAL_NUMBERS,
    NOT_STRICT,
    PENALTY,
    REPLACEMENT,
    SHORT_WINDOW,
    TOTALS_IGNORED,
    WINDOW_RESTARTS,
    WITHDRAWAL_FORGOTTEN,
)
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB, Pair, Side
from spec.kernel.basics import DAY, Seconds
from spec.kernel.mainchain import MainChain
from spec.kernel.reaction import answered_by
from spec.kernel.refusal import Refusal

SIDES = (0, 1)
RULES = {"rules": REPLACEMENT}

# What is paid out -------------------------------------------------------------------------------


def worth(version: Version, side: Side, deposits: Pair, withdrawn: Pair) -> int:
    """What a version promises a side at these totals: its balance, what it deposited since, less
    what it withdrew since."""
    later = deposits[side] - version.deposits[side]
    return version.balances[side] + later - (withdrawn[side] - version.withdrawn[side])


def adds_up(version: Version) -> bool:
    """Is the sum of its balances all deposits less all withdrawals?"""
    total = sum(version.deposits) - sum(version.withdrawn)
    return sum(version.balances) == total


@theorem(
    "PC-T-PAYOUT",
    "Whatever version is shown, and whatever was deposited and withdrawn, all there is is paid out,"
    " and neither share is negative: settle never fails.",
    values=RULES,
)
def pays_out_everything(version: Version, deposits: Pair, withdrawn: Pair, rules: Rules) -> bool:
    """The shares of any version, old or made up, at any totals."""
    there = sum(deposits) - sum(withdrawn)
    assume(there >= 0)
    shares = rules.split(version, deposits, withdrawn)
    return shares[0] + shares[1] == there and shares[0] >= 0 and shares[1] >= 0


@theorem(
    "PC-T-FAIR",
    "A version that counts all withdrawals pays each side its balance, all that it deposited since,"
    " and what it was granted and never withdrew.",
    values=RULES,
)
def pays_what_was_agreed(version: Version, deposits: Pair, withdrawn: Pair, rules: Rules) -> bool:
    """The shares of a version at later totals."""
    assume(adds_up(version))
    assume(all(deposits[side] >= version.deposits[side] for side in SIDES))
    assume(all(withdrawn[side] <= version.withdrawn[side] for side in SIDES))
    shares = rules.split(version, deposits, withdrawn)
    return all(shares[side] == worth(version, side, deposits, withdrawn) for side in SIDES)


@theorem(
    "PC-T-OLD",
    "An old version pays no side more than it promises it, whatever was withdrawn since.",
    values=RULES,
)
def pays_no_more(version: Version, deposits: Pair, withdrawn: Pair, rules: Rules) -> bool:
    """The shares of a version at any later totals."""
    assume(adds_up(version))
    assume(sum(deposits) >= sum(withdrawn))
    shares = rules.split(version, deposits, withdrawn)
    return all(shares[side] <= max(0, worth(version, side, deposits, withdrawn)) for side in SIDES)


@theorem(
    "PC-T-SETTLES",
    "Whatever version was claimed, whoever calls for the payment after the window gets it done.",
    values=RULES,
    shapes={"state": any_state},
)
def settle_never_fails(state: State, rules: Rules) -> bool:
    """No refusal, if the contract holds what was put into it and not taken out."""
    claim = state.contract.claim
    assume(claim is not None and state.main.now > claim.deadline)
    assume(escrow_covers(state, rules) and nothing_negative(state, rules))
    try:
        after = step(state, Settle(ALICE), rules)
    except Refusal:
        return False
    return after.contract.phase == Phase.SETTLED


# Which version stands ---------------------------------------------------------------------------


@theorem(
    "PC-T-NEWER",
    "No two versions replace each other in turn, nor does a version replace itself: answers end.",
    values=RULES,
)
def answers_end(one: int, two: int, three: int, rules: Rules) -> bool:
    """No circle of up to three versions; `replaces` is transitive, so that there is none at all."""
    replaces = rules.replaces
    chain = replaces(one, two) and replaces(two, three)
    return (
        not replaces(one, one)
        and not (replaces(one, two) and replaces(two, one))
        and (not chain or replaces(one, three))
    )


@theorem(
    "PC-T-NEWEST",
    "Of two versions with different numbers, one replaces the other: the newest stands, whoever"
    " comes first.",
    values=RULES,
)
def newest_stands(one: int, two: int, rules: Rules) -> bool:
    """There is always an answer to a stale version."""
    return one == two or rules.replaces(max(one, two), min(one, two))


@theorem(
    "PC-T-WINDOW",
    "However many answers come in time, the window does not get longer.",
    values=RULES,
    symbolic_knobs=("window",),
)
def window_bounded(deadline: Seconds, now: Seconds, rules: Rules) -> bool:
    """One answer in time; what it leaves is what the next one starts from."""
    assume(now <= deadline)
    return rules.deadline_after(deadline, now, rules.window) <= deadline


@theorem(
    "PC-T-REACTION",
    "Who is away when a stale version is claimed answers it in time if the window is as long as its"
    " absence and its reaction together, and may be too late if it is shorter by a second.",
    values=RULES,
    symbolic_knobs=("window", "peer.reaction"),
)
def window_long_enough(closed: Seconds, away: Seconds, rules: Rules) -> bool:
    """At the worst its answer takes its whole reaction from its return."""
    bar, deadline = answered(closed, away, rules)
    return (bar <= deadline) == (away + rules.peer.reaction <= rules.window)


@theorem(
    "PC-T-A-DAY-AWAY",
    "Who is away for a day when a stale version is claimed answers it in time.",
    values=RULES,
)
def a_day_away(closed: Seconds, away: Seconds, rules: Rules) -> bool:
    """This is how long the rule sets' window is made for."""
    assume(away <= DAY)
    bar, deadline = answered(closed, away, rules)
    return bar <= deadline


def answered(closed: Seconds, away: Seconds, rules: Rules) -> tuple[Seconds, Seconds]:
    """By when a party that holds a newer version than the claimed one has answered, and until when
    the contract takes its answer."""
    signed, nobody = (True, True), MainChain(closed, {}, {})
    contract = Contract(Phase.OPEN, (1, 1), (0, 0), None)
    _, claimed = unilateral_close(nobody, contract, ALICE, START, signed, rules)
    held = Memory(Version(1, (0, 2), (1, 1), (0, 0)), START, 0, 0)
    assert claimed.claim is not None
    (duty,) = [each for each in answers(BOB, held, claimed.claim, rules) if each.need == STALE]
    back = closed + away
    bar = answered_by(duty.opens, None, back, back, rules.peer.reaction)
    return bar, duty.deadline


# Penalties --------------------------------------------------------------------------------------


@theorem(
    "PC-T-PENALTY",
    "Whoever claims a version that it has revoked is punished by who was told of it, and nobody is"
    " who claims one that it has not revoked.",
    values={"rules": PENALTY},
)
def penalty_deserved(claimed: int, revealed: int, shown: int, rules: Rules) -> bool:
    """A secret reaches no further than what was revealed."""
    assume(shown <= revealed)
    punished = rules.punishes(claimed, shown)
    return (not punished or claimed < revealed) and (punished or claimed >= shown)


# What honest parties accept ---------------------------------------------------------------------


@theorem(
    "PC-T-ACCEPT",
    "What an honest party accepts gives it at least what it had, whatever is deposited afterwards,"
    " and whichever withdrawals are called for that any version has granted.",
    values=RULES,
    shapes={"side": lambda fresh: fresh.pick("side", 2)},
)
def accepts_no_loss(
    offered: Version,
    held: Version,
    side: Side,
    deposits: Pair,
    granted: Pair,
    later_deposits: Pair,
    withdrawn: Pair,
    rules: Rules,
) -> bool:
    """What the party is paid in the end, with what it has withdrawn by then, against what it was
    promised."""
    assume(all(later_deposits[each] >= deposits[each] for each in SIDES))
    assume(all(withdrawn[each] <= max(offered.withdrawn[each], granted[each]) for each in SIDES))
    assume(sum(withdrawn) <= sum(later_deposits))
    assume(rules.peer.accepts(offered, held, side, deposits, granted))
    paid = rules.split(offered, later_deposits, withdrawn)[side]
    return paid + withdrawn[side] >= worth(held, side, later_deposits, (0, 0))


@theorem(
    "PC-T-FUNDED",
    "What an honest party accepts is there: it would be paid all that the version says it has, to"
    " the wei, whatever is deposited afterwards.",
    values=RULES,
    shapes={"side": lambda fresh: fresh.pick("side", 2)},
)
def accepts_what_is_there(
    offered: Version,
    held: Version,
    side: Side,
    deposits: Pair,
    granted: Pair,
    later_deposits: Pair,
    rules: Rules,
) -> bool:
    """What the party believes in, against what it would be paid."""
    assume(all(later_deposits[each] >= deposits[each] for each in SIDES))
    assume(sum(granted) <= sum(later_deposits))
    assume(rules.peer.accepts(offered, held, side, deposits, granted))
    believes = worth(offered, side, later_deposits, granted)
    return rules.split(offered, later_deposits, granted)[side] == believes


@theorem(
    "PC-T-TAKES",
    "An honest party takes every version with a greater number for a newer one, and no older one.",
    values=RULES,
)
def takes_no_older(offered: int, own: int, rules: Rules) -> bool:
    """What it takes for newer, and what not."""
    taken = rules.peer.newer(offered, own)
    return (taken or offered <= own) and (offered >= own or not taken)


TAKES_EQUAL = evolve(
    takes_no_older,
    id="PC-T-TAKES-EQUAL",
    claim="... nor does one that takes equal numbers, too.",
    values={"rules": EQUAL_NUMBERS},
)

REFUTED: tuple[Theorem, ...] = (
    refuted(
        pays_out_everything,
        "PC-T-PAYOUT-AS-SIGNED",
        "... but balances as they were signed are more or less than there is.",
        TOTALS_IGNORED,
    ),
    refuted(
        settle_never_fails,
        "PC-T-SETTLES-AS-SIGNED",
        "... but balances as they were signed can be more than there is.",
        TOTALS_IGNORED,
    ),
    refuted(
        answers_end,
        "PC-T-NEWER-NOT-STRICT",
        "... but where equal numbers replace each other, answers never end.",
        NOT_STRICT,
    ),
    refuted(
        window_bounded,
        "PC-T-WINDOW-RESTARTS",
        "... but where each answer opens a new window, every stale version adds to it.",
        WINDOW_RESTARTS,
    ),
    refuted(
        a_day_away,
        "PC-T-A-DAY-AWAY-SHORT",
        "... but in a window of a day it has no time left for its answer.",
        SHORT_WINDOW,
    ),
    refuted(
        newest_stands,
        "PC-T-NEWEST-PENALTY",
        "... but where only a penalty answers a close, an unrevoked older version stands.",
        PENALTY,
    ),
    refuted(
        accepts_no_loss,
        "PC-T-ACCEPT-FORGETFUL",
        "... but who looks at its share alone is robbed by a withdrawal granted earlier.",
        WITHDRAWAL_FORGOTTEN,
    ),
    refuted(
        accepts_what_is_there,
        "PC-T-FUNDED-OWN-SHARE",
        "... but who looks at its share alone believes in what is not there.",
        WITHDRAWAL_FORGOTTEN,
    ),
)

THEOREMS: tuple[Theorem, ...] = (
    pays_out_everything,
    pays_what_was_agreed,
    pays_no_more,
    settle_never_fails,
    answers_end,
    newest_stands,
    window_bounded,
    window_long_enough,
    a_day_away,
    penalty_deserved,
    accepts_no_loss,
    accepts_what_is_there,
    takes_no_older,
    TAKES_EQUAL,
    *REFUTED,
    *INDUCTION,
)
