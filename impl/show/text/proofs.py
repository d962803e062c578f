"""What the prover said of theorems."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from impl.ground.evidence import Word
from impl.lab.check.proofs import Proof
from impl.lab.rules.change import RuleChange
from impl.show.telling.assumed import OF_PROOFS, assumed_row
from impl.show.telling.screen import BAD, DIM, GOOD, labelled, plural, seconds, table
from impl.show.text.found import STYLE, change_rows, many_values, proof_summary, result_document


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


def _summary(protocol: str, proof: Proof, alone: bool) -> str:
    values = many_values(proof.result)
    if alone and values:
        return f"{proof.result.details['complaint']} (replayed) for the {len(values)} values below"
    return proof_summary(protocol, proof.result)


def show(
    page: Console, rules: RuleChange, proofs: Sequence[Proof], left: int, interrupted: bool
) -> None:
    """Theorems and answers, for people."""
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
