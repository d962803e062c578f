"""What runs in another process: reads runs, plays them, writes what was asked and answered."""

import contextlib
import sys
from time import monotonic

import cbor2

from impl.ground.evidence import Trace
from impl.lab.elsewhere.processes import SPENT, Transcript, transcript
from impl.lab.rulebooks.registry import only
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.traces.format import decode, structured_scope
from impl.lab.traces.kept import Asked, rules_of
from invariants.kernel.claims import Rulebook


def main() -> None:
    """Answer on standard output, where nothing that a rule prints may come."""
    out = sys.stdout.buffer
    sys.set_int_max_str_digits(0)
    books: dict[str, Rulebook] = {}
    traces: list[Trace] = []
    for name, data in cbor2.load(sys.stdin.buffer):
        if name not in books:
            books |= only(name)
        traces.append(decode(data, books, "a run"))
    changes: dict[tuple[str, str, str], RuleChange] = {}
    said: list[Transcript] = []
    end = monotonic() + SPENT
    with contextlib.redirect_stdout(sys.stderr):
        for trace in traces:
            book = books[trace.protocol]
            which = trace.protocol, trace.rule_set, repr(sorted(trace.changes.items()))
            if which not in changes:
                asked = Asked("replay", change=trace.changes.get(CHANGE))
                changes[which] = rules_of(trace, book, asked)
            scope = structured_scope(book, trace.scope)
            said.append([])
            transcript(changes[which], scope, trace.actions, end, said[-1])
    out.write(cbor2.dumps(said))
    out.flush()


if __name__ == "__main__":
    main()
