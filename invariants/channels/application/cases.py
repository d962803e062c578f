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
from invariants.kernel.claims import Case
from invariants.kernel.stock import all_but, broken, explored, sampled

SAFE, FLOOR = "APP-SAFE", "APP-FLOOR"
BUT_SAFE = all_but(MONEY + EVIDENCE + TIME + CONDUCT + POSSIBLE, SAFE)


SOUND: tuple[Case, ...] = (
    explored(
        "APP-C-RPS", "rock-paper-scissors: alice answers dishonest bob's commitment",
        "forcemove/rps",
    ),
    explored(
        "APP-C-RPS-BOB", "rock-paper-scissors: bob commits against alice", "forcemove/rps-bob",
    ),
    explored(
        "APP-C-OUTSIDER", "both are honest, and an outsider calls the contract",
        "forcemove/outsider",
    ),
    explored("APP-C-RPS-HONEST", "rock-paper-scissors: both are honest", "forcemove/rps-honest"),
    explored("APP-C-PAYER", "streaming: alice pays dishonest bob", "forcemove/streaming-payer"),
    explored(
        "APP-C-PAYEE", "streaming: bob is paid by dishonest alice", "forcemove/streaming-payee",
    ),
    explored("APP-C-STREAM-HONEST", "streaming: both are honest", "forcemove/streaming-honest"),
    explored(
        "APP-C-TTT", "tic-tac-toe, four empty cells: alice against bob", "forcemove/tic-tac-toe",
    ),
    explored(
        "APP-C-TTT-HONEST", "tic-tac-toe, four empty cells: both honest",
        "forcemove/tic-tac-toe-honest",
    ),
    explored(
        "APP-C-FORGED", "from the deposits on, with forgeries: against bob", "forcemove/forged",
    ),
    explored(
        "APP-C-FORGED-BOB", "from the deposits on, with forgeries: against alice",
        "forcemove/forged-bob",
    ),
    explored("APP-C-FUNDING", "from the deposits on: both are honest", "forcemove/funding-honest"),
    explored(
        "APP-C-STREAM-FORGED", "one stake only, with forgeries", "forcemove/forged-streaming-bob",
    ),
    explored(
        "APP-C-AWAY", "alice is away: all but safe exit holds", "forcemove/away", only=BUT_SAFE,
    ),
    explored(
        "APP-C-AWAY-PAYEE", "bob is away: all but safe exit holds", "forcemove/away-payee",
        only=BUT_SAFE,
    ),
    sampled(
        "APP-C-LONG", "a long stream, with forgeries: against alice", "forcemove/long-stream",
        steps=5_000,
    ),
    sampled(
        "APP-C-WHOLE", "tic-tac-toe, empty board: against bob", "forcemove/whole-game", steps=5_000,
    ),
    sampled(
        "APP-C-WHOLE-BOB", "tic-tac-toe, empty board: against alice", "forcemove/whole-game-bob",
        steps=5_000,
    ),
    sampled(
        "APP-C-NOBODY", "nobody is honest: what the contract keeps", "forcemove/nobody-honest",
        steps=5_000, contract_alone=True,
    ),
)  # fmt: skip

NOT_PAID = explored(
    "APP-C-NOT-PAID", "too much is asked for: the main chain pays nothing that is not there",
    "without-sufficiency/funding",
    only=("APP-SUPPLY", "APP-COVERED", "APP-NOT-NEGATIVE", "APP-NOTHING-LEFT"),
)  # fmt: skip

LOOPS: tuple[Case, ...] = (
    broken(
        "APP-C-RESTART", "a running challenge can be made again", "without-newer-challenge/tiny",
        "APP-NO-TURN-TWICE", "a turn was challenged again",
        "each time the window begins anew: the end is put off for ever",
    ),
    broken(
        "APP-C-LOOP", "an answer leaves the record where it was", "without-raised-record/tiny",
        "APP-NO-TURN-TWICE", "a turn was challenged again",
        "the answered state can be challenged again and again, and must be answered each time",
    ),
    broken(
        "APP-C-BURDEN", "an answer leaves the record: no bound on answers",
        "without-raised-record/tiny", "APP-BURDEN",
        "an honest party has to show again what it showed",
        "the honest party pays for one answer after the other, and nothing moves",
    ),
    broken(
        "APP-C-REFUTE", "the challenged state itself clears the challenge",
        "without-newer-checkpoint/tiny", "APP-NO-TURN-TWICE", "a turn was challenged again",
        "who stalls clears every challenge with what was challenged, and goes on stalling",
    ),
    broken(
        "APP-C-ANYBODY", "whoever has the signatures may challenge",
        "without-parties-only/outsider", "APP-QUIET", "an outsider challenges",
        "both have signed the start: with it somebody else drags them before the contract, and each"
        " turn costs one of them a transaction",
    ),
    broken(
        "APP-C-STUCK", "the recorded turn can't be challenged", "without-challenge-at-record/tiny",
        "APP-IN-TIME", "somebody stalls and can't be challenged",
        "who stalls in the recorded state can't be made to move: nobody has a newer one",
    ),
)  # fmt: skip

