"""Every claim is broken by some rule, and a search finds the run: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text. Each claim is watched alone, so that no other one hides it.
"""

import pytest

from impl.lab.fuzz.walker import Walker
from impl.lab.mutants import load
from impl.lab.mutants.refused import with_refused
from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.scope import Scope
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.rules import Handling
from spec.plasma.mvp.state import Status
from tests.damages import MAIN_CHAIN, Breaking, Broken, expect_kept, mistake, wrong_effect
from tests.protocolwide import watching

EXITS, BLOCKS, LEDGER = "spec.plasma.mvp.exits", "spec.plasma.mvp.blocks", "spec.plasma.mvp.ledger"
PAYMENTS, SPACE = "spec.plasma.mvp.payments", "spec.plasma.mvp.space"
MEMORY, ANSWERS = "spec.plasma.mvp.memory", "spec.plasma.mvp.answers"
DEPOSIT, OUTPUT = encode(1, 0, 0), encode(1000, 0, 0)
CHANGE = Scope(
    amounts=(2,), deposits=1, honest_deposits=0, blocks=2, exits=0, sends=0, bad_blocks=0,
    splits=True,
)  # fmt: skip
"""The coalition pays alice, keeps change, and spends that."""


RULES = Breaking(PLASMA, "hardened")
shipped, changed = RULES.shipped, RULES.changed


def always_the_same_number(next_block: int, count: int, interval: int) -> int:
    return 1


def mutated(
    module: str,
    original: str,
    kind: str,
    scope: str,
    *,
    function: str = "",
    rule_set: str = "hardened",
    **names: tuple[int, ...],
) -> Broken:
    """With `names`, also moves that the rules refuse, with these numbers in those fields."""
    book = load(mistake(module, original, kind, function), PLASMA).rulebook
    if names:
        book = with_refused(book, PLASMA, rule_set, names)
    return book, book.rules_named(rule_set).rules, PLASMA.scopes[scope]


def without(module: str, guard: str, scope: str, **more) -> Broken:
    return mutated(module, guard, "guard-dropped", scope, **more)


def done_otherwise(
    module: str,
    function: str,
    kind: str,
    scope: str,
    original: str = "",
    *,
    rule_set: str = "hardened",
) -> Broken:
    """With the first mistake of a kind in what a function does."""
    found = wrong_effect(module, function, kind, original)
    book = load(found, PLASMA).rulebook
    return book, book.rules_named(rule_set).rules, PLASMA.scopes[scope]


def everything_burned(bond: int) -> int:
    return 0


def pays_anybody(status: Status, reverts: bool) -> Handling:
    return Handling.PAY if status == Status.PENDING else Handling.SKIP


def only_at_first(seen: int, head: int) -> bool:
    return head == 0


def nothing_ever(earned: int, confirmed: int) -> int:
    return 0


def two_further(count: int) -> int:
    return count + 2


def cancels_anything(input: int, signer: int, output: int, owner: int) -> bool:
    return True


