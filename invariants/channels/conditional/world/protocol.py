"""Conditional payments as one record: what a checker runs."""

from invariants.channels.conditional.world import keys
from invariants.channels.conditional.world.moves import FAMILIES
from invariants.channels.conditional.world.scope import Scope
from spec.channels.conditional import honest
from spec.channels.conditional.machine import step
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import (
    NOTHING_PAID,
    Contract,
    Ghost,
    Network,
    Phase,
    State,
)
from spec.channels.conditional.strategy import answers_within
from spec.channels.conditional.timeline import instants
from spec.channels.people import People
from spec.channels.sides import NAMES, PARTIES
from spec.kernel.basics import ETHER
from spec.kernel.declared import declared
from spec.kernel.mainchain import MainChain

ENDOWMENT = 1000
"""What every account holds beside the channel, in wei: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """An open channel: both have deposited, nothing was paid."""
    return State(
        main=MainChain(
            now=0,
            accounts={(party, ETHER): ENDOWMENT for party in PARTIES},
            escrow={ETHER: sum(scope.deposits)},
        ),
        contract=Contract(
            phase=Phase.OPERABLE,
            deposits=scope.deposits,
            withdrawn=(0, 0),
            states=NOTHING_PAID,
            cleared=(None, None),
            window_ends=0,
            intent=None,
            registry=(),
        ),
        network=Network(
            signed=((), ()),
            offers=(None, None),
            learned=() if scope.elsewhere else tuple(range(1, scope.pays + 1)),
            revealed=(),
            vouchers=(),
        ),
        people=People(honest=scope.honest, offline=scope.offline),
        ghost=Ghost(settling_since=0, announced=0, written=(), learned=(), on_chain=NOTHING_PAID),
    )


CONDITIONAL = declared(
    name="conditional",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=honest.obligations,
    reaction=lambda rules, party: answers_within(rules.strategy),
    instants=instants,
    key=keys.key,
    parties=NAMES,
)
