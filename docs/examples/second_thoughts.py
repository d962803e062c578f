"""A rule change of the multi-party channel: whoever has voted may complain all the same.

Members of a channel pay each other off chain. At the end of an epoch the leader proposes
everybody's new balance, and members vote by signing. If votes are missing, the leader puts the
proposal before a contract, proves the balance of everybody who did not vote, and others have a day
to challenge.

Who has signed the proposal can't challenge it under the repaired rules. Isn't that harsh? A member
that finds out later what it has overlooked would like to be heard. Here is that rule:

    exitgame fuzz sound --change docs/examples/second_thoughts.py:may_challenge \\
        --scope tiny-challengers

It finds a run in which a member votes, lets the leader's last moment to answer pass, and only then
challenges: an honest leader is convicted of silence and loses its bond. Without the change, every
state of the same scope was looked at, and nothing breaks.
"""


def may_challenge(voted: bool) -> bool:
    """Every member can open a dispute, whether or not it has signed what was proposed."""
    return True
