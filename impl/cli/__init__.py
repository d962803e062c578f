"""The command line: what a person types, and how it ends."""
