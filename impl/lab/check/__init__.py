"""The evidence, line by line: theorems, cases and keys examined, and held against the rulebook."""
