"""A small protocol for testing the checkers: a vault with delayed withdrawals.

Anybody may ask to withdraw a deposit. Whoever asks for somebody else's can be stopped within the
contest period, and the honest owner does so. After the period anybody may finish the withdrawal.
"""

from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, frozen

from invariants.kernel.claims import Finding, Invariant, Kind, Rulebook, RuleSet, Witness
from spec.kernel.basics import DAY, ETHER, Party, Seconds, Wei, put
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain, lock, release, total_supply
from spec.kernel.protocol import Choose, Family, Obligation, Protocol
from spec.kernel.refusal import Refusal

ALICE, MALLORY = Party(0), Party(1)
OPEN, ASKED, PAID, STOPPED = range(4)


@frozen
class Deposit:
    amount: Wei
    by: Party


@frozen
class Ask:
    place: int
    by: Party


@frozen
class Contest:
    place: int
    by: Party


@frozen
class Finish:
    place: int
    by: Party


@frozen
class Entry:
    owner: Party
    amount: Wei
    status: int
    taker: Party
    asked: Seconds


@frozen
class State:
    main: MainChain
    vault: Mapping[int, Entry]
    owed: Mapping[Party, Wei]


@frozen
class Rules:
    period: Seconds = 7 * DAY
    may_finish: Any = None
    answer: bool = True


@frozen
class Scope:
    deposits: int = 2
    money: Wei = 3


@define
class NoSuchEntry(Refusal):
    place: int


@define
class WrongStatus(Refusal):
    status: int
    needed: int


@define
class TooEarly(Refusal):
    now: Seconds
    needed: Seconds


def in_time(entry: Entry, now: Seconds, period: Seconds) -> bool:
    """Was the contest period over?"""
    return now > entry.asked + period


def a_second_early(entry: Entry, now: Seconds, period: Seconds) -> bool:
    """Finishes within the contest period: the honest owner can be too late."""
    return now >= entry.asked + period - 1


def divides(entry: Entry, now: Seconds, period: Seconds) -> bool:
    """A rule that raises."""
    return now // abs(entry.amount - 2) > 0


def only_before_day_hundred(entry: Entry, now: Seconds, period: Seconds) -> bool:
    """A rule that reads the absolute time."""
    return in_time(entry, now, period) and now < 100 * DAY


GOOD = Rules(may_finish=in_time)
EARLY = Rules(may_finish=a_second_early)
RAISES = Rules(may_finish=divides)
ABSOLUTE = Rules(may_finish=only_before_day_hundred)
LAZY = Rules(may_finish=in_time, answer=False)


def initial(scope: Scope, rules: Rules) -> State:
    accounts = {(ALICE, ETHER): scope.money, (MALLORY, ETHER): scope.money}
    return State(MainChain(0, accounts, {ETHER: 0}), {}, {ALICE: 0, MALLORY: 0})


def entry_at(state: State, place: int, status: int) -> Entry:
    if place not in state.vault:
        raise NoSuchEntry(place)
    entry = state.vault[place]
    if entry.status != status:
        raise WrongStatus(entry.status, status)
    return entry


def step(state: State, action: Any, rules: Rules) -> State:
    match action:
        case Wait(seconds=seconds):
            return evolve(state, main=evolve(state.main, now=state.main.now + seconds))
        case Deposit(amount=amount, by=by):
            entry = Entry(by, amount, OPEN, by, 0)
            return evolve(
                state,
                main=lock(state.main, by, ETHER, amount),
                vault=put(state.vault, len(state.vault), entry),
                owed=put(state.owed, by, state.owed[by] + amount),
            )
        case Ask(place=place, by=by):
            entry = evolve(
                entry_at(state, place, OPEN), status=ASKED, taker=by, asked=state.main.now
            )
            return evolve(state, vault=put(state.vault, place, entry))
        case Contest(place=place):
            entry = entry_at(state, place, ASKED)
            if entry.taker == entry.owner:
                raise WrongStatus(ASKED, ASKED)
            if state.main.now > entry.asked + rules.period:
                raise TooEarly(state.main.now, entry.asked + rules.period)
            entry = evolve(entry, status=STOPPED, asked=0)
            return evolve(state, vault=put(state.vault, place, entry))
        case Finish(place=place):
            entry = entry_at(state, place, ASKED)
            if not rules.may_finish(entry, state.main.now, rules.period):
                raise TooEarly(state.main.now, entry.asked + rules.period)
            owed = state.owed
            if entry.taker == entry.owner:
                owed = put(owed, entry.owner, owed[entry.owner] - entry.amount)
            return evolve(
                state,
                main=release(state.main, entry.taker, ETHER, entry.amount),
                vault=put(state.vault, place, evolve(entry, status=PAID, asked=0)),
                owed=owed,
            )
        case _:
            raise AssertionError(action)


def _deposits(state: State, rules: Rules, scope: Scope, choose: Choose) -> Any:
    if len(state.vault) >= scope.deposits:
        return None
    return Deposit(1 + choose(2), (ALICE, MALLORY)[choose(2)])


