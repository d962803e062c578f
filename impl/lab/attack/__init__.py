"""What to do with a rule change: find what it touches, ask the prover, explore, walk, bisect.

Read ``reads.py`` first (which theorems a change touches), then ``proofs.py`` (what the prover says
of them) and ``hunt.py`` (the search for a run that only the change breaks). Whether the unchanged
rules break in the same way is asked by ``unchanged.py``, in the same scope, and what comes of it is
kept apart by ``sieve.py``. Where on the scale of a knob a claim begins to fail is found by
``boundaries.py`` for theorems, by ``bisect.py`` for runs.
"""
