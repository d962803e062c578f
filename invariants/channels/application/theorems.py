"""What the decisions of the application channel guarantee, for all values: z3 runs the functions.

Amounts, turns and times are any non-negative ints; lists are as long as the sizes say. How a run
comes to such values is the subject of the explorer and the fuzzer.
"""

from attrs import evolve

from invariants.channels.application.world.protocol import APPLICATION
from invariants.channels.application.world.scope import streaming_scope
from invariants.kernel.theorems import Fresh, Theorem, assume, refuted, theorem
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application import streaming
from spec.channels.application.adjudicator import Challenge
from spec.channels.application.applications import standing
from spec.channels.application.evidence import (
    App,
    AppState,
    Signed,
    Support,
    Turn,
    mover,
    support_of,
)
from spec.channels.application.outcomes import Outcome, allocated
from spec.channels.application.player import responses
from spec.channels.application.rule_sets import ABLATIONS, FORCEMOVE
from spec.channels.application.rules import Rules
from spec.channels.sides import ALICE, BOB, PARTIES, Pair
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.reaction import answered_by

# Ordered outcomes -------------------------------------------------------------------------------

ENTRIES = {"outcome": 4, "Party": (1, 2)}


@theorem(
    "APP-T-PAYS-HELD",
    "A payout never takes more than is held, and nobody gets less than nothing or more than"
    " allocated.",
    sizes=ENTRIES,
    values={"rules": FORCEMOVE},
)
def pays_what_is_held(outcome: Outcome, held: Wei, rules: Rules) -> bool:
    """Solvency, entry by entry and in all."""
    paid = rules.pays(outcome, held)
    return sum(paid) <= held and all(
        0 <= amount <= entry.amount for amount, entry in zip(paid, outcome, strict=True)
    )


@theorem(
    "APP-T-PAYS-ALL",
    "A payout leaves something only where every allocation is full.",
    sizes=ENTRIES,
    values={"rules": FORCEMOVE},
)
def pays_all(outcome: Outcome, held: Wei, rules: Rules) -> bool:
    """What is allocated and held is paid: the smaller of the two sums."""
    allocated_in_all = sum([entry.amount for entry in outcome])
    return sum(rules.pays(outcome, held)) == min(held, allocated_in_all)


@theorem(
    "APP-T-PRIORITY",
    "An entry gets something only where every entry above it is full.",
    sizes=ENTRIES,
    values={"rules": FORCEMOVE},
)
def pays_by_priority(outcome: Outcome, held: Wei, rules: Rules) -> bool:
    """Entry after entry, from the top."""
    paid = rules.pays(outcome, held)
    return all(
        paid[lower] == 0 or paid[upper] == outcome[upper].amount
        for lower in range(len(outcome))
        for upper in range(lower)
    )


# Deposits ---------------------------------------------------------------------------------------


@theorem(
    "APP-T-DEPOSIT",
    "A stake that lands where at least the stakes before it are held comes back whole if nobody"
    " plays, whatever it finds.",
    values={"rules": FORCEMOVE},
)
def deposit_comes_back(stakes: Pair, held: Wei, rules: Rules) -> bool:
    """Bob's deposit expects alice's stake; then the outcome of the start is paid."""
    assume(rules.admits_deposit(held, stakes[0]))
    return rules.pays(allocated(stakes), held + stakes[1])[1] >= stakes[1]


# Which state counts -----------------------------------------------------------------------------


@theorem(
    "APP-T-OLD-STATE",
    "What was answered by a newer state can't be challenged again, nor anything older.",
    values={"rules": FORCEMOVE},
)
def answered_for_good(record: Turn, shown: Turn, old: Turn, running: bool, rules: Rules) -> bool:
    """A challenge at the record, a checkpoint that clears it, another challenge."""
    assume(rules.may_checkpoint(shown, record) and old <= record)
    return not rules.may_challenge(old, rules.record_after(shown, record), running)


@theorem(
    "APP-T-CLEARED",
    "So many checkpoints in a row need as many turns.",
    sizes={"shown": 4},
    values={"rules": FORCEMOVE},
)
def cleared_at_most(record: Turn, shown: tuple[Turn, ...], rules: Rules) -> bool:
    """Each raises the record by one at least."""
    now = record
    for turn in shown:
        assume(rules.may_checkpoint(turn, now))
        now = rules.record_after(turn, now)
    return now >= record + len(shown)


@theorem(
    "APP-T-WINDOW",
    "A running challenge is replaced by a newer state only: there are as many windows as turns.",
    sizes={"shown": 4},
    values={"rules": FORCEMOVE},
)
def windows_at_most(record: Turn, shown: tuple[Turn, ...], rules: Rules) -> bool:
    """Each challenge of a running one is about a higher turn."""
    now = record
    for turn in shown:
        assume(rules.may_challenge(turn, now, True))
        now = turn
    return now >= record + len(shown)


