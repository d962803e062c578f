"""The evidence for Plasma MVP that comes from searches: what must hold, and what must be found.

Each known weakness is a line that a search has to find again; one that stops being found is a
failure of ours. Nothing here says how a run goes: only which claim it breaks, and why.
"""

from invariants.kernel.claims import Case
from invariants.kernel.stock import broken, explored, sampled

SAFE, OUT, LIVE = "PL-SAFE-EXIT", "PL-WAY-OUT", "PL-LIVE"

PLAIN: tuple[Case, ...] = (
    explored(
        "PL-C-FEES", "plain MVP: unbounded fee exit", "mvp/fees",
        (SAFE, "fees never earned were paid"),
        why="the contract can't know what the operator earned, and no wallet is alarmed",
    ),
    explored(
        "PL-C-FEES-UNCONFIRMED", "plain MVP: fee of an unconfirmed transaction", "mvp/fees",
        (SAFE, "the fee of an unconfirmed transaction was paid"),
        why="the fee leaves although its payer, who did not confirm, still owns the whole input",
    ),
    explored(
        "PL-C-LATE-DEPOSIT", "plain MVP: deposit after an invalid block", "mvp/tiny",
        (SAFE, "a deposit landed after the bad block"),
        why="a deposit that was signed before lands behind a bad block, and is paid behind it",
    ),
    explored(
        "PL-C-DOUBLE-EXIT", "plain MVP: input and output of one transaction exit", "mvp/double",
        (SAFE, "an output and one that it came from were both paid"),
        why="the confirmation is kept back until the input is paid, so nobody can challenge",
    ),
    explored(
        "PL-C-UNCHALLENGEABLE", "plain MVP: payment on top of an unconfirmed one", "mvp/payments",
        (SAFE, "a spent output was paid and nobody could challenge it in time"),
        why="alice accepts what comes from an unconfirmed transaction, whose input can still exit",
    ),
    explored(
        "PL-C-SPENT-AFTER-PAID", "plain MVP: output spent after it was paid out", "mvp/payments",
        (SAFE, "an output was spent after it had been paid"),
        why="blocks are not checked against what left on the main chain",
    ),
    explored(
        "PL-C-HISTORY", "plain MVP: own money comes back unconfirmed", "mvp/sending",
        (SAFE, "an output was accepted whose history is not confirmed"),
        why="an input that alice never confirmed, and what was paid to her out of it, are both"
        " hers",
    ),
    explored(
        "PL-C-HISTORY-PAID", "plain MVP: an unconfirmed payment is passed on and paid out",
        "mvp/sending", (SAFE, "an output was paid whose history is not confirmed"),
        why="the second payment's own confirmation is enough to exit, and alice's first still hers",
    ),
    explored(
        "PL-C-HALF-CONFIRMED", "plain MVP: half-confirmed transaction", "mvp/joint",
        (OUT, "a half-confirmed transaction: its input can't leave, and its output neither"),
        why="one signature is enough to challenge, but not to exit",
    ),
    explored(
        "PL-C-LATE-CONFIRMATION", "plain MVP: the other half confirms after the exit", "mvp/joint",
        ("PL-CLAIMS-KEEP", "an honest wallet lost its bond"),
        why="a second signer completes the transaction when the first has already started to leave",
    ),
    explored(
        "PL-C-SELF-CHALLENGE", "plain MVP: who exits falsely challenges itself", "mvp/tiny",
        ("PL-BOND-AT-STAKE", "the coalition challenged its own exit and got the bond back"),
        why="a false exit costs nothing if its starter is the first to challenge it",
    ),
)  # fmt: skip

