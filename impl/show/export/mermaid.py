"""A run as a Mermaid sequence diagram, for a README, an issue or a wiki.

Messages are arrows between their parties. In a protocol whose actions are no messages, what moves
money is an arrow to the main chain, and everything else one to oneself. A refused action ends in a
cross, with the reason below it; time and broken claims are notes across all lanes.
"""

import re
from collections.abc import Iterator

from impl.ground.evidence import Trace
from impl.ground.words import printable
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Played, Replay
from impl.show.telling.names import message_said, party_said
from impl.show.telling.runs import Line, told
from spec.kernel.basics import Party
from spec.kernel.clock import CLOCK
from spec.kernel.protocol import CONTRACT, Message

SPECIAL = re.compile(r"[#;<{}%&]|\be(?=nd\b)", re.IGNORECASE)
"""What Mermaid or a browser may read as its own; `end` closes a block wherever it stands."""


def mermaid(trace: Trace, rules: RuleChange, run: Replay) -> str:
    """The drawing's text, of the run as it went under the rules."""
    protocol, lines = rules.rulebook.protocol, told(rules.rulebook, run)
    messages = [_message(rules, step, line) for step, line in zip(run.steps, lines, strict=True)]
    found = {p for m in messages if m is not None for p in (m.frm, *m.to)}
    parties = [*sorted(found - {CONTRACT}), CONTRACT]
    lanes = {party: f"p{n}" for n, party in enumerate(parties)}
    changes = ", ".join(f"{d.field} {d.before} -> {d.after}" for d in rules.differences)
    title = f"{protocol.name}/{rules.rule_set.name}{f', {changes}' if changes else ''}"
    page = ["sequenceDiagram", f"    %% {_comment(title)}"]
    for party, lane in lanes.items():
        name = "main chain" if party == CONTRACT else party_said(protocol, party)
        page.append(f"    participant {lane} as {escaped(name)}")
    across = ",".join(dict.fromkeys((lanes[parties[0]], lanes[CONTRACT])))
    when = None
    page += _broken(run, 0, across)
    for line, message in zip(lines, messages, strict=True):
        if line.when != when:
            page.append(f"    Note over {across}: {escaped(line.when)}")
            when = line.when
        page += [f"    {row}" for row in _rows(line, message, lanes, across)]
        page += _broken(run, line.number, across)
    return "\n".join(page) + "\n"


def _broken(run: Replay, n: int, across: str) -> list[str]:
    """What breaks with an action, or in the first state, across all lanes."""
    said = [f"{b.invariant} broken: {b.finding.said}" for at, b in run.breaks if at == n]
    return [f"    Note over {across}: {escaped(what)}" for what in said]


def _message(rules: RuleChange, step: Played, line: Line) -> Message | None:
    """An action as an arrow; None for what happens to everybody."""
    if step.action.by == CLOCK:
        return None
    protocol = rules.rulebook.protocol
    message = message_said(protocol, step.before, step.action)
    if message is not None:
        return message
    moved = step.before.main.escrow != step.after.main.escrow
    return Message("", step.action.by, (CONTRACT,) if moved else (), line.action)


def _rows(
    line: Line, message: Message | None, lanes: dict[Party, str], across: str
) -> Iterator[str]:
    if message is None:
        yield f"Note over {across}: {escaped(line.action)}"
        if line.effect:
            yield f"Note over {across}: {escaped(line.effect)}"
        return
    label = f"{message.step} {message.label}" if message.step else message.label
    arrow = "->>" if line.accepted else "-x"
    sender = lanes[message.frm]
    others = tuple(party for party in message.to if party != message.frm)
    for to in others or (message.frm,):
        yield f"{sender}{arrow}{lanes[to]}: {escaped(f'({line.number}) {label}')}"
    if line.effect:
        place = lanes[CONTRACT] if line.accepted else sender
        yield f"Note over {place}: {escaped(line.effect)}"


def escaped(text: str) -> str:
    """Text that means itself in Mermaid: everything special as a character code."""
    plain = printable(" ".join(text.split()))
    return SPECIAL.sub(lambda found: f"#{ord(found[0])};", plain) or " "


def _comment(text: str) -> str:
    """A comment ends with its line, and braces in it would be read as a directive."""
    return " ".join(text.split()).replace("{", "(").replace("}", ")")
