"""Watchtowers as one record: what a checker runs."""

from invariants.channels.watchtower.world.moves import FAMILIES, honest_people, past_receipts
from invariants.channels.watchtower.world.scope import Scope
from spec.channels.payment.contract import Contract, Phase
from spec.channels.payment.versions import START
from spec.channels.people import People
from spec.channels.sides import ALICE, BOB, NAMES
from spec.channels.watchtower.honest import obligations, reaction
from spec.channels.watchtower.machine import step
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import Ghost, Service, State, Talk
from spec.channels.watchtower.timeline import instants, times_that_matter
from spec.kernel.basics import ETHER, Party
from spec.kernel.declared import declared
from spec.kernel.derived_key import derived_key
from spec.kernel.mainchain import MainChain

ENDOWMENT = 100
"""What every account holds beside channel, stake and bond, in wei: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """A channel that both sides have funded, and towers that wait for customers."""
    people = (ALICE, BOB, *scope.towers)
    bonds = dict.fromkeys(scope.towers, rules.bond) if scope.registered else {}
    locked = sum(scope.deposits) + 2 * rules.reward + sum(bonds.values())
    wealth = {
        p: ENDOWMENT + bonds.get(p, 0) + (rules.reward if p in (ALICE, BOB) else 0) for p in people
    }
    return State(
        main=MainChain(
            now=0,
            accounts={(p, ETHER): ENDOWMENT for p in people},
            escrow={ETHER: locked},
        ),
        channel=Contract(Phase.OPEN, scope.deposits, (0, 0), None),
        service=Service(
            bonds=bonds,
            announced={},
            stakes=(rules.reward, rules.reward),
            answered_by=None,
            outcome=None,
            compensated=0,
            burned=0,
        ),
        talk=Talk(
            versions=(START,), stores={}, receipts=past_receipts(scope), left=None, journeys=0
        ),
        people=People(honest=honest_people(scope), offline=scope.offline),
        ghost=Ghost(wealth=wealth, claimed=0, ended=0, leaving={}, left=0),
    )


def called(party: Party) -> str:
    """What people call a party."""
    return NAMES.get(party, f"tower{party - 2}")


WATCHTOWER = declared(
    name="watchtower",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    reaction=reaction,
    key=derived_key(State, points=times_that_matter),
    parties=called,
)
