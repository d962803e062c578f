"""The wheel: it takes one name in site-packages, and what else is called `spec` stays as it is."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AT = ROOT / "impl" / "root"
"""Where the one name lies in the repository."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a release is."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with exitgame in it, and somebody's own `spec`."""
    place = tmp_path_factory.mktemp("lib") / "site-packages"
    stranger(place, "spec")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target"]
    subprocess.run([*pip, str(place), str(wheel)], check=True, capture_output=True)
    return place


def stranger(place: Path, name: str) -> Path:
    """Somebody else's package."""
    (place / name).mkdir(parents=True)
    (place / name / "__init__.py").write_text("WHOSE = 'somebody else'\n")
    return place


def said(
    arguments: list[str], path: tuple[Path, ...], folder: Path, **more: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), **more}
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


def test_the_wheel_takes_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"exitgame"}
    for folder in ("spec", "invariants", "impl"):
        files = (each.relative_to(ROOT) for each in (ROOT / folder).rglob("*.py"))
        there = {str(each) for each in files if "root" not in each.parts}
        assert there <= {name.removeprefix("exitgame/house/") for name in names}
    assert "exitgame/house/impl/show/report/templates/report.html" in names
    assert "exitgame/house/impl/lab/starting/escrow.py" in names
    assert not any("impl/root" in name for name in names)


def test_the_installed_command_works_where_others_have_the_same_names(
    site: Path, tmp_path: Path
) -> None:
    for name in ("spec", "impl"):
        stranger(tmp_path, name)
    shutil.copy(ROOT / "docs" / "examples" / "escrow.py", tmp_path)
    ran = said(
        [str(site / "bin" / "exitgame"), "explore", "hasty"],
        (tmp_path, site),
        tmp_path,
        EXITGAME_RULEBOOK="escrow:ESCROW",
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "ES-PAYEE" in ran.stdout


def test_somebodys_own_package_is_theirs_in_every_program_that_does_not_ask(
    site: Path, tmp_path: Path
) -> None:
    theirs = said([sys.executable, "-c", "import spec; print(spec.WHOSE)"], (site,), tmp_path)
    assert theirs.stdout == "somebody else\n"
    program = "import exitgame.pinned, spec.kernel; print(spec.__file__)"
    ours = said([sys.executable, "-c", program], (site,), tmp_path)
    assert ours.stdout == f"{site / 'exitgame' / 'house' / 'spec' / '__init__.py'}\n"


def test_shipped_rules_are_no_librarys_wherever_they_lie(site: Path, tmp_path: Path) -> None:
    program = """
import exitgame
from spec.kernel.clock import __file__ as rules
from impl.lab.prover.places import is_authors, is_installed, is_pythons
from impl.ground.whose import is_rule
print(is_rule(rules), is_authors(rules), is_installed(rules), is_pythons(rules))
"""
    assert "site-packages" in str(site)
    asked = said([sys.executable, "-c", program], (site,), tmp_path)
    assert asked.stdout == "True True False False\n", asked.stderr


def test_one_program_cannot_have_both(site: Path, tmp_path: Path) -> None:
    both = said([sys.executable, "-c", "import spec, exitgame"], (site,), tmp_path)
    last = both.stderr.splitlines()[-1]
    assert last.startswith(
        f"ImportError: `import spec` leads to {site / 'spec'}, not to exitgame's"
    )


@pytest.mark.parametrize("name", ["spec", "invariants", "impl"])
def test_in_the_repository_a_stranger_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    place = stranger(tmp_path / "theirs", name)
    command = [sys.executable, "-m", "exitgame", "list", "--json"]
    ran = said(command, (place, ROOT, AT), tmp_path)
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert line.startswith(f"exitgame: `import {name}` leads to {place / name}, not to exitgame's")
    assert json.loads(ran.stdout) == {"error": line.removeprefix("exitgame: "), "exit_code": 2}


def test_a_module_of_that_name_is_a_stranger_too(tmp_path: Path) -> None:
    (tmp_path / "spec.py").write_text("")
    ran = said([sys.executable, "-m", "exitgame", "list"], (ROOT, AT), tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"leads to {tmp_path / 'spec.py'}, not" in ran.stderr


def test_as_a_module_it_is_the_same_command(tmp_path: Path) -> None:
    ran = said([sys.executable, "-m", "exitgame", "list", "payment"], (ROOT, AT), tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "payment" in ran.stdout
