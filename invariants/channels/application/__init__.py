"""What is claimed of the application channel."""
