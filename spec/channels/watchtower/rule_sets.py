"""Towers as rule sets: two sound ones, the known weaknesses, the sound ones without one check."""

from attrs import evolve

from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.watchtower import rules as r
from spec.channels.watchtower import strategy as s
from spec.channels.watchtower.rules import Remedy, Rules
from spec.channels.watchtower.strategy import Customer, Tower
from spec.kernel.basics import DAY

NEWER_VERSION = Remedy(
    applies=r.by_newer_version,
    opens=r.by_older_claims,
    needed=r.only_the_newest,
    backed=r.any_signed_one,
    unanswered=r.older_was_paid,
    owed=r.its_share,
)
"""One appointment, with the newest version, answers every stale claim. Source: Raiden, PISA."""

PUNISHMENT = Remedy(
    applies=r.by_penalty,
    opens=r.by_this_claim,
    needed=r.every_revoked_one,
    backed=r.any_revoked_one,
    unanswered=r.this_was_paid,
    owed=r.everything_there_is,
)
"""One appointment for each revoked version, with its penalty. Source: bolt13."""

ACCOUNTABLE = Rules(
    channel=evolve(REPLACEMENT, window=DAY),
    bond=4,
    reward=1,
    recourse_window=DAY,
    unbonding_period=4 * DAY,
    grace=0,
    remedy=NEWER_VERSION,
    readable=r.sealed,
    concerns=r.this_channel,
    counts=r.breaches,
    admits=r.opened_and_good,
    award=r.what_is_missing,
    earns=r.to_the_last,
    pays_reward=r.from_the_cheater,
    unbonds=r.after_notice,
    customer=Customer(leaves=s.if_covered, absence=DAY),
    tower=Tower(
        keeps=s.everything,
        survives=s.what_it_signed_for,
        takes=s.before_a_breach,
        answers=s.whenever_it_can,
    ),
)
"""Receipts, a bond as large as the channel, recourse; the cheater pays the reward."""

PUNISHING = evolve(ACCOUNTABLE, channel=evolve(PENALTY, window=DAY), remedy=PUNISHMENT)
"""The same on a channel with penalties."""

OWN_SHARE = evolve(ACCOUNTABLE, channel=evolve(ACCOUNTABLE.channel, window=2 * DAY), grace=DAY)
"""Towers may act only in the second half of the window: the first is the customer's own. Source:
Raiden, where a monitoring service waits for a share of the window."""

# Weaknesses -------------------------------------------------------------------------------------

UNWATCHED = evolve(ACCOUNTABLE, customer=evolve(ACCOUNTABLE.customer, leaves=s.whenever_it_likes))
UNBONDED = evolve(ACCOUNTABLE, bond=0)
SMALL_BOND = evolve(ACCOUNTABLE, bond=1)
CUSTOMER_PAYS = evolve(ACCOUNTABLE, pays_reward=r.from_the_customer)
FORGETFUL = evolve(ACCOUNTABLE, tower=evolve(ACCOUNTABLE.tower, keeps=s.the_newest))
FORGETFUL_PUNISHING = evolve(PUNISHING, tower=FORGETFUL.tower)
VOLATILE = evolve(ACCOUNTABLE, tower=evolve(ACCOUNTABLE.tower, survives=s.nothing))
LATE_RECEIPTS = evolve(ACCOUNTABLE, tower=evolve(ACCOUNTABLE.tower, takes=s.at_any_time))
LAZY = evolve(ACCOUNTABLE, tower=evolve(ACCOUNTABLE.tower, answers=s.never))
SHORT_WINDOW = evolve(ACCOUNTABLE, channel=evolve(ACCOUNTABLE.channel, window=DAY // 2))
LATE_TOWERS = evolve(ACCOUNTABLE, grace=DAY)
LONG_ABSENCE = evolve(
    ACCOUNTABLE, customer=evolve(ACCOUNTABLE.customer, absence=2 * DAY), unbonding_period=5 * DAY
)
SHORT_NOTICE = evolve(ACCOUNTABLE, unbonding_period=3 * DAY)

# Without one check ------------------------------------------------------------------------------

CHECKS: dict[str, Rules] = {
    "seals": evolve(ACCOUNTABLE, readable=r.plain),
    "channel": evolve(ACCOUNTABLE, concerns=r.any_channel),
    "numbers": evolve(ACCOUNTABLE, remedy=evolve(NEWER_VERSION, unanswered=r.whatever_was_paid)),
    "opening": evolve(ACCOUNTABLE, admits=r.unopened),
    "breach": evolve(ACCOUNTABLE, counts=r.every_end),
    "measure": evolve(ACCOUNTABLE, award=r.the_whole_bond),
    "succession": evolve(ACCOUNTABLE, earns=r.to_the_first),
    "notice": evolve(ACCOUNTABLE, unbonds=r.at_once),
}
"""ACCOUNTABLE, each without one check."""
