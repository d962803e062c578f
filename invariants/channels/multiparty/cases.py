"""The evidence for the multi-party channel that comes from searches.

For the seed's words: every cause for which an honest leader or an honest challenger fails, and the
coalition that it takes (the scope). For the repaired rules: scopes in which nothing breaks, and one
line for each repair without which something does.
"""

from invariants.channels.multiparty.conduct import CONDUCT
from invariants.channels.multiparty.continuity import CONTINUITY
from invariants.channels.multiparty.validity import VALIDITY
from invariants.kernel.claims import Case
from invariants.kernel.stock import broken, explored, sampled, without

LEADER, CHALLENGER, DUE, FLOOR = "MP-LEADER", "MP-CHALLENGER", "MP-DUE", "MP-FLOOR"

KEPT_BY_THE_SEED = (
    "MP-SUPPLY", "MP-COVERED", "MP-NOT-NEGATIVE",
    *(claim.id for claim in CONDUCT + VALIDITY + CONTINUITY),
)  # fmt: skip

LEADERS_LOSS: tuple[Case, ...] = (
    broken(
        "MP-C-SELF", "literal: bob pays himself", "literal/tiny-challenger", LEADER,
        "a payment to oneself was shown that nobody sent to the leader",
        "one member alone signs for both sides and shows one payment more than the leader",
    ),
    broken(
        "MP-C-HELD-BACK", "literal: a payment is held back from the leader",
        "literal/tiny-challenger", LEADER, "a payment was shown that was held back from the leader",
        "an honest party signed it too, and the challenger never passed it on",
    ),
    broken(
        "MP-C-PAIR", "literal: two members sign what nobody sends", "literal/tiny-challengers",
        LEADER, "a payment within the coalition was shown that nobody sent to the leader",
        "the challenger shows more, all of it well signed",
    ),
    broken(
        "MP-C-OLD-SHOWN", "literal: a payment of an earlier epoch is shown",
        "literal/past-challenger", LEADER, "a payment of an earlier epoch was shown",
        "no body says to which epoch it belongs",
    ),
    broken(
        "MP-C-SHOWN-TWICE", "literal: a payment is shown twice", "literal/twice-challenger", LEADER,
        "a payment was shown twice", "positions are counted, numbers are not compared",
    ),
)  # fmt: skip

CHALLENGERS_LOSS: tuple[Case, ...] = (
    broken(
        "MP-C-EQUAL-ROOTS", "literal: right lists, wrong balances", "literal/lying-leader",
        CHALLENGER, "equal roots end the dispute before anybody looks at the balances",
        "the root is not bound to the proposed balances: any amount can be stolen",
    ),
    broken(
        "MP-C-EQUAL-COUNTS", "literal: another payment in the place of a missing one",
        "literal/exchange", CHALLENGER,
        "the leader's list holds another payment in the place of a missing one",
        "equal counts, all well signed: the leader is right, whatever the lists say",
    ),
    broken(
        "MP-C-OLD-LISTED", "literal: a payment of an earlier epoch is listed",
        "literal/past-leader", CHALLENGER, "the leader's list holds a payment of an earlier epoch",
        "it fills the place of a missing one, and it is well signed",
    ),
    broken(
        "MP-C-LISTED-TWICE", "literal: a payment is listed twice", "literal/twice-leader",
        CHALLENGER, "the leader's list holds a payment twice",
        "the leader's list is as long as the challenger's, and nobody compares numbers",
    ),
    broken(
        "MP-C-REORDERED", "literal: the same payments in another order", "literal/reordered",
        CHALLENGER, "the leader's list holds the same payments in another order",
        "the roots differ, the counts do not, and all is well signed",
    ),
    broken(
        "MP-C-SETS", "compared as sets: a payment is listed twice",
        "compared-as-sets/twice-friends", CHALLENGER, "the leader's list holds a payment twice",
        "it makes no difference whether positions or sets are compared",
    ),
    broken(
        "MP-C-ALL-SIGNATURES", "all signatures looked at: bob pays himself",
        "all-signatures/tiny-challenger", LEADER,
        "a payment to oneself was shown that nobody sent to the leader",
        "nor does it help to look at the signatures of the common part",
    ),
    broken(
        "MP-C-CONCEALED", "receipts as signatures: a bad entry turns the dispute",
        "receipts-are-signatures/tiny-friends", CHALLENGER,
        "the list does not lead to the balance that was committed",
        "a payment whose receipt was withheld is a bad signature in the challenger's own list",
    ),
)  # fmt: skip

