"""Keys: what stands for a state in a search, and whether a reduced one may be believed."""
