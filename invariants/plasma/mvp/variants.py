"""What the decisions of each published variant say, value by value: none is another in disguise.

A variant that is known to break something must break it for its own reason. So each decision that
is not plain MVP's has a theorem about what it does decide.
"""

from attrs import evolve

from invariants.kernel.theorems import Fresh, Theorem, assume, theorem
from invariants.plasma.mvp.ordering import Claim, exit_of
from invariants.plasma.mvp.world.protocol import initial
from invariants.plasma.mvp.world.scope import Scope
from spec.kernel.basics import ETHER, NOBODY, Party, Position, Seconds, Wei
from spec.kernel.refusal import Refusal
from spec.plasma.mvp import rule_sets as sets
from spec.plasma.mvp.blocks import Deposit, SubmitBlock
from spec.plasma.mvp.machine import step
from spec.plasma.mvp.merkle import LEAVES
from spec.plasma.mvp.periods import next_room, room
from spec.plasma.mvp.positions import BLOCK_FACTOR, Location, decode, is_canonical
from spec.plasma.mvp.rule_sets import PLASMA_MVP
from spec.plasma.mvp.rules import Handling, Rules, ShownSpend
from spec.plasma.mvp.state import OPERATOR, Contract, Status, Transaction

INTERVAL = PLASMA_MVP.child_block_interval
EMPTY = Transaction((), (), ())

# Places in a block ------------------------------------------------------------------------------


@theorem(
    "PL-T-POSITION-BLOCK",
    "A location is canonical exactly if a block can hold an output there: a deposit block one, an"
    " operator block two for each leaf of its tree.",
)
def canonical_where_a_block_has_room(at: Location) -> bool:
    """There is no block 0, and indices count from 0."""
    if at.block % INTERVAL != 0:
        held = at.transaction == 0 and at.output == 0
    else:
        held = at.block > 0 and at.transaction <= LEAVES - 1 and at.output <= 1
    return is_canonical(at.block, at.transaction, at.output, INTERVAL) == held


@theorem(
    "PL-T-BLOCK-SIZE",
    "An operator block is taken exactly if its last transaction has a place in the tree.",
    values={"rules": PLASMA_MVP},
    shapes={"count": lambda fresh: (1, LEAVES, LEAVES + 1)[fresh.pick("count", 3)]},
)
def block_fits_its_tree(count: int, rules: Rules) -> bool:
    """What stands behind the last leaf could never be exited."""
    try:
        step(initial(Scope(), rules), SubmitBlock(OPERATOR, (EMPTY,) * count, ()), rules)
    except Refusal:
        return count > LEAVES
    return count <= LEAVES


@theorem(
    "PL-T-DEPOSIT-ROOM",
    "A deposit is taken exactly if a number is left for it before the next operator block.",
    values={"rules": PLASMA_MVP},
    shapes={"count": lambda fresh: (1, INTERVAL - 1, INTERVAL)[fresh.pick("count", 3)]},
)
def deposits_while_numbers_last(count: int, rules: Rules) -> bool:
    """The next number belongs to the operator's block."""
    start = initial(Scope(), rules)
    state = evolve(start, contract=evolve(start.contract, next_deposit=count))
    try:
        after = step(state, Deposit(Party(1), ETHER, 1, 0), rules)
    except Refusal:
        return count >= INTERVAL
    return tuple(after.contract.blocks) == (count,) and count < state.contract.next_block


@theorem(
    "PL-T-UNBOUND",
    "In the 2018 contract, every canonical position leads to its output, and every number of a"
    " deposit block to the deposit.",
    values={"rules": sets.REFERENCE_2018},
)
def unbound_but_not_lost(position: Position, rules: Rules) -> bool:
    """Its mistake is to accept more numbers, not to mistake one output for another."""
    at, found = decode(position), rules.locate(position, INTERVAL)
    if at.block % INTERVAL != 0:
        return found == Location(at.block, 0, 0)
    assume(at.transaction < LEAVES)
    return found == at


# Block space ------------------------------------------------------------------------------------


def any_period(fresh: Fresh) -> Contract:
    """A contract of which only the period of block space matters."""
    window, used = fresh.int("window"), fresh.int("used")
    return Contract(1000, 1, 1, {}, {}, 0, frozenset(), window, used)


@theorem(
    "PL-T-NEXT-ROOM",
    "Where block space is limited, an answer can be given at once exactly if there is room for it"
    " now; else from the beginning of the next period on, which has room.",
    values={"rules": sets.LIMITED_SPACE},
    shapes={"contract": any_period},
    symbolic_knobs=("block_space",),
)
def opens_when_there_is_room(contract: Contract, now: Seconds, rules: Rules) -> bool:
    """Without a limit, an answer can always be given at once."""
    assume(contract.window <= now and contract.used <= rules.block_space)
    opens = next_room(contract, rules, now)
    if rules.block_space == 0 or room(contract, rules, now, now) >= 1:
        return opens == 0
    return now < opens <= now + rules.exit_period and room(contract, rules, opens, opens) >= 1


