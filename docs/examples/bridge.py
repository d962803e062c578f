"""An optimistic bridge: what is asserted of another chain is believed unless somebody objects.

Alice locks money in the bridge and has it on layer 2. There she burns what she wants back. The
proposer asserts on the main chain what was burned, and puts up a bond. For a while anybody may
prove an assertion false, and then gets the bond. What nobody disproved is confirmed, and paid.

It promises Alice that the bridge always holds what is hers, and that what she burned comes home, if
only one honest watcher looks at each assertion in time. Without one it promises nothing.

Assumed: whether an assertion is false can be proved on the main chain (fraud proofs are ideal), and
the main chain takes every transaction in time.
"""

from collections.abc import Callable

from attrs import evolve, field, frozen, validators

from invariants.kernel.claims import Rulebook, RuleSet
from invariants.kernel.stock import always, at_rest, conserved, explored, happens, proved
from invariants.kernel.theorems import assume, refuted
from spec.kernel.action import Call, Own
from spec.kernel.basics import DAY, ETHER, WEEK, Instant, Party, Seconds, Wei
from spec.kernel.declared import declared, offers
from spec.kernel.mainchain import MainChain, begin, lock, release
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusing

PROPOSER, ALICE, VERA = Party(0), Party(1), Party(2)

# What there is ----------------------------------------------------------------------------------


@frozen
class Assertion:
    """What the proposer says was burned: so much by Alice, so much by itself."""

    asserted: Instant
    alice: Wei
    proposer: Wei


@frozen
class Layer2:
    """Alice's balance on layer 2, and what she burned there and was not paid yet."""

    alice: Wei
    burned: Wei


@frozen
class State:
    """Everything: the main chain, the bridge's one pending assertion with its bond, layer 2."""

    main: MainChain
    pending: Assertion | None
    bond: Wei
    layer2: Layer2
    honest: tuple[Party, ...]


# The decisions ----------------------------------------------------------------------------------


@frozen
class Rules:
    """What the bridge decides, and how long the honest take."""

    window: Seconds = field(validator=validators.ge(1))
    """An assertion can be disproved for this long."""
    patience: Seconds = field(validator=validators.ge(0))
    """Who is honest asserts, and confirms, at most this long after it can."""
    stake: Wei = field(validator=validators.ge(0))
    """The bond of an assertion."""
    disputable: Callable[[Instant, Instant, "Rules"], bool]
    """Can what was asserted then be disproved now?"""
    confirmable: Callable[[Instant, Instant, "Rules"], bool]
    """Can what was asserted then be confirmed now?"""
    false: Callable[[Assertion, Layer2], bool]
    """Is there a proof that the assertion is false?"""


def within_window(asserted: Instant, now: Instant, rules: Rules) -> bool:
    """An objection is heard up to the last second of the window, and in that second too."""
    return now <= asserted + rules.window


def after_window(asserted: Instant, now: Instant, rules: Rules) -> bool:
    """What nobody disproved counts when the window is over, and not before."""
    return now > asserted + rules.window


def from_the_last_second(asserted: Instant, now: Instant, rules: Rules) -> bool:
    """Off by one: in the last second it can be confirmed before the objection comes."""
    return now >= asserted + rules.window


def more_than_burned(made: Assertion, layer2: Layer2) -> bool:
    """The proposer burned nothing, and Alice what layer 2 says."""
    return made.alice > layer2.burned or made.proposer > 0


def more_for_alice(made: Assertion, layer2: Layer2) -> bool:
    """A proof that forgets to look at the proposer's own share."""
    return made.alice > layer2.burned


SOUND = Rules(WEEK, DAY, 1, within_window, after_window, more_than_burned)
HASTY = evolve(SOUND, confirmable=from_the_last_second)
BLIND = evolve(SOUND, false=more_for_alice)

# The steps --------------------------------------------------------------------------------------

