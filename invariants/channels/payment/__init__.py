"""What is claimed of the payment channel."""
