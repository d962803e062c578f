"""The evidence for the application channel that comes from searches.

For ForceMove's rules: scopes in which nothing breaks. For each rule, one line that shows what it is
for: without it something breaks. And what no rule of the contract can give: safety to a party that
is away, or that signs a lost game.
"""

from invariants.channels.application.conduct import CONDUCT
from invariants.channels.application.deadlines import TIME
from invariants.channels.application.evidence import EVIDENCE
from invariants.channels.application.money import MONEY
from invariants.channels.application.possible import POSSIBLE
from invariants.kernel.claims import Case, Method

EXPLORE, FUZZ = Method.EXPLORE, Method.FUZZ

SAFE, FLOOR = "APP-SAFE", "APP-FLOOR"
BUT_SAFE = tuple(
    claim.id for claim in MONEY + EVIDENCE + TIME + CONDUCT + POSSIBLE if claim.id != SAFE
)


def _holds(id: str, title: str, scope: str, only: tuple[str, ...] = ()) -> Case:
    """A scope in which nothing breaks."""
    return Case(id, title, EXPLORE, "forcemove", scope, only=only)


def _sampled(id: str, title: str, scope: str) -> Case:
    """A scope in which random runs break nothing."""
    return Case(id, title, FUZZ, "forcemove", scope, steps=5_000)


def _breaks(
    id: str, title: str, rule_set: str, scope: str, claim: str, cause: str, why: str
) -> Case:
    """A counterexample to one claim that exploring must find, the other claims left aside."""
    return Case(
        id, title, EXPLORE, rule_set, scope, ((claim, cause),), explanation=why, only=(claim,)
    )


SOUND: tuple[Case, ...] = (
    _holds("APP-C-RPS", "rock-paper-scissors: alice answers dishonest bob's commitment", "rps"),
    _holds("APP-C-RPS-BOB", "rock-paper-scissors: bob commits against alice", "rps-bob"),
    _holds("APP-C-RPS-HONEST", "rock-paper-scissors: both are honest", "rps-honest"),
    _holds("APP-C-PAYER", "streaming: alice pays dishonest bob", "streaming-payer"),
    _holds("APP-C-PAYEE", "streaming: bob is paid by dishonest alice", "streaming-payee"),
    _holds("APP-C-STREAM-HONEST", "streaming: both are honest", "streaming-honest"),
    _holds("APP-C-TTT", "tic-tac-toe, four empty cells: alice against bob", "tic-tac-toe"),
    _holds("APP-C-TTT-HONEST", "tic-tac-toe, four empty cells: both honest", "tic-tac-toe-honest"),
    _holds("APP-C-FORGED", "from the deposits on, with forgeries: against bob", "forged"),
    _holds("APP-C-FORGED-BOB", "from the deposits on, with forgeries: against alice", "forged-bob"),
    _holds("APP-C-FUNDING", "from the deposits on: both are honest", "funding-honest"),
    _holds("APP-C-STREAM-FORGED", "one stake only, with forgeries", "forged-streaming-bob"),
    _holds("APP-C-AWAY", "alice is away: all but safe exit holds", "away", BUT_SAFE),
    _holds("APP-C-AWAY-PAYEE", "bob is away: all but safe exit holds", "away-payee", BUT_SAFE),
    _sampled("APP-C-LONG", "a long stream, with forgeries: against alice", "long-stream"),
    _sampled("APP-C-WHOLE", "tic-tac-toe, empty board: against bob", "whole-game"),
    _sampled("APP-C-WHOLE-BOB", "tic-tac-toe, empty board: against alice", "whole-game-bob"),
    _sampled("APP-C-NOBODY", "nobody is honest: what the contract keeps", "nobody-honest"),
)

NOT_PAID = Case(
    "APP-C-NOT-PAID", "too much is asked for: the main chain pays nothing that is not there",
    EXPLORE, "without-sufficiency", "funding",
    only=("APP-SUPPLY", "APP-COVERED", "APP-NOT-NEGATIVE", "APP-NOTHING-LEFT"),
)  # fmt: skip

LOOPS: tuple[Case, ...] = (
    _breaks(
        "APP-C-RESTART", "a running challenge can be made again", "without-newer-challenge",
        "tiny", "APP-NO-TURN-TWICE", "a turn was challenged again",
        "each time the window begins anew: the end is put off for ever",
    ),
    _breaks(
        "APP-C-LOOP", "an answer leaves the record where it was", "without-raised-record",
        "tiny", "APP-NO-TURN-TWICE", "a turn was challenged again",
        "the answered state can be challenged again and again, and must be answered each time",
    ),
    _breaks(
        "APP-C-LOOP-CLEARED", "an answer leaves the record: no bound on answers",
        "without-raised-record", "tiny", "APP-CLEARED",
        "a challenge was cleared by nothing new",
        "the honest party pays for one answer after the other, and nothing moves",
    ),
    _breaks(
        "APP-C-REFUTE", "the challenged state itself clears the challenge",
        "without-newer-checkpoint", "tiny", "APP-NO-TURN-TWICE", "a turn was challenged again",
        "who stalls clears every challenge with what was challenged, and goes on stalling",
    ),
    _breaks(
        "APP-C-STUCK", "the recorded turn can't be challenged", "without-challenge-at-record",
        "tiny", "APP-IN-TIME", "somebody stalls and can't be challenged",
        "who stalls in the recorded state can't be made to move: nobody has a newer one",
    ),
)  # fmt: skip

