"""What the rules are: immutable states and pure transition functions, one folder a protocol."""
