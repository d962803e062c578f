"""What becomes known, and to whom: confirmations, and the payments that they complete.

A confirmation is worth its owner's money: it cancels exits and lets outputs leave. Whatever way it
takes (its signer's own call, a block that carries it, an exit or a challenge that shows it), these
claims ask who knows it afterwards.
"""

from collections.abc import Iterator
from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import whenever
from spec.kernel.basics import Party, Position
from spec.kernel.refusal import Refusal
from spec.plasma.mvp.blocks import Confirm, Deposit, Send, SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartExit
from spec.plasma.mvp.machine import step
from spec.plasma.mvp.memory import is_taken
from spec.plasma.mvp.positions import TRANSACTION_FACTOR, encode, transaction_of
from spec.plasma.mvp.rules import Rules, ShownSpend
from spec.plasma.mvp.state import (
    COALITION,
    Confirmation,
    State,
    Transaction,
    content,
    is_honest,
)
from spec.plasma.mvp.wallet import confirms

TELLING = (Confirm, SubmitBlock, StartExit, ChallengeExit)


# Whose word it is -------------------------------------------------------------------------------


def _never_given(before: State, action: Any, after: State, rules: Rules) -> Finding:
    root, index, place = next(_ungiven(before, action, after))
    return Finding(
        "a wallet knows a confirmation that its signer never gave",
        {"root": root, "transaction": index, "input": place},
    )


@whenever("PL-GIVEN", _never_given, after=TELLING)
def given_by_its_signer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody knows a confirmation that its honest signer never gave."""
    return not any(_ungiven(before, action, after))


def _ungiven(before: State, action: Any, after: State) -> Iterator[Confirmation]:
    public = before.knowledge[COALITION].confirmations
    for party, view in after.knowledge.items():
        for root, index, place in view.confirmations - before.knowledge[party].confirmations:
            signer = after.side.contents[root][index].signers[place]
            given = isinstance(action, Confirm) and action.by == signer
            if is_honest(after, signer) and not given and (root, index, place) not in public:
                yield root, index, place


def _can_not_confirm(before: State, action: SubmitBlock, after: State, rules: Rules) -> Finding:
    kept = _kept_from_confirming(before, after, rules)[0]
    return Finding("a wallet can't confirm what it signed", {"block": kept.block, "by": kept.by})


@whenever("PL-CAN-CONFIRM", _can_not_confirm, after=(SubmitBlock,))
def can_confirm(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    """Who sees what it signed in a good block can confirm it."""
    return not _kept_from_confirming(before, after, rules)


def _kept_from_confirming(before: State, after: State, rules: Rules) -> list[Confirm]:
    number = before.contract.next_block
    return [
        Confirm(party, number, index)
        for index, transaction in enumerate(content(after, number))
        for party, view in after.knowledge.items()
        if party != COALITION
        and party in transaction.signers
        and confirms(after, view, number, index)
        and _is_refused(after, Confirm(party, number, index), rules)
    ]


def _is_refused(state: State, action: Any, rules: Rules) -> bool:
    try:
        step(state, action, rules)
    except Refusal:
        return True
    return False


def _can_not_pay(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a wallet can't pay with what it holds", {"output": _unusable(after, rules)[0]})


@whenever("PL-CAN-PAY", _can_not_pay, after=(Deposit, *TELLING))
def can_pay(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A calm wallet can pay with whatever it holds."""
    return not _unusable(after, rules)


def _unusable(state: State, rules: Rules) -> list[Position]:
    signed = {(by, position) for by, each in state.side.signed for position in each.inputs}
    leaving = {exit.output for exit in state.contract.exits.values()}
    return [
        position
        for party, view in state.knowledge.items()
        if party != COALITION and view.alarm is None
        for position in view.holdings - leaving
        if (party, position) not in signed
        and _is_refused(state, _payment(state, party, position), rules)
    ]


def _payment(state: State, party: Party, position: Position) -> Send:
    """All that stands there, to itself."""
    number, index = transaction_of(position)
    output = content(state, number)[index].outputs[position % TRANSACTION_FACTOR]
    return Send(party, Transaction((position,), (party,), (output,)))


# What is shown ----------------------------------------------------------------------------------


def _not_shown(before: State, action: Any, after: State, rules: Rules) -> Finding:
    shown = _rests_on(before, action, rules)
    party = next(p for p, v in after.knowledge.items() if not shown <= v.confirmations)
    return Finding(
        "a confirmation was used on the main chain and somebody doesn't know it", {"party": party}
    )


