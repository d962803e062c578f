"""`exitgame prove`: a rulebook's theorems, for all values."""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Any

import attrs
import click
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl import prover
from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
from impl.cli.options import Command, Duration, chosen_rules, protocol_argument, rules_options
from impl.cli.reports import (
    STYLE,
    change_document,
    change_rows,
    many_values,
    proof_summary,
    result_document,
)
from impl.cli.waiting import spinner
from impl.crew import Desk, Gone
from impl.evidence import Result, Word
from impl.faults import BadInput
from impl.plain import plain
from impl.rulechange import RuleChange
from impl.telling.assumed import OF_PROOFS, assumed_row
from impl.telling.screen import BAD, DIM, GOOD, labelled, plural, seconds, table
from impl.watchdog import Interrupted, TimeIsUp, let_through, stoppable
from impl.words import unknown
from invariants.kernel.theorems import Theorem

NOT_STATED = "not_stated"
"""Under this name the details of a result keep what its author did not write rightly."""
GRACE = 0.5
"""Seconds that the prover has to say that it gave up, before its process is ended."""


@frozen
class Proof:
    """A theorem and what the prover says of it."""

    theorem: Theorem
    result: Result
    taken: float

    @property
    def as_expected(self) -> bool:
        """An impossibility has to be refuted, everything else proved."""
        return prover.as_expected(self.theorem, self.result)


@click.command("prove", cls=Command)
@protocol_argument
@click.argument("theorems", metavar="[THEOREM]...", nargs=-1)
@rules_options
@click.option("--time", type=Duration(), help="Stop after this long: 30s, 5m.")
def prove_all(
    protocol: str,
    theorems: tuple[str, ...],
    rule_set: str | None,
    change: str | None,
    time: float | None,
) -> Answer:
    """Decide theorems about the rules for all values, with z3. Under a change: those that read what
    is changed and speak of this rule set, or those that are named.

    Exit codes: 0 each came out as expected; 1 not so, or no answer in the time; 2 wrong usage, or
    the one theorem that was asked for is not stated rightly; 130 interrupted.
    """
    rules = chosen_rules(protocol, rule_set, change)
    end = None if time is None else monotonic() + time
    asked = [under(theorem, rules) for theorem in _wanted(rules, theorems, end)]
    proofs: list[Proof] = []
    interrupted = False
    try:
        with spinner("prove") as say, stoppable():
            for proof in _proofs(asked, end, say):
                proofs.append(proof)
    except Interrupted:
        interrupted = True
    left = len(asked) - len(proofs)
    if len(proofs) == len(theorems) == 1 and (mistake := proofs[0].result.details.get(NOT_STATED)):
        raise BadInput(mistake)
    # Under a change, an impossibility that is none any more is nothing that the change breaks.
    good = all(
        proof.as_expected or (bool(rules.differences) and proof.result.word is Word.PROVED)
        for proof in proofs
    )
    code = BROKEN if not good else INTERRUPTED if interrupted else BROKEN if left else HOLDS
    return Answer(
        code,
        {
            "command": "prove",
            **change_document(rules),
            "theorems": [proof_document(proof) for proof in proofs],
            "not_asked": left,
            "interrupted": interrupted,
            "assumed": OF_PROOFS,
            "exit_code": code,
        },
        lambda page: _show(page, rules, proofs, left, interrupted),
    )


def _proofs(
    theorems: Sequence[Theorem], end: float | None, say: Callable[[str], None]
) -> Iterator[Proof]:
    """Ask about one after the other, until the end, in a process of its own, which is ended where
    neither z3 nor a decision comes back."""
    desk = Desk(lambda: _Clerk(theorems))
    try:
        for number, theorem in enumerate(theorems):
            say(theorem.id)
            start = monotonic()
            time = None if end is None else end - start
            if time is not None and time <= 0:
                return
            patience = None if time is None else time + GRACE
            try:
                result = desk.ask("prove", number, time, patience=patience)
            except Gone as gone:
                result = Result(Word.ERROR, "prove", theorem.id, str(gone))
            if result is None:
                said = f"gave up after {monotonic() - start:.1f} s: it did not come back"
                result = Result(Word.UNKNOWN, "prove", theorem.id, said)
            yield Proof(theorem, result, monotonic() - start)
    finally:
        desk.close()


@frozen
class _Clerk:
    """Answers with results that can be sent."""

    theorems: Sequence[Theorem]

    def prove(self, number: int, time: float | None) -> Result:
        end = None if time is None else monotonic() + time
        result = prove_one(self.theorems[number], time, end).result
        return attrs.evolve(result, details=plain(result.details))


