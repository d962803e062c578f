"""What each step brings about besides money: times, records, what is known, and who may go on.

Times are read off the clock when something happens, and never off what the contract has written
down: a record that says something else is noticed here, whoever measures by it later.
"""

from collections.abc import Mapping
from typing import Any

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import always, whenever
from invariants.plasma.mvp.world.protocol import PLASMA
from invariants.plasma.mvp.world.protocol import PLASMA as MACHINE
from spec.kernel.basics import ETHER, Asset, Party, Position, Seconds
from spec.kernel.clock import Wait, accepted
from spec.plasma.mvp.blocks import Confirm, Deposit, Send, SubmitBlock
from spec.plasma.mvp.exits import ChallengeExit, StartDepositExit, StartExit, StartFeeExit
from spec.plasma.mvp.payments import FinalizeExits, RefusePayments
from spec.plasma.mvp.positions import transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import COALITION, Exit, State, Status, content, is_honest
from spec.plasma.mvp.wallet import exit_action

BLOCKS = (Deposit, SubmitBlock)
STARTING = (StartDepositExit, StartExit, StartFeeExit)
ACTIONS = tuple(PLASMA.actions)


# Times ------------------------------------------------------------------------------------------


def _times_off(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_misdated(before, action, after, rules), {"now": before.main.now})


