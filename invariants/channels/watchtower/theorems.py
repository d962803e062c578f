"""What the decisions about towers guarantee, for all values: z3 runs the very functions.

Amounts, numbers and times are any non-negative ints. Who hands over what, and when, is the subject
of the explorer and the fuzzer; that no call loses money is `inductive.py`.
"""

from attrs import evolve

from invariants.channels.watchtower.inductive import INDUCTION, any_breach
from invariants.channels.watchtower.world.scope import FIRST_TOWER
from invariants.kernel.theorems import Theorem, assume, refuted, theorem
from spec.channels.payment.contract import Claim, disputed
from spec.channels.payment.versions import START
from spec.channels.sides import ALICE, BOB
from spec.channels.watchtower.disputes import Respond, answers_from
from spec.channels.watchtower.machine import step
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, CHECKS, CUSTOMER_PAYS, PUNISHING
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.service import recourse_until
from spec.channels.watchtower.state import Outcome, State
from spec.kernel.basics import DAY, Party, Seconds, Wei
from spec.kernel.reaction import answered_by
from spec.kernel.refusal import Refusal

RULES = {"rules": ACCOUNTABLE}
FUNDS: Wei = 4
"""What the channel of the scopes holds."""
TIMES = (
    "channel.window", "recourse_window", "unbonding_period", "customer.absence",
    "customer.reaction",
)  # fmt: skip

# Which claims an appointment answers ------------------------------------------------------------


@theorem(
    "TW-T-ANSWERS",
    "Whatever claim opens an appointment, the channel takes the version in it as the answer.",
    values=RULES,
)
def replaces_what_opens_it(locator: int, claimed: int, rules: Rules) -> bool:
    """An appointment that can be read is good for something."""
    assume(rules.remedy.opens(locator, claimed))
    return rules.channel.replaces(locator, claimed)


@theorem(
    "TW-T-PUNISHES",
    "Whatever claim opens an appointment, the penalty in it punishes.",
    values={"rules": PUNISHING},
)
def punishes_what_opens_it(locator: int, claimed: int, rules: Rules) -> bool:
    """The same where revoked versions are punished."""
    assume(rules.remedy.opens(locator, claimed))
    return rules.channel.punishes(claimed, locator + 1)


@theorem(
    "TW-T-NEWEST",
    "The newest appointment answers every stale claim.",
    values=RULES,
)
def newest_answers_all(claimed: int, newest: int, rules: Rules) -> bool:
    """The others are of no use to an honest customer."""
    assume(claimed < newest)
    last = newest if rules.remedy.backed(newest, newest) else newest - 1
    return rules.remedy.opens(last, claimed)


FORGETFUL = refuted(
    newest_answers_all,
    "TW-T-NEWEST-PENALTY",
    "The newest appointment answers every stale claim, where each has its own penalty.",
    PUNISHING,
)

# Recourse ---------------------------------------------------------------------------------------


@theorem(
    "TW-T-INNOCENT",
    "No receipt for an answer that was given, or for an older one, convicts a tower.",
    values=RULES,
)
def answered_is_answered(locator: int, settled: int, rules: Rules) -> bool:
    """Whatever version stands after the answer, it is no older than the one in it."""
    assume(settled >= locator)
    return not rules.remedy.unanswered(locator, settled)


NO_NUMBERS = refuted(
    answered_is_answered,
    "TW-T-INNOCENT-WITHOUT-NUMBERS",
    "No receipt convicts a tower that has answered, though nobody compares numbers.",
    CHECKS["numbers"],
)


@theorem(
    "TW-T-INNOCENT-PENALTY",
    "Where the cheater was punished nothing is missing, so that no receipt convicts anybody.",
    values={"rules": PUNISHING},
)
def punished_is_enough(share: Wei, funds: Wei, rules: Rules) -> bool:
    """The answer has brought all that it could."""
    return rules.remedy.owed(share, funds) <= funds


@theorem(
    "TW-T-AWARD",
    "Compensation and the burned rest are the bond, neither is negative, and the customer gets no"
    " more than is missing.",
    values=RULES,
)
def splits_the_bond(bond: Wei, missing: Wei, rules: Rules) -> bool:
    """What becomes of a forfeited bond."""
    assume(missing > 0)
    award = rules.award(bond, missing)
    return 0 <= award <= bond and award <= missing


