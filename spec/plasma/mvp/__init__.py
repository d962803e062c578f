"""Plasma MVP: as published, as shipped, and repaired. Read `machine.py` first."""
