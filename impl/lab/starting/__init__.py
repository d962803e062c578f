"""A protocol to begin with: its name, its text and its tests, and where its rulebook is named."""
