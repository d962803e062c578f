"""What is claimed of conditional payments in a duplex channel, and the evidence for it."""