Pending = Refusing[Instant]("Pending", "the assertion from {asserted} has not been decided")
NonePending = Refusing[Party]("NonePending", "{by} finds no assertion here")
NotHeld = Refusing[Wei, Wei]("NotHeld", "alice has {held} on layer 2, and not {amount}")
TooLate = Refusing[Instant, Instant]("TooLate", "asserted at {asserted}, it stands at {now}")
TooEarly = Refusing[Instant, Instant]("TooEarly", "asserted at {asserted}, it is open at {now}")
NotFalse = Refusing[Wei, Wei]("NotFalse", "that {alice} and {proposer} were burned is true")
Folly = Refusing[Wei, Wei]("Folly", "the honest assert what was burned, not {alice}, {proposer}")


def pending(state: State, by: Party) -> Assertion:
    """The assertion that is pending. Raises NonePending."""
    if state.pending is None:
        raise NonePending(by)
    return state.pending


class Deposit(Call, says="deposits {amount}", only=ALICE):
    """Lock money in the bridge, and have it on layer 2."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises CannotAfford."""
        layer2 = evolve(state.layer2, alice=state.layer2.alice + self.amount)
        return evolve(state, main=lock(state.main, ALICE, ETHER, self.amount), layer2=layer2)


class Burn(Own, says="burns {amount} on layer 2", only=ALICE):
    """Burn money on layer 2, to have it back on the main chain."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotHeld."""
        held, burned = state.layer2.alice, state.layer2.burned
        if self.amount > held:
            raise NotHeld(held, self.amount)
        return evolve(state, layer2=Layer2(held - self.amount, burned + self.amount))


class Assert(Call, says="asserts that alice burned {alice}, itself {proposer}", only=PROPOSER):
    """Say what was burned, and put up the bond."""

    alice: Wei
    proposer: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises Pending, Folly or CannotAfford."""
        if state.pending is not None:
            raise Pending(state.pending.asserted)
        if PROPOSER in state.honest and (self.alice, self.proposer) != (state.layer2.burned, 0):
            raise Folly(self.alice, self.proposer)
        made = Assertion(state.main.now, self.alice, self.proposer)
        main = lock(state.main, PROPOSER, ETHER, rules.stake)
        return evolve(state, main=main, pending=made, bond=rules.stake)


class Disprove(Call, says="disproves what is pending"):
    """Prove the assertion false: it is gone, and whoever proves it has the bond."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NonePending, TooLate or NotFalse."""
        made, now = pending(state, self.by), state.main.now
        if not rules.disputable(made.asserted, now, rules):
            raise TooLate(made.asserted, now)
        if not rules.false(made, state.layer2):
            raise NotFalse(made.alice, made.proposer)
        main = release(state.main, self.by, ETHER, state.bond)
        return evolve(state, main=main, pending=None, bond=0)


class Confirm(Call, says="has what is pending paid"):
    """Nobody disproved it in time: what was asserted is paid, and the bond goes back."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NonePending, TooEarly or EscrowShort."""
        made, now = pending(state, self.by), state.main.now
        if not rules.confirmable(made.asserted, now, rules):
            raise TooEarly(made.asserted, now)
        main = release(state.main, ALICE, ETHER, made.alice)
        main = release(main, PROPOSER, ETHER, made.proposer + state.bond)
        layer2 = evolve(state.layer2, burned=max(0, state.layer2.burned - made.alice))
        return evolve(state, main=main, pending=None, bond=0, layer2=layer2)


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """Vera disproves what is false; Alice has her money paid; an honest proposer asserts."""
    now, made, burned = state.main.now, state.pending, state.layer2.burned
    if made is None:
        asserts = PROPOSER in state.honest and burned > 0
        return (Obligation(now, PROPOSER, Assert(PROPOSER, burned, 0)),) if asserts else ()
    end, duties = made.asserted + rules.window, []
    if VERA in state.honest and rules.false(made, state.layer2):
        duties.append(Obligation(end, VERA, Disprove(VERA)))
    if ALICE in state.honest:
        duties.append(Obligation(end + rules.patience, ALICE, Confirm(ALICE), opens=end + 1))
    return tuple(duties)


