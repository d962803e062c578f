"""The multi-party channel: what is claimed of it, and the evidence."""
