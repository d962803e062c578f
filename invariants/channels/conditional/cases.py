"""The evidence for conditional payments that comes from searches.

The mended rules keep every claim in the scopes below; Celer's keep most. Each weakness is a
counterexample that the search must find: in Celer's rules, or in the mended ones less one thing.
"""

from invariants.channels.conditional.bargains import BARGAINS
from invariants.channels.conditional.conduct import CONDUCT
from invariants.channels.conditional.deadlines import TIME
from invariants.channels.conditional.money import MONEY
from invariants.channels.conditional.possible import POSSIBLE
from invariants.channels.conditional.registry import REGISTRY
from invariants.channels.conditional.talk import TALK
from invariants.kernel.claims import Case, Method

EXPLORE, FUZZ = Method.EXPLORE, Method.FUZZ
DUE, FLOOR, STALE, SETTLES, LIMIT = "CP-DUE", "CP-FLOOR", "CP-STALE", "CP-SETTLES", "CP-LIMIT"
EVERY = tuple(claim.id for claim in MONEY + REGISTRY + BARGAINS + CONDUCT + TALK + TIME + POSSIBLE)


def _but(*ids: str) -> tuple[str, ...]:
    return tuple([id for id in EVERY if id not in ids])


def _holds(id: str, title: str, scope: str) -> Case:
    """A scope in which the mended rules keep every claim."""
    return Case(id, f"mended: {title}", EXPLORE, "mended", scope)


def _away(id: str, title: str, scope: str) -> Case:
    """The same with alice away: all but that no stale state pays."""
    return Case(id, f"mended: {title}", EXPLORE, "mended", scope, only=_but(STALE))


def _breaks(
    id: str, title: str, rule_set: str, scope: str, claim: str, cause: str, why: str
) -> Case:
    """A counterexample to one claim that exploring must find, the other claims left aside."""
    return Case(
        id, title, EXPLORE, rule_set, scope, ((claim, cause),), explanation=why, only=(claim,)
    )


HELD: tuple[Case, ...] = (
    _holds("CP-H-ONE", "one payment in either direction, bob dishonest", "one-pay"),
    _holds("CP-H-DIRECT", "payments at once", "direct"),
    Case("CP-H-TWO", "mended: two payments at once", FUZZ, "mended", "two-pays", steps=5_000),
    _holds("CP-H-CONDITIONS", "every transfer function, paid by bob", "conditions"),
    _holds("CP-H-CONDITIONS-OUT", "some transfer functions, paid by alice", "conditions-out"),
    _holds("CP-H-NEVER", "conditions that are final at the last moment or too late", "never-final"),
    _holds("CP-H-ELSEWHERE", "preimages that come in time, late or never", "elsewhere"),
    _holds("CP-H-CANCELLING", "alice drops what she might have to pay", "cancelling"),
    _holds("CP-H-VOUCHING", "results by vouchers", "vouching"),
    _holds("CP-H-WITHDRAWING", "both withdraw and pay", "withdrawing"),
    _holds("CP-H-WITHDRAWING-LOCKED", "both withdraw, payments pending", "withdrawing-locked"),
    _holds("CP-H-SNAPSHOTS", "snapshots and withdrawals, payments pending", "snapshots"),
    _holds("CP-H-DEPOSITING", "both deposit later", "depositing"),
    _holds("CP-H-HONEST", "both honest", "honest"),
    _holds("CP-H-HONEST-CANCELLING", "both honest, one drops and withdraws", "honest-cancelling"),
    _away("CP-H-AWAY", "alice is away after a snapshot", "offline"),
    _away("CP-H-AWAY-LOCKED", "alice is away, payments pending", "offline-locked"),
    Case(
        "CP-H-CELER", "celer: what it keeps with alice there", EXPLORE, "celer", "tiny",
        only=_but("CP-WINDOW", "CP-BOUNDED"),
    ),
    Case(
        "CP-H-CELER-AWAY", "celer: what it keeps with alice away", EXPLORE, "celer",
        "offline-small", only=_but(STALE, FLOOR, SETTLES, "CP-WINDOW", "CP-BOUNDED", "CP-NUMBERS"),
    ),
    Case("CP-H-SAMPLED", "mended: everything at once", FUZZ, "mended", "wide", steps=10_000),
    Case(
        "CP-H-SAMPLED-HONEST", "mended: everything at once, both honest", FUZZ, "mended",
        "wide-honest", steps=8_000,
    ),
)  # fmt: skip