NO_MEASURE = refuted(
    splits_the_bond,
    "TW-T-AWARD-WITHOUT-MEASURE",
    "The customer gets no more than is missing, though all of the bond goes to it.",
    CHECKS["measure"],
)


@theorem(
    "TW-T-TOWERS",
    "Three bonds that are forfeited one after the other pay what is missing if together they can,"
    " and never more.",
    values=RULES,
)
def bonds_add_up(bonds: tuple[Wei, Wei, Wei], missing: Wei, rules: Rules) -> bool:
    """Each recourse counts what was paid before."""
    left = missing
    for bond in bonds:
        left = left - rules.award(bond, left)
    return left == max(0, missing - sum(bonds))


def customer_whole(share: Wei, paid: Wei, rules: Rules) -> bool:
    """Channel and bond together bring the customer what an answer would have."""
    assume(share <= FUNDS and paid <= FUNDS)
    owed = rules.remedy.owed(share, FUNDS)
    missing = max(0, owed - paid)
    return paid + rules.award(rules.bond, missing) >= owed


def bribe_lost(share: Wei, paid: Wei, rules: Rules) -> bool:
    """What the cheater takes from the customer is no more than the bond that it costs its tower."""
    assume(share <= FUNDS and paid <= FUNDS)
    return share - paid <= rules.bond


COVERS = Theorem(
    "TW-T-BOND",
    "A bond makes up for every loss exactly if it is as large as the channel, here 4: found by"
    " eliminating all else.",
    customer_whole,
    values=RULES,
    symbolic_knobs=("bond",),
    safe_when=f"bond >= {FUNDS}",
)
COVERS_PENALTY = evolve(
    COVERS,
    id="TW-T-BOND-PENALTY",
    claim="The same where the cheater would have been punished.",
    values={"rules": PUNISHING},
)
BRIBES = evolve(
    COVERS,
    id="TW-T-BRIBE",
    claim="Bribing a tower never pays exactly if its bond is as large as the channel, here 4: found"
    " by eliminating all else.",
    statement=bribe_lost,
)


@theorem(
    "TW-T-BOND-ANY",
    "A bond as large as the channel makes up for every loss, whatever the channel holds.",
    values=RULES,
    symbolic_knobs=("bond",),
)
def large_bond_suffices(share: Wei, paid: Wei, funds: Wei, rules: Rules) -> bool:
    """For all balances, versions and channels."""
    assume(share <= funds and paid <= funds <= rules.bond)
    owed = rules.remedy.owed(share, funds)
    return paid + rules.award(rules.bond, max(0, owed - paid)) >= owed


ONE_SHORT = refuted(
    evolve(large_bond_suffices, statement=customer_whole, symbolic_knobs=()),
    "TW-T-BOND-SHORT",
    "A bond that is one wei short of the channel makes up for every loss.",
    evolve(ACCOUNTABLE, bond=FUNDS - 1),
)

# When towers answer ---------------------------------------------------------------------------


@theorem(
    "TW-T-IN-TIME",
    "Whenever a breach was claimed, a tower's answer is taken from its first moment until the end"
    " of the window, and at no other time.",
    values=RULES,
    symbolic_knobs=("grace",),
    shapes={"state": any_breach},
)
def taken_in_time(state: State, rules: Rules) -> bool:
    """The step itself, before the contract."""
    claim, now = disputed(state.channel), state.main.now
    begins = claim.deadline - rules.channel.window + rules.grace
    try:
        step(state, Respond(FIRST_TOWER, state.talk.versions[-1]), rules)
    except Refusal:
        return not begins <= now <= claim.deadline
    return begins <= now <= claim.deadline


# Rewards ----------------------------------------------------------------------------------------


@theorem(
    "TW-T-REWARD",
    "The reward goes to the last tower that answered.",
    sizes={"Party": 5},
    values=RULES,
)
def last_one_earns(first: Party, second: Party, rules: Rules) -> bool:
    """Whoever answered before, its version has given way."""
    return rules.earns(rules.earns(None, first), second) == second


NO_SUCCESSION = refuted(
    last_one_earns,
    "TW-T-REWARD-FIRST",
    "The tower whose answer stands earns the reward, though it goes to the first.",
    CHECKS["succession"],
)


