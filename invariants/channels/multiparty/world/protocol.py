"""The multi-party channel as one record: what a checker runs."""

from invariants.channels.multiparty.world import keys
from invariants.channels.multiparty.world.moves import FAMILIES
from invariants.channels.multiparty.world.scope import ALICE, BOB, CAROL, DAVE, Scope, past_entries
from spec.channels.multiparty.machine import step
from spec.channels.multiparty.member import obligations
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Contract, Ghost, Network, People, Phase, State
from spec.channels.multiparty.timeline import instants
from spec.kernel.basics import ETHER, Party
from spec.kernel.declared import declared
from spec.kernel.mainchain import MainChain

NAMES = {ALICE: "alice", BOB: "bob", CAROL: "carol", DAVE: "dave", Party(5): "erin"}
ENDOWMENT = 1000
"""What every account holds beside the channel, in wei: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """An open channel at the beginning of its first epoch: everybody has deposited."""
    balances = dict.fromkeys(scope.members, scope.balance)
    bonds = dict.fromkeys(scope.members, rules.bond)
    people = (*scope.members, *scope.outsiders)
    locked = sum(balances.values()) + sum(bonds.values())
    wealth = {p: ENDOWMENT + balances.get(p, 0) + bonds.get(p, 0) for p in people}
    return State(
        main=MainChain(
            now=0,
            accounts={(p, ETHER): ENDOWMENT for p in people},
            escrow={ETHER: locked},
        ),
        contract=Contract(
            epoch=1,
            last_epoch=scope.epochs,
            leader=scope.leader,
            balances=balances,
            bonds=bonds,
            deposits={},
            leaving=(),
            burned=0,
            phase=Phase.TRADING,
            since=0,
            started=0,
            proposal=None,
            disputes={},
            requests=(),
            shown=(),
        ),
        network=Network(
            trades=(),
            made=0,
            past=past_entries(scope, rules),
            offers={},
            votes={},
            confirmed=None,
            wishes=(),
        ),
        people=People(
            honest=tuple(p for p in people if p not in scope.coalition), offline=scope.offline
        ),
        ghost=Ghost(wealth=wealth),
    )


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"member{party}")


MULTIPARTY = declared(
    name="multiparty",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    key=keys.key,
    parties=party_name,
)
