"""Claims for ALL values: ordinary Python functions run on values that are not known yet.

Read ``paths.py`` first (how a run splits), then ``values.py`` and ``records.py`` (what it runs on),
``folding.py`` (why it stays small) and ``prove.py`` (what is said in the end).
"""
