"""The channel contract on the main chain, apart from who knows and sends what.

It promises both sides: what there is in the channel is paid out to them, all of it and once, by the
version that stands when the window after a close is over, or that both have signed as the end.
Whoever shows a version that the rules let win within the window, it stands. A contract that only
one side has funded gives the money back.

Each function takes the main chain and the contract and gives both back, and raises a refusal where
the contract does not accept a call. Nothing here asks who knows a version or a secret: that a
caller can show only what it has been given is up to the protocol that the contract serves. A
`Signatures` says whose signatures are under the version that is shown.

Source: reference section 1; Raiden's `TokenNetwork`, Lightning's BOLT 5 for penalties.
"""

from enum import Enum
from typing import TypeAlias

from attrs import field, frozen

from spec.channels.payment.refusals import (
    NotFinal,
    NothingDeposited,
    NothingToWithdraw,
    NotNewer,
    NotRevoked,
    NotSigned,
    TooEarly,
    TooLate,
    WrongPhase,
)
from spec.channels.payment.rules import Rules
from spec.channels.payment.versions import START, Signatures, Version, funds
from spec.channels.sides import ALICE, BOB, Pair, larger, raised, side_of
from spec.channels.windows import is_open
from spec.kernel.basics import ETHER, Instant, Party, Wei, until
from spec.kernel.mainchain import MainChain, lock, release


class Phase(Enum):
    """What the contract waits for."""

    OPENING = 0
    """For both sides to fund it."""
    OPEN = 1
    """For deposits, withdrawals, and the end."""
    DISPUTED = 2
    """For the end of the window: one side has closed alone."""
    SETTLED = 3
    """Nothing: everything is paid out."""


def paid_by(deadline: Instant, rules: Rules) -> Instant:
    """The last moment at which somebody honest who is there calls for the payment, after that
    deadline."""
    return deadline + rules.peer.reaction


@frozen
class Claim:
    """The version by which the channel is to be paid out, unless an answer comes in time."""

    by: Party
    """Who closed. An answer does not change it."""
    version: Version
    deadline: Instant = field(metadata=until(lambda claim, rules: paid_by(claim.deadline, rules)))
    """The last moment to answer."""


@frozen
class Contract:
    """The channel contract. Amounts in wei, in all, for each side."""

    phase: Phase
    deposits: Pair
    withdrawn: Pair
    claim: Claim | None
    """There while DISPUTED."""


OnChain: TypeAlias = tuple[MainChain, Contract]

UNFUNDED = Contract(Phase.OPENING, (0, 0), (0, 0), None)
"""A new contract."""


# Money in ---------------------------------------------------------------------------------------


def deposit(main: MainChain, contract: Contract, by: Party, amount: Wei) -> OnChain:
    """Fund the channel, or top it up. With something from both sides it is open.

    Raises WrongPhase, NothingDeposited, CannotAfford.
    """
    if contract.phase not in (Phase.OPENING, Phase.OPEN):
        raise WrongPhase(contract.phase.name, Phase.OPEN.name)
    if amount < 1:
        raise NothingDeposited(by)
    deposits = raised(contract.deposits, side_of(by), amount)
    phase = Phase.OPEN if deposits[0] > 0 and deposits[1] > 0 else Phase.OPENING
    paid = lock(main, by, ETHER, amount)
    return paid, Contract(phase, deposits, contract.withdrawn, None)


# Money out, by consent --------------------------------------------------------------------------


def cancel(main: MainChain, contract: Contract) -> OnChain:
    """Give up a channel that the other side has not funded: what was deposited goes back.

    Raises WrongPhase.
    """
    expect(contract, Phase.OPENING)
    return paid_out(main, contract, contract.deposits)


def withdraw(
    main: MainChain, contract: Contract, version: Version, signed: Signatures, rules: Rules
) -> OnChain:
    """Pay what a version grants each side beyond what it has withdrawn; the channel stays open.

    Any version that both signed will do: totals only grow, so an old one pays nothing twice. The
    escrow has to hold nothing but this channel's money, or it could be overdrawn.
    Raises WrongPhase, NotSigned, NothingToWithdraw, EscrowShort.
    """
    expect(contract, Phase.OPEN)
    expect_signed(version, signed, rules)
    before = contract.withdrawn
    withdrawn = larger(before, version.withdrawn)
    if withdrawn == before:
        raise NothingToWithdraw(version.withdrawn, before)
    main = release(main, ALICE, ETHER, withdrawn[0] - before[0])
    main = release(main, BOB, ETHER, withdrawn[1] - before[1])
    return main, Contract(Phase.OPEN, contract.deposits, withdrawn, None)


