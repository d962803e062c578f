"""When a search shows nothing, whatever it has looked at: nobody is protected, or nobody acts."""

from typing import Any

from attrs import evolve

from impl.ground.evidence import STRENGTH, Result, Word
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import Wait

NOBODY_HONEST = "nobody honest is there to be protected"
NOBODY_ACTED = "nobody could do anything, only time has passed"


def unless_vacuous(
    result: Result, book: Rulebook, rules: Any, scope: Any, contract_alone: bool
) -> Result:
    """What a search found; VACUOUS where it found nothing and could not have.

    `contract_alone` says that nobody honest is needed: what is watched is claimed of the contract.
    """
    if result.traces or result.word not in STRENGTH or result.word is Word.UNKNOWN:
        return result
    nobody = book.honest(book.protocol.initial(scope, rules), scope) == ()
    acted = any(n for name, n in result.coverage.applied.items() if name != Wait.__name__)
    if not acted:
        return evolve(result, word=Word.VACUOUS, summary=f"{NOBODY_ACTED}; {result.summary}")
    if nobody and not contract_alone:
        return evolve(result, word=Word.VACUOUS, summary=f"{NOBODY_HONEST}; {result.summary}")
    return result
