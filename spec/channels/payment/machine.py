"""The payment channel: each action, and the rules that it goes through.

Two parties lock money in a contract and then pay each other off chain, by versions of who has what
that both sign. Either can end the channel at any time and alone. It promises an honest party,
whatever the other one and the network do, that it gets what it could show or can't be kept from:
at least the least of the balances that it has agreed to and that still count; and this within one
window of its own wish to leave, if it is back before a window that the other has opened is over.

Chapters, in the order in which to read them: `versions` (what is signed), `rules`, `strategy` and
`rule_sets` (the decisions), `contract` (on the main chain), `memory` and `state`,
`updates` (off chain), `closing` (who may show what), `presence` (away, crashed, back), `duties`
(what honest parties must do).
"""

from typing import Any

from spec.channels.payment import closing, presence, updates
from spec.channels.payment.refusals import Away, NotAParty, NotHonest
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State, over, stamped
from spec.channels.sides import PARTIES
from spec.kernel.action import Call
from spec.kernel.steps import Steps


def present(state: State, action: Any, rules: Rules) -> None:
    """Of what happens off chain only honest parties' part is recorded: what others say, and when
    they are there, is up to them. Raises NotAParty, NotHonest, Away."""
    by = action.by
    if by not in PARTIES:
        raise NotAParty(by)
    if not isinstance(action, Call) and by not in state.people.honest:
        raise NotHonest(by)
    if by in state.people.offline and not isinstance(action, presence.Return):
        raise Away(by)


step = Steps(
    (
        updates.Propose,
        updates.Countersign,
        updates.Receive,
        updates.Reveal,
        updates.Hear,
        closing.Deposit,
        closing.Cancel,
        closing.Withdraw,
        closing.CooperativeClose,
        closing.UnilateralClose,
        closing.Challenge,
        closing.Punish,
        closing.Settle,
        closing.Reopen,
        presence.GoOffline,
        presence.Crash,
        presence.Return,
    ),
    before=present,
    after=stamped,
)


def settled(state: State, rules: Rules) -> bool:
    """Is everything paid out, and no other channel to come?"""
    return over(state) is not None
