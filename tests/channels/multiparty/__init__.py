"""The tests of the multi-party channel."""
