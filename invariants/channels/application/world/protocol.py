"""Application channels as one record: what a checker runs."""

from collections.abc import Callable

from invariants.channels.application.world import keys
from invariants.channels.application.world.moves import FAMILIES
from invariants.channels.application.world.scope import Scope
from spec.channels.application import player
from spec.channels.application.applications import app_state
from spec.channels.application.machine import step
from spec.channels.application.rules import Rules
from spec.channels.application.state import Channel, Contract, Ghost, Network, Phase, State
from spec.channels.application.strategy import answers_within
from spec.channels.application.timeline import instants
from spec.channels.people import People
from spec.channels.sides import NAMES, PARTIES, side_of
from spec.kernel.basics import ETHER, Party, Seconds
from spec.kernel.declared import declared
from spec.kernel.mainchain import MainChain
from spec.kernel.reaction import kept


def initial(scope: Scope, rules: Rules) -> State:
    """Both have signed the start; in a funded channel both have deposited."""
    start = app_state(scope.app, scope.start, 0, scope.stakes, rules.stalled)
    deposited = scope.stakes if scope.funded else (0, 0)
    held = deposited[0] + deposited[1]
    accounts = {
        (party, ETHER): scope.purse + scope.stakes[side_of(party)] - deposited[side_of(party)]
        for party in PARTIES
    }
    state = State(
        main=MainChain(now=0, accounts=accounts, escrow={ETHER: held}),
        channel=Channel(scope.app, scope.stakes),
        contract=Contract(
            held=held,
            deposited=deposited,
            phase=Phase.OPEN,
            record=0,
            claimed=start,
            ends=0,
            paid=False,
        ),
        network=Network(line=(start,), agreed=False, since=0),
        people=People(
            honest=tuple(p for p in PARTIES if p not in scope.coalition), offline=scope.offline
        ),
        ghost=Ghost(challenged=0, since=0, called=0),
    )
    return begun(state, state, rules)


def reaction(rules: Rules, party: Party) -> Seconds | None:
    """How long an honest party's answer may take."""
    return answers_within(rules.player)


begun: Callable[[State, State, Rules], State] = kept(player.obligations, reaction)
"""With what stands from the beginning: a turn that is to be taken."""


APPLICATION = declared(
    name="application",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=player.obligations,
    reaction=reaction,
    instants=instants,
    key=keys.key,
    parties=NAMES,
)
