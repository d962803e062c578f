"""Exit codes, in a module that is loaded at once."""

HOLDS = 0
BROKEN = 1
USAGE = 2
FAULT = 70
"""A fault of exitgame itself: neither an answer nor a wrong question."""
INTERRUPTED = 130