@theorem(
    "TW-T-STAGED",
    "A partner and a tower in one league gain nothing by a breach that they stage and answer.",
    values=RULES,
    symbolic_knobs=("reward",),
)
def staging_gains_nothing(rules: Rules) -> bool:
    """Answered, the newest version stands: all that moves is the reward, from stake to tower."""
    lost = rules.reward if rules.pays_reward(ALICE, BOB) == BOB else 0
    return rules.reward - lost <= 0


STAGED = refuted(
    staging_gains_nothing,
    "TW-T-STAGED-CUSTOMER-PAYS",
    "They gain nothing, though the customer pays the reward.",
    CUSTOMER_PAYS,
)

# Times ------------------------------------------------------------------------------------------


@theorem(
    "TW-T-REACTION",
    "A tower answers in time if the window is as long as the customer's own share of it and the"
    " tower's reaction together, and may be too late if it is shorter by a second.",
    values=RULES,
    symbolic_knobs=("grace", "tower.reaction", "channel.window"),
)
def answer_fits(claimed_at: Seconds, rules: Rules) -> bool:
    """At the worst the answer takes the whole reaction from when a tower may give it."""
    claim = Claim(BOB, START, claimed_at + rules.channel.window)
    begins, takes = answers_from(claim, rules), rules.tower.reaction
    bar = answered_by(begins, None, claimed_at, claimed_at, takes)
    return (bar <= claim.deadline) == (rules.grace + takes <= rules.channel.window)


def finds_the_bond(
    left: Seconds,
    back: Seconds,
    claimed_at: Seconds,
    ended: Seconds,
    shown: Seconds,
    announced: Seconds,
    rules: Rules,
) -> bool:
    """Whatever happened while it was away: where it is back too late to be sure of its own answer,
    its receipt counts, and the bond is there, until it has called for the payment and on the bond.
    """
    takes, deadline = rules.customer.reaction, claimed_at + rules.channel.window
    assume(left <= back <= left + rules.customer.absence)
    assume(left <= claimed_at <= back and left <= announced)
    assume(deadline < back + takes)
    assume(deadline < ended)
    assume(ended <= back + takes or ended <= deadline + takes)
    assume(shown <= back + takes or shown <= ended + takes)
    outcome = Outcome(0, (0, 0), ended, True)
    return shown <= recourse_until(outcome, rules) and not rules.unbonds(announced, shown, rules)


@theorem(
    "TW-T-ABSENCE",
    "Whenever the partner claims, the channel is settled and a tower announces that it goes: the"
    " customer can call on the bond if the recourse window is as long as its reaction, window and"
    " recourse as its absence and its reaction, and the notice as its absence and three reactions:"
    " it is too late to answer, calls for the payment, and shows its receipt.",
    values=RULES,
    symbolic_knobs=TIMES,
)
def back_in_time(
    left: Seconds,
    back: Seconds,
    claimed_at: Seconds,
    ended: Seconds,
    shown: Seconds,
    announced: Seconds,
    rules: Rules,
) -> bool:
    """For any absence and any reaction that the window has room for."""
    away, takes = rules.customer.absence, rules.customer.reaction
    assume(takes <= rules.channel.window and takes <= rules.recourse_window)
    assume(away + takes <= rules.channel.window + rules.recourse_window)
    assume(away + 3 * takes <= rules.unbonding_period)
    return finds_the_bond(left, back, claimed_at, ended, shown, announced, rules)


DAYS = Theorem(
    "TW-T-ABSENCE-KNOBS",
    "Where window, absence and reaction are a day each, it can call on the bond exactly if notice"
    " and recourse are long enough: found by eliminating all else.",
    finds_the_bond,
    values=RULES,
    symbolic_knobs=("recourse_window", "unbonding_period"),
    safe_when=f"unbonding_period >= {4 * DAY - 1} and recourse_window >= {DAY}",
)

THEOREMS: tuple[Theorem, ...] = (
    replaces_what_opens_it, punishes_what_opens_it, newest_answers_all, FORGETFUL,
    answered_is_answered, NO_NUMBERS, punished_is_enough, splits_the_bond, NO_MEASURE, bonds_add_up,
    COVERS, COVERS_PENALTY, BRIBES, large_bond_suffices, ONE_SHORT,
    last_one_earns, NO_SUCCESSION, staging_gains_nothing, STAGED,
    taken_in_time, answer_fits, back_in_time, DAYS, *INDUCTION,
)  # fmt: skip
