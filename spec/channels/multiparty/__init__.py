"""The multi-party off-chain channel with arbitration: as written, and repaired.

Read `machine.py` first.
"""
