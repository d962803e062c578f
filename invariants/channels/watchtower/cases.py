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
from invariants.kernel.claims import Case
from invariants.kernel.stock import all_but, broken, explored, sampled

SAFE, PROFIT, BOND, COMPENSATION = (
    "TW-SAFE-EXIT", "TW-NO-PROFIT", "TW-BOND-KEPT", "TW-COMPENSATION",
)  # fmt: skip
ALL_BUT_PROFIT = all_but(MONEY + SERVICE + CONDUCT + RECORDS + POSSIBLE, PROFIT)


SOUND: tuple[Case, ...] = (
    explored(
        "TW-H-HONEST", "accountable: everybody is honest", "accountable/all-honest",
    ),
    explored("TW-H-ALONE", "accountable: no tower, so the customer stays", "accountable/alone"),
    explored(
        "TW-H-PARTNER", "accountable: bob against alice and an honest tower", "accountable/partner",
    ),
    explored("TW-H-BRIBED", "accountable: the only tower is bribed", "accountable/bribed"),
    explored(
        "TW-H-RETIRING", "accountable: the bribed tower takes its bond home",
        "accountable/retiring",
    ),
    explored(
        "TW-H-TWO-TOWERS", "accountable: one tower of two is bribed", "accountable/two-towers",
    ),
    explored("TW-H-TWO-BRIBED", "accountable: both towers are bribed", "accountable/two-bribed"),
    explored(
        "TW-H-CUSTOMER", "accountable: alice against bob and the tower", "accountable/customer",
    ),
    explored(
        "TW-H-REGISTERING", "accountable: a bribed tower comes and goes", "accountable/registering",
    ),
    explored("TW-H-CRASHING", "accountable: an honest tower crashes", "accountable/crashing"),
    explored(
        "TW-H-BOTH-LATE", "accountable: appointments come when it is too late",
        "accountable/both-late",
    ),
    explored("TW-H-TINY", "accountable: one update, a bribed tower", "accountable/tiny"),
    explored(
        "TW-H-UNEQUAL", "accountable: the same, one paid in more than the other",
        "accountable/unequal",
    ),
    explored("TW-H-NOISE", "accountable: what must be refused is tried", "accountable/noise"),
    explored(
        "TW-H-NOISE-2", "accountable: the same with an honest tower", "accountable/noise-honest",
    ),
    explored("TW-H-P-TINY", "punishing: one update, a bribed tower", "punishing/tiny"),
    explored("TW-H-P-NOISE", "punishing: what must be refused is tried", "punishing/noise"),
    explored("TW-H-OWN-SHARE", "towers answer in the window's second half", "own-share/partner"),
    explored("TW-H-P-PARTNER", "punishing: bob against alice and a tower", "punishing/partner"),
    explored("TW-H-P-BRIBED", "punishing: the only tower is bribed", "punishing/bribed"),
    explored("TW-H-P-TOWERS", "punishing: one tower of two is bribed", "punishing/two-towers"),
    explored("TW-H-P-CUSTOMER", "punishing: alice against bob and a tower", "punishing/customer"),
    explored("TW-H-P-BOTH", "punishing: alice and bob against the tower", "punishing/both-tiny"),
    explored("TW-H-BOTH", "accountable: alice and bob against the tower", "accountable/both-tiny"),
    explored(
        "TW-H-OFFLINE", "accountable: an honest tower is not there", "accountable/offline",
        only=ALL_BUT_PROFIT,
    ),
    sampled(
        "TW-H-SAMPLED", "accountable: three towers, one bribed, one offline", "accountable/wide",
        steps=10_000, only=ALL_BUT_PROFIT,
    ),
    sampled(
        "TW-H-P-SAMPLED", "punishing: three towers, one bribed, one offline", "punishing/wide",
        steps=10_000, only=ALL_BUT_PROFIT,
    ),
    sampled(
        "TW-H-NOISE-3", "accountable: alice, bob and a tower against another, with noise",
        "accountable/noise-league", steps=10_000,
    ),
    sampled(
        "TW-H-SAMPLED-2", "accountable: the channel and a tower against another",
        "accountable/wide-customer", steps=10_000,
    ),
)  # fmt: skip