def prove_one(theorem: Theorem, time: float | None, end: float | None = None) -> Proof:
    """Ask the prover, for so many seconds of CPU, until then on the monotonic clock."""
    from impl.prover import NotStated, Unsupported, prove
    from impl.prover.paths import Unfaithful

    start = monotonic()
    try:
        with stoppable(end, hears=False):
            result = prove(theorem, time_limit=time)
    except NotStated as mistake:
        told = {NOT_STATED: str(mistake)}
        said = f"not stated rightly: {str(mistake).removeprefix(f'{theorem.id}: ')}"
        result = Result(Word.UNKNOWN, "prove", theorem.id, said, details=told)
    except (Unsupported, Unfaithful) as limit:
        result = Result(Word.UNKNOWN, "prove", theorem.id, f"unsupported: {limit}")
    except TimeIsUp as up:
        where = f", in {up.where}" if up.where else ""
        said = f"gave up after {monotonic() - start:.1f} s{where}"
        result = Result(Word.UNKNOWN, "prove", theorem.id, said)
    except BaseException as fault:
        if isinstance(fault, Exception):
            raise
        let_through(fault)
        said = f"a rule raised {type(fault).__name__}, which is no exception to go on from"
        result = Result(Word.ERROR, "prove", theorem.id, said)
    return Proof(theorem, result, monotonic() - start)


def under(theorem: Theorem, change: RuleChange) -> Theorem:
    """The theorem about changed rules: wherever it speaks of a rule set, it speaks of them.

    A knob that was set by hand is fixed at that value; the others stay symbolic.
    """
    if not change.differences:
        return theorem
    kind = type(change.rules)
    values = {
        name: change.rules if isinstance(value, kind) else value
        for name, value in theorem.values.items()
    }
    fixed = {name.replace("-", "_") for name in change.changes}
    knobs = tuple(knob for knob in theorem.symbolic_knobs if knob not in fixed)
    return attrs.evolve(theorem, values=values, symbolic_knobs=knobs)


def proof_document(proof: Proof) -> dict[str, Any]:
    """A theorem and its answer, for programs."""
    return {
        "id": proof.theorem.id,
        "claim": proof.theorem.claim,
        "expect": proof.theorem.expect,
        "as_expected": proof.as_expected,
        "sizes": proof.theorem.sizes,
        "seconds": round(proof.taken, 3),
        "result": result_document(proof.result),
    }


def evidence_text(proof: Proof, summary: str = "") -> Text:
    """The prover's word with what stands behind it."""
    word = proof.result.word
    style = GOOD if proof.as_expected else BAD if word is Word.PROVED else STYLE[word]
    return Text.assemble((word.value, style), f"  {summary or proof.result.summary}")


def _wanted(rules: RuleChange, names: Sequence[str], end: float | None) -> list[Theorem]:
    known = {theorem.id: theorem for theorem in rules.rulebook.theorems}
    for name in names:
        if name not in known:
            raise BadInput(unknown(f"theorem of {rules.rulebook.protocol.name}", name, known))
    if rules.differences and not names:
        from impl.attack.reads import touched

        found = touched(rules, deadline=end)
        read = {theorem.id for theorem in (*found.decisions, *found.steps)}
        return [theorem for theorem in known.values() if theorem.id in read]
    return [theorem for theorem in known.values() if not names or theorem.id in names]


def _summary(protocol: str, proof: Proof, alone: bool) -> str:
    values = many_values(proof.result)
    if alone and values:
        return f"{proof.result.details['complaint']} (replayed) for the {len(values)} values below"
    return proof_summary(protocol, proof.result)


def _show(
    page: Console, rules: RuleChange, proofs: Sequence[Proof], left: int, interrupted: bool
) -> None:
    page.print(labelled(change_rows(rules)))
    name, alone = rules.rulebook.protocol.name, len(proofs) == 1
    rows = [
        (
            proof.theorem.id,
            proof.theorem.claim,
            evidence_text(proof, _summary(name, proof, alone)),
            Text("" if proof.as_expected else f"expected {proof.theorem.expect.value}", style=BAD),
            Text(seconds(proof.taken), style=DIM),
        )
        for proof in proofs
    ]
    page.print(
        table(
            ("theorem", "claim", "evidence", "", "time"),
            rows,
            right=("time",),
            tight=("theorem", ""),
        )
    )
    values = many_values(proofs[0].result) if alone else {}
    if values:
        page.print()
        told = [(value, str(is_)) for value, is_ in values.items()]
        page.print(table(("where", "is"), told, tight=("where",)))
    wrong = sum(not proof.as_expected for proof in proofs)
    verdict = f"{plural(wrong, 'answer')} not as expected" if wrong else "all as expected"
    page.print()
    if left:
        why = "INTERRUPTED" if interrupted else "the time was over"
        asked = f"{len(proofs)} of {plural(len(proofs) + left, 'theorem')} asked: {verdict}"
        page.print(Text(f"{why}; {asked}", style=BAD))
    elif not proofs:
        page.print("no theorem about this rule set reads what was changed")
    else:
        page.print(f"{plural(len(proofs), 'theorem')}: {verdict}")
    page.print(labelled([assumed_row(OF_PROOFS)]))
