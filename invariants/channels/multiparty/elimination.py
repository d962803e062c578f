"""Why the seed's arbitration fails an honest side: theorems that exclude cause after cause.

For each cause there is a theorem that excludes all the others, and is refuted: so this one is
enough by itself. The last theorem of a kind excludes all of them and is proved: so there is no
other cause, at the sizes stated. The same for the reading in which the leader's receipt is one of a
payment's signatures; and for the repaired rules, with no cause excluded.
"""

from collections.abc import Collection
from typing import TypeVar

from attrs import evolve

from invariants.channels.multiparty import causes as c
from invariants.channels.multiparty.verdicts import PARTIES
from invariants.kernel.theorems import Expect, Theorem
from spec.channels.multiparty.rule_sets import LITERAL, RECEIPTS_ARE_SIGNATURES, SOUND
from spec.channels.multiparty.rules import Rules

Cause = TypeVar("Cause")


def all_but(cause: Cause, causes: Collection[Cause]) -> tuple[Cause, ...]:
    """All causes except this one."""
    return tuple(other for other in causes if other != cause)


# The seed's rules: an honest leader that loses --------------------------------------------------

COALITION = 3
"""Accomplices of the challenger, where no cause can be left."""


def leader_case(
    id: str,
    claim: str,
    rules: Rules,
    accomplices: int,
    excluded: tuple[c.LeaderCause, ...],
    expect: Expect = Expect.REFUTED,
) -> Theorem:
    """An honest leader, a challenger with so many accomplices, and causes that are not at work.

    Where it has to be refuted, by a case that is small and can be played; where it has to be
    proved, with just so many accomplices: one that does nothing is as good as none.
    """
    sizes = {"book": 3, "shown": 4, "accomplices": range(accomplices, accomplices + 1)}
    if expect == Expect.REFUTED:
        sizes = {"book": 1, "shown": 2, "accomplices": accomplices}
        excluded = (*excluded, c.books_nothing)
    return Theorem(
        id,
        claim,
        c.honest_leader_wins,
        expect,
        sizes={**sizes, **PARTIES},
        values={"excluded": excluded, "rules": rules},
    )


LEADER_LOSES: dict[c.LeaderCause, tuple[str, str, int]] = {
    c.to_oneself: ("SELF", "a payment of the challenger to itself", 0),
    c.held_back: ("HELD-BACK", "a payment that an honest party signed and the other held back", 0),
    c.cut_off: ("CUT-OFF", "a payment that was still on its way at the cut-off", 0),
    c.refused: ("REFUSED", "a payment that it refused because nothing covers it", 0),
    c.from_before: ("EARLIER", "a payment of an earlier epoch", 0),
    c.shown_twice: ("TWICE", "a payment that is shown twice", 0),
    c.colluding_pair: ("PAIR", "a payment that two colluding members signed and never sent", 1),
    c.of_others: ("OTHERS", "an accomplice's payment that does not involve the challenger", 1),
}
"""Why an honest leader loses under the seed's rules: with how many accomplices at least."""

NEEDS_ACCOMPLICE = (c.colluding_pair, c.of_others)

LITERAL_LEADER = (
    leader_case(
        "MP-T-LITERAL-S1",
        "Under the seed's rules, an honest leader never loses an arbitration.",
        LITERAL,
        0,
        (),
    ),
    *(
        leader_case(
            f"MP-T-LITERAL-LEADER-{name}",
            f"An honest leader never loses by {means}.",
            LITERAL,
            accomplices,
            all_but(cause, LEADER_LOSES),
        )
        for cause, (name, means, accomplices) in LEADER_LOSES.items()
    ),
    leader_case(
        "MP-T-LITERAL-LEADER-ALONE",
        "Against a challenger without accomplices an honest leader loses by nothing else than a"
        " payment to itself, held back, cut off, refused, of an earlier epoch, or shown twice.",
        LITERAL,
        0,
        tuple(cause for cause in LEADER_LOSES if cause not in NEEDS_ACCOMPLICE),
        Expect.PROVED,
    ),
    leader_case(
        "MP-T-LITERAL-LEADER-NOTHING-ELSE",
        "Against a coalition an honest leader loses by nothing else than a payment to oneself, held"
        " back, cut off, refused, of an earlier epoch, shown twice, of a colluding pair, or of"
        " others.",
        LITERAL,
        COALITION,
        tuple(LEADER_LOSES),
        Expect.PROVED,
    ),
)

# The seed's rules: an honest challenger that loses ----------------------------------------------


def challenger_case(
    id: str,
    claim: str,
    rules: Rules,
    excluded: tuple[c.ChallengerCause, ...],
    expect: Expect = Expect.REFUTED,
) -> Theorem:
    """An honest challenger against a leader alone, and causes that are not at work."""
    if expect == Expect.REFUTED:
        excluded = (*excluded, c.lists_nothing)
    return Theorem(
        id,
        claim,
        c.honest_challenger_keeps_due,
        expect,
        sizes={"held": 3, "unshown": 1, "listed": 3, **PARTIES},
        values={"excluded": excluded, "rules": rules},
    )


CHALLENGER_LOSES: dict[c.ChallengerCause, tuple[str, str]] = {
    c.false_balance: ("BALANCE", "a balance that does not follow from the leader's own list"),
    c.lists_others: ("OTHERS", "a listed payment that does not involve it"),
    c.lists_earlier: ("EARLIER", "a listed payment of an earlier epoch"),
    c.lists_twice: ("TWICE", "a payment that is listed twice"),
    c.lists_unshown: ("UNRETURNED", "a listed payment that it signed and never got back"),
}
"""Why an honest challenger loses under the seed's rules, to a leader alone."""