@whenever("PL-SHOWN", _not_shown, after=(StartExit, ChallengeExit))
def shown_is_known(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The confirmations that an exit or a challenge rests on are known to all from then on."""
    shown = _rests_on(before, action, rules)
    return all(shown <= view.confirmations for view in after.knowledge.values())


def _rests_on(state: State, action: Any, rules: Rules) -> set[Confirmation]:
    """Without which of the confirmations would the rules have refused the call?"""
    if isinstance(action, ChallengeExit):
        root = state.contract.blocks[action.block].root
        transaction = content(state, action.block)[action.transaction]
        input, signer = transaction.inputs[action.input], transaction.signers[action.input]
        unconfirmed = ShownSpend(input, signer, confirmed=False, whole=False)
        if rules.upholds_challenge(state.contract.exits[action.exit], unconfirmed):
            return set()
        return {(root, action.transaction, action.input)}
    at = rules.locate(action.position, rules.child_block_interval)
    root = state.contract.blocks[at.block].root
    signers = content(state, at.block)[at.transaction].signers
    return {
        (root, at.transaction, place)
        for place, signer in enumerate(signers)
        if not rules.input_confirmed(signer, False)
    }


# What it completes ------------------------------------------------------------------------------


def _stuck(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party = next(_unsettled(before, after, rules))
    return Finding("a payment is confirmed and has not changed hands", {"party": party})


@whenever("PL-CHANGED-HANDS", _stuck, after=TELLING)
def changes_hands(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A payment has changed hands with its last confirmation, whatever way that becomes known."""
    return not any(_unsettled(before, after, rules))


def _unsettled(before: State, after: State, rules: Rules) -> Iterator[Party]:
    for party, view in after.knowledge.items():
        was = before.knowledge[party]
        if party == COALITION or view.confirmations == was.confirmations:
            continue
        for number, index, transaction in _landed(after):
            root = after.contract.blocks[number].root
            needed = {(root, index, place) for place in range(len(transaction.inputs))}
            completed = needed <= view.confirmations and not needed <= was.confirmations
            if (
                completed
                and number <= view.head
                and not _is_settled(before, after, party, number, index, transaction, rules)
            ):
                yield party


def _landed(state: State) -> Iterator[tuple[int, int, Transaction]]:
    for number in state.contract.blocks:
        for index, transaction in enumerate(content(state, number)):
            yield number, index, transaction


def _is_settled(
    before: State,
    after: State,
    party: Party,
    number: int,
    index: int,
    transaction: Transaction,
    rules: Rules,
) -> bool:
    given = set(zip(transaction.inputs, transaction.signers, strict=True))
    mine = {position for position, signer in given if signer == party}
    paid = {
        encode(number, index, place)
        for place, output in enumerate(transaction.outputs)
        if output.owner == party
    }
    owned = after.knowledge[party].holdings & set(after.ghost.owed)
    if mine:
        gone = not mine & set(after.ghost.owed) and not mine & after.knowledge[party].holdings
        held = mine <= before.knowledge[party].holdings
        return gone and (paid <= owned if held else not paid & owned)
    if before.knowledge[party].alarm is not None or not is_taken(before, transaction, rules):
        return True
    return paid <= owned


# Room for deposits ------------------------------------------------------------------------------


def _wasted(before: State, action: Any, after: State, rules: Rules) -> Finding:
    passed = _passed_over(after, rules)
    cause = "were passed over" if passed else "do not follow each other up to the next block"
    return Finding(f"numbers for deposits {cause}", {"passed over": len(passed)})


@whenever("PL-NUMBERS-USED", _wasted, after=(Deposit, SubmitBlock))
def no_number_wasted(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Deposits run out only when all their numbers are used, and no block has one of them."""
    return not _passed_over(after, rules) and _follow_each_other(after, rules)


def _number(state: State, rules: Rules, count: int) -> int:
    return rules.deposit_number(state.contract.next_block, count, rules.child_block_interval)


def _passed_over(state: State, rules: Rules) -> list[int]:
    numbers = [_number(state, rules, n) for n in range(1, state.contract.next_deposit)]
    return [number for number in numbers if number not in state.contract.blocks]


def _follow_each_other(state: State, rules: Rules) -> bool:
    following, last = state.contract.next_deposit, rules.child_block_interval - 1
    first_number, last_number = _number(state, rules, following), _number(state, rules, last)
    return following > last or (
        last_number - first_number == last - following
        and last_number % rules.child_block_interval != 0
        and last_number not in state.contract.blocks
    )


T = Kind.TRANSITION

KNOWING: tuple[Invariant, ...] = (
    given_by_its_signer,
    can_confirm,
    can_pay,
    shown_is_known,
    changes_hands,
    no_number_wasted,
)  # fmt: skip
