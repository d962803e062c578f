"""The evidence about towers that comes from searches.

Both sound rule sets keep every claim in scopes that are exhausted, and in larger ones that are
sampled. Each weakness is found again by a shortest run: what a customer loses without a tower or
without a bond, what a tower loses that forgets, what a league gains where the customer pays; and
one line for each check without which something breaks.
"""

from invariants.channels.watchtower.conduct import CONDUCT
from invariants.channels.watchtower.money import MONEY
from invariants.channels.watchtower.possible import POSSIBLE
from invariants.channels.watchtower.records import RECORDS
from invariants.channels.watchtower.service import SERVICE
from invariants.kernel.claims import Case, Method

EXPLORE, FUZZ = Method.EXPLORE, Method.FUZZ
SAFE, PROFIT, BOND, COMPENSATION = (
    "TW-SAFE-EXIT", "TW-NO-PROFIT", "TW-BOND-KEPT", "TW-COMPENSATION",
)  # fmt: skip
EVERY = MONEY + SERVICE + CONDUCT + RECORDS + POSSIBLE
ALL_BUT_PROFIT = tuple(claim.id for claim in EVERY if claim.id != PROFIT)


def _holds(id: str, title: str, scope: str, rule_set: str = "accountable") -> Case:
    """A scope in which nothing breaks."""
    return Case(id, title, EXPLORE, rule_set, scope)


def _breaks(
    id: str, title: str, rule_set: str, scope: str, claim: str, cause: str, why: str
) -> Case:
    """A counterexample to one claim that exploring must find, the other claims left aside."""
    return Case(
        id, title, EXPLORE, rule_set, scope, ((claim, cause),), explanation=why, only=(claim,)
    )


SOUND: tuple[Case, ...] = (
    _holds("TW-H-HONEST", "accountable: everybody is honest, and the tower retires", "all-honest"),
    _holds("TW-H-ALONE", "accountable: no tower, so the customer stays", "alone"),
    _holds("TW-H-PARTNER", "accountable: bob against alice and an honest tower", "partner"),
    _holds("TW-H-BRIBED", "accountable: the only tower is bribed", "bribed"),
    _holds("TW-H-RETIRING", "accountable: the bribed tower takes its bond home", "retiring"),
    _holds("TW-H-TWO-TOWERS", "accountable: one tower of two is bribed", "two-towers"),
    _holds("TW-H-TWO-BRIBED", "accountable: both towers are bribed", "two-bribed"),
    _holds("TW-H-CUSTOMER", "accountable: alice against bob and the tower", "customer"),
    _holds("TW-H-REGISTERING", "accountable: a bribed tower comes and goes", "registering"),
    _holds("TW-H-TINY", "accountable: one update, a bribed tower", "tiny"),
    _holds("TW-H-UNEQUAL", "accountable: the same, one paid in more than the other", "unequal"),
    _holds("TW-H-NOISE", "accountable: what must be refused is tried", "noise"),
    _holds("TW-H-NOISE-2", "accountable: the same with an honest tower", "noise-honest"),
    _holds("TW-H-P-TINY", "punishing: one update, a bribed tower", "tiny", "punishing"),
    _holds("TW-H-P-NOISE", "punishing: what must be refused is tried", "noise", "punishing"),
    _holds("TW-H-OWN-SHARE", "towers answer in the last second", "partner", "own-share"),
    _holds("TW-H-P-PARTNER", "punishing: bob against alice and a tower", "partner", "punishing"),
    _holds("TW-H-P-BRIBED", "punishing: the only tower is bribed", "bribed", "punishing"),
    _holds("TW-H-P-TOWERS", "punishing: one tower of two is bribed", "two-towers", "punishing"),
    _holds("TW-H-P-CUSTOMER", "punishing: alice against bob and a tower", "customer", "punishing"),
    _holds("TW-H-P-BOTH", "punishing: alice and bob against the tower", "both-tiny", "punishing"),
    _holds("TW-H-BOTH", "accountable: alice and bob against the tower", "both-tiny"),
    Case(
        "TW-H-OFFLINE", "accountable: an honest tower is not there", EXPLORE, "accountable",
        "offline", only=ALL_BUT_PROFIT,
    ),
    Case(
        "TW-H-SAMPLED", "accountable: three towers, one bribed, one offline", FUZZ, "accountable",
        "wide", steps=10_000, only=ALL_BUT_PROFIT,
    ),
    Case(
        "TW-H-P-SAMPLED", "punishing: three towers, one bribed, one offline", FUZZ, "punishing",
        "wide", steps=10_000, only=ALL_BUT_PROFIT,
    ),
    Case(
        "TW-H-NOISE-3", "accountable: alice, bob and a tower against another, with noise", FUZZ,
        "accountable", "noise-league", steps=10_000,
    ),
    Case(
        "TW-H-SAMPLED-2", "accountable: the channel and a tower against another", FUZZ,
        "accountable", "wide-customer", steps=10_000,
    ),
)  # fmt: skip

