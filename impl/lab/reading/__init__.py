"""What rules ask of time, read off a run of their own code, and whether a key holds all of it.

Read ``asked.py`` first (what is noted), then ``ticks.py`` (numbers that remember which points in
time they are made of) and ``ticking.py`` (states with such numbers), ``bounds.py`` (what follows
from what is known of differences), ``said.py`` (what a key says of times) and ``reader.py``, which
holds everything that can be done in a state against its key; ``notes.py`` says what came of it.
"""
