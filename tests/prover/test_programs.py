"""Random small programs: the prover's word is the one that trying all values gives."""

from pathlib import Path

from tests.prover.programs import disagreements

PROGRAMS = range(24)
"""`make bench` tries many more."""


def test_trying_all_values_says_the_same_of_random_programs(tmp_path: Path) -> None:
    said, wrong = disagreements(PROGRAMS, tmp_path)
    assert not wrong
    assert min(said["proved"], said["refuted"]) >= 5, said