@whenever("PL-TIMES", _times_off, after=(*BLOCKS, *STARTING, ChallengeExit, FinalizeExits))
def times_stand(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Blocks and exits bear the time of the clock at which they came, and keep their terms."""
    return not _misdated(before, action, after, rules)


def _misdated(before: State, action: Any, after: State, rules: Rules) -> str:
    was, now, clock = before.contract, after.contract, before.main.now
    for number, block in now.blocks.items():
        if number not in was.blocks and block.created != clock:
            return "a block bears another time than that of the clock"
    if any(now.blocks.get(number) != block for number, block in was.blocks.items()):
        return "a block changed after it had landed"
    for key, exit in now.exits.items():
        old = was.exits.get(key)
        if old is None and exit.started != clock:
            return "an exit bears another time than that of the clock"
        if old is None and exit.created != _landed(before, action, exit, rules):
            return "an exit bears another time than that of its block"
        if old is not None and _terms(old) != _terms(exit):
            return "the terms of an exit changed after it had been started"
    return ""


def _landed(state: State, action: Any, exit: Exit, rules: Rules) -> Seconds:
    """When the output landed that an exit is for; of a fee, the rules say it."""
    if isinstance(action, StartFeeExit):
        return rules.fee_exit_created(state.main.now)
    block, _ = transaction_of(exit.output)
    return state.contract.blocks[block].created


def _terms(exit: Exit) -> tuple[Any, ...]:
    """All of an exit but what has become of it."""
    return (
        exit.position, exit.output, exit.owner, exit.asset, exit.amount, exit.created,
        exit.started, exit.exitable_at, exit.young_block, exit.bond, exit.inputs, exit.signers,
    )  # fmt: skip


def _too_long(before: State, action: Any, after: State, rules: Rules) -> Finding:
    exit = list(after.contract.exits.values())[-1]
    numbers = {"now": before.main.now, "exitable at": exit.exitable_at}
    return Finding("an exit can't be paid within the time that is promised", numbers)


@whenever("PL-IN-TIME", _too_long, after=STARTING)
def payable_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """By the clock, an exit can be paid after the minimum age at the latest; a fee is as young as
    the rules say."""
    now = before.main.now
    created = rules.fee_exit_created(now) if isinstance(action, StartFeeExit) else now
    longest = max(created + rules.minimum_age, now + rules.exit_period)
    return all(
        exit.exitable_at <= longest
        for key, exit in after.contract.exits.items()
        if key not in before.contract.exits
    )


# Who may go on ----------------------------------------------------------------------------------


def _not_rewarded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    bond = before.contract.exits[action.exit].bond
    return Finding(
        "a challenger got nothing for its challenge",
        {"bond": bond, "earned": _earned(before, action, after)},
    )


@whenever("PL-CHALLENGER-PAID", _not_rewarded, after=(ChallengeExit,))
def challenger_paid(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who shows that an exit is false is paid for it out of the bond."""
    exit = before.contract.exits.get(action.exit)
    return exit is None or exit.bond < 2 or _earned(before, action, after) > 0


def _forced_on(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "an account was paid that refuses payments",
        {"refusing": len(before.contract.reverting), "earned": _earned(before, action, after)},
    )


@whenever("PL-TAKEN", _forced_on, after=(ChallengeExit, FinalizeExits))
def paid_who_takes_it(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody is sent money whose account refuses it, unless the rules credit rewards."""
    if isinstance(action, ChallengeExit) and rules.pays_challenger(True):
        return True
    accounts = before.main.accounts
    return all(
        after.main.accounts[party, asset] <= accounts[party, asset]
        for party, asset in accounts
        if party in before.contract.reverting
    )


def _earned(before: State, action: Any, after: State) -> int:
    account = action.by, ETHER
    return after.main.accounts[account] - before.main.accounts[account]


def _not_admitted(state: State, rules: Rules) -> Finding:
    head = state.contract.next_block - rules.child_block_interval
    return Finding("the rules admit no deposit of a calm wallet", {"newest block": head})


@always("PL-DEPOSITS", _not_admitted, reads="contract.next_block knowledge")
def deposits_admitted(state: State, rules: Rules) -> bool:
    """Deposits stay possible: the rules admit those of wallets that are calm."""
    return not any(_shut_out(state, party, rules) for party in state.knowledge)


def _shut_out(state: State, party: Party, rules: Rules) -> bool:
    view = state.knowledge[party]
    if party == COALITION or view.alarm is not None:
        return False
    head = state.contract.next_block - rules.child_block_interval
    return not rules.admits_deposit(view.head, head)


def _no_deposit(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a calm wallet can't deposit", {"deposits so far": after.contract.next_deposit - 1}
    )


@whenever("PL-DEPOSIT-TAKEN", _no_deposit, after=BLOCKS)
def deposits_possible(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A wallet that has seen nothing wrong can deposit."""
    return not _turned_away(after, rules)


def _turned_away(state: State, rules: Rules) -> list[Party]:
    if state.contract.next_deposit >= rules.child_block_interval:
        return []
    return [
        party
        for party, view in state.knowledge.items()
        if party != COALITION
        and view.alarm is None
        and state.main.accounts[party, ETHER] > 0
        and not accepted(MACHINE, state, Deposit(party, ETHER, 1, view.head), rules)
    ]


def _can_not(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "an honest wallet can't start the exit of what it holds",
        {"output": _held_back(after, rules)[0]},
    )


@whenever("PL-CAN-LEAVE", _can_not, after=ACTIONS)
def can_leave(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest wallet can start the exit of whatever it holds, at once."""
    return not _held_back(after, rules)


def _held_back(state: State, rules: Rules) -> list[Position]:
    if rules.block_space > 0:
        return []  # it may have to wait for the next period
    exits = state.contract.exits.values()
    return [
        position
        for party, view in state.knowledge.items()
        if party != COALITION
        for position in view.holdings
        if not any(exit.output == position and exit.owner == party for exit in exits)
        and not accepted(MACHINE, state, exit_action(party, position, rules), rules)
    ]


# Nothing else -----------------------------------------------------------------------------------


def _something_else(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_meddled(before, action, after), {"by": action.by})


@whenever("PL-NOTHING-ELSE", _something_else, after=ACTIONS)
def nothing_else(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Each step changes what it is about, and nothing else."""
    return not _meddled(before, action, after)


def _meddled(before: State, action: Any, after: State) -> str:
    waited = action.seconds if isinstance(action, Wait) else 0
    if after.main.now != before.main.now + waited:
        return "something else than waiting moved the clock"
    was, now = before.contract, after.contract
    if isinstance(action, Send | SubmitBlock | Confirm | RefusePayments | Wait) and (
        before.main.accounts != after.main.accounts
        or before.main.escrow != after.main.escrow
        or was.exits != now.exits
        or was.bonds != now.bonds
    ):
        return "a message or a block moved money"
    if not isinstance(action, BLOCKS) and (
        was.blocks != now.blocks
        or (was.next_block, was.next_deposit) != (now.next_block, now.next_deposit)
        or before.side.contents != after.side.contents
    ):
        return "something else than a block added to the chain"
    interval = after.contract.next_block - was.next_block
    if isinstance(action, Deposit) and (interval, now.next_deposit) != (0, was.next_deposit + 1):
        return "a deposit takes another number than the next one"
    signed = ((action.by, action.transaction),) if isinstance(action, Send) else ()
    if after.side.signed != (*before.side.signed, *signed):
        return "something else was signed than what was sent"
    if not isinstance(action, RefusePayments) and was.reverting != now.reverting:
        return "an account refuses payments that did not say so"
    fees = isinstance(action, StartFeeExit)
    if now.next_fee_exit != was.next_fee_exit + (1 if fees else 0):
        return "fee exits are counted otherwise than they were started"
    return ""


def _another(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an exit was cancelled that the call does not speak of", {"by": action.by})


@whenever("PL-ONE-EXIT", _another, after=(*STARTING, ChallengeExit))
def one_exit_at_a_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A challenge cancels the exit that it names, and no other."""
    return all(
        exit.status == after.contract.exits[key].status
        or (exit.status == Status.PENDING and after.contract.exits[key].status == Status.CANCELLED
            and _names(action, key, exit, after))
        for key, exit in before.contract.exits.items()
        if key in after.contract.exits
    )  # fmt: skip


def _names(action: Any, key: Position, exit: Exit, after: State) -> bool:
    if isinstance(action, ChallengeExit):
        return bool(action.exit == key)
    fresh = list(after.contract.exits.values())[-1]
    return exit.output in fresh.inputs


# What is known ----------------------------------------------------------------------------------


def _other_block(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a block holds something else than was submitted", {"by": action.by})


@whenever("PL-BLOCK", _other_block, after=BLOCKS)
def block_as_submitted(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A block holds what was submitted, or the one deposit."""
    fresh = [number for number in after.contract.blocks if number not in before.contract.blocks]
    if len(fresh) != 1:
        return False
    held = content(after, fresh[0])
    if isinstance(action, SubmitBlock):
        return held == action.transactions
    output = held[0].outputs[0] if len(held) == 1 and len(held[0].outputs) == 1 else None
    return output is not None and (held[0].inputs, output.owner, output.asset, output.amount) == (
        (), action.by, action.asset, action.amount,
    )  # fmt: skip


def _not_owned(before: State, action: Deposit, after: State, rules: Rules) -> Finding:
    return Finding("a deposit belongs to somebody else than its depositor", {"by": action.by})


@whenever("PL-DEPOSIT-OWNED", _not_owned, after=(Deposit,))
def deposit_owned(before: State, action: Deposit, after: State, rules: Rules) -> bool:
    """A deposit is its depositor's, at once."""
    grown = {
        party: view.holdings - before.knowledge[party].holdings
        for party, view in after.knowledge.items()
    }
    owed = {p: o for p, o in after.ghost.owed.items() if p not in before.ghost.owed}
    if not is_honest(before, action.by):
        return not any(grown.values()) and not owed
    others = any(new for party, new in grown.items() if party != action.by)
    mine = [output.owner for output in owed.values()]
    return not others and grown[action.by] == frozenset(owed) and mine == [action.by]


def _held_not_owed(state: State, rules: Rules) -> Finding:
    held = sum(len(v.holdings) for p, v in state.knowledge.items() if p != COALITION)
    return Finding(
        "a wallet holds something else than it is owed",
        {"held": held, "owed": len(state.ghost.owed)},
    )


@always("PL-HELD", _held_not_owed, reads="knowledge ghost.owed")
def held_is_owed(state: State, rules: Rules) -> bool:
    """What an honest wallet takes for its own is what it is owed."""
    held: Mapping[Position, Party] = {
        position: party
        for party, view in state.knowledge.items()
        if party != COALITION
        for position in view.holdings
    }
    return held == {position: output.owner for position, output in state.ghost.owed.items()}


def _not_recorded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("withdrawals are counted otherwise than they were paid", {"by": action.by})


@whenever("PL-WITHDRAWN", _not_recorded, after=(FinalizeExits,))
def paid_is_recorded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is counted as withdrawn is what exits were paid."""
    paid: dict[Asset, int] = {}
    for key, exit in after.contract.exits.items():
        was = before.contract.exits.get(key)
        if was is not None and was.status == Status.PENDING and exit.status == Status.PAID:
            paid[exit.asset] = paid.get(exit.asset, 0) + exit.amount
    gone = {
        asset: after.ghost.withdrawn.get(asset, 0) - before.ghost.withdrawn.get(asset, 0)
        for asset in before.main.escrow
    }
    return {asset: amount for asset, amount in gone.items() if amount} == paid


T = Kind.TRANSITION

EFFECTS: tuple[Invariant, ...] = (
    times_stand,
    payable_in_time,
    challenger_paid,
    paid_who_takes_it,
    deposits_possible,
    can_leave,
    nothing_else,
    one_exit_at_a_time,
    block_as_submitted,
    deposit_owned,
    paid_is_recorded,
    deposits_admitted,
    held_is_owed,
)  # fmt: skip
