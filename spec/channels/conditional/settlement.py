"""How a channel is settled: states are shown, pending payments added up, both sides paid.

Promised to both: whatever the other side shows, a newer state takes the place of an older one; a
payment counts as the registry says; and both together get exactly what the channel holds.

A snapshot puts a state before the contract while the channel goes on. The contract keeps all of
it, the list of pending payments too (Celer's keeps the sums only).

Source: reference section 4; Celer's `LedgerOperation`.
"""

from attrs import evolve

from spec.channels.conditional.knowledge import can_show, written
from spec.channels.conditional.offchain import known_to_both
from spec.channels.conditional.refusals import (
    NotCleared,
    NothingShown,
    NotSigned,
    StaleState,
    TooEarly,
    TooLate,
    WrongPhase,
)
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Contract, Ghost, Phase, Simplex, State, States, placed
from spec.channels.conditional.timeline import all_closed, cleared_by
from spec.channels.conditional.withdrawals import expect
from spec.channels.sides import PARTIES, Pair, Side
from spec.channels.windows import is_over
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Party, Seconds, Wei
from spec.kernel.mainchain import MainChain, release
from spec.kernel.telling import Teller

# States on chain --------------------------------------------------------------------------------


class Snapshot(Call, says="puts on chain {simplex}"):
    """Put a newer state before the contract without settling."""

    simplex: Simplex

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotSigned, StaleState."""
        expect(state.contract, Phase.OPERABLE)
        return _shown(state, self.by, self.simplex, rules)


class IntendSettle(Call):
    """Begin to settle, with any states at hand, or answer with newer ones while that goes on. It
    opens the window to show newer states, and ends a withdrawal that waits."""

    states: States

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NothingShown, TooLate, NotSigned, StaleState."""
        contract, now = state.contract, state.main.now
        if contract.phase == Phase.CLOSED:
            raise WrongPhase(contract.phase, Phase.OPERABLE)
        until = now + rules.window
        if contract.phase == Phase.SETTLING:
            _expect_answer(contract, self, now)
            until = rules.window_after(contract.window_ends, now, rules.window)
        for simplex in self.states:
            state = _shown(state, self.by, simplex, rules)
        return evolve(
            state,
            contract=evolve(state.contract, phase=Phase.SETTLING, window_ends=until, intent=None),
        )

    def clause(self, tell: Teller) -> str:
        """With which states; or with none but those that the contract has."""
        shown = "; ".join([tell.of(simplex) for simplex in self.states])
        return f"intends to settle with {shown or 'what is on chain'}"


def _expect_answer(contract: Contract, action: IntendSettle, now: Seconds) -> None:
    if not action.states:
        raise NothingShown(action.by)
    if is_over(now, contract.window_ends):
        raise TooLate(now, contract.window_ends)


def _shown(state: State, by: Party, simplex: Simplex, rules: Rules) -> State:
    contract, payer = state.contract, simplex.payer
    if not can_show(state, by, simplex):
        raise NotSigned(by)
    stored = contract.states[payer].seq
    if not rules.newer(simplex.seq, stored):
        raise StaleState(simplex.seq, stored)
    return evolve(
        state,
        contract=evolve(
            contract,
            states=placed(contract.states, payer, simplex),
            cleared=placed(contract.cleared, payer, None),
        ),
        network=known_to_both(state.network, simplex),
        ghost=_remembered(state.ghost, simplex),
    )


def _remembered(ghost: Ghost, simplex: Simplex) -> Ghost:
    newest = max(ghost.on_chain[simplex.payer], simplex, key=_number)
    return evolve(ghost, on_chain=placed(ghost.on_chain, simplex.payer, newest))


def _number(simplex: Simplex) -> int:
    return simplex.seq


# Pending payments -------------------------------------------------------------------------------


class ClearPays(Call):
    """Add up what the registry says of the pending payments of one direction: it says so for
    good."""

    payer: Side

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, TooEarly."""
        contract, payer, now = state.contract, self.payer, state.main.now
        expect(contract, Phase.SETTLING)
        pays = contract.states[payer].pays
        until = all_closed(contract, pays)
        if not is_over(now, until):
            raise TooEarly(now, until + 1)
        amount = sum([written(state, pay) for pay in pays])
        return evolve(
            state, contract=evolve(contract, cleared=placed(contract.cleared, payer, amount))
        )

    def clause(self, tell: Teller) -> str:
        """Whose pending payments."""
        return f"clears what {tell.party(PARTIES[self.payer])} has pending"


# The end ----------------------------------------------------------------------------------------


class ConfirmSettle(Call, says="confirms the settlement"):
    """Pay both sides and close the channel; or, if the states shown do not fit together and the
    rules can't help it, the channel goes on."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, TooEarly, NotCleared."""
        contract, now = state.contract, state.main.now
        expect(contract, Phase.SETTLING)
        if not is_over(now, contract.window_ends):
            raise TooEarly(now, contract.window_ends + 1)
        for payer in (0, 1):
            _expect_cleared(contract, payer, now, rules)
        shares = rules.split(contract.deposits, contract.withdrawn, paid_in_all(contract))
        if min(shares) < 0:
            return evolve(state, contract=_going_on(contract, rules))
        return evolve(
            state,
            main=_paid_out(state.main, shares),
            contract=evolve(contract, phase=Phase.CLOSED),
        )


def paid_in_all(contract: Contract) -> Pair:
    """What each side has paid by the states on chain, in wei: for good, and of what was pending."""
    return (_paid_by(contract, 0), _paid_by(contract, 1))


def _paid_by(contract: Contract, payer: Side) -> Wei:
    return contract.states[payer].transferred + (contract.cleared[payer] or 0)


def _expect_cleared(contract: Contract, payer: Side, now: Seconds, rules: Rules) -> None:
    ends = contract.window_ends
    until = rules.confirms_after(ends, cleared_by(contract.states[payer], ends, rules))
    if contract.states[payer].pays and contract.cleared[payer] is None and not is_over(now, until):
        raise NotCleared(now, until)


def _going_on(contract: Contract, rules: Rules) -> Contract:
    first, second = contract.states
    return evolve(
        contract,
        phase=Phase.OPERABLE,
        states=(rules.after_failure(first), rules.after_failure(second)),
        cleared=(None, None),
        window_ends=0,
    )


def _paid_out(main: MainChain, shares: Pair) -> MainChain:
    for party, amount in zip(PARTIES, shares, strict=True):
        main = release(main, party, ETHER, amount)
    return main
