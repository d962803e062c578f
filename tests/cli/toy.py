"""A small protocol for trying the command line on: a vault that pays out after a delay.

Alice (honest) and Mallory put one coin in and ask for it back; a week later it is paid. It is
also the example of a rulebook of one's own: EXITGAME_RULEBOOK=tests.cli.toy:TOY.
"""

import os
import sys
from collections.abc import Callable, Mapping

from attrs import define, evolve, field, frozen, validators

from invariants.kernel.claims import (
    Case,
    Finding,
    Invariant,
    Kind,
    Method,
    Rulebook,
    RuleSet,
    Witness,
)
from invariants.kernel.theorems import Expect, assume, theorem
from spec.kernel.basics import DAY, ETHER, WEEK, Party, Seconds, Wei, drop, put
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain, lock, release
from spec.kernel.protocol import CONTRACT, Family, Message, Obligation, Protocol
from spec.kernel.refusal import Refusal

NAMES = ("keeper", "alice", "mallory", "carol")


@frozen
class Wallet:
    patience: Seconds = WEEK


@frozen
class Rules:
    delay: Seconds = field(validator=validators.le(10 * WEEK))
    fee: int
    payout: Callable[[Wei, "Rules"], Wei]
    matures: Callable[[Seconds, "Rules"], Seconds]
    takes: Callable[[Wei, "Rules"], bool]
    wallet: Wallet = Wallet()


def whole(amount: Wei, rules: Rules) -> Wei:
    """What was put in is paid out."""
    return amount - rules.fee


def takes_everything(amount: Wei, rules: Rules) -> bool:
    """Any amount can be put in."""
    return True


def after_delay(started: Seconds, rules: Rules) -> Seconds:
    """An exit waits for the delay."""
    return started + rules.delay


@frozen
class Scope:
    users: int
    coins: int


@frozen
class Request:
    amount: Wei
    started: Seconds


@frozen
class State:
    main: MainChain
    held: Mapping[Party, Wei]
    asked: Mapping[Party, Request]
    gone: tuple[Party, ...]
    """Who was paid, and does not come back."""


@frozen
class PutIn:
    by: Party
    amount: Wei


@frozen
class Ask:
    by: Party


@frozen
class TakeOut:
    by: Party


@define
class NothingThere(Refusal):
    party: Party


@define
class NotTaken(Refusal):
    amount: Wei


@define
class TooEarly(Refusal):
    now: Seconds
    matures: Seconds


def initial(scope: Scope, rules: Rules) -> State:
    accounts = {(Party(p), ETHER): scope.coins for p in range(1, scope.users + 1)}
    return State(MainChain(0, accounts, {ETHER: 0}), {}, {}, ())


def step(state: State, action: object, rules: Rules) -> State:
    match action:
        case Wait(seconds=seconds):
            return evolve(state, main=evolve(state.main, now=state.main.now + seconds))
        case PutIn(by=by, amount=amount):
            if by in state.held or by in state.asked or by in state.gone:
                raise NothingThere(by)
            if not rules.takes(amount, rules):
                raise NotTaken(amount)
            main = lock(state.main, by, ETHER, amount)
            return evolve(state, main=main, held=put(state.held, by, amount))
        case Ask(by=by):
            if by not in state.held:
                raise NothingThere(by)
            request = Request(state.held[by], state.main.now)
            return evolve(state, held=drop(state.held, by), asked=put(state.asked, by, request))
        case TakeOut(by=by):
            if by not in state.asked:
                raise NothingThere(by)
            request = state.asked[by]
            matures = rules.matures(request.started, rules)
            if state.main.now < matures:
                raise TooEarly(state.main.now, matures)
            main = release(state.main, by, ETHER, rules.payout(request.amount, rules))
            gone = tuple(sorted((*state.gone, by)))
            return evolve(state, main=main, asked=drop(state.asked, by), gone=gone)
    raise TypeError(action)


