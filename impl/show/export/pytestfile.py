"""A kept run as a test in Python that a person reads: the claim, the run in words, what must hold.

The text is as ruff would format it, and free of what ruff complains about; so a pinned test goes
into a repository as it is.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

from impl.ground.evidence import Trace
from impl.show.export.pinned import Outcome
from impl.show.telling.runs import Line, cause_text, claim_of

WIDTH = 100


@frozen
class Survivor:
    """Rules under which the run must break nothing, and what they make of it now."""

    rules: str
    """In words."""
    rule_set: str
    knobs: Mapping[str, str]
    change: str
    """COPY:NAME, or empty."""
    outcome: Outcome


@frozen
class PinnedTest:
    """All that a pinned test says."""

    trace: Trace
    file: str
    """The trace file's name."""
    command: str
    """What to type to have this test written."""
    rules: str
    """The rules under which the run was found, in words."""
    lines: Sequence[Line]
    own: Outcome
    base: Outcome | None
    """What the rule set without the change makes of the run; None where nothing was changed."""
    survivor: Survivor | None = None
    copy: str = ""
    rulebook: str = ""
    path: str = ""
    """Where that is imported from, as seen from the test."""
    also: Sequence[str] = field(factory=tuple)
    """Further files that have to lie beside the test."""


def text(test: PinnedTest) -> str:
    """The test file."""
    parts = [
        f'"""{_docstring(test)}\n"""',
        "from exitgame.pinned import pinned",
        _setting(test),
    ]
    checks = [*_checks(test)]
    return "\n\n".join(parts) + "\n\n\n" + "\n\n\n".join(checks) + "\n"


def slug(text: str) -> str:
    """Words as part of a name in Python."""
    return re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_")


# --- the words ---


def _docstring(test: PinnedTest) -> str:
    trace = test.trace
    claim = claim_of(trace) or "No rule raises anything but a refusal."
    found = f"A run that a search found breaks {trace.invariant} under {test.rules}"
    if test.survivor is not None:
        found = f"A run that was kept for breaking {trace.invariant} under {test.rules}"
        found += f". Under {test.survivor.rules} it breaks nothing"
    sections = [
        _wrapped(claim, '"""').removeprefix('"""'),
        _wrapped(f"{found}:"),
        "\n".join(_told(test.lines)),
    ]
    if test.survivor is None:
        sections.append(_wrapped(f"Why: {cause_text(trace).plain}"))
    beside = " and ".join([test.file, *test.also])
    sections.append(_wrapped(f"Pinned by `{test.command}`; it needs {beside} beside it."))
    return "\n\n".join(sections)


def _told(lines: Sequence[Line]) -> Iterator[str]:
    """The run as a table that wraps within its last column."""
    when = max((len(line.when) for line in lines), default=0)
    party = max((len(line.party) for line in lines), default=0)
    for line in lines:
        head = f"    {line.number:>2}  {line.when:<{when}}  {line.party:<{party}}  "
        effect = f"  ({line.effect})" if line.effect else ""
        yield _wrapped(f"{line.action}{effect}", head)


def _wrapped(text: str, head: str = "") -> str:
    plain = _harmless(" ".join(text.split()))
    return "\n".join(
        textwrap.wrap(
            plain,
            WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head) if head.isspace() or head[-1:] == " " else "",
            break_on_hyphens=False,
        )
    )


def _harmless(text: str) -> str:
    """Text that ends no docstring and escapes nothing in it."""
    visible = "".join(c if c.isprintable() else "?" for c in text)
    return visible.replace("\\", "\\\\").replace('"""', r"\"\"\"")


# --- the code ---


def _setting(test: PinnedTest) -> str:
    arguments = ["__file__", _literal(test.file)]
    if test.copy:
        arguments.append(f"change={_literal(test.copy)}")
    if test.rulebook:
        arguments.append(f"rulebook={_literal(test.rulebook)}")
    if test.path:
        arguments.append(f"path={_literal(test.path)}")
    rows = [_bracketed("RUN = pinned(", arguments, ")")]
    if test.survivor is None:
        rows += _assigned("CLAIM", test.trace.invariant)
        rows += _assigned("CAUSE", test.trace.finding.cause)
    return "\n".join(rows)


def _checks(test: PinnedTest) -> Iterator[str]:
    if test.survivor is not None:
        yield _survives(test.survivor)
        return
    yield _function(
        "the_rules_that_it_was_found_under_still_break_the_claim",
        "RUN.under_its_rules()",
        [*_refusals(test.own), "assert (CLAIM, CAUSE) in outcome.broken"],
    )
    if test.base is not None:
        verdict = "breaks_too" if test.base.broken else "holds"
        yield _function(
            f"{slug(test.trace.rule_set)}_without_the_change_{verdict}",
            "RUN.under_its_rule_set()",
            [*_refusals(test.base), *_broken(test.base)],
        )


def _survives(survivor: Survivor) -> str:
    arguments = [_literal(survivor.rule_set)]
    if survivor.knobs:
        pairs = [f"{_literal(k)}: {_literal(v)}" for k, v in survivor.knobs.items()]
        arguments.append(f"knobs={{{', '.join(pairs)}}}")
    if survivor.change:
        arguments.append(f"change={_literal(survivor.change)}")
    call = _bracketed("RUN.under(", arguments, ")", before=len("    outcome = "), indent=4)
    return _function(
        f"{slug(survivor.rule_set)}_survives_the_run",
        call,
        [*_refusals(survivor.outcome), *_broken(survivor.outcome)],
    )


def _function(name: str, call: str, asserts: Iterable[str]) -> str:
    rows = [f"def test_{name}():", f"    outcome = {call}"]
    return "\n".join([*rows, *(f"    {row}" for each in asserts for row in each.split("\n"))])


def _refusals(outcome: Outcome) -> Iterator[str]:
    pairs = [f"{n}: {_literal(name)}" for n, name in outcome.refused.items()]
    yield _bracketed("assert outcome.refused == {", pairs, "}", before=4)


def _broken(outcome: Outcome) -> Iterator[str]:
    pairs = [f"({_literal(a)}, {_literal(b)})" for a, b in outcome.broken]
    if len(pairs) == 1:
        pairs[0] += ","
    yield _bracketed("assert outcome.broken == (", pairs, ")", before=4)


def _assigned(name: str, value: str) -> Iterator[str]:
    """A string constant; one that is too long for a line, in several lines."""
    line = f"{name} = {_literal(value)}"
    if len(line) <= WIDTH:
        yield line
        return
    parts = textwrap.wrap(value, WIDTH - 16, drop_whitespace=False, break_on_hyphens=False)
    yield f"{name} = ("
    yield from (f"    {_literal(part)}" for part in parts)
    yield ")"


def _bracketed(
    opened: str, items: Sequence[str], closed: str, before: int = 0, indent: int = 0
) -> str:
    """On one line if it fits, else one item per line."""
    line = f"{opened}{', '.join(items)}{closed}"
    if before + len(line) <= WIDTH:
        return line
    margin = " " * indent
    rows = [f"{margin}    {item.removesuffix(',')}," for item in items]
    return "\n".join([opened, *rows, f"{margin}{closed}"])


def _literal(text: str) -> str:
    """A string as ruff writes it: in double quotes, unless that takes more escapes."""
    double = json.dumps(text, ensure_ascii=False)
    if text.count('"') > text.count("'"):
        return "'" + double[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return double
