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
from invariants.kernel.claims import Case
from invariants.kernel.stock import all_but, broken, explored, sampled, without

DUE, FLOOR, STALE, SETTLES, LIMIT = "CP-DUE", "CP-FLOOR", "CP-STALE", "CP-SETTLES", "CP-LIMIT"
EVERY = MONEY + REGISTRY + BARGAINS + CONDUCT + TALK + TIME + POSSIBLE


HELD: tuple[Case, ...] = (
    explored(
        "CP-H-ONE", "mended: one payment in either direction, bob dishonest", "mended/one-pay",
    ),
    explored("CP-H-DIRECT", "mended: payments at once", "mended/direct"),
    sampled("CP-H-TWO", "mended: two payments at once", "mended/two-pays", steps=5_000),
    explored(
        "CP-H-CONDITIONS", "mended: every transfer function, paid by bob", "mended/conditions",
    ),
    explored(
        "CP-H-CONDITIONS-OUT", "mended: some transfer functions, paid by alice",
        "mended/conditions-out",
    ),
    explored(
        "CP-H-NEVER", "mended: conditions that are final at the last moment or too late",
        "mended/never-final",
    ),
    explored(
        "CP-H-ELSEWHERE", "mended: preimages that come in time, late or never", "mended/elsewhere",
    ),
    explored(
        "CP-H-CANCELLING", "mended: alice drops what she might have to pay", "mended/cancelling",
    ),
    explored("CP-H-VOUCHING", "mended: results by vouchers", "mended/vouching"),
    explored("CP-H-WITHDRAWING", "mended: both withdraw and pay", "mended/withdrawing"),
    explored(
        "CP-H-WITHDRAWING-LOCKED", "mended: both withdraw, payments pending",
        "mended/withdrawing-locked",
    ),
    explored(
        "CP-H-SNAPSHOTS", "mended: snapshots and withdrawals, payments pending", "mended/snapshots",
    ),
    explored("CP-H-DEPOSITING", "mended: both deposit later", "mended/depositing"),
    explored("CP-H-BOB", "mended: payments at once, alice dishonest", "mended/direct-bob"),
    explored("CP-H-BOB-LOCKED", "mended: alice promises, and is dishonest", "mended/tiny-bob"),
    explored(
        "CP-H-BOB-AWAY", "mended: bob is away after a snapshot", "mended/offline-bob",
        only=all_but(EVERY, STALE),
    ),
    explored("CP-H-HONEST", "mended: both honest", "mended/honest"),
    explored(
        "CP-H-HONEST-CANCELLING", "mended: both honest, one drops and withdraws",
        "mended/honest-cancelling",
    ),
    explored(
        "CP-H-AWAY", "mended: alice is away after a snapshot", "mended/offline",
        only=all_but(EVERY, STALE),
    ),
    explored(
        "CP-H-AWAY-LOCKED", "mended: alice is away, payments pending", "mended/offline-locked",
        only=all_but(EVERY, STALE),
    ),
    explored(
        "CP-H-CELER", "celer: what it keeps with alice there", "celer/tiny",
        only=all_but(EVERY, "CP-WINDOW", "CP-BOUNDED"),
    ),
    explored(
        "CP-H-CELER-AWAY", "celer: what it keeps with alice away", "celer/offline-small",
        only=all_but(EVERY, STALE, FLOOR, SETTLES, "CP-WINDOW", "CP-BOUNDED", "CP-NUMBERS"),
    ),
    sampled("CP-H-SAMPLED", "mended: everything at once", "mended/wide", steps=10_000),
    sampled(
        "CP-H-SAMPLED-HONEST", "mended: everything at once, both honest", "mended/wide-honest",
        steps=8_000,
    ),
)  # fmt: skip