@theorem(
    "APP-T-CAN-CHALLENGE",
    "Where no challenge runs, a party that has the recorded state or a newer one can challenge.",
    values={"rules": FORCEMOVE},
)
def can_challenge(record: Turn, latest: Turn, rules: Rules) -> bool:
    """Else who stalls would only have to record the last state."""
    assume(latest >= record)
    return rules.may_challenge(latest, record, False)


@theorem(
    "APP-T-LATEST-ANSWERS",
    "Against every challenge of a lower turn the later state counts: it clears it, and it replaces"
    " it.",
    values={"rules": FORCEMOVE},
)
def latest_answers(record: Turn, latest: Turn, rules: Rules) -> bool:
    """Whoever has the later of two supported states decides."""
    assume(latest > record)
    return rules.may_checkpoint(latest, record) and rules.may_challenge(latest, record, True)


def signed_by_some(fresh: Fresh) -> Signed:
    """A state of any turn, signed by any of the two; support looks at nothing else of it."""
    signers = ((), (ALICE,), (BOB,), PARTIES)[fresh.pick("signers", 4)]
    return Signed(AppState(fresh.int("turn"), (), (), final=False), signers)


@theorem(
    "APP-T-SUPPORT",
    "Without the signature of a party nothing is supported but that party's opponent's move, made"
    " by the rules from a state that it signed.",
    sizes={"Party": (1, 2)},
    values={"rules": FORCEMOVE},
    shapes={"claimed": signed_by_some, "before": signed_by_some},
)
def support_needs_signature(
    claimed: Signed, before: Signed, alone: bool, follows: bool, party: Party, rules: Rules
) -> bool:
    """Two supports: of one state alone, and of two."""
    assume(not alone or not follows)
    support = Support(claimed) if alone else Support(claimed, before)
    assume(before.body.turn + 1 == claimed.body.turn or not follows)
    assume(rules.supports(support, follows))
    own = party in claimed.by
    return own or (
        not alone
        and follows
        and party in before.by
        and mover(claimed.body.turn) in claimed.by
        and mover(claimed.body.turn) != party
    )


@theorem(
    "APP-T-CONCLUDE",
    "Only a final state with both signatures concludes.",
    values={"rules": FORCEMOVE},
)
def concludes_together(final: bool, count: int, rules: Rules) -> bool:
    """Neither alone is enough."""
    assume(rules.concludes(final, count))
    return final and count == len(PARTIES)


# The applications -------------------------------------------------------------------------------


@theorem(
    "APP-T-STREAM-STAKES",
    "Streaming: no payment changes the sum of what both have, nor leaves anybody less than"
    " nothing.",
)
def stream_conserves(
    before: tuple[int, int], after: tuple[int, int], turn: Turn, stakes: Pair
) -> bool:
    """From any state within the stake, by any legal move."""
    assume(before[0] <= stakes[0])
    assume(streaming.legal(before, after, turn, stakes))
    alice, bob = streaming.standing(after, stakes)
    return alice + bob == stakes[0] + stakes[1] and alice >= 0 and bob >= 0


@theorem(
    "APP-T-STREAM-PAYEE",
    "Streaming: no move takes anything back, and a turn pays one unit at most.",
)
def stream_only_pays(
    before: tuple[int, int], after: tuple[int, int], turn: Turn, stakes: Pair
) -> bool:
    """What a payee risks by one more turn is one unit."""
    assume(streaming.legal(before, after, turn, stakes))
    gained = streaming.standing(after, stakes)[1] - streaming.standing(before, stakes)[1]
    return 0 <= gained <= streaming.UNIT


@theorem(
    "APP-T-RPS-SUM",
    "Rock-paper-scissors: whatever was chosen, what both get is what both staked.",
)
def result_conserves(chosen: int, revealed: int, stakes: Pair) -> bool:
    """For all choices, even such as there are not."""
    return sum(rps.result((0, chosen, revealed), stakes)) == sum(stakes)


@theorem(
    "APP-T-RPS-SYMMETRY",
    "Rock-paper-scissors: the same choices the other way round give the other one's result.",
)
def result_is_symmetric(one: int, other: int, stakes: Pair) -> bool:
    """Neither role has an advantage, once both have chosen."""
    assume(1 <= one <= 3 and 1 <= other <= 3)
    straight = rps.result((0, one, other), stakes)
    turned = rps.result((0, other, one), (stakes[1], stakes[0]))
    return straight == (turned[1], turned[0])


@theorem(
    "APP-T-RPS-CHANCES",
    "Rock-paper-scissors: every choice beats one of those that a commitment may hide, and is beaten"
    " by one.",
    values={"rules": FORCEMOVE},
)
def even_chances(chosen: int, sealed: int, rules: Rules) -> bool:
    """For all that the chooser can see."""
    assume(1 <= chosen <= 3 and 1 <= sealed <= 3)
    hidden = [choice for choice in rps.CHOICES if rules.shows(choice) == rules.shows(sealed)]
    wins = sum([rps.beats(chosen, choice) for choice in hidden])
    return wins == sum([rps.beats(choice, chosen) for choice in hidden])