LITERAL_CHALLENGER = (
    challenger_case(
        "MP-T-LITERAL-S2",
        "Under the seed's rules, an honest challenger gets what it is due if the leader is right.",
        LITERAL,
        (),
    ),
    *(
        challenger_case(
            f"MP-T-LITERAL-CHALLENGER-{name}",
            f"An honest challenger never loses by {means}.",
            LITERAL,
            all_but(cause, CHALLENGER_LOSES),
        )
        for cause, (name, means) in CHALLENGER_LOSES.items()
    ),
    challenger_case(
        "MP-T-LITERAL-CHALLENGER-NOTHING-ELSE",
        "An honest challenger loses by nothing else than a false balance, or listed payments of"
        " others, of an earlier epoch, listed twice, or never returned to it.",
        LITERAL,
        tuple(CHALLENGER_LOSES),
        Expect.PROVED,
    ),
    challenger_case(
        "MP-T-LITERAL-EQUAL-ROOTS",
        "Where both lists are the same, the challenger gets what it is due.",
        LITERAL,
        (c.different_roots,),
    ),
    challenger_case(
        "MP-T-LITERAL-EQUAL-COUNTS",
        "Where the balance follows from a list as long as the challenger's, it gets what it is"
        " due.",
        LITERAL,
        (c.false_balance, c.different_counts),
    ),
    challenger_case(
        "MP-T-LITERAL-MORE-LISTED",
        "Where the balance follows from a list longer than the challenger's, it gets what it is"
        " due.",
        LITERAL,
        (c.false_balance, c.no_more_listed),
    ),
    evolve(
        challenger_case(
            "MP-T-LITERAL-FEWER-LISTED",
            "A leader that lists fewer payments than an honest challenger shows is wrong.",
            LITERAL,
            (),
            Expect.PROVED,
        ),
        statement=c.fewer_lose,
        values={"rules": LITERAL},
    ),
)

# Another reading: the receipt is one of a payment's signatures ----------------------------------

WITH_RECEIPTS = "With receipts among the signatures, an honest "

RECEIPTED_LEADER_LOSES: dict[c.LeaderCause, tuple[str, str, int]] = {
    c.own_receipt: ("OWN-RECEIPT", "a receipt that the challenger signed itself", 0),
    c.from_before: LEADER_LOSES[c.from_before],
    c.shown_twice: LEADER_LOSES[c.shown_twice],
    c.of_others: LEADER_LOSES[c.of_others],
}

RECEIPTED_CHALLENGER_LOSES: dict[c.ChallengerCause, tuple[str, str]] = {
    **CHALLENGER_LOSES,
    c.lists_unshown: ("WITHHELD", "a listed payment whose receipt was withheld from it"),
}

RECEIPTS_LEADER = (
    *(
        leader_case(
            f"MP-T-RECEIPTS-LEADER-{name}",
            f"{WITH_RECEIPTS}leader never loses by {means}.",
            RECEIPTS_ARE_SIGNATURES,
            accomplices,
            all_but(cause, RECEIPTED_LEADER_LOSES),
        )
        for cause, (name, means, accomplices) in RECEIPTED_LEADER_LOSES.items()
    ),
    leader_case(
        "MP-T-RECEIPTS-LEADER-NOTHING-ELSE",
        f"{WITH_RECEIPTS}leader loses by nothing else than a payment with the coalition's own"
        " receipt, of an earlier epoch, shown twice, or of others.",
        RECEIPTS_ARE_SIGNATURES,
        COALITION,
        tuple(RECEIPTED_LEADER_LOSES),
        Expect.PROVED,
    ),
)

RECEIPTS_CHALLENGER = (
    *(
        challenger_case(
            f"MP-T-RECEIPTS-CHALLENGER-{name}",
            f"{WITH_RECEIPTS}challenger never loses by {means}.",
            RECEIPTS_ARE_SIGNATURES,
            all_but(cause, RECEIPTED_CHALLENGER_LOSES),
        )
        for cause, (name, means) in RECEIPTED_CHALLENGER_LOSES.items()
    ),
    challenger_case(
        "MP-T-RECEIPTS-CHALLENGER-NOTHING-ELSE",
        f"{WITH_RECEIPTS}challenger that shows only what it has receipts for loses by nothing else"
        " than a false balance, or listed payments of others, of an earlier epoch, listed twice, or"
        " with a receipt that was withheld.",
        RECEIPTS_ARE_SIGNATURES,
        tuple(RECEIPTED_CHALLENGER_LOSES),
        Expect.PROVED,
    ),
    evolve(
        challenger_case(
            "MP-T-RECEIPTS-CHALLENGER-SHOWS-ALL",
            f"{WITH_RECEIPTS}challenger can safely show all that both parties signed.",
            RECEIPTS_ARE_SIGNATURES,
            tuple(RECEIPTED_CHALLENGER_LOSES),
        ),
        statement=c.any_challenger_keeps_due,
    ),
)

# Against every cause at once --------------------------------------------------------------------

NO_CAUSE_IS_LEFT = (
    leader_case(
        "MP-T-SOUND-LEADER",
        "Under the repaired rules, an honest leader loses by none of these causes.",
        SOUND,
        COALITION,
        (),
        Expect.PROVED,
    ),
    challenger_case(
        "MP-T-SOUND-CHALLENGER",
        "Under the repaired rules, an honest challenger loses by none of these causes.",
        SOUND,
        (),
        Expect.PROVED,
    ),
)

ELIMINATION: tuple[Theorem, ...] = (
    *LITERAL_LEADER, *LITERAL_CHALLENGER, *RECEIPTS_LEADER, *RECEIPTS_CHALLENGER,
    *NO_CAUSE_IS_LEFT,
)  # fmt: skip
