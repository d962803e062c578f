"""The decisions about towers, and the record that holds them.

A rule change is a value: ``attrs.evolve(ACCOUNTABLE, earns=to_the_first)``. The channel's own rules
are a part of the record. Of each decision, the first definition is the one of the sound rules; what
follows it are other readings and weaknesses.

Source: reference section 7 (watchtower) and 3 (monitoring service); PISA; bolt13.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.payment.contract import Contract, OnChain, challenge, punish
from spec.channels.payment.rules import Rules as ChannelRules
from spec.channels.payment.versions import Signatures, Version
from spec.channels.watchtower.strategy import Customer, Tower
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.mainchain import MainChain

not_negative = validators.ge(0)


@frozen
class Remedy:
    """What answers a stale claim, by the channel's rules: a newer version, or a penalty."""

    applies: Callable[[MainChain, Contract, Version, Signatures, int, ChannelRules], OnChain]
    """(main, channel, version, signed, newest, rules): the answer, given to the channel."""
    opens: Callable[[int, int], bool]
    """(locator, claimed): does a claim of that version open the appointment?"""
    needed: Callable[[int], tuple[int, ...]]
    """(newest): the locators of the appointments that answer every stale claim."""
    backed: Callable[[int, int], bool]
    """(number, newest): is there an answer with a version of this number in it?"""
    unanswered: Callable[[int, int], bool]
    """(locator, settled): would the appointment have answered the version that was paid out?"""
    owed: Callable[[Wei, Wei], Wei]
    """(share, funds): what the answer would have brought the customer, given its share by the
    version in it and all that the channel holds; in wei."""


@frozen
class Rules:
    """Everything that the towers' contract decides, the channel's rules, and the strategies."""

    channel: ChannelRules
    bond: Wei = field(validator=not_negative)
    """What a tower locks."""
    reward: Wei = field(validator=not_negative)
    """What an answer is paid. Each side of the channel locks as much, to pay it from."""
    recourse_window: Seconds = field(validator=not_negative)
    """Receipts can be shown this long after the channel ended."""
    unbonding_period: Seconds = field(validator=not_negative)
    """A tower that wants its bond back announces it so long before."""
    grace: Seconds = field(validator=not_negative)
    """The customer's own share of the window: towers answer only after it."""

    remedy: Remedy
    readable: Callable[[bool], bool]
    """(opened): can a tower read an appointment?"""
    concerns: Callable[[int, int], bool]
    """(named, this): does a receipt that names a channel count in this one?"""
    counts: Callable[[bool], bool]
    """(breached): is there recourse after this end of the channel?"""
    admits: Callable[[bool], bool]
    """(good): is a receipt taken, whose content is a good answer or not?"""
    award: Callable[[Wei, Wei], Wei]
    """(bond, missing): what a forfeited bond pays the customer, in wei."""
    earns: Callable[[Party | None, Party], Party]
    """(before, by): who gets the reward, when one more tower has answered?"""
    pays_reward: Callable[[Party, Party], Party]
    """(customer, cheater): whose stake pays it?"""
    unbonds: Callable[[Seconds, Seconds, "Rules"], bool]
    """(announced, now, rules): can the bond be withdrawn?"""

    customer: Customer
    tower: Tower


# What answers a stale claim ---------------------------------------------------------------------


def by_newer_version(
    main: MainChain,
    channel: Contract,
    version: Version,
    signed: Signatures,
    newest: int,
    rules: ChannelRules,
) -> OnChain:
    """Put the version in the place of the claimed one. Raises what the channel refuses it with."""
    return challenge(main, channel, version, signed, rules)


def by_penalty(
    main: MainChain,
    channel: Contract,
    version: Version,
    signed: Signatures,
    newest: int,
    rules: ChannelRules,
) -> OnChain:
    """Show the secret by which this version was revoked, if it was: then a newer one is signed.

    Raises what the channel refuses it with.
    """
    return punish(main, channel, min(version.number + 1, newest), rules)


def by_older_claims(locator: int, claimed: int) -> bool:
    """A claim of any older version: the newest state replaces it."""
    return claimed < locator


