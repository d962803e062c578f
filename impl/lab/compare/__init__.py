"""Two rule sets side by side: the shortest run on which they differ, and who gains by it.

Read `pairs.py` first (one step on both sides), then `search.py` (every run, shortest first),
`walk.py` (random runs beyond) and `decisions.py` (what z3 says of the decision functions).
"""
