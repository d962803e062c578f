"""What follows from a declaration: dispatch, texts, families, instants, and an end."""

import inspect
import pickle
import re
from typing import ClassVar, Protocol

import pytest
from attrs import evolve, field, frozen
from attrs.exceptions import FrozenInstanceError
from escrow import (
    ALICE,
    BOB,
    ESCROW,
    HASTY,
    MACHINE,
    SOUND,
    Claim,
    Contract,
    NeverPromised,
    Open,
    Refund,
    Rules,
    Scope,
    Stage,
    State,
    TooLate,
    WrongStage,
)

from invariants.kernel.claims import Finding, Kind
from invariants.kernel.stock import always, conserved, explored, proved
from spec.kernel.action import Action, Call, Delivery, NotTheirs, Own, can_be_told
from spec.kernel.basics import DAY, ETHER, WEEK, Instant, Party, Seconds, Wei
from spec.kernel.clock import Wait
from spec.kernel.declared import offers, settled
from spec.kernel.protocol import CONTRACT, Message
from spec.kernel.refusal import Refusal, Refusing
from spec.kernel.sampling import arguments, changes, durations, unit_and_span
from spec.kernel.steps import Steps
from spec.kernel.telling import Teller

FIRST = MACHINE.initial(Scope(), SOUND)
OPEN = MACHINE.step(FIRST, Open(ALICE, 2), SOUND)


# Actions and refusals ---------------------------------------------------------------------------


def test_an_action_is_a_frozen_record_that_says_who_acts() -> None:
    assert Claim(BOB, 2) == Claim(by=BOB, total=2) != Claim(ALICE, 2)
    assert len({Claim(BOB, 2), Claim(BOB, 2), Claim(BOB, 1)}) == 2
    assert pickle.loads(pickle.dumps(Claim(BOB, 2))) == Claim(BOB, 2)
    with pytest.raises(FrozenInstanceError):
        Claim(BOB, 2).total = 3  # type: ignore[misc]


def test_an_action_of_one_party_is_refused_to_all_others() -> None:
    with pytest.raises(NotTheirs) as refused:
        MACHINE.step(OPEN, Claim(ALICE, 1), SOUND)
    assert refused.value == NotTheirs(ALICE, BOB)


def test_an_action_made_from_another_is_the_same_party_s_and_says_the_same() -> None:
    class Twice(Claim):
        more: Wei = 0

    class Home(Own, says="goes home to {by}", short="home", only=ALICE, to=BOB):
        pass

    class Slowly(Home, says="goes home slowly"):
        pass

    assert (Twice.only, Twice.says) == (Claim.only, Claim.says) == (BOB, "claims {total}")
    with pytest.raises(NotTheirs):
        Steps((Twice,))(OPEN, Twice(ALICE, 1), SOUND)
    assert (Slowly.only, Slowly.receiver, Slowly.short) == (ALICE, BOB, "")


def test_a_sentence_that_names_what_is_not_there_is_told() -> None:
    with pytest.raises(TypeError, match="Odd declares sais; it can declare says, short, known_as"):

        class Odd(Call, sais="claims"):
            total: int

    with pytest.raises(TypeError, match=r"Odd says \{totl\}; it has by, total"):

        class Odd(Action, says="claims {totl}"):
            total: Wei


@frozen
class Mute:
    amount: Wei


class Pays(Call):
    """The fields that the sentences below name."""

    to: Party
    total: Wei
    stage: Stage
    order: "Order | None"
    several: "tuple[Order, ...]"
    mute: Mute
    mutes: tuple[Mute, ...]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("pays {total!r}", "Odd says {total!r}; write {total}: nothing is converted"),
        ("pays {total:{to}}", "Odd says {total:{to}}; a form has no braces in it"),
        ("pays {total", "Odd says 'pays {total': expected '}'"),
        ("pays {total:short}", "Odd says {total:short}: Invalid format specifier"),
        ("pays {total.wei}", "Odd says {total.wei}; int has no parts"),
        ("pays {to:short}", "Odd says {to:short}: a party is told by its name"),
        ("pays for {order.amont}", "Odd says {order.amont}; Order has payer, amount"),
        ("pays for {order:long}", "Odd says {order:long}: of a record there is its sentence"),
        ("pays {mute}", "Odd says {mute}: Mute says nothing; give it `says`, or a method `clause`"),
        ("pays {mutes:none}", "Odd says {mutes:none}: Mute says nothing"),
    ],
)
def test_a_sentence_that_cannot_be_told_is_refused(sentence: str, said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(said)):

        class Odd(Pays, says=sentence):
            """..."""

        can_be_told(Odd)


