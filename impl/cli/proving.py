"""`exitgame prove`: a rulebook's theorems, for all values."""

from time import monotonic

import click

from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
from impl.cli.options import Command, Duration, chosen_rules, protocol_argument, rules_options
from impl.cli.waiting import spinner
from impl.ground.evidence import Word
from impl.ground.faults import BadInput
from impl.ground.watchdog import Interrupted, stoppable
from impl.lab.check.proofs import NOT_STATED, Proof, proofs, under, wanted
from impl.show.telling.assumed import OF_PROOFS
from impl.show.text.found import change_document
from impl.show.text.proofs import proof_document, show


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
    asked = [under(theorem, rules) for theorem in wanted(rules, theorems, end)]
    answers: list[Proof] = []
    interrupted = False
    try:
        with spinner("prove") as say, stoppable():
            for proof in proofs(asked, end, say):
                answers.append(proof)
    except Interrupted:
        interrupted = True
    left = len(asked) - len(answers)
    if len(answers) == len(theorems) == 1 and (
        mistake := answers[0].result.details.get(NOT_STATED)
    ):
        raise BadInput(mistake)
    # Under a change, an impossibility that is none any more is nothing that the change breaks.
    good = all(
        proof.as_expected or (bool(rules.differences) and proof.result.word is Word.PROVED)
        for proof in answers
    )
    code = BROKEN if not good else INTERRUPTED if interrupted else BROKEN if left else HOLDS
    return Answer(
        code,
        {
            "command": "prove",
            **change_document(rules),
            "theorems": [proof_document(proof) for proof in answers],
            "not_asked": left,
            "interrupted": interrupted,
            "assumed": OF_PROOFS,
            "exit_code": code,
        },
        lambda page: show(page, rules, answers, left, interrupted),
    )
