"""How exits are paid: what is due, in which order, and what becomes of it.

Source: the seed, sections on exits and challenges; omgnetwork/plasma-mvp, RootChain.
"""

from attrs import evolve

from spec.kernel.action import Call, Own
from spec.kernel.basics import ETHER, Asset, Party, put
from spec.kernel.mainchain import release
from spec.plasma.mvp import memory
from spec.plasma.mvp.exits import close
from spec.plasma.mvp.refusals import (
    AlreadyReverting,
    BatchTooLarge,
    FinalizationReverts,
    NothingDue,
)
from spec.plasma.mvp.rules import Handling, Rules, is_queued
from spec.plasma.mvp.state import Contract, Exit, State, Status, vault


class FinalizeExits(Call, says="has the due exits paid", short="pay what is due"):
    """Have the contract pay the exits of an asset that are due, from one of its queues: in priority
    order, up to the limit per call.

    An exit is due once its maturity has passed and everything before it in its queue is handled.
    """

    asset: Asset
    queue: int = 0

    def step(self, state: State, rules: Rules) -> State:
        """Raises NothingDue, BatchTooLarge, FinalizationReverts."""
        due = due_exits(state, self, rules)
        if len(due) == 0:
            raise NothingDue(self.asset, state.main.now)
        handled = due if rules.finalize_limit == 0 else due[: rules.finalize_limit]
        handled = handled[: rules.handled_at_once(len(handled), rules.batch_capacity)]
        if 0 < rules.batch_capacity < len(handled):
            raise BatchTooLarge(len(handled), rules.batch_capacity)
        for exit in handled:
            state = _settle(state, exit, rules)
        return state


class RefusePayments(Own, says="makes its account refuse payments"):
    """Turn one's account into a contract that reverts whenever it is paid."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises AlreadyReverting."""
        if self.by in state.contract.reverting:
            raise AlreadyReverting(self.by)
        reverting = state.contract.reverting | {self.by}
        return evolve(state, contract=evolve(state.contract, reverting=reverting))


def due_exits(state: State, action: FinalizeExits, rules: Rules) -> tuple[Exit, ...]:
    """What finalization would handle now if it had no limit, the first to be paid first."""
    waiting = sorted(
        (exit for exit in state.contract.exits.values() if _waits(exit, action, rules)),
        key=lambda exit: rules.priority(exit, rules),
    )
    due: tuple[Exit, ...] = ()
    for exit in waiting:
        if exit.exitable_at >= state.main.now:
            break
        due = (*due, exit)
    return due


def _waits(exit: Exit, action: FinalizeExits, rules: Rules) -> bool:
    if exit.asset != action.asset or rules.queue_of(exit, rules) != action.queue:
        return False
    return is_queued(exit, rules)


def _settle(state: State, exit: Exit, rules: Rules) -> State:
    """Handle one entry of the queue: pay amount and bond, set it aside, or pass it over."""
    handling = rules.handling(exit.status, refuses(state.contract, exit.owner))
    if handling == Handling.REVERT:
        raise FinalizationReverts(exit.position)
    if handling == Handling.SKIP:
        return state
    if handling == Handling.SET_ASIDE or vault(state, exit.asset) < exit.amount:
        return evolve(state, contract=_set_aside(state.contract, exit, rules))
    main = release(state.main, exit.owner, exit.asset, exit.amount)
    main = release(main, exit.owner, ETHER, exit.bond)
    contract = close(state.contract, exit, Status.PAID, rules)
    return State(
        main, contract, state.side, memory.let_go(state, exit), memory.be_paid(state, exit)
    )


def refuses(contract: Contract, payee: Party) -> bool:
    """Does the payee's account revert when it is paid?"""
    return payee in contract.reverting


def _set_aside(contract: Contract, exit: Exit, rules: Rules) -> Contract:
    """The exit is over, unpaid; what belongs to it stays in the contract."""
    failed = evolve(exit, status=Status.FAILED)
    return evolve(contract, exits=put(contract.exits, rules.exit_key(exit), failed))
