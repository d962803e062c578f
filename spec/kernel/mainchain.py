"""The main chain as every layer-2 contract sees it: a clock, accounts and one escrow.

Money moves between an account and the escrow, and nowhere else, so conservation is one sentence
for all protocols: accounts plus escrow never change, asset by asset.
"""

from collections.abc import Hashable, Mapping

from attrs import define, field, frozen

from spec.kernel.basics import ETHER, GHOST, Asset, Instant, Party, Wei, put, until
from spec.kernel.refusal import Refusal


@define
class CannotAfford(Refusal):
    """The account does not hold what the action costs."""

    party: Party
    asset: Asset
    held: Wei
    needed: Wei


@define
class EscrowShort(Refusal):
    """The contract does not hold what it is asked to pay out."""

    asset: Asset
    held: Wei
    needed: Wei


@frozen
class Standing:
    """An honest party's need to answer, which has been standing for some time."""

    by: Party
    need: Hashable
    """See `Obligation`."""
    bar: Instant = field(metadata=until(lambda standing, rules: standing.bar))
    """By when it is answered at the latest, if the rules take the answer."""


@frozen
class MainChain:
    """Clock, accounts and escrow. Amounts in wei, keyed by (party, asset) and by asset."""

    now: Instant
    """The clock."""
    accounts: Mapping[tuple[Party, Asset], Wei]
    """What each party holds outside the contract."""
    escrow: Mapping[Asset, Wei]
    """What the contract holds."""
    standing: tuple[Standing, ...] = field(default=(), metadata=GHOST)
    """What honest parties have to answer, and by when: for the clock, no rule reads it. The kernel
    keeps it (`spec.kernel.reaction`); whoever makes a new main chain need not hand it on."""


def begin(accounts: Mapping[Party, Wei], *assets: Asset) -> MainChain:
    """A main chain at the beginning: who has how much of each of these assets (ether, where none is
    named); the contract holds nothing."""
    kinds = assets or (ETHER,)
    held = {(party, kind): amount for party, amount in accounts.items() for kind in kinds}
    return MainChain(0, held, dict.fromkeys(kinds, 0))


def lock(main: MainChain, party: Party, asset: Asset, amount: Wei) -> MainChain:
    """Move an amount from the party's account into the escrow. Who has no account holds nothing.

    Raises CannotAfford.
    """
    held = main.accounts.get((party, asset), 0)
    if held < amount:
        raise CannotAfford(party, asset, held, amount)
    return MainChain(
        main.now,
        put(main.accounts, (party, asset), held - amount),
        put(main.escrow, asset, main.escrow[asset] + amount),
    )


def release(main: MainChain, party: Party, asset: Asset, amount: Wei) -> MainChain:
    """Move an amount from the escrow into the party's account, which `begin` has to have opened.

    Raises EscrowShort.
    """
    held = main.escrow[asset]
    if held < amount:
        raise EscrowShort(asset, held, amount)
    return MainChain(
        main.now,
        put(main.accounts, (party, asset), main.accounts[party, asset] + amount),
        put(main.escrow, asset, held - amount),
    )


def total_supply(main: MainChain, asset: Asset) -> Wei:
    """All there is of an asset: every account and the escrow, in wei."""
    held = sum([amount for (_, kind), amount in main.accounts.items() if kind == asset])
    return held + main.escrow[asset]
