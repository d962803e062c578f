"""The payment channel between two parties; read `machine.py` first."""
