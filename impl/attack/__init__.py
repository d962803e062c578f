"""What to do with a rule change: find what it touches, ask the prover, explore, walk, bisect.

Read ``reads.py`` first (which theorems a change touches), then ``proofs.py`` (what the prover says
of them), ``hunt.py`` (the search for a run that only the change breaks) and ``bisect.py`` (where on
the scale of a knob a claim begins to fail).
"""
