"""A first rule change of one's own: pay exits in the order in which they were asked for.

In Plasma, whoever owns something on the side chain can take it home to the main chain: it starts an
"exit", waits for a week or two in which others may object, and is paid. When the operator of the
side chain turns bad, everybody leaves at once, with money that some of them invented. So the order
of payment decides who gets the real money. Plasma MVP pays the OLDEST OUTPUT first: what you owned
before the fraud comes before everything that the fraud made.

Isn't first come, first served fairer, and simpler? Here is that rule. It is ordinary Python, and it
is all there is to write. Let the laboratory attack it:

    exitgame fuzz hardened --change docs/examples/by_arrival.py:by_arrival

It finds a run in which the operator, who knows of its own fraud before anybody else, invents an
output, is first in line for it, and is paid with the money of somebody honest who did everything
right. Without the change, the same search of the same rules (those of Plasma MVP, with the repairs
that this project found it to need) comes back with nothing.
"""

from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import Exit


def by_arrival(exit: Exit, rules: Rules) -> tuple[int, int]:
    """Who asks first is paid first; of two in the same second, the smaller position.

    Decides the place of an exit in the queue: the smallest pair is paid first. `exit.started` is
    when the exit was asked for, in seconds; `exit.position` says where its output stands.
    """
    return exit.started, exit.position
