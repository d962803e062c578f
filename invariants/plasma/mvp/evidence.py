"""Claims about evidence: what cancels an exit, what lets an output leave, what a false exit costs,
and which number a block gets.

As of money, each claim is a predicate that answers fast and is also proved by induction, and a
finding that shows the numbers.
"""

from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import whenever
from spec.kernel.basics import NOBODY, Party
from spec.plasma.mvp.blocks import Deposit, SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartExit
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import COALITION, Exit, State, Status, content, is_honest

CANCELLING = (ChallengeExit, StartExit)


def has_confirmed(state: State, party: Party, block: int, index: int, place: int) -> bool:
    """Did this party give its confirmation? Of a dishonest one nobody can tell."""
    if party == NOBODY:
        return False
    if not is_honest(state, party):
        return True
    given = (state.contract.blocks[block].root, index, place)
    return given in state.knowledge[COALITION].confirmations


def _cancelled_by_others(before: State, action: Any, after: State, rules: Rules) -> Finding:
    exit = next(e for e in _cancelled_now(before, after) if not _gave_away(before, e))
    signed = any(
        exit.output in transaction.inputs and exit.owner in transaction.signers
        for block in before.contract.blocks
        for transaction in content(before, block)
    )
    return Finding(
        "an exit was cancelled by a spend that its owner signed and did not confirm"
        if signed
        else "an exit was cancelled without a spend by its owner",
        {"position": exit.position, "owner": exit.owner},
    )


@whenever("PL-OWNER-CANCELS", _cancelled_by_others, after=CANCELLING)
def only_owner_cancels(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only a spend which the exit's owner signed and confirmed cancels the exit."""
    return all(_gave_away(before, exit) for exit in _cancelled_now(before, after))


def _cancelled_now(before: State, after: State) -> list[Exit]:
    cancelled = []
    for key, exit in before.contract.exits.items():
        now = after.contract.exits.get(key)
        if exit.status == Status.PENDING and (now is None or now.status == Status.CANCELLED):
            cancelled.append(exit)
    return cancelled


def _gave_away(state: State, exit: Exit) -> bool:
    return any(
        position == exit.output
        and signer == exit.owner
        and has_confirmed(state, signer, block, index, place)
        for block in state.contract.blocks
        for index, transaction in enumerate(content(state, block))
        for place, (position, signer) in enumerate(
            zip(transaction.inputs, transaction.signers, strict=True)
        )
    )


def _unconfirmed(before: State, action: StartExit, after: State, rules: Rules) -> Finding:
    exit = _started(before, after)
    nobody = NOBODY in exit.signers
    return Finding(
        "an output left that nobody signed for" if nobody else "an unconfirmed output left",
        {"position": exit.position, "inputs": len(exit.inputs)},
    )


@whenever("PL-CONFIRMED", _unconfirmed, after=(StartExit,))
def confirmed_only(before: State, action: StartExit, after: State, rules: Rules) -> bool:
    """An output leaves only after all who signed for its inputs confirmed its transaction."""
    exit = _started(before, after)
    block, index = transaction_of(exit.output)
    return all(
        has_confirmed(before, signer, block, index, place)
        for place, signer in enumerate(exit.signers)
    )


def _started(before: State, after: State) -> Exit:
    return next(e for k, e in after.contract.exits.items() if k not in before.contract.exits)


def _bond_recovered(before: State, action: Any, after: State, rules: Rules) -> Finding:
    exit = _cancelled_now(before, after)[0]
    return Finding(
        "the coalition challenged its own exit and got the bond back"
        if exit.bond > 0
        else "there is no bond that a false exit could cost",
        {"bond": exit.bond, "reward": rules.reward(exit.bond)},
    )


@whenever("PL-BOND-AT-STAKE", _bond_recovered, after=CANCELLING)
def bond_at_stake(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A false exit costs its owner something, even if it challenges itself in time."""
    return all(
        is_honest(before, exit.owner)
        or is_honest(before, action.by)
        or rules.reward(exit.bond) < exit.bond
        for exit in _cancelled_now(before, after)
    )


# Numbering --------------------------------------------------------------------------------------


def _numbers_clash(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a block number was used twice or out of order",
        {
            "blocks before": len(before.contract.blocks),
            "blocks after": len(after.contract.blocks),
            "newest before": max(before.contract.blocks, default=0),
            "newest after": max(after.contract.blocks, default=0),
        },
    )


@whenever("PL-NUMBERS", _numbers_clash, after=(Deposit, SubmitBlock))
def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Block numbers are never reused, grow, and tell deposits from operator blocks."""
    interval = rules.child_block_interval
    fresh = [number for number in after.contract.blocks if number not in before.contract.blocks]
    deposit = isinstance(action, Deposit)
    return len(fresh) == 1 and all(
        (number % interval != 0) == deposit
        and all(
            number > earlier
            for earlier in before.contract.blocks
            if (earlier % interval != 0) == deposit
        )
        for number in fresh
    )


T = Kind.TRANSITION

EVIDENCE: tuple[Invariant, ...] = (
    only_owner_cancels,
    confirmed_only,
    bond_at_stake,
    numbers_grow,
)  # fmt: skip