WEAKNESSES: tuple[Case, ...] = (
    _breaks(
        "TW-C-ALONE", "nobody watches: what a customer loses", "unwatched", "alone", SAFE,
        "a stale version was paid out, and no tower had promised to answer",
        "away beyond the window, she gets an old balance: here 1 in the place of 3",
    ),
    _breaks(
        "TW-C-NO-BOND", "no bond: the tower is bribed", "unbonded", "bribed", SAFE,
        "a promise without a bond was not kept",
        "the receipt proves that the tower failed, and nothing pays for it",
    ),
    _breaks(
        "TW-C-BRIBE", "no bond: bribing the tower pays", "unbonded", "bribed", PROFIT,
        "at the customer's cost: a promise without a bond was not kept",
        "bob and the tower share what she loses",
    ),
    _breaks(
        "TW-C-SMALL-BOND", "a bond that is too small", "small-bond", "bribed", SAFE,
        "the bond was smaller than the loss",
        "compensation ends with the bond: here 1 of the 2 that are missing",
    ),
    _breaks(
        "TW-C-OFFLINE", "no bond: an honest tower is offline", "unbonded", "offline", SAFE,
        "a promise without a bond was not kept",
        "for the customer it makes no difference why nobody answers",
    ),
    _breaks(
        "TW-C-OFFLINE-PAYS", "accountable: an offline tower pays", "accountable", "offline",
        PROFIT, "at the cost of an honest tower that was not there",
        "the customer is whole, and bob keeps what the tower's bond paid for",
    ),
    _breaks(
        "TW-C-FORGETFUL", "punishing: a tower keeps its newest appointment",
        "forgetful-punishing", "partner", BOND, "the tower kept only its newest appointment",
        "each revoked version has a penalty of its own",
    ),
    Case(
        "TW-C-FORGETFUL-ENOUGH", "accountable: a tower keeps its newest appointment", EXPLORE,
        "forgetful", "partner",
        explanation="where the newest version replaces every older one, that is enough",
    ),
    _breaks(
        "TW-C-LAZY", "accountable: a tower that does not answer", "lazy", "partner", BOND,
        "the tower did not answer", "it has signed, so it pays",
    ),
    _breaks(
        "TW-C-STAGED", "the customer pays the reward: a staged breach", "customer-pays", "bribed",
        PROFIT,
        "at the customer's cost: the customer paid a tower that answered a claim of its own league",
        "bob claims a stale version for his tower to answer; replacement costs him nothing",
    ),
    _breaks(
        "TW-C-LATE", "towers may act only when the window is over", "late-towers", "partner",
        BOND, "the tower did not answer",
        "the customer's own share of the window leaves the tower nothing of it",
    ),
    _breaks(
        "TW-C-LONG-ABSENCE", "the customer is away for too long", "long-absence", "bribed", SAFE,
        "receipts did not count any more when the customer came back",
        "window and recourse together are shorter than her absence",
    ),
)  # fmt: skip


def _without(id: str, check: str, scope: str, claim: str, cause: str, why: str) -> Case:
    """What goes wrong without one check."""
    title = f"accountable without {check}"
    return _breaks(f"TW-A-{id}", title, f"without-{check}", scope, claim, cause, why)


ABLATIONS: tuple[Case, ...] = (
    _without(
        "SEALS", "seals", "tiny", "TW-PRIVATE",
        "a tower reads a balance before there is a breach",
        "needed: the tower learns every balance with the appointment",
    ),
    _without(
        "CHANNEL", "channel", "customer", BOND, "the receipt was for another channel",
        "needed: a customer shows what was kept elsewhere",
    ),
    _without(
        "NUMBERS", "numbers", "customer", BOND, "the version that was paid out was the newest",
        "needed: a customer shows an old receipt, by which it had more",
    ),
    _without(
        "OPENING", "opening", "both", BOND, "what the tower was given answers nothing",
        "needed: a tower can't see that what is sealed answers nothing",
    ),
    _without(
        "BREACH", "breach", "both", BOND, "there was no breach to answer",
        "needed: alice and bob end the channel together by an old version",
    ),
    _without(
        "MEASURE", "measure", "bribed", COMPENSATION, "the customer is paid more than it lost",
        "needed: a bond is more than any one loss",
    ),
    _without(
        "SUCCESSION", "succession", "two-towers-long", "TW-REWARD",
        "the reward is for another tower than the one whose answer stands",
        "needed: a bribed tower answers first, with a version that is stale, too",
    ),
    _without(
        "NOTICE", "notice", "noise", SAFE, "the bond was gone when the customer came back",
        "needed: a bribed tower takes its bond and lets the breach pass",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SOUND, *WEAKNESSES, *ABLATIONS)
