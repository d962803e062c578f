"""What a new author gets wrong in a protocol of their own is one line that says what to write, or
works: each mistake is made in the text that `exitgame new` writes."""

import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from impl.lab.keys.fingerprint import fingerprint
from impl.lab.rulebooks.parts import complaint
from impl.lab.starting.names import Name
from impl.lab.starting.texts import protocol_text
from spec.kernel.action import Own
from spec.kernel.basics import Party
from spec.kernel.mistakes import check_actions
from spec.kernel.steps import Steps

TEXT = protocol_text("escrow", Name("tollgate"))
OPEN = "class Open(Call,"
REFUND = 'class Refund(Call, says="takes everything back", only=ALICE)'
ACTIONS = "actions=(Open, Promise, Claim, Refund)"
STEP = """    def step(self, state: State, rules: Rules) -> State:
        \"\"\"Raises WrongStage or TooEarly."""
NAMES = 'parties={ALICE: "alice", BOB: "bob"}'
PROMISED = "    promised: Wei\n"
OPENED = "field(metadata=only(lambda contract: contract.stage != Stage.NONE))"
DUTIES = "    obligations=obligations,\n"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """Makes the module, with some of its text replaced."""

    def module(old: str, new: str) -> Any:
        assert old in TEXT
        made = ModuleType("tollgate")
        monkeypatch.setitem(sys.modules, "tollgate", made)
        exec(compile(TEXT.replace(old, new, 1), "tollgate.py", "exec"), vars(made))
        return made

    return module


MISTAKES = [
    (OPEN, "@frozen\n" + OPEN, "Open is a frozen record by itself: take @frozen away"),
    (OPEN, "import dataclasses\n@dataclasses.dataclass(frozen=True)\n" + OPEN,
     "Open is a frozen record by itself: take @dataclass away"),
    (REFUND, "@frozen\nclass Refund", "offers has <class 'tollgate.Refund'>; write a class"),
    (REFUND, "class Refund(Call, only=ALICE)", 'Refund says nothing: write says="..." behind'),
    (REFUND, "class Refund(Call, says=7)", "Refund says 7; a sentence is text"),
    ("says=\"claims {total}\", only=BOB", "says=\"claims {total}\", only=\"bob\"",
     "Claim: only is 'bob'; write one party"),
    ("only=ALICE, to=BOB", "only=ALICE, to=(BOB,)", "Promise: to is (2,); write one party"),
    ("    amount: Wei\n\n    def step", "    short: Wei\n    amount: Wei\n\n    def step",
     "Open.short: Call has it; rename the field"),
    (STEP, STEP.replace("step", "steps", 1),
     "Refund has no effect: give it a method step(self, state, rules)"),
    (ACTIONS, "actions=Open", "write a tuple of their types, (Open, Claim)"),
    (ACTIONS, "actions=(Open, Promise, Claim, Refund(ALICE))", "actions has Refund(by=1); write a"),
    (NAMES, 'parties={ALICE: "alice"}', "parties has no name for party 2 of Promise"),
    (NAMES, 'parties={"alice": ALICE, "bob": BOB}', "parties has 'alice': 1; write ALICE: 'alice'"),
    (NAMES, 'parties=["alice", "bob"]', "parties is ['alice', 'bob']; write the names by party"),
    ("@frozen\nclass State", "from attrs import define\n@define\nclass State",
     "State can be changed: write @frozen above its class"),
    ("@frozen\nclass Contract", "from attrs import define\n@define\nclass Contract",
     "Contract can be changed: write @frozen above its class"),
    ("@frozen\nclass State", "class State", "it has to be a record: write @frozen above its class"),
    (PROMISED, "    promised: Wei = field(metadata={'unseen': True})\n",
     "State.promised: unseen is True; write metadata=UNSEEN"),
    (OPENED, "field(metadata={'until': 'later'})",
     "Contract.opened: until is 'later'; write metadata=until(...)"),
    (PROMISED, "    promised: Wei = field(metadata=only(lambda state: True))\n",
     "State.promised: `only` is for an Instant, and there is none in it"),
    (PROMISED, PROMISED + "    more: Wei = field(init=False, default=0)\n",
     "State.more: init=False leaves a step no way to set it"),
    (DUTIES, DUTIES + "    keys=None,\n", "declared has no keys; by hand there are key, instants"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[each[2][:40] for each in MISTAKES])
def test_a_mistake_says_what_to_write(written: Any, old: str, new: str, said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(said)) as told:
        written(old, new)
    assert "\n" not in str(told.value)


def test_a_field_that_hides_who_receives_is_refused() -> None:
    class Odd(Own, says="shows {to}"):
        to: Party

        def step(self, state: Any, rules: Any) -> Any:
            return state

    with pytest.raises(TypeError, match="Odd.to: Own has it; rename the field, or write `between`"):
        check_actions(Steps((Odd,)))


def test_a_decorator_that_makes_no_new_class_changes_nothing(written: Any) -> None:
    book = written(OPEN, f"@frozen(slots=False)\n{OPEN}")
    action, first = book.Open(1, 2), book.initial(book.Scope(), book.SOUND)
    assert book.MACHINE.step(first, action, book.SOUND).contract.amount == 2
    assert evolve(action, amount=1) == book.Open(1, 1)
    with pytest.raises(FrozenInstanceError):
        action.amount = 3


def test_a_field_may_be_a_dict_of_bools(written: Any) -> None:
    votes = "    votes: dict[Party, bool] = field(factory=dict, kw_only=True)\n"
    book = written(PROMISED, PROMISED + votes)
    assert not complaint(book.TOLLGATE)
    first = book.initial(book.Scope(), book.SOUND)
    one, other = (evolve(first, votes={book.BOB: each}) for each in (True, False))
    for key in (book.MACHINE.exact, lambda state: book.MACHINE.key(state, book.SOUND)(0)):
        assert len({fingerprint(key(state)) for state in (first, one, other)}) == 3
        assert fingerprint(key(one)) == fingerprint(key(evolve(first, votes={book.BOB: 1})))
