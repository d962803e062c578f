"""Which claims break, and for which cause."""
