"""Conditional payments in a duplex channel of two simplex states. Read `machine.py` first."""