def test_a_record_that_says_what_it_does_not_have_is_refused() -> None:
    @frozen
    class Note:
        says: ClassVar[str] = "{amont} noted"
        amount: Wei

    class Noted(Call, says="notes {total}"):
        notes: tuple[Note, ...]
        total: Wei

    with pytest.raises(TypeError, match=r"Note says \{amont\}; Note has amount"):
        can_be_told(Noted)


def test_what_is_not_there_is_nothing_and_each_member_is_told_by_its_type() -> None:
    class Sends(Call, says="{total:,} to {to}, for {order.amount}, {stage.name}: {pair}"):
        to: Party
        total: Wei
        order: Order | None
        stage: Stage
        pair: tuple[Wei, Party]

    can_be_told(Sends)
    tell = Teller({ALICE: "alice", BOB: "bob"}.__getitem__)
    sent = Sends(ALICE, BOB, 1000, None, Stage.OPEN, (3, ALICE))
    assert sent.clause(tell) == "1,000 to bob, for nothing, OPEN: 3; alice"


def test_an_action_without_an_effect_says_so() -> None:
    class Nothing(Action, says="does nothing"):
        """..."""

    with pytest.raises(NotImplementedError, match="Nothing has no step"):
        Nothing(ALICE).step(FIRST, SOUND)


def test_a_refusal_in_one_line_is_a_refusal_like_any_other() -> None:
    refused = WrongStage(Stage.NONE, Stage.OPEN)
    assert isinstance(refused, Refusal) and refused == WrongStage(Stage.NONE, Stage.OPEN)
    assert refused != WrongStage(Stage.OPEN, Stage.OPEN)
    assert str(TooLate(1, 2)) == "TooLate(opened=1, now=2)"
    assert inspect.getdoc(TooLate) == "opened at {opened}, the escrow is over at {now}"
    assert TooLate.__module__ == "escrow" and pickle.loads(pickle.dumps(refused)) == refused


def test_a_refusal_may_name_a_value_twice() -> None:
    late = Refusing[int]("Late", "{now} is late; come before {now}")(3)
    assert str(late) == "Late(now=3)"


def test_a_refusal_with_too_few_types_is_told() -> None:
    with pytest.raises(TypeError, match="Odd: 1 types for the 2 values of its sentence"):
        Refusing[int]("Odd", "{a} is not {b}")


def test_a_refusal_without_types_or_a_name_is_told() -> None:
    with pytest.raises(TypeError, match=r"Odd: write the types of its values, as in Refusing\["):
        Refusing("Odd", "over at {now}")
    with pytest.raises(TypeError, match="'too late' can name no refusal; write one word"):
        Refusing[int]("too late", "over at {now}")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("over at {now!r}", "Odd says {now!r}; write {now}: nothing is converted"),
        ("over at {now:>5}", "Odd says {now:>5}; write {now}: a value as it is"),
        ("over at {state.now}", "Odd says {state.now}; write {now}: a value as it is"),
        ("over at {now[0]}", "Odd says {now[0]}; write the name of a field"),
        ("over at {}", "Odd says {}; write the name of a field"),
        ("over at {0}", "Odd says {0}; write the name of a field"),
        ("no such {class}", "Odd says {class}, which can name no value; write {class_}"),
        ("no such {args}", "Odd says {args}, which can name no value; write {args_}"),
        ("no such {self}", "Odd says {self}, which can name no value"),
        ("no such {_at}", "Odd says {_at}, which can name no value; write {at_}"),
        ("over at {now", "Odd says 'over at {now': expected '}' before end of string"),
        ("over at now}", "Odd says 'over at now}': Single '}' encountered"),
    ],
)
def test_a_refusal_whose_sentence_names_no_value_is_told(sentence: str, said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(said)):
        Refusing[int]("Odd", sentence)


# What follows -----------------------------------------------------------------------------------


def test_time_passes_and_nothing_else_happens() -> None:
    later = MACHINE.step(OPEN, Wait(17), SOUND)
    assert later == evolve(OPEN, main=evolve(OPEN.main, now=17))


def test_clauses_are_made_of_the_sentences() -> None:
    assert MACHINE.describe(Open(ALICE, 2)) == "locks 2 for bob"
    assert MACHINE.describe(Refund(ALICE)) == "takes everything back"
    assert [MACHINE.party_name(p) for p in (ALICE, BOB, Party(-2), Party(9))] == [
        "alice", "bob", "time", "party 9",
    ]  # fmt: skip


