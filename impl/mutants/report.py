"""The table of a mutation run: how many mutants each claim notices, and which ones nobody does."""

from collections import Counter
from collections.abc import Sequence

from impl.mutants.measure import EXPECTED_RUN, NOT_REACHED, Verdict

WIDTHS = (8, 9, 11, 10, 6)


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """Lines of text: module by module, claim by claim, then everything that was not noticed."""
    titles = ("mutants", "claimed", "runs only", "survived", "idle")
    lines = [_row("module", titles)]
    modules = sorted({v.mutant.module for v in verdicts})
    for module in [*modules, ""]:
        of = [v for v in verdicts if module in ("", v.mutant.module)]
        by = Counter(v.by for v in of)
        claimed = sum(v.claimed for v in of)
        counts = (len(of), claimed, by[EXPECTED_RUN], by[""], by[NOT_REACHED])
        lines.append(_row(module or "all", counts))
    lines.append("")
    for claim, count in Counter(v.by for v in verdicts if v.claimed).most_common():
        lines.append(f"{count:>6}  {claim}")
    lines += ["", "No claim notices these; expected runs do:", *_listed(verdicts, EXPECTED_RUN)]
    return [*lines, "", "These survived:", *_listed(verdicts, "")]


def _row(name: str, cells: Sequence[object]) -> str:
    parts = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{name:26}{''.join(parts)}"


def _listed(verdicts: Sequence[Verdict], by: str) -> list[str]:
    chosen = sorted(
        (v for v in verdicts if v.by == by), key=lambda v: (v.mutant.module, v.mutant.line)
    )
    lines = []
    for verdict in chosen:
        lines += [f"  {verdict.mutant.id}", f"      {verdict.mutant.difference[:160]}"]
        lines += [f"      {verdict.cause}"] if verdict.cause else []
    return lines