KNOWN: tuple[Case, ...] = (
    explored(
        "PL-C-WITHHELD", "no confirmations: the withheld block of the seed",
        "no-confirmations/withheld", ("PL-CONFIRMED", "an unconfirmed output left"),
        why="what the operator hides in a block leaves without the victim having seen it",
    ),
    explored(
        "PL-C-WITHHELD-CHALLENGE", "no confirmations: the victim's exit is challenged",
        "no-confirmations/withheld",
        ("PL-OWNER-CANCELS",
         "an exit was cancelled by a spend that its owner signed and did not confirm"),
        why="the signature that alice handed over is used against her exit",
    ),
    broken(
        "PL-C-WITHHELD-THEFT", "no confirmations: the forged coin is paid out",
        "no-confirmations/withheld", SAFE, "a forged output was paid before an older claim",
        "her exit is cancelled by her own signature; the operator's goes through",
    ),
    explored(
        "PL-C-FEE-TIE", "fees as old as their exit: a small position wins the tie",
        "fees-tied/fee-tie", (SAFE, "fees never earned won a tie against an alarmed wallet"),
        why="an exit that the alarmed wallet starts a period later matures in the same second, and"
        " the fee exit's position is smaller than any",
    ),
    sampled(
        "PL-C-FEES-WATCHED", "wallets that watch fees, which are a second younger than their exit",
        "fees-watched/fee-tie", steps=5_000,
    ),
    explored(
        "PL-C-ALIAS", "2018 contract: positions are not bound", "reference-2018/aliases",
        ("PL-CANONICAL", "an exit was started under an alias"),
        why="a second number decodes to the same output",
    ),
    broken(
        "PL-C-ALIAS-PAID", "2018 contract: one output paid twice", "reference-2018/aliases",
        "PL-PAID-ONCE", "one output was paid under two positions",
        "the record of the first exit stands under another number",
    ),
    explored(
        "PL-C-REVERT", "atomic batch: a payee reverts", "atomic-batch/reverting",
        (LIVE, "a payee that refuses its payment blocks the queue"),
        why="one payment that fails undoes all others of its call",
    ),
    explored(
        "PL-C-GAS", "unbounded batch: too many exits for one call", "unbounded-batch/crowd",
        (LIVE, "too many payments for one call"), why="nobody can have fewer paid than are due",
    ),
    explored(
        "PL-C-DEADLOCK", "asserting queue: a cancelled exit stays at its head",
        "asserting-queue/tiny", (LIVE, "a cancelled exit blocks the queue"),
        why="finalization asserts that every entry is pending",
    ),
    broken(
        "PL-C-COLLIDING", "exits keyed by maturity: a second one finds its place taken",
        "colliding-keys/tiny", OUT, "an honest wallet could not start its exit in time",
        "two exits of one second share a key, and the second is refused",
    ),
    explored(
        "PL-C-UNTIED", "challenge not tied to the exiting output", "untied-challenge/payments",
        ("PL-OWNER-CANCELS", "an exit was cancelled without a spend by its owner"),
        why="any transaction that the owner ever confirmed will do",
    ),
    broken(
        "PL-C-REEXIT-PAID", "paid records deleted: an output exits again", "reexit-paid/double",
        "PL-PAID-ONCE", "an exit that was over was started and paid again",
        "what is not on record can be started once more",
    ),
    explored(
        "PL-C-REEXIT-CHALLENGED", "cancelled records deleted: an output exits again",
        "reexit-challenged/tiny", ("PL-FINAL", "the record of an exit was deleted"),
        why="what is not on record can be started once more",
    ),
    explored(
        "PL-C-NULL-SIGNER", "failed recovery equals nobody: unsigned output leaves",
        "null-signer/forgeries", ("PL-CONFIRMED", "an output left that nobody signed for"),
        why="two signatures that recover to nothing are taken for the same signer's",
    ),
    explored(
        "PL-C-EARLY", "maturity off by one", "early-maturity/tiny",
        ("PL-MATURITY", "an exit matures too early"),
        why="one second is missing in the time to challenge",
    ),
    sampled(
        "PL-C-MASS-EXIT", "one exit per period of block space: two honest ones",
        "limited-space/crowd-of-2", (OUT, "an honest wallet could not start its exit in time"),
        steps=60_000,
        why="the coalition took the present period, and the next one has no room for both",
    ),
    sampled(
        "PL-C-MASS-EXIT-1", "one exit per period: one honest exit is the most that is safe",
        "limited-space/crowd-of-1", steps=20_000,
    ),
    explored(
        "PL-C-SHORT-PERIOD", "an exit period that is shorter than honest wallets' reaction",
        "short-period/tiny", (OUT, "an honest wallet could not start its exit in time"),
        why="alice looks within a week, and has half a week to leave after the bad block",
    ),
    explored(
        "PL-C-FOURTH-STATE", "FourthState: deposits wait in a queue of their own",
        "fourth-state/tiny", (SAFE, "a forged output was paid before an older claim"),
        why="every exit waits a week, and the forged one stands first in the other queue",
    ),
    explored(
        "PL-C-ORIGINAL-TIE", "original post: an old output ties with the bad block",
        "original-post/tiny", (SAFE, "a forged output was paid before an older claim"),
        why="outputs older than a week queue as if they stood in the oldest young block: the bad"
        " one",
    ),
    explored(
        "PL-C-ORIGINAL-BLOCKED", "original post: an exit that is not due holds up the queue",
        "original-post/reverting", (LIVE, "an exit that is not due yet blocks the queue"),
        why="priority and maturity follow different clocks: what is deposited later stands before"
        " an old output, and is due later",
    ),
)  # fmt: skip

