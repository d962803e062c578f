"""What arbitration guarantees, for all values: z3 runs the very functions.

The repaired rules serve both honest sides, and without any one of their checks they don't. The
seed's five steps serve neither: `elimination.py` says for which causes. And which evidence any
arbitration needs. Amounts and stamps are any ints; lists and parties are as many as the sizes say.
How disputes come about and what follows them is the subject of the explorer and the fuzzer.
"""

from collections.abc import Callable

from attrs import evolve

from invariants.channels.multiparty import verdicts as v
from invariants.channels.multiparty import worlds as w
from invariants.channels.multiparty.elimination import ELIMINATION
from invariants.channels.multiparty.verdicts import PARTIES
from invariants.kernel.theorems import Expect, Theorem, assume, refuted, theorem
from spec.channels.multiparty.arbitration import common_length, first_difference, same_root
from spec.channels.multiparty.evidence import Entries, fold
from spec.channels.multiparty.rule_sets import REPAIRS, SOUND
from spec.kernel.basics import Party, Wei

EXACTLY_12 = range(12, 13)

# Payments and lists -----------------------------------------------------------------------------


@theorem(
    "MP-T-CONSERVATION",
    "Payments among the members leave the sum of their balances as it is.",
    sizes={"entries": 3, "Party": 3},
)
def conserves(balances: tuple[Wei, Wei, Wei], entries: Entries) -> bool:
    """What one pays another receives; a payment to oneself changes nothing."""
    after = [fold(balance, entries, Party(place)) for place, balance in enumerate(balances)]
    return sum(after) == sum(balances)


@theorem(
    "MP-T-EQUAL-COUNTS",
    "The five steps never get to compare equal counts of equal lists: the roots were equal then.",
    sizes={"shown": 3, "listed": 3, "Party": 6, "receipt_by": range(-1, 6)},
)
def counts_never_decide(shown: Entries, listed: Entries) -> bool:
    """One clause of the seed's second rule is dead."""
    assume(not same_root(shown, listed))
    same_part = first_difference(shown, listed) == common_length(shown, listed)
    return not (same_part and len(shown) == len(listed))


# The repaired rules -----------------------------------------------------------------------------

S1 = Theorem(
    "MP-T-S1",
    "An honest leader never loses an arbitration.",
    v.leader_wins,
    sizes={"book": 4, "shown": 3, **PARTIES},
    values={"rules": SOUND},
)

S2 = Theorem(
    "MP-T-S2",
    "If the leader is right, the participant gets its last balance and receipted income, less all"
    " that it signed to pay, at least.",
    v.participant_keeps_due,
    sizes={"signed": 4, "listed": 3, **PARTIES},
    values={"rules": SOUND},
)

FLOOR = evolve(
    S2,
    id="MP-T-FLOOR",
    claim="If the leader is right, even a participant that shows nothing keeps its last balance,"
    " less all that it signed to pay.",
    statement=v.absent_keeps_floor,
)

ABSENT = evolve(
    S2,
    id="MP-T-FLOOR-IS-ALL",
    claim="A participant that shows nothing gets its receipted income all the same.",
    statement=v.absent_keeps_due,
    expect=Expect.REFUTED,
)

S1_SET = Theorem(
    "MP-T-S1-SET",
    "An honest leader never loses an arbitration about a set of twelve payments.",
    v.leader_wins_set,
    sizes={"items": EXACTLY_12, **PARTIES},
    values={"rules": SOUND},
)

S2_SET = Theorem(
    "MP-T-S2-SET",
    "If the leader is right about a set of twelve payments, the participant gets what it is due and"
    " a gain by each of them, none negative.",
    v.participant_keeps_due_set,
    sizes={"items": EXACTLY_12, **PARTIES},
    values={"rules": SOUND},
)

SET_IS_LIST = Theorem(
    "MP-T-SET",
    "Arbitration about a set of payments gives the verdict that it gives about their lists.",
    v.set_is_list,
    sizes={"items": 3, **PARTIES},
    values={"rules": SOUND},
)