# Queues -----------------------------------------------------------------------------------------


@theorem(
    "PL-T-ORIGINAL-PLACE",
    "In the original post, an output queues by its own block for one period, and in the oldest"
    " young block from then on.",
    values={"rules": sets.ORIGINAL_POST},
    symbolic_knobs=("exit_period",),
)
def queues_by_block(claim: Claim, young_block: int, rules: Rules) -> bool:
    """Inside a block, by index."""
    block, index = rules.priority(evolve(exit_of(claim, rules), young_block=young_block), rules)
    aged = claim.started > claim.created + rules.exit_period
    own = claim.position // BLOCK_FACTOR
    return index == claim.position % BLOCK_FACTOR and block == (young_block if aged else own)


@theorem(
    "PL-T-FOURTH-STATE-QUEUES",
    "In FourthState's contract, deposits queue by arrival apart from all other outputs, and those"
    " not before one period after their creation.",
    values={"rules": sets.FOURTH_STATE},
    symbolic_knobs=("exit_period",),
)
def deposits_queue_apart(claim: Claim, rules: Rules) -> bool:
    """The position decides ties."""
    assume(claim.created <= claim.started)
    exit = exit_of(claim, rules)
    deposit = claim.position // BLOCK_FACTOR % INTERVAL != 0
    since, position = rules.priority(exit, rules)
    arrival = claim.started if deposit else max(claim.created + rules.exit_period, claim.started)
    return (
        rules.queue_of(exit, rules) == (1 if deposit else 0)
        and since == arrival
        and position == claim.position
    )


# What stands in the queue -----------------------------------------------------------------------


@theorem(
    "PL-T-HANDLING",
    "A pending exit is paid exactly if its payee takes the money, and a cancelled one never is.",
    values={"rules": PLASMA_MVP},
)
def pays_who_can_be_paid(reverts: bool, rules: Rules) -> bool:
    """Of those that were paid or set aside there is nothing to say: they are not in the queue."""
    pays = rules.handling(Status.PENDING, reverts) == Handling.PAY
    never = rules.handling(Status.CANCELLED, reverts) != Handling.PAY
    return never and pays == (not reverts)


def also(claim: Theorem, id: str, sentence: str, rules: Rules) -> Theorem:
    """The same statement about other rules, for which it is true as well."""
    return evolve(claim, id=id, claim=sentence, values={**claim.values, "rules": rules})


HANDLING_BATCH = also(
    pays_who_can_be_paid,
    "PL-T-HANDLING-BATCH",
    "With all payments of a call or none, a pending exit is paid exactly if its payee takes the"
    " money.",
    sets.ATOMIC_BATCH,
)
HANDLING_ASSERTS = also(
    pays_who_can_be_paid,
    "PL-T-HANDLING-ASSERTS",
    "Where finalization asserts that entries are pending, a pending exit is paid exactly if its"
    " payee takes the money.",
    sets.ASSERTING_QUEUE,
)


@theorem(
    "PL-T-SET-ASIDE",
    "A payee that refuses its payment is set aside for good, and a cancelled exit passed over.",
    values={"rules": PLASMA_MVP},
)
def set_aside_or_passed_over(reverts: bool, rules: Rules) -> bool:
    """Neither is met in the queue a second time."""
    passed = rules.handling(Status.CANCELLED, reverts)
    return rules.handling(Status.PENDING, True) == Handling.SET_ASIDE and passed == Handling.SKIP


@theorem(
    "PL-T-BATCH-REVERTS",
    "With all payments of a call or none, a payee that refuses its payment undoes the call, and a"
    " cancelled exit is passed over.",
    values={"rules": sets.ATOMIC_BATCH},
)
def batch_reverts(reverts: bool, rules: Rules) -> bool:
    """The mistake, and nothing beside it."""
    passed = rules.handling(Status.CANCELLED, reverts)
    return rules.handling(Status.PENDING, True) == Handling.REVERT and passed == Handling.SKIP


@theorem(
    "PL-T-ASSERTS-REVERT",
    "Where finalization asserts that entries are pending, a cancelled one undoes the call, and a"
    " payee that refuses its payment is set aside.",
    values={"rules": sets.ASSERTING_QUEUE},
)
def assertion_reverts(reverts: bool, rules: Rules) -> bool:
    """The mistake, and nothing beside it."""
    met = rules.handling(Status.CANCELLED, reverts)
    return rules.handling(Status.PENDING, True) == Handling.SET_ASIDE and met == Handling.REVERT


# Records, evidence, fees ------------------------------------------------------------------------


@theorem(
    "PL-T-RECORDS-PAID",
    "Where paid records are deleted, no others are.",
    values={"rules": sets.REEXIT_AFTER_PAYMENT},
)
def deletes_only_paid(status: Status, rules: Rules) -> bool:
    """An output that was paid can exit again, one whose exit was cancelled can't."""
    return rules.keeps_record(status) != (status == Status.PAID)


