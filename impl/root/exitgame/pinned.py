"""What a pinned test imports: the same wherever the laboratory lies."""

from impl.show.export.pinned import pinned

__all__ = ["pinned"]