WEAKNESSES: tuple[Case, ...] = (
    broken(
        "CP-C-AWAY", "mended: a stale state, nobody there to answer", "mended/offline", STALE,
        "nobody showed the newer state",
        "a victim that is away, and no tower, gets what the stale state says",
    ),
    broken(
        "CP-C-SHORT-WINDOW", "half a day to answer in, where an answer may take a day",
        "short-window/direct", DUE, "a stale state was settled",
        "whoever looks at the chain once a day comes too late",
    ),
    broken(
        "CP-C-RESTART", "celer: every answer opens a new window", "celer/direct", "CP-BOUNDED",
        "a settlement is not over in time", "each stale state puts off the end by another window",
    ),
    broken(
        "CP-C-FAILS", "celer: a settlement fails", "celer/offline", SETTLES,
        "the states shown leave a side less than nothing",
        "who withdrew and then leaves out its income has less than nothing",
    ),
    broken(
        "CP-C-RESET", "celer: numbers begin anew", "celer/offline", "CP-NUMBERS",
        "the numbers began anew", "a settlement that fails forgets all states",
    ),
    broken(
        "CP-C-RESET-LOSS", "celer: an old state counts again", "celer/offline", FLOOR,
        "the contract had forgotten a state that it was shown",
        "bob makes a settlement fail and then shows the state before: a snapshot protects nobody",
    ),
    broken(
        "CP-C-ABOVE", "celer: a result above the maximum", "celer/conditions", DUE,
        "a result above the maximum could not be written",
        "numbers that add up to too much give nothing at all",
    ),
)  # fmt: skip


ABLATIONS: tuple[Case, ...] = (
    without(
        "CP-A-GROWS", "mended-without-growing-results/vouching", "CP-GROWS", "a result was lowered",
        "needed: the payer shows an old voucher after the conditions",
    ),
    without(
        "CP-A-LOCKS", "mended-without-waiting-for-locks/tiny", DUE,
        "settled while a payment could still be resolved",
        "needed: the window is shorter than the payment's resolve deadline",
    ),
    without(
        "CP-A-MARGIN", "mended-without-clear-margin/tiny", DUE,
        "settled before pending payments could be added up",
        "needed: adding up and confirming become possible in the same moment",
    ),
    without(
        "CP-A-MARGIN-WINDOW", "mended-without-margin-after-window/tiny", DUE,
        "settled before pending payments could be added up",
        "needed: what is pending is shown at the window's last moment, when the margin is over",
    ),
    without(
        "CP-A-SUBTRACT", "mended-without-subtracting-first/direct-bob", DUE,
        "money was split wrongly",
        "needed: a share is cut to what there is when all is counted, and not before",
    ),
    without(
        "CP-A-SUBTRACT-AWAY", "mended-without-subtracting-first/offline-bob", FLOOR,
        "what the contract had been shown did not count",
        "the same with bob away: what both have paid is on chain, and he is paid less",
    ),
    without(
        "CP-A-PENDING", "mended-without-pending-in-limit/offline-locked", LIMIT,
        "what is pending was withdrawn",
        "needed: with nobody there to veto, the limit is all that protects",
    ),
    without(
        "CP-A-VETO", "mended-without-veto/withdrawing", DUE,
        "what was paid off chain had been withdrawn",
        "needed: the contract knows nothing of what is paid off chain",
    ),
    without(
        "CP-A-VETOES", "mended-without-own-vetoes/withdrawing", DUE,
        "what was paid off chain had been withdrawn",
        "needed: the contract's limit knows only the states on chain",
    ),
    without(
        "CP-A-DEADLINES", "mended-without-watched-deadlines/honest", DUE,
        "a payment could not be resolved any more",
        "needed: an offer is signed when it has expired",
    ),
    without(
        "CP-A-TIME", "mended-without-time-to-answer/honest", DUE,
        "a payment could not be resolved any more",
        "needed: an offer is signed when there is no time to resolve it",
    ),
    without(
        "CP-A-BALANCES", "mended-without-watched-balances/direct", DUE,
        "the other side had not what it paid", "needed: anybody can sign away more than it has",
    ),
    without(
        "CP-A-VOUCHERS", "mended-without-wary-of-vouchers/vouched-elsewhere", DUE,
        "a smaller result was final before it could be raised",
        "needed: the first result ends the time to raise it early",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*HELD, *WEAKNESSES, *ABLATIONS)
