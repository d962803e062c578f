"""Application channels: two parties run an application off chain, and a contract as the judge.

Read `machine.py` first.
"""
