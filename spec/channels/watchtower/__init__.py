"""Watchtowers with incentives: who answers for a party that is away, and who pays if not.

Read `machine.py` first.
"""