ABLATIONS: tuple[Case, ...] = (
    explored(
        "PL-A-INFORMED-DEPOSIT", "without informed deposits", "without-informed-deposit/tiny",
        (SAFE, "a deposit landed after the bad block"),
        why="needed: a bad block overtakes a deposit",
    ),
    explored(
        "PL-A-CANCELS", "without exits cancelling their inputs' exits",
        "without-exit-cancels-input-exits/double",
        (SAFE, "an output and one that it came from were both paid"),
        why="needed: the input is due when its spend is first shown, too late for a challenge",
    ),
    explored(
        "PL-A-INPUT-PAID", "without refusing exits whose input was paid",
        "without-no-exit-after-input-paid/double",
        (SAFE, "an output and one that it came from were both paid"),
        why="needed: the spend is first shown when its input has been paid",
    ),
    explored(
        "PL-A-BARS", "without barring exits of inputs: not needed while somebody watches",
        "without-exit-bars-input-exits/double",
    ),
    explored(
        "PL-A-BARS-UNWATCHED", "without barring, and nobody watches others' exits",
        "without-bars-unwatched/double",
        (SAFE, "an output and one that it came from were both paid"),
        why="needed then: the input exits after its output, and nobody is obliged to challenge",
    ),
    broken(
        "PL-A-BOUND", "without binding to the signer", "without-bound-to-signer/small", OUT,
        "an exit of somebody else's bars the owner's",
        "needed: a forged transaction names any input that it likes",
    ),
    explored(
        "PL-A-HALF-BOND", "without burning half of the bond", "without-half-the-bond-burned/tiny",
        ("PL-BOND-AT-STAKE", "the coalition challenged its own exit and got the bond back"),
        why="needed for deterrence only, not for safe exit",
    ),
    explored(
        "PL-A-STOPS", "without stopping when a call is full", "without-stops-when-full/crowd",
        (LIVE, "too many payments for one call"),
        why="needed: every call has to pay all that is due",
    ),
    explored(
        "PL-A-FEES", "without fees in blocks", "without-fees-in-blocks/fees",
        (SAFE, "fees never earned were paid"),
        why="needed: nobody can check what a fee exit asks for",
    ),
    explored(
        "PL-A-FEES-CONFIRMED", "without waiting for the confirmation of fees",
        "without-fees-only-confirmed/fees",
        (SAFE, "the fee of an unconfirmed transaction was paid"),
        why="needed: the payer of an unconfirmed transaction still owns the fee",
    ),
    explored(
        "PL-A-CONFIRMED", "without carrying confirmations",
        "without-spends-only-confirmed/payments",
        (SAFE, "a spent output was paid and nobody could challenge it in time"),
        why="needed: what nobody can show, nobody can challenge with",
    ),
    sampled(
        "PL-A-REMAINING", "without looking at what left the main chain",
        "without-spends-only-remaining/two-hops",
        (SAFE, "an output and one that it came from were both paid"), steps=60_000,
        why="needed: its money is gone, and the contract looks at direct inputs only",
    ),
    explored(
        "PL-A-ALONE", "without signing alone", "without-signs-alone/joint",
        (OUT, "a half-confirmed transaction: its input can't leave, and its output neither"),
        why="needed: a second signer can leave the first between input and output",
    ),
    explored(
        "PL-A-WHOLE", "signing with others, where challenges need all confirmations",
        "whole-challenges/joint",
        (OUT, "a half-confirmed transaction: its input can't leave, and its output neither"),
        why="not enough instead: the other signer confirms in the very challenge",
    ),
    sampled(
        "PL-A-ASKS-WHAT-LEFT", "without asking what left, when hidden blocks are shown late",
        "without-asks-what-left/late-reveal",
        (SAFE, "an output and one that it came from were both paid"),
        why="needed: two hidden payments, the first output paid, the last one's exit accepted, and"
        " the deposit of who comes then pays for it",
        steps=60_000,
    ),
    explored(
        "PL-A-LOOKS-BACK", "without looking back at what left", "without-looks-back/payments",
        (SAFE, "a spent output was paid and nobody could challenge it in time"),
        why="needed: mallory exits, near maturity two blocks move that output to alice, and her"
        " challenge, which may take a week, comes too late",
    ),
    explored(
        "PL-A-WATCHES", "without watching all exits", "without-watches-all-exits/payments",
        (SAFE, "a spent output was paid and nobody could challenge it in time"),
        why="needed: false payments come out of everybody's money",
    ),
)  # fmt: skip