def cooperative_close(
    main: MainChain, contract: Contract, version: Version, signed: Signatures, rules: Rules
) -> OnChain:
    """Pay out by a version that both have signed as the end, at once.

    Raises WrongPhase, NotFinal, NotSigned.
    """
    expect(contract, Phase.OPEN)
    if not version.final:
        raise NotFinal(version.number)
    expect_signed(version, signed, rules)
    shares = rules.split(version, contract.deposits, contract.withdrawn)
    return paid_out(main, contract, shares)


# Money out, alone -------------------------------------------------------------------------------


def unilateral_close(
    main: MainChain,
    contract: Contract,
    by: Party,
    version: Version,
    signed: Signatures,
    rules: Rules,
) -> OnChain:
    """Claim that the channel is to be paid out by this version; the window opens.

    Raises WrongPhase, NotSigned.
    """
    expect(contract, Phase.OPEN)
    expect_signed(version, signed, rules)
    claim = Claim(by, version, main.now + rules.window)
    return main, Contract(Phase.DISPUTED, contract.deposits, contract.withdrawn, claim)


def challenge(
    main: MainChain, contract: Contract, version: Version, signed: Signatures, rules: Rules
) -> OnChain:
    """Put a version in the place of the claimed one, if it replaces that one.

    Raises WrongPhase, NotSigned, TooLate, NotNewer.
    """
    claim = disputed(contract)
    expect_signed(version, signed, rules)
    if not is_open(main.now, claim.deadline):
        raise TooLate(main.now, claim.deadline)
    if not rules.replaces(version.number, claim.version.number):
        raise NotNewer(version.number, claim.version.number)
    deadline = rules.deadline_after(claim.deadline, main.now, rules.window)
    replaced = Claim(claim.by, version, deadline)
    return main, Contract(Phase.DISPUTED, contract.deposits, contract.withdrawn, replaced)


def punish(main: MainChain, contract: Contract, below: int, rules: Rules) -> OnChain:
    """Show the secret by which the closer has revoked its versions below a number: if the claimed
    one is among them, everything goes to the other side.

    Raises WrongPhase, TooLate, NotRevoked.
    """
    claim = disputed(contract)
    if not is_open(main.now, claim.deadline):
        raise TooLate(main.now, claim.deadline)
    if not rules.punishes(claim.version.number, below):
        raise NotRevoked(claim.version.number, below)
    everything = funds(contract.deposits, contract.withdrawn)
    return paid_out(main, contract, (0, everything) if claim.by == ALICE else (everything, 0))


def settle(main: MainChain, contract: Contract, rules: Rules) -> OnChain:
    """Pay out by the claimed version, strictly after the window.

    Raises WrongPhase, TooEarly.
    """
    claim = disputed(contract)
    if is_open(main.now, claim.deadline):
        raise TooEarly(main.now, claim.deadline)
    shares = rules.split(claim.version, contract.deposits, contract.withdrawn)
    return paid_out(main, contract, shares)


# Anew -------------------------------------------------------------------------------------------


def reopen(contract: Contract) -> Contract:
    """Another channel between the same two, in which there is nothing yet.

    Raises WrongPhase.
    """
    expect(contract, Phase.SETTLED)
    return UNFUNDED


# Shared -----------------------------------------------------------------------------------------


def expect(contract: Contract, phase: Phase) -> None:
    """Raises WrongPhase."""
    if contract.phase != phase:
        raise WrongPhase(contract.phase.name, phase.name)


def disputed(contract: Contract) -> Claim:
    """The claim that waits for the end of its window. Raises WrongPhase."""
    if contract.claim is None:
        raise WrongPhase(contract.phase.name, Phase.DISPUTED.name)
    return contract.claim


def expect_signed(version: Version, signed: Signatures, rules: Rules) -> None:
    """The first version needs no signature, all others those that the rules ask for.

    Raises NotSigned.
    """
    if version != START and not rules.unanimous(signed):
        raise NotSigned(version.number, signed)


def paid_out(main: MainChain, contract: Contract, shares: Pair) -> OnChain:
    """Pay each side its share, in wei; the channel is over. Raises EscrowShort."""
    main = release(release(main, ALICE, ETHER, shares[0]), BOB, ETHER, shares[1])
    return main, Contract(Phase.SETTLED, contract.deposits, contract.withdrawn, None)
