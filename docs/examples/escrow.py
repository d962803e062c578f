"""A protocol of one's own, from nothing: an escrow for payments in one direction.

Alice locks money for Bob on the main chain. Off chain she signs promises: "so much of it is yours",
each one larger than the last. Bob claims with his best promise and Alice gets the rest. If he has
not claimed when the escrow's lifetime is over, she takes everything back.

It promises Bob that he gets what he was promised if he claims in time, and Alice that nobody takes
more than she promised, and that her money comes home.

Assumed: signatures are ideal (nobody shows a promise that Alice did not sign), and the main chain
takes every transaction in time.
"""

from collections.abc import Callable
from enum import Enum

from attrs import evolve, field, frozen, validators

from invariants.kernel.claims import Rulebook, RuleSet
from invariants.kernel.stock import always, at_rest, conserved, explored, happens, proved
from invariants.kernel.theorems import assume, refuted
from spec.kernel.action import Call, Own
from spec.kernel.basics import DAY, ETHER, WEEK, Instant, Party, Seconds, Wei, only
from spec.kernel.declared import declared, offers
from spec.kernel.mainchain import MainChain, begin, lock, release
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusing

ALICE, BOB = Party(1), Party(2)

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
    claimable: Callable[[Instant, Instant, "Rules"], bool]
    """Can Bob claim now, when the escrow was opened then?"""
    refundable: Callable[[Instant, Instant, "Rules"], bool]
    """Can Alice take her money back now?"""
    payee: Payee = Payee()


def within_lifetime(opened: Instant, now: Instant, rules: Rules) -> bool:
    """A claim is taken up to the last second of the lifetime, and in that second too."""
    return now <= opened + rules.lifetime


def after_lifetime(opened: Instant, now: Instant, rules: Rules) -> bool:
    """The money goes back when the lifetime is over, and not before."""
    return now > opened + rules.lifetime


def from_the_last_second(opened: Instant, now: Instant, rules: Rules) -> bool:
    """Off by one: in the last second both can act, and whoever comes first wins."""
    return now >= opened + rules.lifetime


SOUND = Rules(lifetime=WEEK, patience=DAY, claimable=within_lifetime, refundable=after_lifetime)
HASTY = evolve(SOUND, refundable=from_the_last_second)

# The steps --------------------------------------------------------------------------------------

WrongStage = Refusing[Stage, Stage]("WrongStage", "the escrow is {stage}, and has to be {needed}")
NotLarger = Refusing[Wei, Wei, Wei]("NotLarger", "{total} is not over {promised}, up to {locked}")
NeverPromised = Refusing[Wei, Wei]("NeverPromised", "Alice signed {promised}, and not {total}")
TooLate = Refusing[Instant, Instant]("TooLate", "opened at {opened}, the escrow is over at {now}")
TooEarly = Refusing[Instant, Instant]("TooEarly", "opened at {opened}, it is not over at {now}")
Folly = Refusing[Wei, Wei]("Folly", "an honest Bob shows his best promise {promised}, not {total}")


def needs(state: State, stage: Stage) -> Contract:
    """The contract, in that stage. Raises WrongStage."""
    if state.contract.stage != stage:
        raise WrongStage(state.contract.stage, stage)
    return state.contract


class Open(Call, says="locks {amount} for bob", only=ALICE):
    """Lock an amount for Bob: Alice's money moves into the contract, and the lifetime begins."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongStage or CannotAfford."""
        needs(state, Stage.NONE)
        main = lock(state.main, ALICE, ETHER, self.amount)
        return evolve(state, main=main, contract=Contract(Stage.OPEN, main.now, self.amount))


class Promise(Own, says="promises {total} in all", only=ALICE, to=BOB):
    """Sign a larger promise and send it to Bob, off chain: he counts on it."""

    total: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongStage, NotLarger, or TooLate: an honest Bob gives nothing for it then."""
        contract, now = needs(state, Stage.OPEN), state.main.now
        if not state.promised < self.total <= contract.amount:
            raise NotLarger(self.total, state.promised, contract.amount)
        if not rules.claimable(contract.opened, now, rules):
            raise TooLate(contract.opened, now)
        return evolve(state, promised=self.total)


class Claim(Call, says="claims {total}", only=BOB):
    """Show the contract a promise: Bob is paid what he shows, Alice gets the rest."""

    total: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongStage, NeverPromised, Folly or TooLate."""
        contract, now = needs(state, Stage.OPEN), state.main.now
        if self.total > state.promised:
            raise NeverPromised(state.promised, self.total)
        if BOB in state.honest and self.total < state.promised:
            raise Folly(state.promised, self.total)
        if not rules.claimable(contract.opened, now, rules):
            raise TooLate(contract.opened, now)
        main = release(state.main, BOB, ETHER, self.total)
        main = release(main, ALICE, ETHER, contract.amount - self.total)
        return evolve(state, main=main, contract=evolve(contract, stage=Stage.CLAIMED))


