"""A decision as rows, read off its code: what it answers, and when."""
