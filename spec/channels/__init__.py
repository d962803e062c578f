"""What all channels between two parties share: sides, people, and windows in which one answers.

Imported by the protocols `payment`, `application`, `conditional` and `watchtower`. The main chain,
the clock and the refusals are the kernel's.
"""
