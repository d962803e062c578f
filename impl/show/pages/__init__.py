"""The pages of the documentation that are made from the spec, so that they cannot drift from it."""
