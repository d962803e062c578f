"""What is claimed of watchtowers."""
