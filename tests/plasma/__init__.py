"""Tests of the Plasma family."""
