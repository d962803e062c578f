"""Who may do what, and what wallets make of it: signatures, blocks, alarms and confirmations."""

from typing import Any

from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.kernel.basics import NOBODY, Party
from spec.plasma.mvp.blocks import Confirm, Send, SubmitBlock
from spec.plasma.mvp.exits import StartFeeExit
from spec.plasma.mvp.payments import RefusePayments
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import COALITION, OPERATOR, Spend, State, View, content, is_honest

# Signatures and blocks --------------------------------------------------------------------------


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    if isinstance(action, Send):
        return Finding("a wallet signed what is not its own, or no longer", {"party": action.by})
    if action.by != OPERATOR:
        return Finding("somebody else acted as the operator", {"party": action.by})
    return Finding("a block carries a signature that nobody gave", {})


@whenever("PL-AUTHORITY", _usurped, after=(Send, StartFeeExit, SubmitBlock))
def by_who_may(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only the operator adds blocks and takes fees, and nobody's signature stands where it was not
    given."""
    if isinstance(action, Send):
        return _signs_its_own(before, action)
    if action.by != OPERATOR:
        return False
    return isinstance(action, StartFeeExit) or not any(
        is_honest(before, signer) and (signer, transaction) not in before.side.signed
        for transaction in action.transactions
        for signer in transaction.signers
    )


def _signs_its_own(state: State, action: Send) -> bool:
    """Does an honest wallet spend something of its own, that it holds and has not signed away
    before, and others' outputs only as their owners and while they are there? What others sign for
    themselves takes nothing from anybody."""
    if not is_honest(state, action.by):
        return True
    transaction, ledger = action.transaction, state.side.ledger
    inputs = list(zip(transaction.inputs, transaction.signers, strict=True))
    spent = {p for by, earlier in state.side.signed if by == action.by for p in earlier.inputs}
    mine = {position for position, signer in inputs if signer == action.by}
    there = {
        (position, output.owner)
        for position, output in ledger.outputs.items()
        if position not in ledger.spent
    }
    holdings = state.knowledge[action.by].holdings
    return bool(mine) and mine <= holdings - spent and set(inputs) <= there


def _wrong_alarm(before: State, action: Any, after: State, rules: Rules) -> Finding:
    party = next(
        p for p in before.knowledge
        if p != COALITION and not _reacts(before, action, after, p, rules)
    )  # fmt: skip
    alarmed = after.knowledge[party].alarm is not None
    cause = "a wallet was alarmed without cause" if alarmed else "a wallet saw no danger"
    if before.knowledge[party].alarm is not None:
        cause = "a wallet forgot its alarm"
    return Finding(cause, {"party": party, "block": before.contract.next_block})


@whenever("PL-ALARM", _wrong_alarm, after=(StartFeeExit, SubmitBlock))
def alarms_as_it_should(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A wallet is alarmed at once by a block that is withheld or invalid, and by nothing else."""
    return all(
        _reacts(before, action, after, party, rules)
        for party, view in before.knowledge.items()
        if party != COALITION
    )


def _reacts(before: State, action: Any, after: State, party: Party, rules: Rules) -> bool:
    was, now = before.knowledge[party], after.knowledge[party]
    if was.alarm is not None:
        return now.alarm == was.alarm and now.head == was.head
    if isinstance(action, StartFeeExit):
        earned = before.side.ledger.fees.get(action.asset, 0)
        fears = rules.wallet.fears_fee_exit(action.amount, earned)
        return now.alarm == (before.main.now if fears else None)
    number = before.contract.next_block
    if party not in action.shown_to or not _is_public(after, number):
        return now.alarm == before.main.now and now.head == was.head
    return now.alarm is None and now.head == number


def _is_public(state: State, number: int) -> bool:
    """Did wallets take the block into the ledger? Only valid ones, and only what moves something:
    without inputs there is at least the output of a fee."""
    ledger = state.side.ledger
    return all(
        (transaction.inputs or transaction.outputs)
        and all(
            ledger.spent.get(position) == Spend(number, index, place)
            for place, position in enumerate(transaction.inputs)
        )
        and all(
            encode(number, index, place) in ledger.outputs
            for place in range(len(transaction.outputs))
        )
        for index, transaction in enumerate(content(state, number))
    )


def _miscounted(before: State, action: SubmitBlock, after: State, rules: Rules) -> Finding:
    bad = after.ghost.bad_blocks - before.ghost.bad_blocks
    return Finding("bad blocks were miscounted", {"counted": bad, "shown to": len(action.shown_to)})


@whenever("PL-BAD-BLOCKS", _miscounted, after=(SubmitBlock,))
def bad_blocks_counted(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    """A block is counted as bad exactly if it is withheld from somebody honest or invalid."""
    honest = [party for party in before.knowledge if party != COALITION]
    bad = after.ghost.bad_blocks - before.ghost.bad_blocks
    if any(party not in action.shown_to for party in honest):
        return bad == 1
    alarmed = any(_alarmed(before, after, party) for party in honest)
    calm = any(after.knowledge[party].alarm is None for party in honest)
    return bad == 1 if alarmed else bad == 0 if calm else bad in (0, 1)


def _alarmed(before: State, after: State, party: Party) -> bool:
    was: View = before.knowledge[party]
    return was.alarm is None and after.knowledge[party].alarm is not None


def _no_effect(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a call was accepted and did nothing", {"by": action.by})


@whenever("PL-EFFECT", _no_effect, after=(Confirm, RefusePayments))
def has_effect(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No confirmation and no change of an account is accepted that changes nothing."""
    if isinstance(action, RefusePayments):
        return after.contract.reverting - before.contract.reverting == {action.by}
    return any(
        view.confirmations - before.knowledge[party].confirmations
        for party, view in after.knowledge.items()
    )


def _confirmed_otherwise(before: State, action: Confirm, after: State, rules: Rules) -> Finding:
    return Finding(
        "a confirmation told something else than its signer's consent",
        {"block": action.block, "transaction": action.transaction},
    )


@whenever("PL-CONSENT", _confirmed_otherwise, after=(Confirm,))
def confirms_its_own(before: State, action: Confirm, after: State, rules: Rules) -> bool:
    """A confirmation is the consent of who signed, and of nobody else."""
    root = before.contract.blocks[action.block].root
    transaction = content(before, action.block)[action.transaction]
    own = {
        (root, action.transaction, place)
        for place, signer in enumerate(transaction.signers)
        if signer == action.by != NOBODY
    }
    return all(
        view.confirmations
        == before.knowledge[party].confirmations | (own if party in action.to(before) else set())
        for party, view in after.knowledge.items()
    )


CONDUCT: tuple[Invariant, ...] = (
    by_who_may,
    alarms_as_it_should,
    bad_blocks_counted,
    has_effect,
    confirms_its_own,
)  # fmt: skip
