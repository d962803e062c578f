"""How long one may answer a claim on the main chain, and what an answer does to the time left.

A window is open up to and including its deadline; what waits for its end happens strictly after.
The functions below are the alternatives for a decision `deadline_after(deadline, now, window)` of
a channel's rules: the deadline after an answer was accepted.

Source: reference section 1 ("a challenge must not extend the window without bound").
"""

from spec.kernel.basics import Seconds


def is_open(now: Seconds, deadline: Seconds) -> bool:
    """Can one still answer?"""
    return now <= deadline


def is_over(now: Seconds, deadline: Seconds) -> bool:
    """Is it too late to answer, so that what waited for it can happen?"""
    return now > deadline


def deadline_stands(deadline: Seconds, now: Seconds, window: Seconds) -> Seconds:
    """An answer leaves the deadline where it was: one window from the first claim, whatever comes.
    Source: Raiden, `updateNonClosingBalanceProof`."""
    return deadline


def window_restarts(deadline: Seconds, now: Seconds, window: Seconds) -> Seconds:
    """Every answer opens a whole new window. Who holds n stale states can show them one after the
    other and delay the end n times."""
    return now + window
