"""What an accepted call brings about: the right exit, all payments that are due, the right alarm.

Claims about money say that nothing is lost. These say that who calls gets what it called for.
"""

from typing import Any

from attrs import evolve

from invariants.kernel.claims import Finding, Invariant, Kind
from spec.kernel.basics import NOBODY, Party, Wei
from spec.plasma.actions import (
    Confirm,
    FinalizeExits,
    RefusePayments,
    Send,
    StartDepositExit,
    StartExit,
    StartFeeExit,
    SubmitBlock,
)
from spec.plasma.positions import encode
from spec.plasma.rules import Rules
from spec.plasma.state import (
    COALITION,
    OPERATOR,
    Contract,
    Exit,
    Output,
    State,
    Status,
    Transaction,
    View,
    content,
    is_honest,
    vault,
)

# Exits ------------------------------------------------------------------------------------------


def exit_as_its_output(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who starts an exit gets one record, and it says what stands in the block."""
    fresh = _started(before, after)
    return len(fresh) == 1 and not _misstated(before, action, fresh[0], rules)


def _started(before: State, after: State) -> list[Exit]:
    records = after.contract.exits
    return [exit for key, exit in records.items() if key not in before.contract.exits]


def _misstated(state: State, action: Any, exit: Exit, rules: Rules) -> str:
    """What an exit states otherwise than it should; empty if all is right."""
    landed, asked, transaction = _asked_for(state, action, rules)
    told = Output(exit.owner, exit.asset, exit.amount)
    if told != asked or exit.amount <= 0 or exit.owner != action.by:
        return "an exit asks for something else than its output"
    if (exit.inputs, exit.signers) != (transaction.inputs, transaction.signers):
        return "an exit names other inputs than its transaction"
    times = landed, state.main.now, rules.exitable_at(landed, state.main.now, rules)
    if (exit.created, exit.started, exit.exitable_at) != times:
        return "an exit states other times than those of its output"
    if exit.young_block != _oldest_young_block(state, rules):
        return "an exit names another block as the oldest young one"
    if exit.bond != rules.exit_bond or exit.status != Status.PENDING:
        return "an exit starts with another bond, or as something else than pending"
    return ""


def _asked_for(state: State, action: Any, rules: Rules) -> tuple[int, Output, Transaction]:
    """When the output landed that is to be exited, the output, and its transaction."""
    if isinstance(action, StartFeeExit):
        output = Output(OPERATOR, action.asset, action.amount)
        return state.main.now, output, Transaction((), (), (output,))
    at = rules.locate(action.position, rules.child_block_interval)
    transaction = content(state, at.block)[at.transaction]
    return state.contract.blocks[at.block].created, transaction.outputs[at.output], transaction


def _oldest_young_block(state: State, rules: Rules) -> int:
    """The first block by number that is younger than a period, or the one that comes next."""
    young = [
        number
        for number, block in state.contract.blocks.items()
        if state.main.now - block.created < rules.exit_period
    ]
    return min(young, default=state.contract.next_block)


def _wrong_exit(before: State, action: Any, after: State, rules: Rules) -> Finding:
    fresh = _started(before, after)
    if len(fresh) != 1:
        return Finding("a call started no exit, or several", {"started": len(fresh)})
    exit = fresh[0]
    numbers = {"position": exit.position, "amount": exit.amount, "bond": exit.bond}
    return Finding(_misstated(before, action, exit, rules), numbers)


def kind_of_exit(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Deposits leave by the call that needs no proof, and nothing else does."""
    block = rules.locate(action.position, rules.child_block_interval).block
    deposited = all(len(transaction.inputs) == 0 for transaction in content(before, block))
    numbered = block % rules.child_block_interval != 0
    if isinstance(action, StartDepositExit):
        return deposited and numbered
    return not numbered


def _other_kind(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an output left by the call for another kind", {"position": action.position})


def one_of_two(state: State, rules: Rules) -> bool:
    """Where exits speak for the inputs of their transaction, no two that contradict each other are
    alive."""
    return not any(_contradict(*pair, rules) for pair in _pairs_alive(state))


def _pairs_alive(state: State) -> list[tuple[Exit, Exit]]:
    alive = [e for e in state.contract.exits.values() if _is_alive(e)]
    return [(one, other) for one in alive if one.inputs for other in alive if other is not one]


def _is_alive(exit: Exit) -> bool:
    return exit.status in (Status.PENDING, Status.PAID)


def _contradict(exit: Exit, other: Exit, rules: Rules) -> bool:
    """Does the one exit cancel, bar and fall to the other, by the rules, whichever comes first?"""
    paid = evolve(other, status=Status.PAID)
    return any(
        rules.cancels_input_exit(input, signer, other.output, other.owner)
        and rules.bars_input_exit(input, signer, other.output, other.owner)
        and rules.refused_by_input_exit(input, signer, paid)
        for input, signer in zip(exit.inputs, exit.signers, strict=True)
    )


def _both_alive(state: State, rules: Rules) -> Finding:
    one, other = next(pair for pair in _pairs_alive(state) if _contradict(*pair, rules))
    return Finding(
        "exits of an output and of what its owner made of it are both alive",
        {"input": other.output, "output": one.output},
    )


# Payment ----------------------------------------------------------------------------------------


def pays_what_is_due(before: State, action: FinalizeExits, after: State, rules: Rules) -> bool:
    """A call handles the exits that are due, the first ones first and as many as a call may: pays
    them, or sets aside what can't be paid; and leaves all others waiting."""
    return not _misplayed(before, action, after, rules)


def _misplayed(before: State, action: FinalizeExits, after: State, rules: Rules) -> str:
    due = _due(before, action, rules)
    handled = due[: rules.finalize_limit] if rules.finalize_limit > 0 else due
    if not handled:
        return "a payment call was accepted although nothing was due"
    if 0 < rules.batch_capacity < len(handled):
        return "a payment call paid more than fits"
    waiting = [e for e in before.contract.exits.values() if e.status == Status.PENDING]
    if any(
        _status(after.contract, e, rules) != Status.PENDING for e in waiting if e not in handled
    ):
        return "a payment call changed an exit that was not its turn"
    paid, failed = _payable(before, handled)
    if after.ghost.paid[len(before.ghost.paid) :] != tuple(e.output for e in paid):
        return "a payment call paid others than those that were due"
    if any(_status(after.contract, e, rules) != Status.FAILED for e in failed):
        return "what could not be paid was not set aside"
    return ""


def _due(state: State, action: FinalizeExits, rules: Rules) -> list[Exit]:
    """The exits of the queue that have matured, up to the first that has not."""
    queue = sorted(
        (
            exit
            for exit in state.contract.exits.values()
            if exit.status == Status.PENDING
            and exit.asset == action.asset
            and rules.queue_of(exit, rules) == action.queue
        ),
        key=lambda exit: rules.priority(exit, rules),
    )
    young = [place for place, exit in enumerate(queue) if state.main.now <= exit.exitable_at]
    return queue[: min(young, default=len(queue))]


def _payable(state: State, handled: list[Exit]) -> tuple[list[Exit], list[Exit]]:
    """Which exits get their money, and which don't: the payee refuses, or the vault is empty."""
    paid, failed = list[Exit](), list[Exit]()
    left: Wei = vault(state, handled[0].asset)
    for exit in handled:
        if exit.owner not in state.contract.reverting and exit.amount <= left:
            left -= exit.amount
            paid.append(exit)
        else:
            failed.append(exit)
    return paid, failed


def _status(contract: Contract, exit: Exit, rules: Rules) -> Status | None:
    record = contract.exits.get(rules.exit_key(exit))
    return None if record is None else record.status


def _wrong_payment(before: State, action: FinalizeExits, after: State, rules: Rules) -> Finding:
    return Finding(
        _misplayed(before, action, after, rules),
        {
            "due": len(_due(before, action, rules)),
            "paid": len(after.ghost.paid) - len(before.ghost.paid),
            "most in a call": rules.finalize_limit,
        },
    )


# Signatures and blocks --------------------------------------------------------------------------


def by_who_may(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only the operator adds blocks and takes fees; an honest party's name stands only in what it
    signed; and a wallet signs only for outputs of its own."""
    if isinstance(action, Send):
        return action.by in action.transaction.signers
    if action.by != OPERATOR:
        return False
    return isinstance(action, StartFeeExit) or not any(
        is_honest(before, signer) and transaction not in before.side.signed
        for transaction in action.transactions
        for signer in transaction.signers
    )


def _usurped(before: State, action: Any, after: State, rules: Rules) -> Finding:
    if isinstance(action, Send):
        return Finding("a wallet signed what spends nothing of its own", {"party": action.by})
    if action.by != OPERATOR:
        return Finding("somebody else acted as the operator", {"party": action.by})
    return Finding("a block carries a signature that nobody gave", {})


def alarms_as_it_should(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A calm wallet that is shown a valid block stays calm and has seen it; any other alarms it."""
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
    """Did wallets take the block's outputs into the ledger? Only those of valid blocks."""
    return all(
        encode(number, index, place) in state.side.ledger.outputs
        for index, transaction in enumerate(content(state, number))
        for place in range(len(transaction.outputs))
    )


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


def bad_blocks_counted(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    """A block counts as bad if it alarms a wallet, or would alarm one that is not yet alarmed."""
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


def _miscounted(before: State, action: SubmitBlock, after: State, rules: Rules) -> Finding:
    bad = after.ghost.bad_blocks - before.ghost.bad_blocks
    return Finding("bad blocks were miscounted", {"counted": bad, "shown to": len(action.shown_to)})


def has_effect(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A confirmation tells somebody something; an account starts to refuse once."""
    if isinstance(action, RefusePayments):
        return after.contract.reverting - before.contract.reverting == {action.by}
    return any(
        view.confirmations - before.knowledge[party].confirmations
        for party, view in after.knowledge.items()
    )


def _no_effect(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a call was accepted and did nothing", {"by": action.by})


def confirms_its_own(before: State, action: Confirm, after: State, rules: Rules) -> bool:
    """What everybody learns from a confirmation is the signer's own hand, for all its inputs."""
    root = before.contract.blocks[action.block].root
    transaction = content(before, action.block)[action.transaction]
    own = {
        (root, action.transaction, place)
        for place, signer in enumerate(transaction.signers)
        if signer == action.by != NOBODY
    }
    return all(
        view.confirmations == before.knowledge[party].confirmations | own
        for party, view in after.knowledge.items()
    )


def _confirmed_otherwise(before: State, action: Confirm, after: State, rules: Rules) -> Finding:
    return Finding(
        "a confirmation told something else than its signer's consent",
        {"block": action.block, "transaction": action.transaction},
    )


# Block space ------------------------------------------------------------------------------------


def space_kept(state: State, rules: Rules) -> bool:
    """No period takes more exits and challenges than the main chain has room for."""
    return rules.block_space == 0 or 0 <= state.contract.used <= rules.block_space


def _overfull(state: State, rules: Rules) -> Finding:
    return Finding(
        "a period took more than there is room for",
        {"used": state.contract.used, "space": rules.block_space},
    )


T, A = Kind.TRANSITION, Kind.ALWAYS
STARTING = (StartDepositExit, StartExit, StartFeeExit)

CALLS: tuple[Invariant, ...] = (
    Invariant(
        "PL-EXIT-TERMS",
        "An exit asks for exactly its output, for who owns it and started it, against the bond.",
        T, exit_as_its_output, _wrong_exit, after=STARTING,
    ),
    Invariant(
        "PL-EXIT-KIND",
        "Deposits exit without a proof of confirmation, and nothing else does.",
        T, kind_of_exit, _other_kind, after=(StartDepositExit, StartExit),
    ),
    Invariant(
        "PL-ONE-OF-TWO",
        "Where exits speak for inputs, those of an output and of what its owner made of it are"
        " never both alive.",
        A, one_of_two, _both_alive, reads=("contract.exits",),
    ),
    Invariant(
        "PL-PAYS-DUE",
        "A payment call pays all exits that are due, as many as fit, and sets aside only those that"
        " can't be paid.",
        T, pays_what_is_due, _wrong_payment, after=(FinalizeExits,),
    ),
    Invariant(
        "PL-AUTHORITY",
        "Only the operator adds blocks and takes fees, and nobody's signature stands where it was"
        " not given.",
        T, by_who_may, _usurped, after=(Send, StartFeeExit, SubmitBlock),
    ),
    Invariant(
        "PL-ALARM",
        "A wallet is alarmed at once by a block that is withheld or invalid, and by nothing else.",
        T, alarms_as_it_should, _wrong_alarm, after=(StartFeeExit, SubmitBlock),
    ),
    Invariant(
        "PL-BAD-BLOCKS",
        "A block is counted as bad exactly if it is withheld from somebody honest or invalid.",
        T, bad_blocks_counted, _miscounted, after=(SubmitBlock,),
    ),
    Invariant(
        "PL-EFFECT",
        "No confirmation and no change of an account is accepted that changes nothing.",
        T, has_effect, _no_effect, after=(Confirm, RefusePayments),
    ),
    Invariant(
        "PL-CONSENT",
        "A confirmation is the consent of who signed, and of nobody else.",
        T, confirms_its_own, _confirmed_otherwise, after=(Confirm,),
    ),
    Invariant(
        "PL-SPACE",
        "No period takes more exits and challenges than the main chain has room for.",
        A, space_kept, _overfull, reads=("contract",),
    ),
)  # fmt: skip
