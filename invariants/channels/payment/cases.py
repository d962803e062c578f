"""The evidence for the payment channel that comes from searches.

Both rule sets hold in every scope in which honest parties are back in time, whatever is lost,
delayed, repeated and crashed; and every known weakness is found again, by a shortest run.
"""

from invariants.kernel.claims import Case
from invariants.kernel.stock import broken, explored, sampled

SAFE = "PC-SAFE-EXIT"
AWAY = "a stale version was settled: the victim was away, or back too late to answer"


SOUND: tuple[Case, ...] = tuple(
    explored(
        f"PC-C-{short}-{scope.upper()}",
        f"{rule_set}: {title}",
        f"{rule_set}/{scope}",
        contract_alone=scope == "nobody-honest",
    )
    for short, rule_set in (("R", "replacement"), ("P", "penalty"))
    for scope, title in (
        ("one", "bob honest, away for a window"),
        ("both", "both honest, one away for a window"),
        ("topping-up", "bob honest, deposits on the way"),
        ("withdrawing", "bob honest, withdrawals"),
        ("withdrawing-both", "both honest, withdrawals"),
        ("crashing", "both honest, one crashes"),
        ("crashing-twice", "bob honest, crashes twice"),
        ("opening-both", "both honest, a channel to be funded"),
        ("noise", "bob honest, all that should be refused"),
        ("noise-both", "both honest, all that should be refused"),
        ("nobody-honest", "nobody honest: what the contract keeps"),
    )
)

LATER: tuple[Case, ...] = (
    explored(
        "PC-C-R-AWAY-TWICE", "replacement: both honest, two absences", "replacement/away-twice"
    ),
    explored(
        "PC-C-R-REOPENED", "replacement: a second channel, bob honest", "replacement/reopened"
    ),
    explored(
        "PC-C-R-REOPENED-BOTH", "replacement: a second channel, both honest",
        "replacement/reopened-both",
    ),
    explored("PC-C-P-REOPENED", "penalty: a second channel, bob honest", "penalty/reopened"),
)  # fmt: skip

SAMPLED: tuple[Case, ...] = tuple(
    sampled(
        f"PC-C-{short}-{scope.upper()}", f"{rule_set}: {title}", f"{rule_set}/{scope}", steps=5_000
    )
    for short, rule_set in (("R", "replacement"), ("P", "penalty"))
    for scope, title in (
        ("long-one", "many updates, bob honest"),
        ("long-both", "many updates, both honest"),
        ("noise-opening", "what should be refused while a channel is funded"),
        ("noise-all", "what should be refused, in a long channel, bob honest"),
        ("noise-all-both", "what should be refused, in a long channel, both honest"),
    )
)

WEAKNESSES: tuple[Case, ...] = (
    broken(
        "PC-C-VICTIM-AWAY", "replacement: a stale close with the victim away",
        "replacement/away-too-long", SAFE, AWAY,
        "nobody answers within the window: that is what a watchtower is for",
    ),
    broken(
        "PC-C-VICTIM-AWAY-P", "penalty: a stale close with the victim away",
        "penalty/away-too-long", SAFE, AWAY,
        "a penalty that nobody calls for is none",
    ),
    broken(
        "PC-C-SHORT-WINDOW", "a window of a day, for a day away and a day to answer",
        "short-window/one", SAFE, AWAY,
        "whoever is away for most of the window has not the rest of it to answer in",
    ),
    broken(
        "PC-C-RESTARTS", "a window restarted by each stale version", "window-restarts/tiny",
        "PC-WINDOW", "an answer moved the end",
        "who holds n stale versions shows them one after the other, and delays the end n times",
    ),
    broken(
        "PC-C-NOT-STRICT", "equal numbers replace each other", "not-strict/tiny", "PC-NUMBERS",
        "a version was replaced by one that is not newer",
        "the same version can be shown again and again, and answers never end",
    ),
    broken(
        "PC-C-EQUAL-NUMBERS", "two versions signed with one number", "equal-numbers/noise", SAFE,
        "another version with the same number was settled",
        "neither replaces the other: the one that is worth less is shown first",
    ),
    broken(
        "PC-C-OLD-BACKUP", "penalty: back from an old backup", "old-backup/crash", SAFE,
        "an honest party was punished: it showed a version that it had revoked",
        "it does not know what it has revoked, and loses everything, its deposit included",
    ),
    broken(
        "PC-C-STORES-LATE", "stored after sending", "stores-late/crash", SAFE,
        "a stale version was settled: the victim had forgotten the answer to it",
        "a crash between the two, and the party does not know its newest version any more",
    ),
    broken(
        "PC-C-ONE-SIGNATURE", "one signature is enough to pay out at once", "one-signature/noise",
        SAFE, "paid by a version that the party never signed",
        "a final version or a withdrawal without the other's signature takes everything",
    ),
    broken(
        "PC-C-TOTALS-IGNORED", "balances paid out as they were signed", "totals-ignored/topping-up",
        SAFE, "the version was paid out by its balances alone",
        "what was deposited after the version was signed goes to nobody",
    ),
    broken(
        "PC-C-WITHDRAWAL-FORGOTTEN", "an offer that forgets a granted withdrawal",
        "withdrawal-forgotten/withdrawing-noise", SAFE,
        "a withdrawal granted earlier was paid out of the party's balance",
        "the withdrawal is called for after its amount was counted as a balance again",
    ),
    broken(
        "PC-C-WITHOUT-IDENTITY", "what is signed does not name its channel",
        "without-identity/reopened", SAFE,
        "paid by a version that was signed for an earlier channel",
        "what was paid in the first channel is taken again in the second",
    ),
    broken(
        "PC-C-UNFUNDED", "an offer that counts deposits which nobody made",
        "withdrawal-forgotten/noise", "PC-FUNDED",
        "an honest party took a payment that is not there",
        "it looks at its own share only, and believes in more than the contract holds",
    ),
    broken(
        "PC-C-IMPATIENT", "penalty: signed on before the other side has revoked", "impatient/one",
        "PC-AT-MOST-THREE", "more than three versions of a side count",
        "the other side can choose among all of them, and none is punished",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SOUND, *LATER, *SAMPLED, *WEAKNESSES)
