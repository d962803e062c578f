"""The table of evidence: every line, what it leaves open, what it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.ground.evidence import Word
from impl.lab.check.jobs import Job, Outcome, as_expected, case_of, expectation, theorem_of
from impl.show.telling.assumed import OF_PROOFS, assumed_of_keys, assumed_text
from impl.show.telling.screen import (
    BAD,
    DIM,
    GOOD,
    WARN,
    heading,
    labelled,
    number,
    plural,
    seconds,
    table,
)
from impl.show.text.found import Found, found_document, proof_summary, result_document, show_found
from invariants.kernel.claims import Method, Rulebook

METHODS = {
    "prove": "Proved or refuted, for all values",
    "explore": "Explored: every state of a scope",
    "fuzz": "Sampled: random runs",
    "key": "Keys: what tells states apart, held against what rules ask of time",
}


@frozen
class Evidence:
    """All lines of the table, and what follows from them."""

    books: Sequence[Rulebook]
    work: Sequence[Job]
    outcomes: Sequence[Outcome]
    ended: str
    """What ended it before all lines were examined: Ctrl-C, --time; empty if they were."""
    taken: float
    unexpected: Mapping[Job, tuple[Found, ...]]
    undeclared: tuple[str, ...] = ()
    """What claims read of a state without declaring it: there they are not asked."""

    @property
    def complete(self) -> bool:
        """Were all lines examined?"""
        return not self.ended

    @property
    def failures(self) -> list[Outcome]:
        """Lines that came out otherwise than the rulebook says."""
        return [outcome for outcome in self.outcomes if not as_expected(outcome)]

    @property
    def witnesses(self) -> dict[tuple[str, str], dict[str, int]]:
        """For each protocol's witness: how often it was seen in each case that has to hold."""
        seen: dict[tuple[str, str], dict[str, int]] = {
            (book.protocol.name, witness.id): {}
            for book in self.books
            for witness in book.witnesses
        }
        for outcome in self.outcomes:
            if outcome.job.kind == "theorem" or outcome.result is None:
                continue
            if case_of(outcome.job).breaks:
                continue
            for witness, count in outcome.result.coverage.witnesses.items():
                where = seen.get((outcome.job.protocol, witness))
                if where is not None and count:
                    where[outcome.job.id] = count
        return seen

    @property
    def never(self) -> list[str]:
        """Witnesses that no case saw. Nothing can be said of them when not all cases ran."""
        if not self.complete:
            return []
        return [witness for (_, witness), where in self.witnesses.items() if not where]

    @property
    def code(self) -> int:
        """What it all means for a script."""
        if self.failures or self.never or self.undeclared:
            return BROKEN
        if self.ended:
            return INTERRUPTED if self.ended == "Ctrl-C" else BROKEN
        return HOLDS


def _method(job: Job) -> str:
    return "prove" if job.kind == "theorem" else case_of(job).method.value


def _title(job: Job) -> str:
    if job.kind == "theorem":
        return str(theorem_of(job).claim)
    case = case_of(job)
    return f"{case.title}: {case.explanation}" if case.explanation else case.title


def evidence(outcome: Outcome) -> str:
    """What was found out, with its size: 'exhausted: 12,345 states, small'."""
    result = outcome.result
    if result is None:
        return outcome.error
    if outcome.job.kind == "theorem":
        return f"{result.word.value}: {proof_summary(outcome.job.protocol, result)}"
    case = case_of(outcome.job)
    where = f"{case.rule_set}, {case.scope}"
    if case.method is Method.KEY:
        return f"{result.word.value}: {result.summary} ({case.scope})"
    if result.details.get("stopped_by"):
        where = f"{where}; NOT EXAMINED to its end: stopped by {result.details['stopped_by']}"
    wanted = [t for t in result.traces if (t.invariant, t.finding.cause) in case.breaks]
    if wanted:
        first = wanted[0]
        length = plural(len(first.actions), "action")
        return f"found in {length}: {first.invariant}, {first.finding.cause} ({where})"
    if result.traces:
        first = result.traces[0]
        return (
            f"{result.word.value} in {plural(len(first.actions), 'action')}:"
            f" {first.invariant}, {first.finding.cause} ({where})"
        )
    if result.word is Word.BOUNDED:
        return f"{result.word.value} {result.depth}: {plural(result.states, 'state')} ({where})"
    if result.word is Word.SAMPLED:
        return f"{result.word.value}: {plural(result.transitions, 'step')} ({where})"
    said = "exhausted, its key tested" if result.word is Word.ASSUMED else result.word.value
    if result.details.get("remembers"):
        said = f"{result.word.value} {result.details['assumed']}"
    return f"{said}: {plural(result.states, 'state')} ({where})"


