"""No action, however malformed, does anything but to succeed or to be refused."""

import pytest
from attrs import evolve

from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.knowledge import right_checkpoint
from spec.channels.multiparty.rule_sets import SOUND
from spec.kernel.basics import DAY
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    DAVE,
    MULTIPARTY,
    OUTSIDER,
    RULES,
    called,
    closed,
    convicted,
    led_badly,
    misled,
    opened,
    payment,
    signed,
    waited,
)
from tests.protocolwide import refused, refused_when_bent, walk

RIGHT = right_checkpoint(opened())
ANYBODY = (ALICE, BOB, DAVE, OUTSIDER)
STRANGE = [
    evolve(RIGHT, balances=()),
    evolve(RIGHT, exits=(OUTSIDER,)),
    evolve(RIGHT, next_leader=OUTSIDER),
    evolve(RIGHT, epoch=-1),
]
TO_NOBODY = signed(payment(SOUND, 1, BOB, OUTSIDER), OUTSIDER)
FROM_NOBODY = signed(payment(SOUND, 1, OUTSIDER, OUTSIDER))
MALFORMED = [
    lambda by: trading.RequestPayment(by, TO_NOBODY.payment),
    lambda by: trading.RequestPayment(by, FROM_NOBODY.payment),
    *(lambda by, n=n: trading.Countersign(by, n) for n in (-1, 7)),
    *(lambda by, n=n: trading.SendToLeader(by, n) for n in (-1, 7)),
    *(lambda by, n=n: trading.GiveReceipt(by, n, True, True) for n in (-1, 7)),
    *(lambda by, e=e: trading.ReplayToLeader(by, e) for e in (TO_NOBODY, FROM_NOBODY)),
    *(lambda by, e=e: disputes.RequestReceipt(by, e) for e in (TO_NOBODY, FROM_NOBODY)),
    *(lambda by, e=e: disputes.Challenge(by, (e, e)) for e in (TO_NOBODY, FROM_NOBODY)),
    *(lambda by, e=e: settlement.ShowReceipts(by, (e, e)) for e in (TO_NOBODY, FROM_NOBODY)),
    *(lambda by, e=e: disputes.AnswerRequest(by, True, (e,)) for e in (TO_NOBODY, FROM_NOBODY)),
    *(lambda by, e=e: disputes.AnswerDispute(by, BOB, (e,)) for e in (TO_NOBODY, FROM_NOBODY)),
    lambda by: disputes.AnswerDispute(by, OUTSIDER, ()),
    *(lambda by, c=c: consensus.Propose(by, c, (BOB,)) for c in STRANGE),
    *(lambda by, c=c: consensus.Confirm(by, c) for c in STRANGE),
    *(lambda by, c=c: consensus.Commit(by, c) for c in STRANGE),
    *(lambda by, c=c: consensus.CallContract(by, c, ()) for c in STRANGE),
    lambda by: membership.Deposit(by, -1),
    lambda by: membership.Join(by, -1),
]
PHASES = {
    "open": opened,
    "open, dishonest": led_badly,
    "voting": lambda: waited(opened(), DAY),
    "voting, dishonest": lambda: waited(led_badly(), DAY),
    "disputed": lambda: called(opened(), SOUND),
    "disputed, dishonest": lambda: called(misled(), SOUND),
    "settling": lambda: convicted(led_badly()),
    "closed": closed,
}


@pytest.mark.parametrize("phase", PHASES)
def test_malformed_actions_raise_nothing_but_refusals_in_every_phase(phase):
    state = PHASES[phase]()
    answers = [refused(MULTIPARTY, state, make(by), SOUND) for make in MALFORMED for by in ANYBODY]
    assert answers.count(True) > 0.9 * len(answers)


@pytest.mark.parametrize("name", RULES)
def test_an_action_bent_in_two_places_raises_nothing_but_refusals(name):
    rules, scope = RULES[name], MULTIPARTY.scopes["wide"]
    steps = [step for seed in range(12) for step in walk(MULTIPARTY, rules, scope, seed, 60)]
    assert refused_when_bent(MULTIPARTY, rules, steps) > 50