def test_a_party_in_a_sentence_is_called_by_its_name() -> None:
    class Pay(Call, says="pays {to} {amount}", short="{amount} for {to}", known_as="P1"):
        to: Party
        amount: Wei

    tell, pay = Teller({ALICE: "alice", BOB: "bob"}.__getitem__), Pay(ALICE, BOB, 3)
    assert pay.clause(tell) == "pays bob 3"
    assert pay.message(FIRST, tell) == Message("P1", ALICE, (CONTRACT,), "3 for bob")


@frozen
class Order:
    payer: Party
    amount: Wei
    says: ClassVar[str] = "{amount} by {payer}"
    short: ClassVar[str] = "#{amount}"


@frozen
class Bill:
    order: Order | None
    voters: tuple[Party, ...] = ()
    more: tuple[Order, ...] = ()

    def clause(self, tell: Teller) -> str:
        return f"a bill of {tell.filled(self, '{order}, {more:no more}; {voters}')}"


class Show(Delivery, says="shows {bill}", short="{bill.order:short}"):
    bill: Bill

    def sender(self, state: object) -> Party | None:
        return BOB if state else None


@pytest.mark.parametrize(
    ("bill", "told", "short"),
    [
        (Bill(None), "shows a bill of nothing, no more; nobody", "nothing"),
        (Bill(Order(BOB, 3), (ALICE, BOB)), "shows a bill of 3 by bob, no more; alice, bob", "#3"),
        (
            Bill(Order(BOB, 3), (), (Order(ALICE, 1), Order(BOB, 2))),
            "shows a bill of 3 by bob, 1 by alice; 2 by bob; nobody",
            "#3",
        ),
    ],
)
def test_records_in_a_sentence_say_it_themselves(bill: Bill, told: str, short: str) -> None:
    tell = Teller({ALICE: "alice", BOB: "bob"}.__getitem__)
    assert Show(ALICE, bill).clause(tell) == told
    assert Show(ALICE, bill).message(FIRST, tell) == Message("", BOB, (ALICE,), short)
    assert Show(ALICE, bill).message(None, tell) is None


def test_an_empty_list_is_nothing_where_a_sentence_does_not_say_what_it_is() -> None:
    assert Teller(str).filled(Bill(None), "{more}") == "nothing"


def test_what_a_party_does_of_its_own_will_goes_to_whom_it_says() -> None:
    class Leave(Own, says="leaves"):
        """..."""

    class Wave(Own, says="waves", to=BOB):
        """..."""

    tell = Teller(str)
    assert Leave(ALICE).message(FIRST, tell) == Message("", ALICE, (), "leaves")
    assert Wave(ALICE).message(FIRST, tell) == Message("", ALICE, (BOB,), "waves")


def test_what_every_step_is_asked_and_what_is_recorded_of_it() -> None:
    def closed(state: State, action: Action, rules: Rules) -> None:
        if state.promised > 1:
            raise NeverPromised(state.promised, 0)

    def counted(before: State, action: Action, after: State) -> State:
        return evolve(after, promised=before.promised + 1)

    steps = Steps((Open, Claim), before=closed, after=counted)
    assert steps(FIRST, Open(ALICE, 2), SOUND).promised == 1
    with pytest.raises(NeverPromised):
        steps(evolve(FIRST, promised=2), Open(ALICE, 2), SOUND)
    assert steps(FIRST, Wait(3), SOUND).promised == 0


def test_a_family_offers_every_combination_and_knows_whose_they_are() -> None:
    family = MACHINE.families[1]
    assert family.name == "promise"
    assert [each.total for each in family.every(FIRST, SOUND, Scope(money=3))] == [1, 2, 3]
    assert {each.by for each in family.every(FIRST, SOUND, Scope())} == {ALICE}
    assert list(offers(Refund).every(FIRST, SOUND, Scope())) == [Refund(ALICE)]


@pytest.mark.parametrize("given", [{}, {"total": 1, "amount": 2}, {"totl": 1}])
def test_a_family_that_leaves_a_field_out_is_told(given: dict) -> None:
    with pytest.raises(TypeError, match=r"offers\(Claim\): .*it has to give by, total"):
        offers(Claim, **given)


class Spells(Protocol):
    def spell(self) -> str: ...


def test_what_cannot_be_sampled_is_no_fault() -> None:
    def decides(word: Spells, number: int) -> bool:
        return number > 0

    assert arguments(decides, SOUND) == ()


def test_the_clock_goes_to_where_a_decision_changes_its_answer() -> None:
    assert changes(SOUND) == changes(HASTY) == {"opened": (WEEK,)}
    assert set(MACHINE.instants(OPEN, SOUND)) == {0, WEEK, WEEK + DAY}
    assert MACHINE.instants(FIRST, SOUND) == ()


