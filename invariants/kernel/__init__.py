"""The words in which claims about a protocol are made: invariant, witness, theorem, case."""
