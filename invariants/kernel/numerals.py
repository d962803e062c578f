"""Numbers as they are read by people: with commas, and of a very long one only its size."""

import math

READABLE = 10**60
"""From here on nobody reads the digits; --json has all of them."""


def numeral(value: int) -> str:
    """The number with commas between its digits; one that is longer than a line by its size."""
    if abs(value) < READABLE:
        return f"{value:,}"
    return f"about {'-' if value < 0 else ''}10^{int(math.log10(abs(value)))}"
