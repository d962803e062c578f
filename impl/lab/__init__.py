"""The laboratory: it proves, explores, fuzzes, compares and mutates rules."""