BREAKERS = {
    "PL-CONSERVATION": lambda: mutated(
        MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "small"
    ),
    "PL-SOLVENCY": lambda: mutated(EXITS, "contract.bonds + exit.bond", "plus-to-minus", "small"),
    "PL-BONDS": lambda: mutated(EXITS, "contract.bonds - exit.bond", "minus-to-plus", "small"),
    "PL-PAID-ONCE": lambda: shipped("reexit-paid", "small"),
    "PL-CANONICAL": lambda: shipped("reference-2018", "aliases"),
    "PL-MATURITY": lambda: shipped("early-maturity", "small"),
    "PL-ORDER": lambda: mutated(
        PAYMENTS, "exit.exitable_at >= state.main.now", "ge-to-gt", "small"
    ),
    "PL-FINAL": lambda: shipped("reexit-challenged", "small"),
    "PL-BOND-ONCE": lambda: mutated(EXITS, "exit.bond - reward", "minus-to-plus", "double"),
    "PL-OWNER-CANCELS": lambda: shipped("untied-challenge", "small"),
    "PL-CONFIRMED": lambda: shipped("null-signer", "forgeries"),
    "PL-BOND-AT-STAKE": lambda: shipped("mvp", "small"),
    "PL-NUMBERS": lambda: changed("small", deposit_number=always_the_same_number),
    "PL-EXIT-TERMS": lambda: mutated(EXITS, "block.created > young_since", "gt-to-le", "small"),
    "PL-EXIT-KIND": lambda: without(
        EXITS,
        "if at.block % rules.child_block_interval == 0: raise NotADeposit(self.position)",
        "double",
        position=(DEPOSIT, OUTPUT),
    ),
    "PL-ONE-OF-TWO": lambda: without(
        EXITS, "if forestalls(other, exit, rules): raise InputExited(other.output)", "double"
    ),
    "PL-PAYS-DUE": lambda: mutated(
        PAYMENTS, "exit.exitable_at >= state.main.now", "ge-to-gt", "small"
    ),
    "PL-AUTHORITY": lambda: without(
        BLOCKS,
        "if is_honest(state, signer) and (signer, transaction) not in state.side.signed:"
        " raise SignatureMissing(signer)",
        "forgeries",
        signers=(1,),
    ),
    "PL-ALARM": lambda: mutated(BLOCKS, "view.alarm is not None", "is-not-to-is", "small"),
    "PL-BAD-BLOCKS": lambda: mutated(
        BLOCKS, "party not in action.shown_to", "not-in-to-in", "small", function="_withheld"
    ),
    "PL-EFFECT": lambda: without(
        BLOCKS,
        "if not given or all((given <= state.knowledge[party].confirmations for party in told)):"
        " raise NotConfirmable(self.by, self.block, self.transaction)",
        "sending",
        by=(1, 2),
    ),
    "PL-CONSENT": lambda: mutated(BLOCKS, "signer == self.by", "eq-to-ne", "joint", rule_set="mvp"),
    "PL-SPACE": lambda: without(
        SPACE,
        "if contract.used >= rules.block_space:"
        " raise BlockSpaceTaken(contract.used, rules.block_space)",
        "crowd",
        rule_set="limited-space",
    ),
    "PL-CHAIN-WORTH": lambda: without(
        LEDGER, "if fee < 0 or not same_asset: raise Inflates(transaction.inputs[0])", "inflated"
    ),
    "PL-CHAIN-FEES": lambda: mutated(
        LEDGER, "ledger.fees.get(asset, 0) + fee", "plus-to-minus", "fee-outputs"
    ),
    "PL-FEES-CONFIRMED": lambda: done_otherwise(LEDGER, "_confirm_fees", "skipped", "fee-outputs"),
    "PL-FEES-TAKEN": lambda: changed("fee-outputs", fee_output_limit=nothing_ever),
    "PL-CHAIN-SIGNED": lambda: without(
        LEDGER, "if signer != spent.owner: raise NotSignedByOwner(position)", "forgeries"
    ),
    "PL-VALID-BLOCK": lambda: mutated(
        LEDGER, "exit.exitable_at < now", "lt-to-ge", "double", function="_is_gone"
    ),
    "PL-RECEIVED": lambda: mutated(
        MEMORY,
        "view.alarm is None",
        "is-to-is-not",
        "small",
        function="_settle_for",
    ),
    "PL-SHAPE": lambda: mutated(
        BLOCKS, "outputs > MAX_OUTPUTS", "shifted-by-one", "fees", outputs=(1, 2)
    ),
    "PL-SAFE-EXIT": lambda: shipped("mvp", "small"),
    "PL-WAY-OUT": lambda: shipped("without-bound-to-signer", "small"),
    "PL-CLAIMS-KEEP": lambda: shipped("untied-challenge", "small"),
    "PL-LIVE": lambda: shipped("atomic-batch", "reverting"),
    "PL-SETTLED": lambda: shipped("mvp", "small"),
    "PL-TIMES": lambda: done_otherwise(
        BLOCKS, "Deposit.step", "much-later", "small", "state.main.now"
    ),
    "PL-IN-TIME": lambda: done_otherwise(EXITS, "_exit", "much-later", "small", "exitable_at"),
    "PL-CHALLENGER-PAID": lambda: changed("double", reward=everything_burned),
    "PL-TAKEN": lambda: changed("reverting", handling=pays_anybody),
    "PL-DEPOSITS": lambda: changed("small", admits_deposit=only_at_first),
    "PL-DEPOSIT-TAKEN": lambda: changed("small", admits_deposit=only_at_first),
    "PL-CAN-LEAVE": lambda: shipped("without-bound-to-signer", "small"),
    "PL-NOTHING-ELSE": lambda: done_otherwise(
        BLOCKS, "Deposit.step", "left-as-it-was", "small", "next_deposit + 1"
    ),
    "PL-ONE-EXIT": lambda: changed("wide", cancels_input_exit=cancels_anything),
    "PL-BLOCK": lambda: done_otherwise(BLOCKS, "Deposit.step", "doubled", "small", "self.amount"),
    "PL-DEPOSIT-OWNED": lambda: done_otherwise(
        MEMORY, "owe_deposit", "left-as-it-was", "small", "put(ghost.owed"
    ),
    "PL-WITHDRAWN": lambda: done_otherwise(
        MEMORY, "be_paid", "left-as-it-was", "small", "withdrawn"
    ),
    "PL-HELD": lambda: done_otherwise(
        MEMORY, "owe_deposit", "left-as-it-was", "small", "put(ghost.owed"
    ),
    "PL-CAN-CONFIRM": lambda: done_otherwise(BLOCKS, "Confirm.step", "emptied", "sending"),
    "PL-SHOWN": lambda: done_otherwise(EXITS, "StartExit.step", "emptied", "double"),
    "PL-NUMBERS-USED": lambda: changed("small", count_after_block=two_further),
    "PL-GIVEN": lambda: done_otherwise(
        BLOCKS, "_see_block", "always-the-first", "sending", rule_set="mvp"
    ),
    "PL-CAN-PAY": lambda: done_otherwise(MEMORY, "own_inputs", "emptied", "sending"),
    "PL-CAN-CHALLENGE": lambda: done_otherwise(EXITS, "_confirmations_held", "emptied", "double"),
    "PL-CHALLENGED": lambda: done_otherwise(ANSWERS, "challenges_due", "left-out", "sending"),
    "PL-LAST-MOMENT": lambda: done_otherwise(ANSWERS, "exit_deadline", "one-more", "small"),
    "PL-SPACE-TAKEN": lambda: done_otherwise(
        SPACE, "take_space", "left-as-it-was", "crowd", rule_set="limited-space"
    ),
    "PL-ROOM": lambda: done_otherwise("spec.plasma.mvp.periods", "room", "zeroed", "small"),
    "PL-HONEST-FIRST": lambda: done_otherwise(
        SPACE, "_let_honest_pass", "doubled", "crowd", rule_set="limited-space"
    ),
    "PL-CHANGED-HANDS": lambda: (
        *done_otherwise(BLOCKS, "SubmitBlock.step", "left-out", "wide", "settle_transaction")[:2],
        CHANGE,
    ),
}


def test_no_claim_is_left_out():
    assert set(BREAKERS) == {claim.id for claim in PLASMA.invariants}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    book, rules, scope = BREAKERS[claim]()
    walker = Walker(watching(book, claim), rules, scope, 1, 40)
    shards = (walker.shard(n, 5_000, False) for n in range(8))
    broken = next(failure.broken for shard in shards for failure in shard.failures)
    assert broken.invariant == claim and broken.finding.cause


@pytest.mark.parametrize("claim", BREAKERS)
def test_the_hardened_rules_keep_it_where_it_was_broken(claim):
    _, _, scope = BREAKERS[claim]()
    expect_kept(PLASMA, PLASMA.rules_named("hardened").rules, scope, claim, 1_000)
