"""Exhausts a scope breadth first: `explore`."""

from impl.lab.explore.run import explore

__all__ = ["explore"]
