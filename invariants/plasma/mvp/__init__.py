"""What must hold of Plasma MVP."""
