"""The prover: what it says, why it may be believed, and how fast it is."""
