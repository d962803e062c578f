"""The worked example of a protocol of one's own; the documentation walks through it."""
