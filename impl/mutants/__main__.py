"""`python -m impl.mutants plasma-mvp`: measure the claims of a rulebook with mutants of its rules.

Options: --steps N (per rule set and scope), --workers N, --sample N (with --seed N), --knobs,
--only TEXT (mutants whose id contains it), --in RULES/SCOPE,..., --no-theorems.
"""

import argparse
import inspect
import random
import sys
from collections.abc import Sequence

from impl.mutants.measure import STEPS, measure, trials
from impl.mutants.report import table
from impl.mutants.source import Mutant, knob_mutants, mutants
from impl.registry import choose
from invariants.kernel.claims import Rulebook

NOT_RULES = ("moves", "keys", "telling", "timeline", "rule_sets", "merkle")
"""Modules of a protocol's package that decide nothing: what is tried, and how it is told."""


def modules_of(rulebook: Rulebook) -> tuple[str, ...]:
    """The modules whose functions make up a rulebook's protocol, and the main chain's."""
    package = inspect.getmodule(rulebook.protocol.step).__name__.rpartition(".")[0]  # type: ignore[union-attr]
    mine = (name for name in sorted(sys.modules) if name.startswith(f"{package}."))
    return ("spec.kernel.mainchain", *(n for n in mine if n.rpartition(".")[2] not in NOT_RULES))


def sample(found: Sequence[Mutant], size: int, seed: int) -> tuple[Mutant, ...]:
    """Some mutants, drawn at random, in the order of the text."""
    chosen = set(random.Random(seed).sample(range(len(found)), min(size, len(found))))
    return tuple(mutant for n, mutant in enumerate(found) if n in chosen)


def pairs(text: str) -> list[tuple[str, str]]:
    """RULES/SCOPE,RULES/SCOPE."""
    return [(rules, scope) for rules, _, scope in (each.partition("/") for each in text.split(","))]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m impl.mutants")
    parser.add_argument("rulebook")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--knobs", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--in", dest="settings", type=pairs)
    parser.add_argument("--no-theorems", dest="theorems", action="store_false")
    options = parser.parse_args()
    book = choose(options.rulebook).rulebook
    found = mutants(modules_of(book))
    if options.knobs:
        found = knob_mutants(book.rules_named(book.default_rules).rules)
    found = tuple(mutant for mutant in found if options.only in mutant.id)
    if options.sample is not None:
        found = sample(found, options.sample, options.seed)
    attacks = trials(book, options.settings, steps=options.steps, seed=options.seed)
    verdicts = []
    for verdict in measure(
        book, found, attacks, theorems=options.theorems, workers=options.workers
    ):
        verdicts.append(verdict)
        by = verdict.by or "SURVIVED"
        print(f"{verdict.seconds:6.1f} s  {by:20} {verdict.mutant.id}", file=sys.stderr, flush=True)
    print("\n".join(table(verdicts)))


if __name__ == "__main__":
    main()