@theorem(
    "APP-T-STALL-SUM",
    "A game that stops shares out both stakes, and nobody has less than nothing.",
    values={"rules": FORCEMOVE},
)
def stall_conserves(stakes: Pair, turn: Turn, rules: Rules) -> bool:
    """For all stakes and turns."""
    alice, bob = rules.stalled(stakes, turn)
    return alice + bob == stakes[0] + stakes[1] and alice >= 0 and bob >= 0


@theorem(
    "APP-T-STALL-COST",
    "Who stalls in a game that both have joined gets nothing, and the other one everything.",
    values={"rules": FORCEMOVE},
)
def stalling_forfeits(sealed: int, chosen: int, stakes: Pair, rules: Rules) -> bool:
    """Bob has committed, alice has chosen, and he does not reveal."""
    rps_data = (sealed, chosen, 0)
    left = standing(App.ROCK_PAPER_SCISSORS, rps_data, 2, stakes, rules.stalled)
    return left == (stakes[0] + stakes[1], 0)


def _without(claim: Theorem, rule: str, end: str, text: str) -> Theorem:
    return refuted(claim, f"{claim.id}-{end}", text, ABLATIONS[rule])


# Time -------------------------------------------------------------------------------------------


@theorem(
    "APP-T-REACTION",
    "A challenge with an old state is answered in time exactly if the window is as long as a"
    " reaction.",
    values={"rules": FORCEMOVE},
    symbolic_knobs=("window", "player.reaction"),
)
def answered_in_time(now: Seconds, rules: Rules) -> bool:
    """Alice challenges with the start, bob has moved since, and answers as late as he may."""
    new = APPLICATION.initial(streaming_scope(1, coalition=(ALICE,)), FORCEMOVE)
    line = (*new.network.line, AppState(1, (0, 0), allocated((1, 0)), final=False))
    state = evolve(new, main=evolve(new.main, now=now), network=evolve(new.network, line=line))
    state = Challenge(ALICE, support_of(line[:1])).step(state, rules)
    (duty,) = responses(state, BOB, rules)
    bar = answered_by(duty.opens, None, now, now, rules.player.reaction)
    return (bar <= duty.deadline) == (rules.player.reaction <= rules.window)


@theorem(
    "APP-T-TAKEN",
    "A move that is taken while a challenge runs can be shown before its end.",
    values={"rules": FORCEMOVE},
    symbolic_knobs=("player.reaction",),
)
def shown_in_time(now: Seconds, ends: Seconds, rules: Rules) -> bool:
    """The answer takes its whole reaction from when the move came."""
    assume(now <= ends)
    reaction = rules.player.reaction
    bar = answered_by(0, None, now, now, reaction)
    return not rules.player.takes(now, ends, reaction) or bar <= ends


THEOREMS: tuple[Theorem, ...] = (
    pays_what_is_held,
    _without(pays_what_is_held, "sufficiency", "FULL", "The same, where nobody looks at what is"
             " held."),
    pays_all,
    pays_by_priority,
    _without(pays_by_priority, "priority", "REVERSED", "The same, where the last is served first."),
    deposit_comes_back,
    _without(deposit_comes_back, "expected-held", "ANY", "The same, where a deposit counts whenever"
             " it lands."),
    answered_for_good,
    _without(answered_for_good, "raised-record", "STAYS", "The same, where an answer leaves no"
             " record."),
    cleared_at_most,
    _without(cleared_at_most, "newer-checkpoint", "SAME", "The same, where the challenged state"
             " clears the challenge."),
    windows_at_most,
    _without(windows_at_most, "newer-challenge", "SAME", "The same, where the challenged state can"
             " be challenged again."),
    can_challenge,
    _without(can_challenge, "challenge-at-record", "NEWER", "The same, where only a newer state can"
             " be challenged."),
    latest_answers,
    support_needs_signature,
    _without(support_needs_signature, "predecessor", "LONE", "The same, where the mover's signature"
             " is enough."),
    _without(support_needs_signature, "valid-transition", "UNASKED", "The same, where the"
             " application is not asked."),
    concludes_together,
    _without(concludes_together, "unanimity", "ONE", "The same, where nobody counts signatures."),
    stream_conserves,
    stream_only_pays,
    result_conserves,
    result_is_symmetric,
    even_chances,
    _without(even_chances, "hiding", "CLEAR", "The same, where the choice is made in the clear."),
    stall_conserves,
    answered_in_time,
    shown_in_time,
    _without(shown_in_time, "time-to-show", "LATE", "The same, where a move is taken at any time."),
    stalling_forfeits,
    _without(stalling_forfeits, "forfeit", "BACK", "The same, where stakes go back."),
)  # fmt: skip
