"""Plasma MVP as one record: what a checker runs."""

from invariants.plasma.mvp.world import keys
from invariants.plasma.mvp.world.moves import FAMILIES, Scope
from invariants.plasma.mvp.world.telling import describe, party_name
from spec.kernel.basics import NOBODY, Asset
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol
from spec.plasma.mvp import machine, timeline, wallet
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

ENDOWMENT = 10**6
"""What every account starts with, of every asset: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """An empty chain: everybody has money on the main chain and none on the side chain."""
    assets = [Asset(a) for a in range(scope.assets)]
    people = (NOBODY, OPERATOR, *scope.users)
    view = View(head=0, alarm=None, confirmations=frozenset(), holdings=frozenset())
    return State(
        main=MainChain(
            now=0,
            accounts={(p, a): ENDOWMENT for p in people for a in assets},
            escrow=dict.fromkeys(assets, 0),
        ),
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
        side=SideChain(contents=(), signed=(), ledger=Ledger({}, {}, {}, {})),
        knowledge=dict.fromkeys((COALITION, *scope.honest), view),
        ghost=Ghost(
            owed={},
            wealth={(p, a): ENDOWMENT for p in scope.honest for a in assets},
            paid=(),
            deposited={},
            withdrawn={},
            bad_blocks=0,
        ),
    )


PLASMA: Protocol[State, Rules, Scope] = Protocol(
    name="plasma-mvp",
    state=State,
    initial=initial,
    step=machine.step,
    families=FAMILIES,
    obligations=wallet.obligations,
    instants=timeline.instants,
    room=lambda state, rules, start, end: room(state.contract, rules, start, end),
    key=keys.key,
    actions=tuple(machine.TRANSITIONS),
    party_name=party_name,
    describe=describe,
)