def not_covered(result: Evidence) -> list[str]:
    """What the evidence leaves open, in sentences."""
    open_ = []
    by_word: dict[Word, list[str]] = {}
    for outcome in result.outcomes:
        if outcome.result is not None:
            by_word.setdefault(outcome.result.word, []).append(outcome.job.id)
    if Word.EXHAUSTED in by_word:
        open_.append("explored cases say nothing about larger scopes than the ones listed")
    if Word.ASSUMED in by_word:
        open_.append(
            "where a key was tested, it is assumed to hold all that rules ask of time;"
            " exitgame keys proves it scope by scope"
        )
    if Word.BOUNDED in by_word:
        open_.append(f"longer runs than the stated depth in {', '.join(by_word[Word.BOUNDED])}")
    if Word.SAMPLED in by_word:
        open_.append(f"all but the sampled runs in {', '.join(by_word[Word.SAMPLED])}")
    if Word.PROVED in by_word:
        open_.append("theorems with sizes say nothing about larger ones")
    if Word.UNKNOWN in by_word:
        open_.append(f"not decided: {', '.join(by_word[Word.UNKNOWN])}")
    missing = len(result.work) - len(result.outcomes)
    if missing:
        done = {outcome.job for outcome in result.outcomes}
        names = ", ".join(job.id for job in result.work if job not in done)
        why = "INTERRUPTED" if result.ended == "Ctrl-C" else "OUT OF TIME"
        open_.append(f"{why}: {plural(missing, 'line')} not examined: {names}")
    return open_


def document(result: Evidence) -> dict[str, Any]:
    """The table, for programs."""
    return {
        "command": "check",
        "lines": [
            {
                "protocol": outcome.job.protocol,
                "id": outcome.job.id,
                "title": _title(outcome.job),
                "method": _method(outcome.job),
                "expected": expectation(outcome.job),
                "as_expected": as_expected(outcome),
                "evidence": evidence(outcome),
                "seconds": round(outcome.taken, 3),
                "result": result_document(outcome.result) if outcome.result else None,
                "error": outcome.error,
                "counterexamples": [
                    found_document(found) for found in result.unexpected.get(outcome.job, ())
                ],
            }
            for outcome in result.outcomes
        ],
        "causes": [
            {"protocol": book.protocol.name, "rule_set": book.default_rules, "claim": claim}
            | {"cause": cause, "actions": actions, "scope": scope}
            for book in result.books
            for claim, cause, actions, scope in causes(
                book, [o for o in result.outcomes if o.job.protocol == book.protocol.name]
            )
        ],
        "witnesses": [
            {"protocol": protocol, "id": witness, "seen": where}
            for (protocol, witness), where in result.witnesses.items()
        ],
        "never_seen": result.never,
        "undeclared": list(result.undeclared),
        "not_covered": not_covered(result),
        "complete": result.complete,
        "ended_by": result.ended,
        "assumed": {book.protocol.name: assumed_of(book, result.work) for book in result.books},
        "assumed_of_keys": {book.protocol.name: _of_keys(book, result) for book in result.books},
        "seconds": round(result.taken, 3),
        "exit_code": result.code,
    }


def show(page: Console, result: Evidence) -> None:
    """The table, for people."""
    for book in result.books:
        name = book.protocol.name
        if len(result.books) > 1:
            page.print(heading(name))
        mine = [outcome for outcome in result.outcomes if outcome.job.protocol == name]
        for method, title in METHODS.items():
            lines = [outcome for outcome in mine if _method(outcome.job) == method]
            if lines:
                _show_lines(page, title, lines)
        _show_causes(page, book, mine)
    _show_witnesses(page, result)
    for founds in result.unexpected.values():
        for found in founds:
            show_found(page, found)
    _show_summary(page, result)


def _show_lines(page: Console, title: str, lines: Sequence[Outcome]) -> None:
    rows = []
    for outcome in lines:
        good = as_expected(outcome)
        told = Text(evidence(outcome), style="" if good else BAD)
        if not good:
            told.append(f" (expected {expectation(outcome.job)})", style=WARN)
        mark = Text("ok", style=GOOD) if good else Text("FAIL", style=BAD)
        rows.append(
            (
                mark,
                outcome.job.id,
                _title(outcome.job),
                told,
                Text(seconds(outcome.taken), style=DIM),
            )
        )
    page.print(heading(title))
    page.print(
        table(("", "id", "claim", "evidence", "time"), rows, right=("time",), tight=("", "id"))
    )
    page.print()