WEAKNESSES: tuple[Case, ...] = (
    broken(
        "TW-C-ALONE", "nobody watches: what a customer loses", "unwatched/alone", SAFE,
        "a stale version was paid out, and no tower had promised to answer",
        "away beyond the window, she gets an old balance: here 1 in the place of 3",
    ),
    broken(
        "TW-C-NO-BOND", "no bond: the tower is bribed", "unbonded/bribed", SAFE,
        "a promise without a bond was not kept",
        "the receipt proves that the tower failed, and nothing pays for it",
    ),
    broken(
        "TW-C-BRIBE", "no bond: bribing the tower pays", "unbonded/bribed", PROFIT,
        "at the customer's cost: a promise without a bond was not kept",
        "bob and the tower share what she loses",
    ),
    broken(
        "TW-C-SMALL-BOND", "a bond that is too small", "small-bond/bribed", SAFE,
        "the bond was smaller than the loss",
        "compensation ends with the bond: here 1 of the 2 that are missing",
    ),
    broken(
        "TW-C-OFFLINE", "no bond: an honest tower is offline", "unbonded/offline", SAFE,
        "a promise without a bond was not kept",
        "for the customer it makes no difference why nobody answers",
    ),
    broken(
        "TW-C-OFFLINE-PAYS", "accountable: an offline tower pays", "accountable/offline", PROFIT,
        "at the cost of an honest tower that was not there",
        "the customer is whole, and bob keeps what the tower's bond paid for",
    ),
    broken(
        "TW-C-FORGETFUL", "punishing: a tower keeps its newest appointment",
        "forgetful-punishing/partner", BOND, "the tower did not keep what it had signed for",
        "each revoked version has a penalty of its own",
    ),
    explored(
        "TW-C-FORGETFUL-ENOUGH", "accountable: a tower keeps its newest appointment",
        "forgetful/partner",
        why="where the newest version replaces every older one, and the customer is honest",
    ),
    broken(
        "TW-C-FORGETFUL-LURED", "accountable: a forgetful tower is handed what answers nothing",
        "forgetful/both-tiny", BOND, "the tower did not keep what it had signed for",
        "it can't see what is sealed: what it has signed for, it has to keep",
    ),
    broken(
        "TW-C-CRASH", "accountable: a tower that signs before it stores", "volatile/crashing",
        BOND, "the tower did not keep what it had signed for",
        "a crash loses the answer, and the receipt is with the customer",
    ),
    broken(
        "TW-C-LATE-RECEIPT", "accountable: an appointment is accepted after the breach",
        "late-receipts/both-late", BOND, "the tower did not answer in time",
        "alice and bob let the window end, and hand over the answer to it then",
    ),
    broken(
        "TW-C-LAZY", "accountable: a tower that does not answer", "lazy/partner", BOND,
        "the tower did not answer in time", "it has signed, so it pays",
    ),
    broken(
        "TW-C-STAGED", "the customer pays the reward: a staged breach", "customer-pays/bribed",
        PROFIT,
        "at the customer's cost: the customer paid a tower that answered a claim of its own league",
        "bob claims a stale version for his tower to answer; replacement costs him nothing",
    ),
    broken(
        "TW-C-LATE", "towers may act only in the last second", "late-towers/partner", BOND,
        "the tower did not answer in time",
        "the customer's own share of the window leaves the tower a second for its reaction",
    ),
    broken(
        "TW-C-LONG-ABSENCE", "the customer is away for too long", "long-absence/bribed", SAFE,
        "receipts did not count any more when the customer showed them",
        "window and recourse together are shorter than her absence and her reaction",
    ),
    broken(
        "TW-C-SHORT-WINDOW", "a window that is shorter than a reaction", "short-window/partner",
        BOND, "the tower did not answer in time",
        "the tower was there, and half a day is not enough for it to look and be included",
    ),
    broken(
        "TW-C-SHORT-NOTICE", "a notice that is a day too short", "short-notice/retiring", SAFE,
        "the bond was gone when the customer called on it",
        "back too late to answer, she calls for the payment first, and then on the bond",
    ),
)  # fmt: skip


ABLATIONS: tuple[Case, ...] = (
    broken(
        "TW-A-SEALS", "accountable without seals", "without-seals/tiny", "TW-PRIVATE",
        "a tower reads a balance before there is a breach",
        "needed: the tower learns every balance with the appointment",
    ),
    broken(
        "TW-A-CHANNEL", "accountable without channel", "without-channel/customer", BOND,
        "the receipt was for another channel", "needed: a customer shows what was kept elsewhere",
    ),
    broken(
        "TW-A-NUMBERS", "accountable without numbers", "without-numbers/customer", BOND,
        "the version that was paid out was the newest",
        "needed: a customer shows an old receipt, by which it had more",
    ),
    broken(
        "TW-A-OPENING", "accountable without opening", "without-opening/both", BOND,
        "what the tower was given answers nothing",
        "needed: a tower can't see that what is sealed answers nothing",
    ),
    broken(
        "TW-A-BREACH", "accountable without breach", "without-breach/both", BOND,
        "there was no breach to answer",
        "needed: alice and bob end the channel together by an old version",
    ),
    broken(
        "TW-A-MEASURE", "accountable without measure", "without-measure/bribed", COMPENSATION,
        "the customer is paid more than it lost", "needed: a bond is more than any one loss",
    ),
    broken(
        "TW-A-SUCCESSION", "accountable without succession", "without-succession/two-towers-long",
        "TW-REWARD", "the reward is for another tower than the one whose answer stands",
        "needed: a bribed tower answers first, with a version that is stale, too",
    ),
    broken(
        "TW-A-NOTICE", "accountable without notice", "without-notice/retiring", SAFE,
        "the bond was gone when the customer called on it",
        "needed: a bribed tower takes its bond and lets the breach pass",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SOUND, *WEAKNESSES, *ABLATIONS)
