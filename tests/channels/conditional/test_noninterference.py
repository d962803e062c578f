"""What an honest party can't know changes nothing of what it does.

Strategies are computed from the whole state, because that is how the state machine is written. So
what alice can't see is replaced by something else, and what she must do, signs and refuses has to
stay the same; while what she does see has to show somewhere, or the test is blind.
"""

from random import Random

import pytest
from attrs import evolve

from impl.lab.runs.moves import Moves
from invariants.channels.conditional.rulebook import CONDITIONAL
from spec.channels.conditional.honest import obligations, refuse_folly
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.state import NOTHING_PAID, Ghost, Learned
from spec.channels.conditional.timeline import pays_known
from spec.channels.sides import ALICE
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

PROTOCOL, SCOPE = CONDITIONAL.protocol, CONDITIONAL.scopes["wide"]
WALKS, LENGTH = 25, 14


def tried(state):
    """All that is worth trying in a state."""
    return Moves(PROTOCOL, SOUND, SCOPE).candidates(state, PROTOCOL.obligations(state, SOUND))


def accepted(state, action):
    try:
        return move(PROTOCOL, state, action, SOUND)
    except Refusal as refusal:
        return refusal


@pytest.fixture(scope="module")
def reachable():
    random, found = Random(7), []
    for _ in range(WALKS):
        state = PROTOCOL.initial(SCOPE, SOUND)
        for _ in range(LENGTH):
            options = [*tried(state), *waits(state)]
            after = accepted(state, options[random.randrange(len(options))])
            if not isinstance(after, Refusal):
                state = after
        found.append(state)
    return found


def waits(state):
    ahead = [t - state.main.now for t in PROTOCOL.instants(state, SOUND) if t > state.main.now]
    return [Wait(seconds) for seconds in ahead[:3]]


def conduct(state, actions):
    """What alice must do, and which of the actions of hers she would not do."""
    foolish = []
    for action in actions:
        if action.by == ALICE:
            try:
                refuse_folly(state, action, SOUND)
            except Refusal:
                foolish.append(action)
    return obligations(state, SOUND), foolish


def blinded(state):
    """Other ghost data, and other knowledge of preimages of what alice pays."""
    mine = {pay.number for pay in pays_known(state) if pay.payer == 0}
    learned = tuple(sorted(set(state.network.learned) ^ mine))
    ghost = Ghost(
        settling_since=12_345,
        announced=54_321,
        written=(),
        learned=(Learned(1, 999),),
        on_chain=(evolve(NOTHING_PAID[0], seq=99),) * 2,
    )
    return evolve(state, network=evolve(state.network, learned=learned), ghost=ghost)


def test_what_alice_cannot_know_changes_nothing_of_her_conduct(reachable):
    for state in reachable:
        actions = tried(state)
        assert conduct(state, actions) == conduct(blinded(state), actions)


def test_ghost_data_changes_nothing_of_what_is_accepted(reachable):
    for state in reachable:
        other = evolve(state, ghost=blinded(state).ghost)
        for action in tried(state):
            one, two = accepted(state, action), accepted(other, action)
            if isinstance(one, Refusal):
                assert one == two
            else:
                assert (one.main, one.contract, one.network) == (
                    two.main,
                    two.contract,
                    two.network,
                )


def test_what_alice_knows_shows_in_her_conduct(reachable):
    """So the tests above are not blind."""

    def ignorant(state):
        return evolve(state, network=evolve(state.network, learned=(), revealed=()))

    assert any(
        conduct(state, tried(state)) != conduct(ignorant(state), tried(state))
        for state in reachable
    )
