"""Tests of the watchtowers."""
