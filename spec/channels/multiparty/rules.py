"""The decisions of the multi-party channel, and the record that holds them.

A rule change is a value: ``attrs.evolve(LITERAL, unchallenged=rolls_back)``. The first definition
of each decision is the seed's, or what was decided where the seed is silent; what follows it are
repairs and other readings. `arbitration.py` holds the verdict and its checks, `rule_sets.py` puts
everything together.

Source: the seed 004; reference sections 1, 2 and 4. F1 to F6 are the repairs listed there.
"""

from collections.abc import Callable
from enum import Enum

from attrs import field, frozen, validators

from spec.channels.multiparty.evidence import NOWHERE, Dispute, Entries, Entry, Stamp, Verdict
from spec.channels.multiparty.strategy import Member
from spec.kernel.basics import Party, Seconds, Wei

positive = validators.ge(1)
not_negative = validators.ge(0)


class Ending(Enum):
    """What becomes of an epoch."""

    COMMIT = 0
    """The proposed checkpoint is committed."""
    ROLL_BACK = 1
    """The last checkpoint stands; a new leader starts the same epoch again."""
    SETTLE = 2
    """The last checkpoint and the receipts that are shown are committed."""
    STALL = 3
    """Nothing happens until everybody agrees."""


@frozen
class Rules:
    """Everything that the channel contract and the leader decide, and the honest strategy."""

    trading_period: Seconds = field(validator=positive)
    """Payments are made this long; then the leader proposes a checkpoint."""
    voting_period: Seconds = field(validator=positive)
    """The leader has this long after trading to commit, or to call the contract."""
    challenge_period: Seconds = field(validator=positive)
    answer_period: Seconds = field(validator=positive)
    settling_period: Seconds = field(validator=positive)
    """Receipts can be shown this long after a leader was convicted."""
    bond: Wei = field(validator=not_negative)
    """What every member locks beside its balance."""
    challengers: int = field(validator=not_negative)
    """Disputes that one epoch can have; 0: any number."""

    arbitrate: Callable[[Dispute, "Rules"], Verdict]
    signed: Callable[[Entry], bool]
    in_epoch: Callable[[Stamp, Stamp], bool]
    unique: Callable[[Entries], bool]
    folds: Callable[[Dispute], bool]
    receipted: Callable[[Entry, Party, Stamp], bool]
    rebuts: Callable[[bool, bool], bool]

    body_stamp: Callable[[Stamp], Stamp]
    receipt_stamp: Callable[[Stamp], Stamp]
    spendable: Callable[[Wei, Wei, Wei], Wei]
    must_prove: Callable[[bool], bool]
    may_challenge: Callable[[bool], bool]
    challenges_until: Callable[[Seconds, "Rules"], Seconds]
    answers_until: Callable[[Seconds, "Rules"], Seconds]
    admits_balances: Callable[[Wei, Wei], bool]
    unchallenged: Callable[[bool], Ending]
    convicted: Callable[[bool], Ending]
    silence_convicts: Callable[[bool], bool]
    next_leader: Callable[[Party, Party], Party]
    makes_good: Callable[[Wei, Wei], Wei]
    admits_forced_exit: Callable[[bool], bool]
    admits_request: Callable[[bool], bool]
    puts_out: Callable[[bool], bool]

    member: Member
    """The strategy of honest participants."""


# What is signed ---------------------------------------------------------------------------------


def unstamped(present: Stamp) -> Stamp:
    """Neither channel nor epoch stands in what is signed. The seed's body and receipt."""
    return NOWHERE


def stamped(present: Stamp) -> Stamp:
    """Channel and epoch stand in what is signed. Repair F1."""
    return present


def balance_so_far(before: Wei, received: Wei, paid: Wei) -> Wei:
    """What a payer can still spend: all it has, payments received this epoch included."""
    return before + received - paid


def checkpoint_balance(before: Wei, received: Wei, paid: Wei) -> Wei:
    """What a payer can still spend: its last checkpoint's balance. What comes in this epoch can be
    spent in the next one, so that nobody's money hangs on the order of payments. Repair F7."""
    return before - paid


# Proposals and disputes -------------------------------------------------------------------------