def users(state: State) -> list[Party]:
    return [party for party, _ in state.main.accounts]


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    return tuple(
        Obligation(rules.matures(r.started, rules) + rules.wallet.patience, p, TakeOut(p))
        for p, r in state.asked.items()
        if p == 1
    )


def exact(state: State) -> tuple:
    return (
        state.main.now,
        tuple(state.main.accounts.values()),
        state.main.escrow[ETHER],
        state.gone,
        tuple(sorted(state.held.items())),
        tuple(sorted((p, r.amount, r.started) for p, r in state.asked.items())),
    )


def key(state: State, rules: Rules) -> Callable[[Seconds], tuple]:
    long = rules.delay + rules.wallet.patience + 2
    return lambda now: (
        tuple(state.main.accounts.values()),
        state.main.escrow[ETHER],
        state.gone,
        tuple(sorted(state.held.items())),
        tuple(sorted((p, r.amount, min(now - r.started, long)) for p, r in state.asked.items())),
    )


def shift(state: State, time: Seconds) -> State:
    asked = {p: evolve(r, started=r.started + time) for p, r in state.asked.items()}
    return evolve(state, main=evolve(state.main, now=state.main.now + time), asked=asked)


def describe(action: object) -> str:
    match action:
        case PutIn(amount=amount):
            return f"puts in {amount}"
        case Ask():
            return "asks for it back"
        case TakeOut():
            return "takes it out"
    return str(action)


def someone(state, choose):
    return users(state)[choose(len(users(state)))]


VAULT = Protocol(
    name="toy",
    state=State,
    initial=initial,
    step=step,
    families=(
        Family("put-in", lambda s, r, scope, choose: PutIn(someone(s, choose), 1)),
        Family("ask", lambda s, r, scope, choose: Ask(someone(s, choose))),
        Family("take-out", lambda s, r, scope, choose: TakeOut(someone(s, choose))),
    ),
    obligations=obligations,
    instants=lambda s, r: tuple(r.matures(q.started, r) for q in s.asked.values()),
    room=None,
    key=key,
    shift=shift,
    exact=exact,
    actions=(PutIn, Ask, TakeOut),
    party_name=lambda party: NAMES[party],
    describe=describe,
    groups=lambda state: {"main": state.main, "held": state.held, "asked": state.asked},
)


def waited(before: State, action: TakeOut, after: State, rules: Rules) -> bool:
    return before.main.now - before.asked[action.by].started >= 2 * DAY


def owed(state: State) -> Wei:
    return sum(state.held.values()) + sum(r.amount for r in state.asked.values())


SOON = Invariant(
    "NOT-SOON",
    "Nobody is paid within two days of asking.",
    Kind.TRANSITION,
    waited,
    lambda before, action, after, rules: Finding(
        "paid too soon", {"waited": before.main.now - before.asked[action.by].started}
    ),
    after=(TakeOut,),
)
SOLVENT = Invariant(
    "SOLVENT",
    "The vault holds what it owes.",
    Kind.ALWAYS,
    lambda state, rules: state.main.escrow[ETHER] >= owed(state),
    lambda state, rules: Finding(
        "owes more than it holds", {"owed": owed(state), "held": state.main.escrow[ETHER]}
    ),
)


@theorem("TOY-LATER", "No exit matures before it starts.")
def matures_later(started: Seconds, delay: Seconds) -> bool:
    assume(delay >= 0)
    assume(started >= 0)
    return started + delay >= started


@theorem("TOY-AT-ONCE", "Every exit matures at once.", expect=Expect.REFUTED)
def matures_at_once(started: Seconds, delay: Seconds) -> bool:
    assume(delay >= 0)
    return started + delay == started


PLAIN = Rules(delay=WEEK, fee=0, payout=whole, matures=after_delay, takes=takes_everything)
HASTY = evolve(PLAIN, delay=DAY)

