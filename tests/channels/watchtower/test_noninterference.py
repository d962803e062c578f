"""What a party can't know changes nothing of what it must do, and nothing of what it will not do.

Both are computed from the whole state, because that is how the state machine is written. So the
part that a party can't see is replaced by something else, and they have to stay the same; while a
change in what it does see has to show somewhere, or the test is blind.
"""

import pytest
from attrs import evolve

from spec.channels.payment.versions import Version
from spec.channels.sides import PARTIES
from spec.channels.watchtower import disputes, offchain
from spec.channels.watchtower.appointments import Appointment
from spec.channels.watchtower.honest import opened, refuse_folly
from spec.channels.watchtower.state import CUSTOMER, Ghost
from tests.channels.watchtower.situations import RULES, WATCHTOWER
from tests.protocolwide import duties, ends, other_accounts

SCOPES = ("wide", "wide-customer")


@pytest.fixture(scope="module", params=RULES)
def rules(request):
    return RULES[request.param]


@pytest.fixture(scope="module")
def reachable(rules):
    found = [ends(WATCHTOWER, rules, WATCHTOWER.scopes[scope]) for scope in SCOPES]
    return [state for each in found for state in each[::2]]


def owed(state, party, rules):
    return duties(WATCHTOWER, state, party, rules)


def towers(state):
    return [party for party in state.people.honest if party not in PARTIES]


def other(version):
    """Another version of this number."""
    return evolve(version, balances=(version.balances[1] + 7, version.balances[0]))


def without_ghost(state, party, rules):
    return evolve(state, ghost=Ghost({}, claimed=7, ended=7, leaving={}, left=7))


def other_stores(state, party, rules):
    """What other towers were given."""
    stores = {tower: kept if tower == party else () for tower, kept in state.talk.stores.items()}
    return evolve(state, talk=evolve(state.talk, stores=stores))


def other_seals(state, party, rules):
    """What is sealed in appointments that nothing has opened."""

    def sealed(each: Appointment) -> Appointment:
        if opened(state, each, rules):
            return each
        return evolve(each, content=Version(99, (9, 9), (9, 9), (0, 0)))

    stores = {
        tower: tuple(sealed(each) for each in kept) for tower, kept in state.talk.stores.items()
    }
    return evolve(state, talk=evolve(state.talk, stores=stores))


def other_balances(state, party, rules):
    """What the parties have signed, where it is not before the contract."""
    claim = state.channel.claim
    shown = None if claim is None else claim.version
    versions = tuple(each if each == shown else other(each) for each in state.talk.versions)
    return evolve(state, talk=evolve(state.talk, versions=versions))


HIDDEN_FROM_TOWERS = (
    without_ghost, other_accounts, other_stores, other_seals, other_balances,
)  # fmt: skip
HIDDEN_FROM_CUSTOMERS = (without_ghost, other_accounts, other_stores)


@pytest.mark.parametrize("hidden", HIDDEN_FROM_TOWERS, ids=lambda each: each.__name__)
def test_a_tower_owes_the_same_whatever_it_does_not_see(hidden, reachable, rules):
    looked = 0
    for state in reachable:
        for tower in towers(state):
            changed = hidden(state, tower, rules)
            assert owed(state, tower, rules) == duties(WATCHTOWER, changed, tower, rules)
            looked += 1
    assert looked > 100


@pytest.mark.parametrize("hidden", HIDDEN_FROM_CUSTOMERS, ids=lambda each: each.__name__)
def test_a_customer_owes_the_same_whatever_it_does_not_see(hidden, reachable, rules):
    for state in reachable:
        changed = hidden(state, CUSTOMER, rules)
        assert owed(state, CUSTOMER, rules) == duties(WATCHTOWER, changed, CUSTOMER, rules)
        leaves = would_leave(state, rules)
        assert leaves == would_leave(changed, rules)


def would_leave(state, rules):
    try:
        refuse_folly(state, offchain.Leave(CUSTOMER), rules)
    except Exception:
        return False
    return True


def test_what_a_claim_opens_does_matter(reachable, rules):
    """The last test sees something: what a tower can read is what it answers with."""
    seen = 0
    for state in reachable:
        for tower in towers(state):
            if any(isinstance(duty.action, disputes.Respond) for duty in owed(state, tower, rules)):
                emptied = evolve(state, talk=evolve(state.talk, stores={}))
                assert owed(emptied, tower, rules) != duties(WATCHTOWER, state, tower, rules)
                seen += 1
    assert seen
