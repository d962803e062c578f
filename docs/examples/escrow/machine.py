"""A protocol of one's own, from nothing: an escrow for payments in one direction.

Alice locks money for Bob on the main chain. Off chain she signs promises: "so much of it is yours",
each one larger than the last. Bob claims with his best promise and Alice gets the rest. If he has
not claimed when the escrow's lifetime is over, she takes everything back.

It promises Bob that he gets what he was promised if he claims in time, and Alice that nobody takes
more than she promised, and that her money comes home.

Assumed: signatures are ideal (nobody shows a promise that Alice did not sign), and the main chain
takes every transaction in time.

`claims.py` has what is claimed of it, and the rulebook that the command line takes.
"""

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from typing import Any

from attrs import define, evolve, field, frozen, validators

from spec.kernel.ages import ages, common_unit
from spec.kernel.basics import DAY, ETHER, WEEK, Instant, Party, Seconds, Wei, only
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.mainchain import MainChain, lock, release
from spec.kernel.protocol import Obligation, Protocol, listed
from spec.kernel.refusal import Refusal

ALICE, BOB = Party(1), Party(2)
NAMES = {ALICE: "alice", BOB: "bob", CLOCK: "time"}

# What there is ----------------------------------------------------------------------------------


class Stage(Enum):
    """What has become of the escrow."""

    NONE = 0
    OPEN = 1
    CLAIMED = 2
    REFUNDED = 3


@frozen
class Contract:
    """The escrow contract on the main chain."""

    stage: Stage
    opened: Instant = field(metadata=only(lambda contract: contract.stage != Stage.NONE))
    amount: Wei


@frozen
class State:
    """Everything: what is public, what Bob was shown, and who follows the strategy."""

    main: MainChain
    contract: Contract
    promised: Wei
    """The best promise that Bob holds; only he and Alice know it."""
    honest: tuple[Party, ...]


# What can be done -------------------------------------------------------------------------------


@frozen
class Open:
    """Lock an amount for Bob."""

    by: Party
    amount: Wei


@frozen
class Promise:
    """Sign a larger promise and send it to Bob, off chain."""

    by: Party
    total: Wei


@frozen
class Claim:
    """Show the contract a promise: Bob gets its amount, Alice the rest."""

    by: Party
    total: Wei


@frozen
class Refund:
    """Take everything back, because nobody claimed."""

    by: Party


# The decisions ----------------------------------------------------------------------------------


@frozen
class Payee:
    """The strategy of an honest Bob."""

    claims: bool = True
    """Does he claim what he was promised?"""


@frozen
class Rules:
    """What the contract decides, and the honest strategy."""

    lifetime: Seconds = field(validator=validators.ge(1))
    """Bob has this long to claim, from the opening."""
    patience: Seconds = field(validator=validators.ge(0))
    """Alice takes her money back at most this long after that."""

    claimable: Callable[[Seconds, Seconds, "Rules"], bool]
    """Can Bob claim now, when the escrow was opened then?"""
    refundable: Callable[[Seconds, Seconds, "Rules"], bool]
    """Can Alice take her money back now?"""

    payee: Payee = Payee()


def within_lifetime(opened: Seconds, now: Seconds, rules: Rules) -> bool:
    """A claim is taken up to the last second of the lifetime, and in that second too."""
    return now <= opened + rules.lifetime


def after_lifetime(opened: Seconds, now: Seconds, rules: Rules) -> bool:
    """The money goes back when the lifetime is over, and not before."""
    return now > opened + rules.lifetime


def from_the_last_second(opened: Seconds, now: Seconds, rules: Rules) -> bool:
    """Off by one: in the last second both can act, and whoever comes first wins."""
    return now >= opened + rules.lifetime


SOUND = Rules(lifetime=WEEK, patience=DAY, claimable=within_lifetime, refundable=after_lifetime)
HASTY = evolve(SOUND, refundable=from_the_last_second)

# The steps --------------------------------------------------------------------------------------


@define
class WrongStage(Refusal):
    """The escrow is not, or no longer, in the stage for this."""

    stage: Stage
    needed: Stage


@define
class NotTheirs(Refusal):
    """This is for another party to do."""

    by: Party
    needed: Party


@define
class NotLarger(Refusal):
    """A promise has to be larger than the last one, and can't be more than is locked."""

    total: Wei
    promised: Wei
    locked: Wei


@define
class NeverPromised(Refusal):
    """Alice signed no such promise."""

    total: Wei
    promised: Wei


@define
class TooLate(Refusal):
    """The time to claim is over. An honest Bob gives nothing for a promise then."""

    opened: Seconds
    now: Seconds


@define
class TooEarly(Refusal):
    """The escrow's lifetime is not over."""

    opened: Seconds
    now: Seconds


@define
class Folly(Refusal):
    """An honest Bob shows his best promise, and no smaller one."""

    total: Wei
    promised: Wei


def needs(state: State, action: Any, by: Party, stage: Stage) -> None:
    """Raises NotTheirs or WrongStage."""
    if action.by != by:
        raise NotTheirs(action.by, by)
    if state.contract.stage != stage:
        raise WrongStage(state.contract.stage, stage)


def open_escrow(state: State, action: Open, rules: Rules) -> State:
    """Alice's money moves into the contract, and the lifetime begins."""
    needs(state, action, ALICE, Stage.NONE)
    main = lock(state.main, ALICE, ETHER, action.amount)
    return evolve(state, main=main, contract=Contract(Stage.OPEN, main.now, action.amount))


