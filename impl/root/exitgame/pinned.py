"""What a pinned test imports: the same wherever the laboratory lies."""

from impl.export.pinned import pinned

__all__ = ["pinned"]
