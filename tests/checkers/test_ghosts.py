"""What a run is measured by is looked at by nothing but claims."""

from itertools import islice

import escrow
import pytest
from attrs import evolve, field, frozen

from impl.lab.fuzz.codec import Sources
from impl.lab.rulebooks.ghosts import ghosts_in, haunted, looked_at
from impl.lab.rulebooks.parts import complaint
from impl.lab.rulebooks.registry import rulebooks
from invariants.kernel.claims import Rulebook, RuleSet, Witness
from spec.kernel.action import Call
from spec.kernel.basics import GHOST, Wei
from spec.kernel.clock import Wait
from spec.kernel.declared import declared, offers
from spec.kernel.mainchain import MainChain, begin
from spec.kernel.refusal import Refusing
from tests.protocolwide import walk

ENDED = {"payment", "application", "conditional", "watchtower", "multiparty", "plasma-mvp"}


def test_every_protocol_with_a_ghost_says_so():
    assert {name for name, book in rulebooks().items() if ghosts_in(book.protocol.state)} >= ENDED


@pytest.mark.parametrize("name", sorted(ENDED))
def test_no_step_and_no_duty_looks_at_it(name):
    book = rulebooks()[name]
    rules, differ = book.rules_named(book.default_rules).rules, 0
    for scope in book.scopes.values():
        sources = Sources(book, rules, scope)
        states = [step.after for step in walk(book, rules, scope, 1, 100)]
        other = states[-1]
        for state in states[::10]:
            differ += state != haunted(state, other)
            actions = [Wait(1)]
            for n in range(len(book.protocol.families)):
                actions += [action for action, _ in islice(sources.alternatives(n, state), 5)]
            for action in actions:
                assert not looked_at(book, rules, state, other, action), action
    assert differ, "no two states have different ghosts"


@frozen
class Counting:
    main: MainChain
    put: Wei
    seen: int = field(metadata=GHOST)


Enough = Refusing[Wei]("Enough", "{put} is enough")


def puts(asks):
    """A protocol of one action, whose guard asks something of the state."""

    class Put(Call, says="puts one in", only=escrow.ALICE):
        def step(self, state, rules):
            if asks(state):
                raise Enough(state.put)
            return evolve(state, put=state.put + 1, seen=min(5, state.seen + 1))

    machine = declared(
        name="putting",
        state=Counting,
        initial=lambda scope, rules: Counting(begin({escrow.ALICE: 0}), 0, 0),
        actions=(Put,),
        obligations=lambda state, rules: (),
        parties={escrow.ALICE: "alice"},
        families=(offers(Put),),
    )
    return Rulebook(
        protocol=machine,
        rule_sets=(RuleSet("sound", escrow.SOUND, "it", "here"),),
        scopes={"tiny": escrow.Scope()},
        invariants=(),
        witnesses=(Witness("W", "w", lambda *about: True, (Put,)),),
        theorems=(),
        cases=(),
    )


def test_a_guard_that_looks_at_it_is_refused_in_a_line():
    said = "Put depends on what is marked as GHOST (seen): only claims may look at that"
    assert said in str(complaint(puts(lambda state: state.seen > 2)))
    assert not complaint(puts(lambda state: state.put > 2))