def promise(state: State, action: Promise, rules: Rules) -> State:
    """Bob holds a better promise, and counts on it."""
    needs(state, action, ALICE, Stage.OPEN)
    contract, now = state.contract, state.main.now
    if not state.promised < action.total <= contract.amount:
        raise NotLarger(action.total, state.promised, contract.amount)
    if not rules.claimable(contract.opened, now, rules):
        raise TooLate(contract.opened, now)
    return evolve(state, promised=action.total)


def claim(state: State, action: Claim, rules: Rules) -> State:
    """Bob is paid what he shows, Alice gets the rest."""
    needs(state, action, BOB, Stage.OPEN)
    contract, now = state.contract, state.main.now
    if action.total > state.promised:
        raise NeverPromised(action.total, state.promised)
    if BOB in state.honest and action.total < state.promised:
        raise Folly(action.total, state.promised)
    if not rules.claimable(contract.opened, now, rules):
        raise TooLate(contract.opened, now)
    main = release(state.main, BOB, ETHER, action.total)
    main = release(main, ALICE, ETHER, contract.amount - action.total)
    return evolve(state, main=main, contract=evolve(contract, stage=Stage.CLAIMED))


def refund(state: State, action: Refund, rules: Rules) -> State:
    """Alice gets everything."""
    needs(state, action, ALICE, Stage.OPEN)
    contract, now = state.contract, state.main.now
    if not rules.refundable(contract.opened, now, rules):
        raise TooEarly(contract.opened, now)
    main = release(state.main, ALICE, ETHER, contract.amount)
    return evolve(state, main=main, contract=evolve(contract, stage=Stage.REFUNDED))


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    Open: open_escrow,
    Promise: promise,
    Claim: claim,
    Refund: refund,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal; then nothing happened."""
    return TRANSITIONS[type(action)](state, action, rules)


# What honest parties must do --------------------------------------------------------------------


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """Bob claims what he was promised, Alice takes back what nobody claimed."""
    contract = state.contract
    if contract.stage != Stage.OPEN:
        return ()
    end = contract.opened + rules.lifetime
    duties = []
    if BOB in state.honest and rules.payee.claims and state.promised > 0:
        duties.append(Obligation(end, BOB, Claim(BOB, state.promised)))
    if ALICE in state.honest:
        duties.append(Obligation(end + rules.patience, ALICE, Refund(ALICE), opens=end + 1))
    return tuple(duties)


# What is worth trying ---------------------------------------------------------------------------


@frozen
class Scope:
    """How much may happen: what Alice has, and who follows the strategy."""

    money: Wei = 2
    honest: tuple[Party, ...] = (BOB,)


def initial(scope: Scope, rules: Rules) -> State:
    """Alice has the money, and nothing is locked."""
    accounts = {(ALICE, ETHER): scope.money, (BOB, ETHER): 0}
    return State(
        main=MainChain(0, accounts, {ETHER: 0}),
        contract=Contract(Stage.NONE, 0, 0),
        promised=0,
        honest=scope.honest,
    )


def amounts(scope: Scope) -> range:
    """Every amount that the scope has room for."""
    return range(1, scope.money + 1)


FAMILIES = (
    listed("open", lambda state, rules, scope: [Open(ALICE, n) for n in amounts(scope)]),
    listed("promise", lambda state, rules, scope: [Promise(ALICE, n) for n in amounts(scope)]),
    listed("claim", lambda state, rules, scope: [Claim(BOB, n) for n in amounts(scope)]),
    listed("refund", lambda state, rules, scope: [Refund(ALICE)]),
)


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When the lifetime ends, and when Alice's patience does."""
    if state.contract.stage != Stage.OPEN:
        return ()
    end = state.contract.opened + rules.lifetime
    return end, end + rules.patience


# When two states are the same -------------------------------------------------------------------


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """All that can matter: of the opening only how long ago it was, and only while it is open."""
    contract = state.contract
    lasting = (
        contract.stage.value,
        contract.amount,
        state.promised,
        state.main.accounts[ALICE, ETHER],
        state.main.accounts[BOB, ETHER],
    )
    if contract.stage != Stage.OPEN:
        return lambda now: lasting
    unit = common_unit(rules.lifetime, rules.patience)
    last = contract.opened + rules.lifetime + rules.patience
    return lambda now: (lasting, ages(((contract.opened, last),), now, unit))


def forgetful_key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """A wrong one: it does not say how long the escrow has been open."""
    contract = state.contract
    lasting = (contract.stage.value, contract.amount, state.promised)
    return lambda now: lasting


# The machine ------------------------------------------------------------------------------------


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Open(amount=amount):
            return f"locks {amount} for bob"
        case Promise(total=total):
            return f"promises {total} in all"
        case Claim(total=total):
            return f"claims {total}"
        case Refund():
            return "takes everything back"
    return str(action)


def groups(state: State) -> Mapping[str, Any]:
    """The state's groups by name."""
    return {"main": state.main, "contract": state.contract, "promised": state.promised}


def is_over(state: State) -> bool:
    """Has the contract paid out everything?"""
    return state.contract.stage in (Stage.CLAIMED, Stage.REFUNDED)


def settled(state: State, rules: Rules) -> bool:
    """Is it over, or is the time over in which anybody honest had something to do?"""
    contract = state.contract
    if contract.stage == Stage.OPEN:
        return state.main.now > contract.opened + rules.lifetime + rules.patience
    return is_over(state)


MACHINE: Protocol[State, Rules, Scope] = Protocol(
    name="escrow",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    room=None,
    key=key,
    actions=tuple(TRANSITIONS),
    party_name=lambda party: NAMES[party],
    describe=describe,
    groups=groups,
)