DEPOSITS: tuple[Case, ...] = (
    _breaks(
        "APP-C-UNEXPECTED", "a deposit counts whenever it lands", "without-expected-held",
        "funding-bob", SAFE, "a deposit landed where others are paid out of it",
        "bob's deposit lands before alice's, who is paid first out of what there is",
    ),
    _breaks(
        "APP-C-LATE", "a deposit lands after the end", "without-closed-to-deposits", "funding",
        "APP-NOTHING-LEFT", "a deposit is left that nobody is paid",
        "the outcome has been paid, and nobody is paid again",
    ),
    _breaks(
        "APP-C-REVERSED", "the last allocation is paid first", "without-priority", "funding",
        SAFE, "the outcome was paid in another order",
        "alice has deposited and bob has not: he is paid out of her deposit",
    ),
    _breaks(
        "APP-C-UNSTAKED", "an honest party plays before both have deposited",
        "without-both-stakes", "funding", SAFE, "a move took what the rules guarantee",
        "bob plays for alice's stake and has none of his own in the channel",
    ),
    _breaks(
        "APP-C-INSOLVENT", "allocations are paid in full whatever is held",
        "without-sufficiency", "funding", "APP-PAYABLE", "more is to be paid than is held",
        "one has deposited, both are to be paid: the payment fails, and alice's money is locked",
    ),
    _breaks(
        "APP-C-WON-AT-ONCE", "bob can win with his first move, before he deposits", "forcemove",
        "won-at-once", SAFE, "a move took what the rules guarantee",
        "a game has to leave both their stakes until both have moved: that is what post-fund"
        " states are for",
    ),
)  # fmt: skip

SUPPORT: tuple[Case, ...] = (
    _breaks(
        "APP-C-LONE", "the mover's signature alone supports a state", "without-predecessor",
        "forged", SAFE, "a challenge that could not be answered is final",
        "bob signs a state in which he has everything, and nobody asks where it comes from",
    ),
    _breaks(
        "APP-C-INVALID", "the application's rule is not asked", "without-valid-transition",
        "forged", SAFE, "a challenge that could not be answered is final",
        "both signatures are genuine, and the last move is against the rules",
    ),
    _breaks(
        "APP-C-ONE-SIGNS", "no signatures are counted to conclude", "without-unanimity",
        "forged", SAFE, "concluded by a state that does not end the game",
        "bob alone signs that it is over and that he has won",
    ),
    _breaks(
        "APP-C-NOT-FINAL", "any state that both signed concludes", "without-finality", "rps-bob",
        SAFE, "concluded by a state that does not end the game",
        "both have signed the start: who is about to lose takes its stake back",
    ),
)  # fmt: skip

GAMES: tuple[Case, ...] = (
    _breaks(
        "APP-C-STALL-RPS", "stakes go back if a game stops: rock-paper-scissors",
        "without-forfeit", "rps", "APP-STALL", "who would lose stops and loses less",
        "bob sees that he has lost, and does not reveal",
    ),
    _breaks(
        "APP-C-STALL-TTT", "stakes go back if a game stops: tic-tac-toe", "without-forfeit",
        "tic-tac-toe", "APP-STALL", "who would lose stops and loses less",
        "whoever sees that it has lost does not move",
    ),
    _breaks(
        "APP-C-CLEAR", "bob's choice is made in the clear", "without-hiding", "rps",
        "APP-HIDDEN", "the commitment shows the choice",
        "alice answers what she sees, and wins every time",
    ),
    _breaks(
        "APP-C-AWAY-CHOOSER", "alice is away when bob shows an old state", "forcemove", "away",
        SAFE,
        "nobody answered a challenge for a party that was away",
        "he undoes her choice; she loses what she had won, no more than that state costs her",
    ),
    _breaks(
        "APP-C-AWAY-PAID", "the payee is away when alice shows an old state", "forcemove",
        "away-payee", SAFE, "nobody answered a challenge for a party that was away",
        "all payments since the last recorded turn are undone",
    ),
    _breaks(
        "APP-C-AWAY-COMMITTER", "bob is away when he has to reveal", "forcemove", "away-committer",
        SAFE, "nobody answered a challenge for a party that was away",
        "he has not revealed: he loses the round, as the rules say",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SOUND, NOT_PAID, *LOOPS, *DEPOSITS, *SUPPORT, *GAMES)
