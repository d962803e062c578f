"""What a derived key leaves out because its author has said that it does not count."""

from impl.lab.explore.rounds import Round
from spec.kernel.derived_key import derives, in_any_order, leaves_out, over_of


def left_out(done: Round) -> list[str]:
    """What a reduced key takes for granted, beside what it holds of times: what is marked, and what
    is not kept of states at rest, unless a search has seen that it does not count."""
    protocol, taken = done.question.rulebook.protocol, []
    if not derives(protocol.key):
        return []
    unseen, unordered = leaves_out(protocol.state), in_any_order(protocol.state)
    if unseen:
        taken.append(
            "that no rule, and no claim later, looks at what is marked as unseen:"
            f" {', '.join(unseen)}"
        )
    if unordered:
        taken.append(f"that no rule goes by the order of {', '.join(unordered)}")
    over, why = over_of(protocol.key), done.notes.restless
    if over is not None and (why or not done.question.read):
        because = f", while {why}" if why else ""
        taken.append(f"that `{over.__name__}` gives what counts of states at rest{because}")
    return [f"{each} (tested on a sample)" for each in taken]