# What is worth trying ---------------------------------------------------------------------------


@frozen
class Scope:
    """Alice's money, what the proposer can stake, and who follows the strategy."""

    money: Wei = 2
    stakes: Wei = 2
    honest: tuple[Party, ...] = (ALICE, VERA)


MACHINE = declared(
    name="bridge",
    state=State,
    initial=lambda scope, rules: State(
        begin({ALICE: scope.money, PROPOSER: scope.stakes, VERA: 0}),
        None, 0, Layer2(0, 0), scope.honest,
    ),
    actions=(Deposit, Burn, Assert, Disprove, Confirm),
    obligations=obligations,
    parties={PROPOSER: "proposer", ALICE: "alice", VERA: "vera"},
    families=(
        offers(Deposit, amount=lambda scope: range(1, scope.money + 1)),
        offers(Burn, amount=lambda scope: range(1, scope.money + 1)),
        offers(Assert, alice=lambda scope: range(scope.money + 1), proposer=(0, 1)),
        offers(Disprove, by=(VERA, PROPOSER)),
        offers(Confirm, by=(ALICE, PROPOSER)),
    ),
)  # fmt: skip

# What is claimed --------------------------------------------------------------------------------


def owed(state: State) -> Wei:
    """What is Alice's, on layer 2 or burned there."""
    return state.layer2.alice + state.layer2.burned


def numbers(state: State) -> dict[str, Wei]:
    """What is Alice's, and what the bridge holds beside the bond."""
    return {"owed": owed(state), "held": state.main.escrow[ETHER] - state.bond}


@always("BR-BACKED", "the bridge was emptied", numbers)
def backed(state: State, rules: Rules) -> bool:
    """The bridge holds what honest users are owed."""
    return ALICE not in state.honest or state.main.escrow[ETHER] - state.bond >= owed(state)


@at_rest("BR-HOME", "nobody asserted it", lambda state: {"burned": state.layer2.burned})
def home(state: State, rules: Rules) -> bool:
    """What an honest user burned comes home, if the proposer is honest."""
    return not {ALICE, PROPOSER} <= {*state.honest} or state.layer2.burned == 0


@proved("BR-T-APART", SOUND)
def apart(asserted: Instant, now: Instant, rules: Rules) -> bool:
    """There is no second in which an assertion can be disproved and confirmed."""
    assume(now >= asserted)
    return not (rules.disputable(asserted, now, rules) and rules.confirmable(asserted, now, rules))


EMPTIED = ("BR-BACKED", "the bridge was emptied")
ALONE, ALL = Scope(honest=(ALICE,)), Scope(honest=(PROPOSER, ALICE, VERA))

BRIDGE = Rulebook(
    protocol=MACHINE,
    rule_sets=(
        RuleSet("optimistic", SOUND, "confirmed when the window is over", "this example"),
        RuleSet("early", HASTY, "confirmed a second too early", "this example"),
        RuleSet("blind", BLIND, "the proof forgets the proposer's own share", "this example"),
    ),
    scopes={"watched": Scope(), "unwatched": ALONE, "all-honest": ALL},
    invariants=(backed, home, conserved("BR-CONSERVED")),
    witnesses=(
        happens("BR-W-DISPROVED", "A false assertion is disproved.", Disprove),
        happens("BR-W-CONFIRMED", "A withdrawal is paid.", Confirm),
    ),
    theorems=(apart, refuted(apart, "BR-T-EARLY", "... but in the last second both.", HASTY)),
    cases=(
        explored("BR-C-WATCHED", "A user with one honest watcher", "optimistic/watched"),
        explored("BR-C-HONEST", "Everybody is honest", "optimistic/all-honest"),
        explored("BR-C-ALONE", "Nobody watches", "optimistic/unwatched", EMPTIED),
        explored("BR-C-EARLY", "Confirmed a second early", "early/watched", EMPTIED),
        explored("BR-C-BLIND", "A proof with a blind spot", "blind/watched", EMPTIED),
    ),
)