WEAKNESSES: tuple[Case, ...] = (
    _breaks(
        "CP-C-AWAY", "mended: a stale state, nobody there to answer", "mended", "offline", STALE,
        "nobody showed the newer state",
        "a victim that is away, and no tower, gets what the stale state says",
    ),
    _breaks(
        "CP-C-RESTART", "celer: every answer opens a new window", "celer", "direct", "CP-BOUNDED",
        "a settlement is not over in time",
        "each stale state puts off the end by another window",
    ),
    _breaks(
        "CP-C-FAILS", "celer: a settlement fails", "celer", "offline", SETTLES,
        "the states shown leave a side less than nothing",
        "who withdrew and then leaves out its income has less than nothing",
    ),
    _breaks(
        "CP-C-RESET", "celer: numbers begin anew", "celer", "offline", "CP-NUMBERS",
        "the numbers began anew", "a settlement that fails forgets all states",
    ),
    _breaks(
        "CP-C-RESET-LOSS", "celer: an old state counts again", "celer", "offline", FLOOR,
        "the contract had forgotten a state that it was shown",
        "bob makes a settlement fail and then shows the state before: a snapshot protects nobody",
    ),
    _breaks(
        "CP-C-ABOVE", "celer: a result above the maximum", "celer", "conditions", DUE,
        "a result above the maximum could not be written",
        "numbers that add up to too much give nothing at all",
    ),
)  # fmt: skip


def _without(id: str, thing: str, scope: str, claim: str, cause: str, why: str) -> Case:
    """What goes wrong without one thing."""
    title = f"mended without {thing.replace('-', ' ')}"
    return _breaks(f"CP-A-{id}", title, f"mended-without-{thing}", scope, claim, cause, why)


ABLATIONS: tuple[Case, ...] = (
    _without(
        "GROWS", "growing-results", "vouching", "CP-GROWS", "a result was lowered",
        "needed: the payer shows an old voucher after the conditions",
    ),
    _without(
        "LOCKS", "waiting-for-locks", "tiny", DUE,
        "settled while a payment could still be resolved",
        "needed: the window is shorter than the payment's resolve deadline",
    ),
    _without(
        "MARGIN", "clear-margin", "tiny", DUE,
        "settled before pending payments could be added up",
        "needed: adding up and confirming become possible in the same moment",
    ),
    _without(
        "PENDING", "pending-in-limit", "offline-locked", LIMIT, "what is pending was withdrawn",
        "needed: with nobody there to veto, the limit is all that protects",
    ),
    _without(
        "VETO", "veto", "withdrawing", DUE, "what was paid off chain had been withdrawn",
        "needed: the contract knows nothing of what is paid off chain",
    ),
    _without(
        "VETOES", "own-vetoes", "withdrawing", DUE, "what was paid off chain had been withdrawn",
        "needed: the contract's limit knows only the states on chain",
    ),
    _without(
        "DEADLINES", "watched-deadlines", "honest", DUE,
        "a payment could not be resolved any more",
        "needed: an offer is signed when it has expired",
    ),
    _without(
        "BALANCES", "watched-balances", "direct", DUE,
        "the other side had not what it paid",
        "needed: anybody can sign away more than it has",
    ),
    _without(
        "VOUCHERS", "wary-of-vouchers", "vouched-elsewhere", DUE,
        "a smaller result was final before it could be raised",
        "needed: the first result ends the time to raise it early",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*HELD, *WEAKNESSES, *ABLATIONS)
