"""Payment channels as one record: what a checker runs."""

from invariants.channels.payment.world.moves import FAMILIES
from invariants.channels.payment.world.scope import Scope
from spec.channels.payment.contract import Contract, Phase
from spec.channels.payment.duties import instants, obligations
from spec.channels.payment.machine import step
from spec.channels.payment.memory import NOTHING_KNOWN
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import SILENT, UNMEASURED, Absence, Past, State, over
from spec.channels.payment.strategy import answers_within
from spec.channels.people import People
from spec.channels.sides import NAMES, PARTIES
from spec.kernel.basics import ETHER
from spec.kernel.declared import declared
from spec.kernel.derived_key import derived_key
from spec.kernel.mainchain import MainChain


def initial(scope: Scope, rules: Rules) -> State:
    """A channel in which nothing was paid yet."""
    funded = scope.funded
    phase = Phase.OPEN if funded[0] > 0 and funded[1] > 0 else Phase.OPENING
    return State(
        main=MainChain(
            now=0,
            accounts={(party, ETHER): scope.purse for party in PARTIES},
            escrow={ETHER: funded[0] + funded[1]},
        ),
        contract=Contract(phase, funded, (0, 0), None),
        memory=NOTHING_KNOWN,
        disk=NOTHING_KNOWN,
        network=SILENT,
        people=People(honest=scope.honest),
        absence=Absence(back=(0, 0), times=0),
        ghost=UNMEASURED,
        past=Past(more=scope.channels - 1),
    )


PAYMENT = declared(
    name="payment",
    state=State,
    initial=initial,
    actions=step,
    families=FAMILIES,
    obligations=obligations,
    instants=instants,
    reaction=lambda rules, party: answers_within(rules.peer),
    key=derived_key(State, over=over),
    parties=NAMES,
)
