"""The multi-party channel as written, in its other readings, and repaired: rule sets as values.

LITERAL is the seed to the letter. Where the seed is silent (reference section 2) it has these
readings, each of which is a field of `Rules` and can be exchanged:

- payer or payee sends a payment to the leader, whoever wants to; the payee returns it to the payer;
- the signatures of a payment are its two parties'; the receipt is not among them;
- a body names a number, payer, payee and amount, but neither channel, epoch nor leader;
- lists are compared by position; signatures in the common part are not looked at;
- the leader answers after the challenge is public; a leader that submits nothing is wrong;
- there is one dispute per epoch, of whoever comes first;
- an unchallenged proposal is committed, votes or not (`unchallenged`: roll back, stall);
- after a rollback the next member in turn leads, and the epoch keeps its number;
- a member leaves only by the leader's exit set; deposits and new members count from the next
  checkpoint on; the checkpoint of the agreed last epoch pays everybody and closes the channel.
"""

from attrs import evolve

from spec.channels.multiparty import arbitration as a
from spec.channels.multiparty import rules as r
from spec.channels.multiparty import strategy as s
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.strategy import Member
from spec.kernel.basics import DAY

LITERAL = Rules(
    trading_period=DAY,
    voting_period=DAY,
    challenge_period=DAY,
    answer_period=DAY,
    settling_period=DAY,
    bond=0,
    challengers=1,
    arbitrate=a.five_steps,
    signed=a.both_parties,
    in_epoch=a.any_epoch,
    unique=a.repeats_allowed,
    folds=a.any_balance,
    receipted=a.any_receipt,
    rebuts=a.nothing_rebuts,
    body_stamp=r.unstamped,
    receipt_stamp=r.unstamped,
    spendable=r.balance_so_far,
    must_prove=r.only_challengers,
    may_challenge=r.anybody_may,
    challenges_until=r.challenges_first,
    answers_until=r.answers_last,
    admits_balances=r.admits_any_balances,
    unchallenged=r.commits,
    convicted=r.plays_again,
    silence_convicts=r.silence_is_allowed,
    next_leader=r.named_by_leader,
    makes_good=r.nothing_made_good,
    admits_forced_exit=r.not_at_all,
    admits_request=r.not_at_all,
    puts_out=r.whoever_is_named,
    member=Member(votes_for=s.own_balance_right, takes=s.takes_anything),
)
"""Exactly the seed's words."""

SOUND = Rules(
    trading_period=DAY,
    voting_period=DAY,
    challenge_period=DAY,
    answer_period=DAY,
    settling_period=DAY,
    bond=4,
    challengers=0,
    arbitrate=a.by_receipts,
    signed=a.both_parties,
    in_epoch=a.this_epoch,
    unique=a.no_number_twice,
    folds=a.leads_to_proposed,
    receipted=a.receipt_of_this_epoch,
    rebuts=a.missing_receipt,
    body_stamp=r.stamped,
    receipt_stamp=r.stamped,
    spendable=r.checkpoint_balance,
    must_prove=r.everybody_who_did_not_vote,
    may_challenge=r.only_who_did_not_vote,
    challenges_until=r.challenges_last,
    answers_until=r.answers_first,
    admits_balances=r.admits_same_total,
    unchallenged=r.commits,
    convicted=r.settles,
    silence_convicts=r.silence_is_guilt,
    next_leader=r.by_schedule,
    makes_good=r.made_good_by_bond,
    admits_forced_exit=r.at_any_time,
    admits_request=r.while_trading,
    puts_out=r.only_who_agreed,
    member=Member(votes_for=s.everything_right, takes=s.takes_what_is_backed),
)
"""Repairs F1 to F6, and F7: only settled money is spent, and a convicted leader's bond stands
behind its receipts; and F8: nobody is put out against its will."""

# Other readings of the seed ---------------------------------------------------------------------

UNCHALLENGED_ROLLS_BACK = evolve(LITERAL, unchallenged=r.rolls_back)
UNCHALLENGED_STALLS = evolve(LITERAL, unchallenged=r.stalls)
RECEIPTS_ARE_SIGNATURES = evolve(LITERAL, signed=a.both_parties_and_receipt)
EVERY_CHALLENGER = evolve(LITERAL, challengers=0)

COMPARED_AS_SETS = evolve(LITERAL, arbitrate=a.five_steps_as_sets)
ALL_SIGNATURES = evolve(LITERAL, arbitrate=a.five_steps_all_signatures)

# Ablations --------------------------------------------------------------------------------------

REPAIRS: dict[str, Rules] = {
    "signatures": evolve(SOUND, signed=a.anybody),
    "epoch": evolve(SOUND, in_epoch=a.any_epoch),
    "uniqueness": evolve(SOUND, unique=a.repeats_allowed),
    "state-fold": evolve(SOUND, folds=a.any_balance),
    "receipt-rebuttal": evolve(SOUND, rebuts=a.nothing_rebuts),
    "receipt-epoch": evolve(SOUND, receipted=a.any_receipt),
    "proof-for-non-voters": evolve(
        SOUND,
        must_prove=r.only_challengers,
        challenges_until=r.challenges_first,
        answers_until=r.answers_last,
    ),
    "voters-are-content": evolve(SOUND, may_challenge=r.anybody_may),
    "lists-first": evolve(SOUND, challenges_until=r.challenges_first, answers_until=r.answers_last),
    "conservation": evolve(
        SOUND,
        admits_balances=r.admits_any_balances,
        member=evolve(SOUND.member, votes_for=s.own_balance_right),
    ),
    "settlement": evolve(SOUND, convicted=r.plays_again),
    "guilt-of-silence": evolve(SOUND, silence_convicts=r.silence_is_allowed),
    "schedule": evolve(
        SOUND,
        next_leader=r.named_by_leader,
        member=evolve(SOUND.member, votes_for=s.own_balance_right),
    ),
    "forced-exit": evolve(SOUND, admits_forced_exit=r.not_at_all),
    "inclusion-requests": evolve(SOUND, admits_request=r.not_at_all),
    "bond-behind-receipts": evolve(SOUND, makes_good=r.nothing_made_good),
    "consent-to-leave": evolve(SOUND, puts_out=r.whoever_is_named),
    "limited-income": evolve(SOUND, member=evolve(SOUND.member, takes=s.takes_anything)),
}
"""SOUND, each without one repair."""