def by_this_claim(locator: int, claimed: int) -> bool:
    """A claim of this very version: it was revoked, and each has its own penalty."""
    return claimed == locator


def only_the_newest(newest: int) -> tuple[int, ...]:
    """One appointment is enough, once there is anything to lose."""
    return (newest,) if newest > 0 else ()


def every_revoked_one(newest: int) -> tuple[int, ...]:
    """One appointment for each revoked version."""
    return tuple(range(newest))


def any_signed_one(number: int, newest: int) -> bool:
    """Whatever both have signed."""
    return True


def any_revoked_one(number: int, newest: int) -> bool:
    """The newest version is not revoked."""
    return number < newest


def sealed(opened: bool) -> bool:
    """Until a claim opens it, an appointment is a locator and noise."""
    return opened


def plain(opened: bool) -> bool:
    """Appointments are sent in the clear."""
    return True


# Recourse ---------------------------------------------------------------------------------------


def its_share(share: Wei, funds: Wei) -> Wei:
    """The version would have stood."""
    return share


def everything_there_is(share: Wei, funds: Wei) -> Wei:
    """The cheater would have lost everything."""
    return funds


def older_was_paid(locator: int, settled: int) -> bool:
    """The channel ended with an older version than the one that the tower was given."""
    return settled < locator


def this_was_paid(locator: int, settled: int) -> bool:
    """The channel ended with the very version that the tower was to punish."""
    return settled == locator


def whatever_was_paid(locator: int, settled: int) -> bool:
    """Nobody compares numbers."""
    return True


def this_channel(named: int, this: int) -> bool:
    """A receipt counts in the channel that it names."""
    return named == this


def any_channel(named: int, this: int) -> bool:
    """Nobody looks at the channel."""
    return True


def breaches(breached: bool) -> bool:
    """No tower can answer where both sides end the channel together, or the customer closes."""
    return breached


def every_end(breached: bool) -> bool:
    """However the channel ended."""
    return True


def opened_and_good(good: bool) -> bool:
    """The customer opens what it had sealed, and it must be an answer that the channel would have
    taken: a tower can't look into it before."""
    return good


def unopened(good: bool) -> bool:
    """The signed locator is enough."""
    return True


def what_is_missing(bond: Wei, missing: Wei) -> Wei:
    """As much of the bond as the customer lost; what is left of it is burned."""
    return min(bond, missing)


def the_whole_bond(bond: Wei, missing: Wei) -> Wei:
    """All of the bond, whatever was lost."""
    return bond


# Reward -----------------------------------------------------------------------------------------


def to_the_last(before: Party | None, by: Party) -> Party:
    """The tower whose answer stands. Source: Raiden (a newer proof takes the reward over)."""
    return by


def to_the_first(before: Party | None, by: Party) -> Party:
    """The tower that was there first, whatever it showed."""
    return by if before is None else before


def from_the_cheater(customer: Party, cheater: Party) -> Party:
    """Whoever claimed a stale version pays for the answer."""
    return cheater


def from_the_customer(customer: Party, cheater: Party) -> Party:
    """Whoever hired the tower pays it. Source: Raiden (it comes out of the user's deposit)."""
    return customer


# The bond ---------------------------------------------------------------------------------------


def after_notice(announced: Seconds, now: Seconds, rules: Rules) -> bool:
    """A bond goes home when its notice is over."""
    return now > announced + rules.unbonding_period


def at_once(announced: Seconds, now: Seconds, rules: Rules) -> bool:
    """A bond goes home when the tower likes."""
    return True


# When towers answer, when receipts count --------------------------------------------------------


def answers_from(claimed_at: Seconds, rules: Rules) -> Seconds:
    """The first moment at which a tower may answer a claim. Source: Raiden (a monitoring service
    acts after a share of the window)."""
    return claimed_at + rules.grace


def recourse_until(ended: Seconds, rules: Rules) -> Seconds:
    """The last moment at which a receipt can be shown."""
    return ended + rules.recourse_window
