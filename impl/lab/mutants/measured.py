"""What a measurement with mutants comes to."""

from pathlib import Path

from attrs import frozen

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.lab.mutants.kills import Kind
from impl.lab.mutants.measure import Verdict
from impl.lab.mutants.source import Mutant
from impl.lab.rules.change import RuleChange


@frozen
class Measured:
    """What a measurement came to."""

    change: RuleChange
    chosen: tuple[Mutant, ...]
    verdicts: tuple[Verdict, ...]
    complaints: tuple[str, ...]
    folder: Path
    taken: float
    interrupted: bool

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        """Those that nothing notices and nobody explains."""
        return tuple(verdict for verdict in self.verdicts if verdict.survived)

    @property
    def left(self) -> int:
        """Mutants that were not looked at."""
        return len(self.chosen) - len(self.verdicts)

    @property
    def code(self) -> int:
        """0 if every mutant is killed or explained; a known gap is neither."""
        gaps = any(verdict.kill.kind is Kind.GAP for verdict in self.verdicts)
        if self.survivors or gaps or self.complaints:
            return BROKEN
        if self.interrupted:
            return INTERRUPTED
        return BROKEN if self.left else HOLDS
