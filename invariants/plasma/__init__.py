"""Claims about the Plasma family."""