HARDENED: tuple[Case, ...] = (
    explored("PL-H-TINY", "hardened: a deposit, a block, two exits", "hardened/tiny"),
    explored("PL-H-DOUBLE", "hardened: input and output of one transaction", "hardened/double"),
    explored("PL-H-SENDING", "hardened: an honest payment, there and back", "hardened/sending"),
    explored("PL-H-PAYMENTS", "hardened: a chain of the coalition's payments", "hardened/payments"),
    explored("PL-H-FEES", "hardened: fees, confirmed and taken in blocks", "hardened/fee-outputs"),
    explored("PL-H-WITHHELD", "hardened: the seed's withheld block", "hardened/withheld"),
    explored("PL-H-FORGERIES", "hardened: every kind of invalid transaction", "hardened/forgeries"),
    explored("PL-H-INFLATED", "hardened: money that becomes more in a block", "hardened/inflated"),
    explored("PL-H-SPENT-AGAIN", "hardened: money spent in two blocks", "hardened/spent-again"),
    explored("PL-H-ALIASES", "hardened: positions that are not canonical", "hardened/aliases"),
    explored("PL-H-TOKENS", "hardened: two assets", "hardened/tokens"),
    explored(
        "PL-H-TWO-HONEST", "hardened: two honest wallets that pay each other",
        "hardened/two-honest",
    ),
    explored("PL-H-REVERTING", "hardened: accounts that refuse payments", "hardened/reverting"),
    sampled(
        "PL-H-SMALL-CALLS", "hardened: one payment per call", "small-calls/crowd", steps=3_000
    ),
    sampled(
        "PL-H-LATE-REVEAL", "hardened: blocks shown late", "hardened/late-reveal", steps=6_000
    ),
    explored("PL-H-MERGES", "hardened: transactions of two inputs", "hardened/merges"),
    explored("PL-H-WHISPERS", "hardened: confirmations that some hear", "hardened/whispers"),
    sampled(
        "PL-H-TWO-OWNERS", "wallets that sign with others: two honest owners, and nobody exits",
        "without-signs-alone/two-owners", steps=3_000,
    ),
    sampled(
        "PL-H-CROWDED", "hardened: two inputs, two wallets, whispers, empty blocks",
        "hardened/crowded", steps=6_000,
    ),
    sampled("PL-H-SAMPLED", "hardened: everything at once", "hardened/wide", steps=15_000),
)  # fmt: skip

CASES = HARDENED + PLAIN + KNOWN + ABLATIONS