THIRD_PARTIES: tuple[Case, ...] = (
    broken(
        "MP-C-SHAM", "literal: a friend of the leader takes the only dispute", "literal/no-trade",
        DUE, "somebody else had taken the only dispute",
        "the friend loses on purpose, and with it everybody who came too late",
    ),
    broken(
        "MP-C-INFLATED", "literal: voters look at their own balance only", "literal/no-trade", DUE,
        "voters did not look at the other balances",
        "the coalition gives itself what is not there and is paid first",
    ),
    broken(
        "MP-C-UNCOVERED", "literal: more is committed than there is", "literal/inflating",
        "MP-COVERED", "more was committed than there is",
        "neither the contract nor a voter adds the balances up",
    ),
    broken(
        "MP-C-REPLAY", "literal: an old payment is sent to the leader once more",
        "literal/past-challenger", DUE, "a payment of an earlier epoch was taken once more",
        "an honest leader can't tell it from a new one",
    ),
    broken(
        "MP-C-ROLLBACK", "literal: a rollback voids receipts", "literal/tiny-challenger", DUE,
        "a rollback voids what others hold receipts for",
        "the dispute is won or lost by two, and everybody's payments are gone",
    ),
    broken(
        "MP-C-NO-BOND", "literal: the leader loses nothing by a rollback", "literal/tiny-leader",
        "MP-RECEIPTS-BIND", "receipts are void and their leader loses nothing",
        "there is no bond to slash",
    ),
    broken(
        "MP-C-OFFLINE", "literal: bob is offline when the leader calls", "literal/offline", FLOOR,
        "nobody challenged for a member that was offline", "an unchallenged proposal is committed",
    ),
    broken(
        "MP-C-ALL-OFFLINE", "literal: everybody honest is offline", "literal/all-offline", FLOOR,
        "nobody challenged for a member that was offline",
        "the leader calls, and calls for the verdict itself",
    ),
    broken(
        "MP-C-NO-VOTES", "literal: a timeout replaces votes", "literal/tiny-leader", "MP-AGREED",
        "a checkpoint is committed without the votes of all, and without proof",
        "the leader need not prove anything to those who did not sign",
    ),
    broken(
        "MP-C-WITHHELD", "literal: the receipt is withheld", "literal/tiny-leader", "MP-ASKED",
        "a receipt was withheld, and nothing compels the leader",
        "a payment without receipt was never sent, for all that anybody can prove",
    ),
)  # fmt: skip

