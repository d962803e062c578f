"""What must always hold: invariants, witnesses and theorems about the protocols in spec/."""
