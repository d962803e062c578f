"""`exitgame fuzz` of a rule change: prove, explore, walk at random, and keep what came of each."""

from pathlib import Path
from time import monotonic

from impl.attack.places import Place
from impl.attack.run import attacked
from impl.chosen import ScopeChoice
from impl.cli.options import answer_by, writable
from impl.cli.waiting import ticker, words
from impl.evidence import Progress
from impl.rulechange import RuleChange
from impl.text.attacked import Attack
from impl.text.sieved import keep_hits


def attack(
    change: RuleChange,
    scope: ScopeChoice | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    keep_going: bool,
    out: Path,
) -> Attack:
    """Do all of it, within the time. Raises BadInput."""
    folder = writable(out)
    start = monotonic()
    place = None if scope is None else Place(scope.title, scope.record)
    with ticker() as say:

        def progress(place: Place, at: Progress) -> None:
            # A walk goes through several scopes by turns; naming one of them would only flicker.
            where = f"explore {place.name}" if at.method == "explore" else "fuzz"
            say(f"{where}  {words(at)}")

        done = attacked(
            change, place, seed, steps, time, workers, keep_going,
            lambda name: say(f"prove  {name}"), progress,
        )  # fmt: skip
    kept = keep_hits(change, done.hunt.new, done.hunt.old, keep_going, folder, answer_by)
    return Attack(
        change, scope, seed, done.touched, done.verdicts, done.proving, done.hunt, kept,
        done.interrupted, done.known(), monotonic() - start,
    )  # fmt: skip