PROGRESS: tuple[Case, ...] = (
    broken(
        "MP-C-SILENT", "literal: the leader is silent", "literal/tiny-leader", "MP-IN-TIME",
        "the leader is silent, and nobody else can go on", "only the leader can call the contract",
    ),
    broken(
        "MP-C-VETO", "stalling: one member does not vote", "unchallenged-stalls/tiny-challenger",
        "MP-IN-TIME", "one member that does not vote stops all others",
        "where a timeout without challengers decides nothing, every member has a veto",
    ),
    broken(
        "MP-C-VETO-ROLLBACK", "rolling back: one member does not vote",
        "unchallenged-rolls-back/tiny-challenger", DUE,
        "a rollback voids what others hold receipts for",
        "where a timeout without challengers rolls back, every member can undo an epoch",
    ),
    broken(
        "MP-C-EPOCH-AGAIN", "literal: a rolled-back epoch keeps its number",
        "literal/tiny-challenger", "MP-EPOCHS",
        "a rolled-back epoch begins again under its old number",
        "what was signed in it can't be told from what is signed now",
    ),
    broken(
        "MP-C-NEXT-LEADER", "literal: the leader names the next one", "literal/naming", "MP-TURNS",
        "the leader chose who leads next", "nobody checks whom it names",
    ),
    broken(
        "MP-C-EVICTED", "literal: the leader puts a member out", "literal/leaving", "MP-STAYS",
        "a member is put out that wants to stay",
        "the leader names whom it likes, and only balances can be disputed",
    ),
    broken(
        "MP-C-HELD", "literal: the leader keeps a member in", "literal/leaving", "MP-FREE-TO-GO",
        "the leader leaves out of the exit set who wants to go",
        "there is no way out but through the leader",
    ),
)  # fmt: skip

SOUND: tuple[Case, ...] = (
    explored("MP-H-LEADER", "sound: the leader against two, a payment", "sound/tiny-leader"),
    explored(
        "MP-H-FRIEND", "sound: leader and carol against bob, two payments",
        "sound/leader-and-friend",
    ),
    explored("MP-H-CHALLENGER", "sound: bob against the leader and carol", "sound/tiny-challenger"),
    explored(
        "MP-H-CHALLENGERS", "sound: bob and carol against the leader", "sound/tiny-challengers",
    ),
    explored("MP-H-PAST-LEADER", "sound: old payments in the leader's hand", "sound/past-friends"),
    explored(
        "MP-H-PAST", "sound: old payments in the challengers' hands", "sound/past-challengers",
    ),
    explored("MP-H-TWICE", "sound: payments listed twice", "sound/twice-friends"),
    explored("MP-H-UNSIGNED", "sound: payments that nobody signed", "sound/unsigned"),
    explored("MP-H-OVERDRAFT", "sound: receipts for money that is not there", "sound/overdraft"),
    explored(
        "MP-H-OVERDRAFT-SELF", "sound: a leader pays itself out of its bond",
        "sound/overdraft-alone",
    ),
    explored("MP-H-LIES", "sound: every kind of false checkpoint", "sound/no-trade"),
    explored("MP-H-OFFLINE", "sound: bob is offline", "sound/offline"),
    explored("MP-H-ALL-OFFLINE", "sound: everybody honest is offline", "sound/all-offline"),
    explored("MP-H-ASKING", "sound: receipts are asked for on chain", "sound/asking"),
    explored("MP-H-ASKED", "sound: sham requests to an honest leader", "sound/asked"),
    explored("MP-H-LEAVING", "sound: members leave, two epochs", "sound/leaving"),
    explored("MP-H-JOINING", "sound: dave joins and bob deposits, two epochs", "sound/joining"),
    explored("MP-H-EPOCHS", "sound: two epochs", "sound/two-epochs"),
    explored(
        "MP-H-LITERAL", "literal: what it does keep, epoch after epoch rolled back",
        "literal/tiny-challengers", only=KEPT_BY_THE_SEED,
    ),
    sampled(
        "MP-H-SAMPLED", "sound: four members, three epochs, leader and carol dishonest",
        "sound/wide", steps=15_000,
    ),
    sampled(
        "MP-H-SAMPLED-2", "sound: four members, three epochs, bob and carol dishonest",
        "sound/wide-challengers", steps=15_000,
    ),
)  # fmt: skip


