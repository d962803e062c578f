"""Finds rules that are no function of their arguments, and names them.

A verdict says what rules allow; it means nothing where they answer the same question differently.
So in a sample of a search's states every decision is asked twice and with equal arguments that are
other objects, its arguments are compared before and after, all moves and claims are worked out a
second time, and it is watched whether anything outside is looked at. What is not in the sample is
not seen: a rule that cheats once in a thousand calls may pass.
"""

from impl.lab.purity.decisions import CHANGED
from impl.lab.purity.look import Purity

__all__ = ["CHANGED", "Purity"]