DEPOSITS: tuple[Case, ...] = (
    broken(
        "APP-C-UNEXPECTED", "a deposit counts whenever it lands",
        "without-expected-held/funding-bob", SAFE,
        "a deposit landed where others are paid out of it",
        "bob's deposit lands before alice's, who is paid first out of what there is",
    ),
    broken(
        "APP-C-LATE", "a deposit lands after the end", "without-closed-to-deposits/funding",
        "APP-NOTHING-LEFT", "a deposit is left that nobody is paid",
        "the outcome has been paid, and nobody is paid again",
    ),
    broken(
        "APP-C-REVERSED", "the last allocation is paid first", "without-priority/funding", SAFE,
        "the outcome was paid in another order",
        "alice has deposited and bob has not: he is paid out of her deposit",
    ),
    broken(
        "APP-C-UNSTAKED", "an honest party plays before both have deposited",
        "without-both-stakes/funding", SAFE, "a move took what the rules guarantee",
        "bob plays for alice's stake and has none of his own in the channel",
    ),
    broken(
        "APP-C-INSOLVENT", "allocations are paid in full whatever is held",
        "without-sufficiency/funding", "APP-PAYABLE", "more is to be paid than is held",
        "one has deposited, both are to be paid: the payment fails, and alice's money is locked",
    ),
    broken(
        "APP-C-WON-AT-ONCE", "bob can win with his first move, before he deposits",
        "forcemove/won-at-once", SAFE, "a move took what the rules guarantee",
        "a game has to leave both their stakes until both have moved: that is what post-fund"
        " states are for",
    ),
)  # fmt: skip

SUPPORT: tuple[Case, ...] = (
    broken(
        "APP-C-LONE", "the mover's signature alone supports a state", "without-predecessor/forged",
        SAFE, "a challenge that could not be answered is final",
        "bob signs a state in which he has everything, and nobody asks where it comes from",
    ),
    broken(
        "APP-C-INVALID", "the application's rule is not asked", "without-valid-transition/forged",
        SAFE, "a challenge that could not be answered is final",
        "both signatures are genuine, and the last move is against the rules",
    ),
    broken(
        "APP-C-ONE-SIGNS", "no signatures are counted to conclude", "without-unanimity/forged",
        SAFE, "concluded by a state that does not end the game",
        "bob alone signs that it is over and that he has won",
    ),
    broken(
        "APP-C-NOT-FINAL", "any state that both signed concludes", "without-finality/rps-bob", SAFE,
        "concluded by a state that does not end the game",
        "both have signed the start: who is about to lose takes its stake back",
    ),
)  # fmt: skip

GAMES: tuple[Case, ...] = (
    broken(
        "APP-C-STALL-RPS", "stakes go back if a game stops: rock-paper-scissors",
        "without-forfeit/rps", "APP-STALL", "who would lose stops and loses less",
        "bob sees that he has lost, and does not reveal",
    ),
    broken(
        "APP-C-STALL-TTT", "stakes go back if a game stops: tic-tac-toe",
        "without-forfeit/tic-tac-toe", "APP-STALL", "who would lose stops and loses less",
        "whoever sees that it has lost does not move",
    ),
    broken(
        "APP-C-CLEAR", "bob's choice is made in the clear", "without-hiding/rps", "APP-HIDDEN",
        "the commitment shows the choice", "alice answers what she sees, and wins every time",
    ),
    broken(
        "APP-C-SHORT-WINDOW", "half a day to answer, where an answer may take a day",
        "short-window/streaming-payee", SAFE, "a challenge that could not be answered is final",
        "alice shows the start, and bob, who looks once a day, answers too late",
    ),
    broken(
        "APP-C-LATE-MOVE", "a payment is taken that can't be shown before the challenge is over",
        "without-time-to-show/streaming-payee", SAFE,
        "a challenge that could not be answered is final",
        "alice pays off chain while a challenge runs, and the challenged state counts",
    ),
    broken(
        "APP-C-AWAY-CHOOSER", "alice is away when bob shows an old state", "forcemove/away", SAFE,
        "nobody answered a challenge for a party that was away",
        "he undoes her choice; she loses what she had won, no more than that state costs her",
    ),
    broken(
        "APP-C-AWAY-PAID", "the payee is away when alice shows an old state",
        "forcemove/away-payee", SAFE, "nobody answered a challenge for a party that was away",
        "all payments since the last recorded turn are undone",
    ),
    broken(
        "APP-C-AWAY-COMMITTER", "bob is away when he has to reveal", "forcemove/away-committer",
        SAFE, "nobody answered a challenge for a party that was away",
        "he has not revealed: he loses the round, as the rules say",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*SOUND, NOT_PAID, *LOOPS, *DEPOSITS, *SUPPORT, *GAMES)