ABLATIONS: tuple[Case, ...] = (
    without(
        "MP-A-SIGNATURES", "sound-without-signatures/unsigned", DUE,
        "the leader's list holds a payment that was never signed",
        "needed: the leader makes payments up",
    ),
    without(
        "MP-A-EPOCH", "sound-without-epoch/past-friends", DUE,
        "the leader's list holds a payment of an earlier epoch",
        "needed: the leader collects an old payment again",
    ),
    without(
        "MP-A-UNIQUENESS", "sound-without-uniqueness/twice-friends", DUE,
        "the leader's list holds a payment twice", "needed: the leader collects a payment twice",
    ),
    without(
        "MP-A-FOLD", "sound-without-state-fold/tiny-friends", DUE,
        "the list does not lead to the balance that was committed",
        "needed: a right list says nothing of the balances",
    ),
    without(
        "MP-A-REBUTTAL", "sound-without-receipt-rebuttal/tiny-friends", DUE,
        "a receipt was shown, and did not count",
        "needed: a list that leaves income out leads to a balance, too",
    ),
    without(
        "MP-A-RECEIPT-EPOCH", "sound-without-receipt-epoch/past-challengers", LEADER,
        "a payment of an earlier epoch was shown",
        "needed: the leader's own old receipt convicts it",
    ),
    without(
        "MP-A-NON-VOTERS", "sound-without-proof-for-non-voters/offline", FLOOR,
        "nobody challenged for a member that was offline", "needed: who is offline can't challenge",
    ),
    without(
        "MP-A-VOTERS", "sound-without-voters-are-content/tiny-challengers", LEADER,
        "the leader had no time to answer",
        "needed: a voter opens a dispute after the last moment to answer",
    ),
    without(
        "MP-A-EXPELLED", "sound-without-voters-are-content/convicting", "MP-STAYS",
        "a member is put out that wants to stay",
        "needed: a leader that had no time to answer is expelled",
    ),
    without(
        "MP-A-LISTS-FIRST", "sound-without-lists-first/tiny-friends", DUE,
        "the leader's list came too late to be challenged",
        "needed: who has not seen the list can't say what is missing",
    ),
    without(
        "MP-A-CONSERVATION", "sound-without-conservation/inflating", "MP-COVERED",
        "more was committed than there is", "needed: each voter looks at its own balance only",
    ),
    without(
        "MP-A-SETTLEMENT", "sound-without-settlement/tiny-leader", DUE,
        "a rollback voids what others hold receipts for",
        "needed: a conviction must not take from those who hold receipts",
    ),
    without(
        "MP-A-SILENCE", "sound-without-guilt-of-silence/tiny-leader", "MP-IN-TIME",
        "the leader is silent, and nobody else can go on", "needed: only the leader can call",
    ),
    without(
        "MP-A-SCHEDULE", "sound-without-schedule/naming", "MP-TURNS",
        "the leader chose who leads next", "needed: a coalition leads for ever",
    ),
    without(
        "MP-A-FORCED-EXIT", "sound-without-forced-exit/leaving", "MP-FREE-TO-GO",
        "the leader leaves out of the exit set who wants to go",
        "needed: the leader does not hear who wants to leave",
    ),
    without(
        "MP-A-CONSENT", "sound-without-consent-to-leave/leaving", "MP-STAYS",
        "a member is put out that wants to stay",
        "needed beyond F1 to F6: a leader that calls puts out whom it likes, with a right list",
    ),
    without(
        "MP-A-REQUESTS", "sound-without-inclusion-requests/tiny-friends", "MP-ASKED",
        "a receipt was withheld, and nothing compels the leader",
        "needed: a withheld receipt looks like a payment that was never sent",
    ),
    without(
        "MP-A-BOND", "sound-without-bond-behind-receipts/overdraft", DUE,
        "receipts for money that the payer did not have",
        "needed beyond F1 to F6: leader and payer write receipts that nothing covers",
    ),
    without(
        "MP-A-INCOME", "sound-without-limited-income/overdraft", DUE,
        "more income was taken than the leader's bond stands for",
        "needed beyond F1 to F6: a bond covers no more than itself",
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (
    *SOUND, *LEADERS_LOSS, *CHALLENGERS_LOSS, *THIRD_PARTIES, *PROGRESS, *ABLATIONS,
)  # fmt: skip
