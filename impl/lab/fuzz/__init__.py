"""Walks at random, shrinks what breaks: `fuzz`, the byte codec, a Hypothesis state machine."""

from impl.lab.fuzz.run import fuzz

__all__ = ["fuzz"]
