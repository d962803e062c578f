"""Exhausts a scope breadth first: `explore`."""

from impl.explore.run import explore

__all__ = ["explore"]