def test_where_answers_change_follows_the_rules() -> None:
    def twice(opened: Instant, now: Instant, rules: object) -> bool:
        return now <= opened + SOUND.lifetime + 2 * SOUND.patience

    assert changes(evolve(SOUND, claimable=twice))["opened"] == (WEEK, WEEK + 2 * DAY)
    assert (durations(SOUND), unit_and_span(SOUND)) == ((WEEK, DAY), (DAY, WEEK + DAY))


def test_a_decision_that_raises_or_says_no_types_is_passed_over() -> None:
    def fails(opened: Instant, now: Instant, rules: object) -> bool:
        return 1 // 0 > 0

    assert changes(evolve(SOUND, claimable=fails)) == {"opened": (WEEK,)}
    assert changes(evolve(SOUND, claimable=lambda *_: True)) == {"opened": (WEEK,)}
    assert arguments(lambda *_: True, SOUND) == ()


def test_samples_are_made_of_the_types() -> None:
    @frozen
    class Held:
        at: Instant
        stage: Stage = field()

    def decides(held: Held, flag: bool, party: Party, maybe: Wei | None, window: Seconds) -> bool:
        return flag

    decides.__annotations__.update(held=Held, party=Party, maybe=Wei | None)
    made = arguments(decides, SOUND)
    assert made and all(isinstance(each[0], Held) for each in made)
    assert {each[1] for each in made} == {False, True} and decides(*made[0]) in (False, True)


def test_nothing_is_left_to_do_when_nothing_is_owed_and_nothing_ahead() -> None:
    rest = settled(MACHINE)
    assert rest(FIRST, SOUND)
    assert not rest(OPEN, SOUND)
    late = MACHINE.step(OPEN, Wait(WEEK + DAY), SOUND)
    assert not rest(late, SOUND) and rest(MACHINE.step(late, Wait(1), SOUND), SOUND)


def test_a_rulebook_takes_the_first_where_none_is_named() -> None:
    assert (ESCROW.default_rules, ESCROW.default_scope) == ("sound", "payee")
    (life,) = ESCROW.lifecycles
    assert life.name == "the contract" and life.where == (("sound", "both"),)
    assert life.stages(OPEN) == {"contract": "open"}


# Claims in a line -------------------------------------------------------------------------------


def test_a_claim_is_what_its_docstring_says() -> None:
    @always("X-1", lambda state: f"at {state}", lambda state: {"it": state})
    def small(state: int, rules: object) -> bool:
        """It stays
        small."""
        return state < 3

    assert (small.id, small.claim, small.kind) == ("X-1", "It stays small.", Kind.ALWAYS)
    assert small.holds(2, None) and not small.holds(3, None)
    assert small.explain(3, None) == Finding("at 3", {"it": 3})


def test_a_claim_that_says_nothing_is_told() -> None:
    with pytest.raises(TypeError, match="silent needs a docstring: it is what is claimed"):

        @always("X-2", "cause", lambda state: {})
        def silent(state: int, rules: object) -> bool:
            return True


def test_money_that_is_made_is_counted_by_its_asset() -> None:
    claim = conserved("X-3")
    richer = evolve(OPEN, main=evolve(OPEN.main, escrow={ETHER: 5}))
    assert claim.holds(FIRST, None, OPEN, SOUND) and not claim.holds(OPEN, None, richer, SOUND)
    assert claim.explain(OPEN, None, richer, SOUND).numbers == {"asset 0": 3}


def test_a_theorem_is_about_all_values_of_all_durations() -> None:
    @proved("X-T", SOUND, sizes={"n": 3})
    def stated(n: int, rules: object) -> bool:
        """Something is so."""
        return True

    assert stated.symbolic_knobs == ("lifetime", "patience")
    assert stated.values == {"rules": SOUND} and stated.sizes == {"n": 3}
    assert stated.claim == "Something is so."


def test_a_case_names_its_rules_and_its_scope() -> None:
    case = explored("X-C", "Title", "sound/payee", ("X-1", "cause"), why="because")
    assert (case.rule_set, case.scope) == ("sound", "payee")
    assert case.breaks == (("X-1", "cause"),) and case.explanation == "because"


def test_what_has_no_opening_has_no_instants() -> None:
    claimed = evolve(OPEN, contract=Contract(Stage.CLAIMED, 0, 2))
    assert MACHINE.instants(claimed, SOUND) == (0, WEEK, WEEK + DAY)
    assert MACHINE.instants(evolve(OPEN, contract=Contract(Stage.NONE, 5, 2)), SOUND) == ()