class Refund(Call, says="takes everything back", only=ALICE):
    """Take everything back, because nobody claimed."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongStage or TooEarly."""
        contract, now = needs(state, Stage.OPEN), state.main.now
        if not rules.refundable(contract.opened, now, rules):
            raise TooEarly(contract.opened, now)
        main = release(state.main, ALICE, ETHER, contract.amount)
        return evolve(state, main=main, contract=evolve(contract, stage=Stage.REFUNDED))


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """Bob claims what he was promised, Alice takes back what nobody claimed."""
    contract = state.contract
    if contract.stage != Stage.OPEN:
        return ()
    end, duties = contract.opened + rules.lifetime, []
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

    def amounts(self) -> range:
        """Every amount that there is room for."""
        return range(1, self.money + 1)


def initial(scope: Scope, rules: Rules) -> State:
    """Alice has the money, and nothing is locked."""
    main = begin({ALICE: scope.money, BOB: 0})
    return State(main, Contract(Stage.NONE, 0, 0), promised=0, honest=scope.honest)


MACHINE = declared(
    name="escrow",
    state=State,
    initial=initial,
    actions=(Open, Promise, Claim, Refund),
    obligations=obligations,
    parties={ALICE: "alice", BOB: "bob"},
    families=(
        offers(Open, amount=Scope.amounts),
        offers(Promise, total=Scope.amounts),
        offers(Claim, total=Scope.amounts),
        offers(Refund),
    ),
)

# What is claimed --------------------------------------------------------------------------------


def paid_to_bob(state: State) -> Wei:
    """What Bob has: he starts with nothing."""
    return state.main.accounts[BOB, ETHER]


def numbers(state: State) -> dict[str, Wei]:
    """What was promised, and what was paid."""
    return {"promised": state.promised, "paid": paid_to_bob(state)}


def which_way(state: State) -> str:
    """Which way Bob's money went."""
    claimed = state.contract.stage == Stage.CLAIMED
    return "claimed too little" if claimed else "refunded before he could claim"


@always("ES-PAYEE", which_way, numbers)
def payee(state: State, rules: Rules) -> bool:
    """An honest payee gets what it was promised."""
    over = state.contract.stage in (Stage.CLAIMED, Stage.REFUNDED)
    return BOB not in state.honest or not over or paid_to_bob(state) >= state.promised


@always("ES-PAYER", "took more", numbers)
def payer(state: State, rules: Rules) -> bool:
    """Nobody takes more from a payer than it promised."""
    return paid_to_bob(state) <= state.promised


@at_rest("ES-HOME", "left behind", lambda state: {"held": state.main.escrow[ETHER]})
def home(state: State, rules: Rules) -> bool:
    """An honest payer's money does not stay in the contract."""
    return ALICE not in state.honest or state.main.escrow[ETHER] == 0


@proved("ES-T-APART", SOUND)
def apart(opened: Instant, now: Instant, rules: Rules) -> bool:
    """There is no second in which both can act."""
    assume(now >= opened)
    return not (rules.claimable(opened, now, rules) and rules.refundable(opened, now, rules))


EARLY = ("ES-PAYEE", "refunded before he could claim")
WHOEVER = "in the last second, whoever comes first wins"

ESCROW = Rulebook(
    protocol=MACHINE,
    rule_sets=(
        RuleSet("sound", SOUND, "the refund begins when the claim has ended", "this tutorial"),
        RuleSet("hasty", HASTY, "the refund begins a second too early", "this tutorial"),
    ),
    scopes={"payee": Scope(), "payer": Scope(honest=(ALICE,)), "both": Scope(3, (ALICE, BOB))},
    invariants=(payee, payer, conserved("ES-CONSERVED"), home),
    witnesses=(
        happens("ES-W-CLAIMED", "Bob claims.", Claim),
        happens("ES-W-REFUNDED", "Alice takes back what nobody claimed.", Refund),
    ),
    theorems=(
        apart,
        refuted(apart, "ES-T-APART-HASTY", "... but the last second belongs to both.", HASTY),
    ),
    cases=(
        explored("ES-C-PAYEE", "The payee against the payer", "sound/payee"),
        explored("ES-C-PAYER", "The payer against the payee", "sound/payer"),
        explored("ES-C-BOTH", "Both are honest", "sound/both"),
        explored("ES-C-HASTY", "A refund in the last second", "hasty/payee", EARLY, why=WHOEVER),
    ),
)