def only_challengers(voted: bool) -> bool:
    """Whose list must the leader prove without a challenge? Nobody's."""
    return False


def everybody_who_did_not_vote(voted: bool) -> bool:
    """The leader must prove the list of every member whose vote is missing. Repair F4."""
    return not voted


def anybody_may(voted: bool) -> bool:
    """Every member can open a dispute."""
    return True


def only_who_did_not_vote(voted: bool) -> bool:
    """Who has signed the checkpoint has no complaint: else it could open a dispute when the leader
    has no time left to answer. Repair F4."""
    return not voted


def challenges_first(called: Seconds, rules: Rules) -> Seconds:
    """The last moment to challenge, where challengers submit before the leader does."""
    return called + rules.challenge_period


def answers_last(called: Seconds, rules: Rules) -> Seconds:
    """The last moment for the leader to answer challenges, the last one included."""
    return called + rules.challenge_period + rules.answer_period


def challenges_last(called: Seconds, rules: Rules) -> Seconds:
    """The last moment to challenge, where the leader's lists are there first. Repair F3."""
    return called + rules.answer_period + rules.challenge_period


def answers_first(called: Seconds, rules: Rules) -> Seconds:
    """The last moment for the leader to submit its lists. Repair F2."""
    return called + rules.answer_period


def admits_any_balances(total: Wei, funds: Wei) -> bool:
    """The contract takes whatever balances are signed or unchallenged."""
    return True


def admits_same_total(total: Wei, funds: Wei) -> bool:
    """The contract takes only checkpoints that pay out what there is. Repair."""
    return total == funds


# What becomes of the epoch ----------------------------------------------------------------------


def commits(complete: bool) -> Ending:
    """A proposal that nobody has challenged is committed, with all votes or without."""
    return Ending.COMMIT


def rolls_back(complete: bool) -> Ending:
    """Without all votes and without a challenger the epoch is played again."""
    return Ending.COMMIT if complete else Ending.ROLL_BACK


def stalls(complete: bool) -> Ending:
    """Without all votes and without a challenger nothing is decided."""
    return Ending.COMMIT if complete else Ending.STALL


def plays_again(silent: bool) -> Ending:
    """The epoch is played again from the last checkpoint, under a new leader. The seed's rule 5."""
    return Ending.ROLL_BACK


def settles(silent: bool) -> Ending:
    """The leader is slashed and expelled; last checkpoint and receipts decide. Repair F5."""
    return Ending.SETTLE


def silence_is_allowed(late: bool) -> bool:
    """A leader that says nothing has nothing to fear."""
    return False


def silence_is_guilt(late: bool) -> bool:
    """A leader that neither commits nor calls in time is convicted. Repair F6."""
    return late


def named_by_leader(named: Party, scheduled: Party) -> Party:
    """The leader's checkpoint names the next one. Source: the seed."""
    return named


def by_schedule(named: Party, scheduled: Party) -> Party:
    """Leaders take turns. Repair F6."""
    return scheduled


def nothing_made_good(unfunded: Wei, share: Wei) -> Wei:
    """Receipts that the payer's money does not cover are void."""
    return 0


def made_good_by_bond(unfunded: Wei, share: Wei) -> Wei:
    """What payers can't cover comes out of the convicted leader's bond, up to the payee's share of
    it, in wei. Repair F7."""
    return min(unfunded, share)


def whoever_is_named(agreed: bool) -> bool:
    """Does a checkpoint put out a member that it names, signed by that member or not? The seed's
    does: the leader names who leaves."""
    return True


def only_who_agreed(agreed: bool) -> bool:
    """A member leaves by a checkpoint only if it has signed it. Repair F8: else the leader calls
    the contract with an exit set of its own, and who is put out has nothing to dispute."""
    return agreed


def not_at_all(during_trading: bool) -> bool:
    """The contract has no such call. The seed knows none."""
    return False


def at_any_time(during_trading: bool) -> bool:
    """Any member may call. Repair F6."""
    return True


def while_trading(during_trading: bool) -> bool:
    """A member may ask for a receipt through the contract while payments are made. Repair F6."""
    return during_trading
