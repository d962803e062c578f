"""The text of a new protocol, and of its tests.

The protocol is a copy of an example of the documentation, which is the one source: a checkout has
it in docs/examples, and a wheel has a copy beside the packages. Its tests are a template here.
"""

import ast
import re
from pathlib import Path

from impl.ground.blame import ROOT
from impl.ground.faults import BadInput
from impl.lab.starting.names import Name

EXAMPLES = ("escrow",)
SHIPPED, SOURCE = Path(__file__).parent, ROOT / "docs" / "examples"
"""Where pyproject.toml has a wheel put the examples, and where they are written."""
INITIALS = {"escrow": "ES"}


def protocol_text(like: str, name: Name) -> str:
    """The example under a new name. Raises BadInput where it has that name itself for something."""
    text = _example(like)
    constant = like.upper()
    if name.rulebook in _names(text) - {constant}:
        raise BadInput(
            f"{name.protocol} is taken: the example has something else named {name.rulebook}: take"
            " another name"
        )
    return _replaced(
        text,
        {
            r"\A\"\"\"[^\n]*?: ": f'"""{name.protocol}, to begin with: ',
            rf"\b{constant}\b": name.rulebook,
            rf'\bname="{like}"': f'name="{name.protocol}"',
            rf'"{INITIALS[like]}-': f'"{name.initials}-',
            r'"this tutorial"': '"an example"',
        },
    )


def test_text(like: str, name: Name) -> str:
    """Its tests."""
    text = Path(__file__).with_name(f"{like}_tests.txt").read_text(encoding="utf-8")
    for mark, by in {
        "PROTOCOL": name.protocol,
        "MODULE": name.module,
        "RULEBOOK": name.rulebook,
        "INITIALS": name.initials,
    }.items():
        text = re.sub(rf"\${mark}\b", by, text)
    return text


def _example(like: str) -> str:
    for folder in (SHIPPED, SOURCE):
        file = folder / f"{like}.py"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise BadInput(f"the example {like} is missing here: install exitgame again")


def _names(text: str) -> set[str]:
    """All that a module has a name for."""
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {each.asname or each.name for each in node.names}
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        else:
            names |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names


def _replaced(text: str, changes: dict[str, str]) -> str:
    for pattern, by in changes.items():
        text, count = re.subn(pattern, by, text)
        if not count:
            raise LookupError(f"nothing in the example is as {pattern}")
    return text
