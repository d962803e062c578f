"""Plasma MVP as one record: what a checker runs."""

from attrs import evolve

from invariants.plasma.mvp.world import keys
from invariants.plasma.mvp.world.moves import FAMILIES
from invariants.plasma.mvp.world.scope import Scope
from spec.kernel.basics import NOBODY, Asset, Party
from spec.kernel.declared import declared
from spec.kernel.mainchain import begin
from spec.plasma.mvp.machine import step
from spec.plasma.mvp.periods import room
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    OPERATOR,
    Contract,
    Ghost,
    Ledger,
    SideChain,
    State,
    View,
)
from spec.plasma.mvp.strategy import answers_within
from spec.plasma.mvp.timeline import instants
from spec.plasma.mvp.wallet import obligations

ENDOWMENT = 10**6
"""What every account starts with, of every asset: more than any scope spends."""

NAMES = {OPERATOR: "operator", Party(1): "alice", Party(2): "mallory"}
NAMES |= {Party(3): "bob", Party(4): "mike", Party(5): "carol"}


NOTHING = Ledger({}, {}, {}, {})


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"user{party}")


def initial(scope: Scope, rules: Rules) -> State:
    """An empty chain: everybody has money on the main chain and none on the side chain."""
    assets = [Asset(a) for a in range(scope.assets)]
    people = (NOBODY, OPERATOR, *scope.users)
    view = View(head=0, alarm=None, confirmations=frozenset(), holdings=frozenset())
    outside = evolve(view, alarm=0) if scope.latecomers else view
    return State(
        main=begin(dict.fromkeys(people, ENDOWMENT), *assets),
        contract=Contract(
            next_block=rules.child_block_interval,
            next_deposit=1,
            next_fee_exit=1,
            blocks={},
            exits={},
            bonds=0,
            reverting=frozenset(),
            window=0,
            used=0,
        ),
        side=SideChain(contents=(), signed=(), ledger=NOTHING, whole=NOTHING),
        knowledge={COALITION: view, **dict.fromkeys(scope.honest, outside)},
        ghost=Ghost(
            owed={},
            wealth={(p, a): ENDOWMENT for p in scope.honest for a in assets},
            paid=(),
            deposited={},
            withdrawn={},
            bad_blocks=0,
        ),
    )


PLASMA = declared(
    name="plasma-mvp",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    room=lambda state, rules, start, end: room(state.contract, rules, start, end),
    key=keys.key,
    reaction=lambda rules, party: answers_within(rules.wallet),
    parties=party_name,
)
