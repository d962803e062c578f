"""What can be done in a state, and runs played again."""