@theorem(
    "PL-T-RECORDS-CANCELLED",
    "Where records of cancelled exits are deleted, no others are.",
    values={"rules": sets.REEXIT_AFTER_CHALLENGE},
)
def deletes_only_cancelled(status: Status, rules: Rules) -> bool:
    """An output whose exit was cancelled can exit again, one that was paid can't."""
    return rules.keeps_record(status) != (status == Status.CANCELLED)


@theorem(
    "PL-T-FOURTH-STATE-INPUTS",
    "FourthState's contract refuses an exit exactly if an input of its transaction is leaving or"
    " was paid out, whoever signed.",
    sizes={"signer": "signed"},
    values={"rules": sets.FOURTH_STATE},
)
def refused_while_input_leaves(
    claim: Claim, input: Position, signer: int, status: Status, rules: Rules
) -> bool:
    """Cancelled exits are no reason to refuse."""
    other = evolve(exit_of(claim, rules), status=status)
    leaves = status != Status.CANCELLED and status != Status.FAILED
    refused = rules.refused_by_input_exit(input, Party(signer), other)
    return refused == (leaves and input == claim.position)


@theorem(
    "PL-T-UNBOUND-INPUTS",
    "Without looking at who signed, an exit speaks for the inputs of its transaction and for no"
    " other output.",
    sizes={"signer": "signed"},
    values={"rules": sets.REPAIRS["bound-to-signer"]},
)
def speaks_for_its_inputs(
    claim: Claim, input: Position, signer: int, paid: bool, rules: Rules
) -> bool:
    """It is refused if one of them was paid out, and cancels and bars their exits."""
    other = evolve(exit_of(claim, rules), status=Status.PAID if paid else Status.PENDING)
    who, same = Party(signer), input == claim.position
    return (
        rules.refused_by_input_exit(input, who, other) == (paid and same)
        and rules.cancels_input_exit(input, who, other.output, other.owner) == same
        and rules.bars_input_exit(input, who, other.output, other.owner) == same
    )


@theorem(
    "PL-T-SIGNED-CHALLENGE",
    "Without confirmations, a challenge stands exactly if the exit's owner signed the spend shown.",
    sizes={"signer": "signed", "owner": "signed"},
    values={"rules": sets.WITHOUT_CONFIRMATIONS},
)
def signature_is_enough(
    exit: Claim, owner: int, input: Position, signer: int, confirmed: bool, rules: Rules
) -> bool:
    """The spend is still bound to the exiting output and to its owner."""
    exiting = evolve(exit_of(exit, rules), owner=Party(owner))
    upheld = rules.upholds_challenge(exiting, ShownSpend(input, Party(signer), confirmed, False))
    return upheld == (input == exit.position and signer == owner)


@theorem(
    "PL-T-UNTIED",
    "A challenge that need not name the exiting output still needs its owner's confirmation.",
    sizes={"signer": "signed", "owner": "signed"},
    values={"rules": sets.UNTIED_CHALLENGE},
)
def any_confirmation_of_the_owner(
    exit: Claim, owner: int, input: Position, signer: int, confirmed: bool, rules: Rules
) -> bool:
    """Somebody else's confirmed spend never cancels an exit."""
    exiting = evolve(exit_of(exit, rules), owner=Party(owner))
    upheld = rules.upholds_challenge(exiting, ShownSpend(input, Party(signer), confirmed, False))
    return upheld == (signer == owner and confirmed)


@theorem(
    "PL-T-NULL-SIGNER",
    "Where a failed recovery may match another, an input counts as confirmed exactly if its"
    " confirmation is shown or nobody signed for it.",
    sizes={"signer": "signed"},
    values={"rules": sets.NULL_SIGNER},
)
def null_matches_null(signer: int, shown: bool, rules: Rules) -> bool:
    """Real signers still have to confirm."""
    return rules.input_confirmed(Party(signer), shown) == (shown or signer == NOBODY)


@theorem(
    "PL-T-FEE-ALARM",
    "A wallet that checks fee exits is alarmed exactly by those that ask for more than was earned.",
    values={"rules": sets.FEES_WATCHED},
)
def fears_what_was_not_earned(asked: Wei, earned: Wei, rules: Rules) -> bool:
    """The operator may take what is its own."""
    return rules.wallet.fears_fee_exit(asked, earned) == (asked > earned)


VARIANTS: tuple[Theorem, ...] = (
    canonical_where_a_block_has_room, block_fits_its_tree, deposits_while_numbers_last,
    unbound_but_not_lost, opens_when_there_is_room,
    queues_by_block, deposits_queue_apart,
    pays_who_can_be_paid, HANDLING_BATCH, HANDLING_ASSERTS, set_aside_or_passed_over,
    batch_reverts, assertion_reverts,
    deletes_only_paid, deletes_only_cancelled, refused_while_input_leaves, speaks_for_its_inputs,
    signature_is_enough, any_confirmation_of_the_owner, null_matches_null,
    fears_what_was_not_earned,
)  # fmt: skip
