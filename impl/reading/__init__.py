"""What rules ask of time, read off a run of their own code, and whether a key holds all of it.

Read ``ticks.py`` first (numbers that remember which points in time they are made of), then
``bounds.py`` (what follows from what is known of differences), ``said.py`` (what a key says of
times) and ``reader.py``, which holds everything that can be done in a state against its key.
"""
