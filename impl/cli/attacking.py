"""`exitgame fuzz` of a rule change: prove, explore, walk at random, and keep what came of each."""

from pathlib import Path
from time import monotonic

from impl.cli.options import answer_by, writable
from impl.cli.waiting import ticker, words
from impl.ground.evidence import Progress
from impl.lab.attack.places import Place
from impl.lab.attack.run import attacked
from impl.lab.rules.change import RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.show.text.attacked import Attack
from impl.show.text.sieved import keep_hits


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