def causes(book: Rulebook, outcomes: Iterable[Outcome]) -> list[tuple[str, str, int, str]]:
    """How the rules that a rulebook starts from fail: claim, cause, shortest run, scope; once each.

    Two runs with the same claim and cause show the same weakness.
    """
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for outcome in outcomes:
        if outcome.result is None or outcome.job.kind == "theorem":
            continue
        case = case_of(outcome.job)
        for trace in outcome.result.traces:
            pair = trace.invariant, trace.finding.cause
            if case.rule_set == book.default_rules and pair in case.breaks:
                shown = len(trace.actions), case.scope
                found[pair] = min(found.get(pair, shown), shown)
    return [(*pair, *shown) for pair, shown in sorted(found.items())]


def _show_causes(page: Console, book: Rulebook, outcomes: Sequence[Outcome]) -> None:
    found = causes(book, outcomes)
    if not found:
        return
    claims = len({claim for claim, *_ in found})
    title = f"{book.default_rules}: {plural(len(found), 'distinct cause')} found"
    page.print(heading(f"{title}, against {plural(claims, 'claim')}"))
    rows = [(claim, cause, number(length), scope) for claim, cause, length, scope in found]
    columns = ("claim", "cause", "actions", "scope")
    page.print(table(columns, rows, right=("actions",), tight=("claim", "scope")))
    page.print()


def _show_witnesses(page: Console, result: Evidence) -> None:
    rows = []
    for (protocol, witness), where in result.witnesses.items():
        book = next(book for book in result.books if book.protocol.name == protocol)
        claim = next(w.claim for w in book.witnesses if w.id == witness)
        if where:
            told = Text(f"{sum(where.values()):,} times in {plural(len(where), 'case')}")
        else:
            told = Text("NEVER SEEN" if result.complete else "not seen so far", style=BAD)
        rows.append(
            (Text("ok", style=GOOD) if where else Text("FAIL", style=BAD), witness, claim, told)
        )
    if rows:
        page.print(heading("Witnesses: what has to happen, or a pass means nothing"))
        page.print(table(("", "id", "claim", "seen"), rows, tight=("", "id")))
        page.print()


def assumed_of(book: Rulebook, work: Sequence[Job]) -> str:
    """What a protocol's searches rest on."""
    mine = [job for job in work if job.protocol == book.protocol.name and job.kind == "case"]
    names = dict.fromkeys(case_of(job).scope for job in mine)
    sets = dict.fromkeys(case_of(job).rule_set for job in mine)
    rules = [book.rules_named(name).rules for name in sets]
    return assumed_text(book, [book.scopes[name] for name in names], rules)


def _of_keys(book: Rulebook, result: Evidence) -> list[str]:
    return assumed_of_keys(
        outcome.result
        for outcome in result.outcomes
        if outcome.result is not None
        and outcome.job.protocol == book.protocol.name
        and _method(outcome.job) == Method.KEY.value
    )


def _show_summary(page: Console, result: Evidence) -> None:
    open_ = not_covered(result)
    if open_:
        page.print(heading("Not covered"))
        for sentence in open_:
            page.print(Padding(labelled([("-", Text(sentence, style=DIM))], 1), (0, 0, 0, 2)))
        page.print()
    for line in result.undeclared:
        page.print(Text(f"{line}: name it, or leave `reads` empty", style=BAD))
    good = len(result.outcomes) - len(result.failures)
    parts = [f"{good} of {plural(len(result.work), 'line')} as expected"]
    if result.failures:
        parts.append(f"{len(result.failures)} NOT: {', '.join(o.job.id for o in result.failures)}")
    if result.never:
        parts.append(f"NEVER SEEN: {', '.join(result.never)}")
    parts.append(f"{seconds(result.taken)}")
    page.print(heading("Assumed"))
    page.print(labelled([("theorems", Text(OF_PROOFS, style=DIM))]))
    for book in result.books:
        said = Text(assumed_of(book, result.work), style=DIM)
        keys = [("of its keys", Text(each, style=DIM)) for each in _of_keys(book, result)]
        page.print(labelled([(book.protocol.name, said), *keys]))
    page.print()
    style = {HOLDS: GOOD, BROKEN: BAD}.get(result.code, WARN)
    page.print(Text("; ".join(parts), style=style))