TOY = Rulebook(
    protocol=VAULT,
    rule_sets=(
        RuleSet("toy-vault", PLAIN, "A week's delay.", "made up for the tests"),
        RuleSet("toy-hasty", HASTY, "A day's delay, which is too short.", "made up"),
    ),
    scopes={"pair": Scope(2, 1), "alone": Scope(1, 1)},
    default_rules="toy-vault",
    default_scope="pair",
    settled=lambda state, rules: not state.asked and not state.held,
    invariants=(SOON, SOLVENT),
    witnesses=(
        Witness("PAID", "Somebody is paid.", lambda b, a, s, r: True, after=(TakeOut,)),
        Witness("MALLORY-PAID", "Mallory is paid.", lambda b, a, s, r: a.by == 2, after=(TakeOut,)),
    ),
    theorems=(matures_later, matures_at_once),
    cases=(
        Case("TOY-1", "The vault as it is", Method.EXPLORE, "toy-vault", "pair"),
        Case("TOY-2", "The same at random", Method.FUZZ, "toy-vault", "pair", steps=2_000),
        Case(
            "TOY-3",
            "A day is too short",
            Method.EXPLORE,
            "toy-hasty",
            "pair",
            breaks=(("NOT-SOON", "paid too soon"),),
            explanation="a day's delay is over before the second day",
        ),
    ),
    decisions={
        "payout": ((1, PLAIN), (5, PLAIN)),
        "takes": ((1, PLAIN),),
        "matures": ((0, PLAIN), (0, HASTY)),
    },
    honest=lambda state, scope: (Party(1),),
)


WRONG = evolve(
    TOY,
    witnesses=(Witness("NEVER", "The moon is paid.", lambda b, a, s, r: False),),
    cases=(
        evolve(TOY.cases[0], rule_set="toy-hasty"),
        evolve(TOY.cases[2], breaks=(("NOT-SOON", "something else"),)),
    ),
)

LONG = evolve(
    TOY,
    theorems=(),
    scopes={**TOY.scopes, "crowd": Scope(3, 1)},
    cases=(TOY.cases[1], evolve(TOY.cases[0], id="TOY-LONG", scope="crowd")),
)


def told_as(state: State, action: object) -> Message | None:
    match action:
        case PutIn(by=by, amount=amount):
            return Message("T1", by, (CONTRACT,), f"{amount} coin")
        case Ask(by=by):
            others = tuple(party for party in users(state) if party != by)
            return Message("T2", by, (*others, CONTRACT), "wants it back")
    return None


TALKING = evolve(TOY, protocol=evolve(VAULT, name="talking", message=told_as), cases=())


def sorted_out(amount: Wei, rules: Rules) -> Wei:
    """Every amount is paid in its own way: too many to be a table of all cases."""
    if amount > 1_000:
        return dear(amount)
    return amount


def dear(amount: Wei) -> Wei:
    """What is paid depends on the last digit."""
    for digit in range(9):
        if amount % 10 == digit:
            return amount - digit
    return amount


def at_once(started: Seconds, rules: Rules) -> Seconds:
    """An exit waits for nothing."""
    return started


TWO_WAYS = evolve(
    TOY,
    protocol=evolve(VAULT, name="ways"),
    rule_sets=(
        RuleSet("long", evolve(PLAIN, payout=sorted_out), "Digits.", "made up"),
        RuleSet("plain", evolve(PLAIN, matures=at_once), "No digits.", "made up"),
        RuleSet("hasty", evolve(PLAIN, payout=sorted_out, matures=at_once), "Digits.", "made up"),
    ),
    default_rules="long",
    cases=(),
)


def talks(amount: Wei, rules: Rules) -> Wei:
    """A rule that says something in every way there is."""
    print("PRINTED")
    sys.stdout.write("WRITTEN\n")
    os.write(1, b"RAW\n")
    return amount


NOISY = evolve(
    TOY,
    protocol=evolve(VAULT, name="noisy"),
    rule_sets=(RuleSet("noisy", evolve(PLAIN, payout=talks), "It talks.", "made up"),),
    default_rules="noisy",
    cases=(evolve(TOY.cases[0], rule_set="noisy"),),
)