def _asks(state: State, rules: Rules, scope: Scope, choose: Choose) -> Any:
    if not state.vault:
        return None
    place = choose(len(state.vault))
    taker = (ALICE, MALLORY)[choose(2)]
    if taker == ALICE and state.vault[place].owner != ALICE:
        return None
    return Ask(place, taker)


def _finishes(state: State, rules: Rules, scope: Scope, choose: Choose) -> Any:
    return Finish(choose(len(state.vault)), MALLORY) if state.vault else None


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    if not rules.answer:
        return ()
    return tuple(
        Obligation(entry.asked + rules.period, ALICE, Contest(place, ALICE))
        for place, entry in state.vault.items()
        if entry.status == ASKED and entry.owner == ALICE and entry.taker != ALICE
    )


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    return tuple(e.asked + rules.period for e in state.vault.values() if e.status == ASKED)


def _entries(state: State, now: Seconds, period: Seconds) -> tuple[Any, ...]:
    return tuple(
        (
            e.owner,
            e.amount,
            e.status,
            e.taker,
            min(now - e.asked, period + 2) if e.status == ASKED else 0,
        )
        for _, e in sorted(state.vault.items())
    )


def key(state: State, rules: Rules) -> Any:
    return lambda now: (
        tuple(sorted(state.main.accounts.items())),
        tuple(sorted(state.owed.items())),
        _entries(state, now, rules.period),
    )


def wrong_key(state: State, rules: Rules) -> Any:
    """Forgets when a withdrawal was asked for."""
    return lambda now: (
        tuple(sorted(state.main.accounts.items())),
        tuple((e.owner, e.amount, e.status, e.taker) for e in state.vault.values()),
    )


def exact(state: State) -> Any:
    return (
        state.main.now,
        tuple(sorted(state.main.accounts.items())),
        tuple(sorted(state.owed.items())),
        tuple(
            (p, e.owner, e.amount, e.status, e.taker, e.asked)
            for p, e in sorted(state.vault.items())
        ),
    )


def shift(state: State, time: Seconds) -> State:
    moved = {
        p: evolve(e, asked=e.asked + time) if e.status == ASKED else e
        for p, e in state.vault.items()
    }
    return evolve(state, main=evolve(state.main, now=state.main.now + time), vault=moved)


def protocol(key: Any = key) -> Any:
    return Protocol(
        name="toy-vault",
        state=State,
        initial=initial,
        step=step,
        families=(
            Family("deposit", _deposits, 2),
            Family("ask", _asks, 3),
            Family("finish", _finishes, 2),
        ),
        obligations=obligations,
        instants=instants,
        room=None,
        key=key,
        shift=shift,
        exact=exact,
        actions=(Deposit, Ask, Contest, Finish, Wait),
        party_name=lambda party: ("alice", "mallory")[party],
        describe=str,
        groups=lambda s: {"main": s.main, "vault": s.vault, "owed": s.owed},
    )


def _solvent(state: State, rules: Rules) -> bool:
    return state.main.escrow[ETHER] >= sum(state.owed.values())


def _solvency(state: State, rules: Rules) -> Finding:
    held, owed = state.main.escrow[ETHER], sum(state.owed.values())
    victim = next(e for e in state.vault.values() if e.status == PAID and e.taker != e.owner)
    cause = "alice is robbed" if victim.owner == ALICE else "mallory robs itself"
    return Finding(cause, {"held": held, "owed": owed})


def _conserved(before: State, action: Any, after: State, rules: Rules) -> bool:
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def _everything_paid(state: State, rules: Rules) -> bool:
    return all(e.status != ASKED for e in state.vault.values())


INVARIANTS = (
    Invariant(
        "SOLVENT",
        "The vault can pay everybody.",
        Kind.ALWAYS,
        _solvent,
        _solvency,
        reads=("main", "owed"),
    ),
    Invariant(
        "CONSERVED",
        "No action makes or destroys money.",
        Kind.TRANSITION,
        _conserved,
        lambda before, action, after, rules: Finding("money made", {}),
        after=(Deposit, Finish),
    ),
    Invariant(
        "PAID",
        "In the end nothing is pending.",
        Kind.SETTLED,
        _everything_paid,
        lambda state, rules: Finding("left pending", {}),
    ),
)

WITNESSES = (
    Witness("CONTESTED", "Alice stops a theft.", lambda b, a, c, r: True, after=(Contest,)),
    Witness("RICH", "A deposit of 7.", lambda b, a, c, r: a.amount == 7, after=(Deposit,)),
)


def rulebook(key: Any = key) -> Rulebook:
    """The toy's rulebook; mallory cannot rob itself, because nobody takes from mallory."""
    return Rulebook(
        protocol=protocol(key),
        rule_sets=(RuleSet("toy", GOOD, "as meant", "here"),),
        scopes={"small": Scope(), "large": Scope(deposits=4, money=6)},
        default_rules="toy",
        default_scope="small",
        settled=lambda s, r: all(e.status in (PAID, STOPPED) for e in s.vault.values()),
        invariants=INVARIANTS,
        witnesses=WITNESSES,
    )


TOY = rulebook()