REPAIRED = (S1, S2, FLOOR, ABSENT, S1_SET, S2_SET, SET_IS_LIST)

# Without one check ------------------------------------------------------------------------------


def without(check: str, proved: Theorem, claim: str) -> Theorem:
    """The theorem about the repaired rules without one check, for which it is false."""
    return refuted(proved, f"{proved.id}-WITHOUT-{check.upper()}", claim, REPAIRS[check])


ABLATIONS = (
    without("signatures", S2, "The participant gets its due, though nobody checks signatures."),
    without("epoch", S2, "The participant gets its due, though payments of any epoch are listed."),
    without("uniqueness", S2, "The participant gets its due, though a payment is listed twice."),
    without("state-fold", S2, "The participant gets its due, though no list leads to a balance."),
    without(
        "receipt-rebuttal", S2, "The participant gets its due, though its receipts go unheard."
    ),
    without("receipt-epoch", S1, "An honest leader wins, though receipts of any epoch bind it."),
    refuted(
        S1,
        "MP-T-S1-WITHOUT-CONCERN",
        "An honest leader wins, though receipts of payments between others are held against it.",
        evolve(SOUND, arbitrate=v.hears_strangers),
    ),
    without("signatures", S2_SET, "The same of a set of twelve, though nobody checks signatures."),
    without("epoch", S2_SET, "The same of a set of twelve, though any epoch's are listed."),
    without("receipt-rebuttal", S2_SET, "The same of a set of twelve, with receipts unheard."),
    without("receipt-epoch", S1_SET, "An honest leader wins, though any epoch's receipts bind it."),
    without("state-fold", SET_IS_LIST, "Set and list agree, though only one looks at the balance."),
)

# Which evidence any arbitration needs -----------------------------------------------------------


def alike(
    id: str,
    claim: str,
    sees: Callable[[w.Deal], w.Seen],
    owed: Callable[[w.Deal], bool],
    expect: Expect,
    requests: bool = False,
) -> Theorem:
    """Do two worlds with the same evidence have the same side to protect?"""
    return Theorem(
        id,
        claim,
        w.same_evidence_same_verdict,
        expect,
        sizes={"deals": 2, "Party": 4},
        values={"sees": sees, "owed": owed, "requests": requests},
    )


IMPOSSIBILITY = (
    alike(
        "MP-T-WORLDS-SIGNATURES",
        "What both parties signed tells a payment never sent from one whose receipt was withheld.",
        w.party_signatures,
        w.merely_sent,
        Expect.REFUTED,
    ),
    alike(
        "MP-T-WORLDS-LEFT-OUT",
        "What both parties signed tells a payment never sent from one with a receipt that the"
        " leader left out.",
        w.party_signatures,
        w.receipted,
        Expect.REFUTED,
    ),
    alike(
        "MP-T-WORLDS-RECEIPTS",
        "With receipts shown, the evidence tells who deserves to win, if what is owed is what has a"
        " receipt.",
        w.and_receipts,
        w.receipted,
        Expect.PROVED,
    ),
    alike(
        "MP-T-WORLDS-WITHHELD",
        "With receipts shown, the evidence tells who deserves to win, even if what was merely sent"
        " is owed.",
        w.and_receipts,
        w.merely_sent,
        Expect.REFUTED,
    ),
    alike(
        "MP-T-WORLDS-UNSEEN-REQUESTS",
        "It tells so, if receipts can be requested in a way that the contract does not see.",
        w.and_receipts,
        w.merely_sent,
        Expect.REFUTED,
        requests=True,
    ),
    alike(
        "MP-T-WORLDS-REQUESTS",
        "With inclusion requests through the contract, and a deadline to answer them, the evidence"
        " tells who deserves to win, even if what was merely sent is owed.",
        w.and_requests,
        w.merely_sent,
        Expect.PROVED,
        requests=True,
    ),
)

THEOREMS: tuple[Theorem, ...] = (
    conserves, counts_never_decide, *REPAIRED, *ABLATIONS, *ELIMINATION, *IMPOSSIBILITY,
)  # fmt: skip
