"""The kernel reference: every name that an author of a protocol uses, with an example that runs."""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

from impl.show.pages.markdown import Page, code, prose
from impl.show.pages.store import ROOT

EXAMPLES = ROOT / "docs" / "examples" / "kernel.txt"
CHAPTERS: Mapping[str, Mapping[str, str]] = {
    "Quantities": {"spec.kernel.basics": "Seconds Instant Wei Party Asset ETHER NOBODY HOUR"},
    "What a field is": {"spec.kernel.basics": "only until AnyOrder UNSEEN GHOST"},
    "The main chain": {"spec.kernel.mainchain": "MainChain begin lock release total_supply"},
    "Actions and refusals": {
        "spec.kernel.action": "Action Call Own Delivery NotTheirs",
        "spec.kernel.telling": "Teller",
        "spec.kernel.steps": "Steps",
        "spec.kernel.clock": "Wait",
        "spec.kernel.refusal": "Refusal Refusing",
    },
    "The protocol": {
        "spec.kernel.declared": "declared offers settled",
        "spec.kernel.derived_key": "derived_key",
        "spec.kernel.protocol": "Obligation listed Family Message Protocol",
    },
    "Claims": {
        "invariants.kernel.stock": "always at_rest conserved happens proved explored",
        "invariants.kernel.theorems": "theorem assume refuted",
        "invariants.kernel.claims": ("Rulebook RuleSet Case Method Invariant Kind Finding Witness"),
        "invariants.kernel.lifecycles": "Lifecycle",
    },
}
"""By chapter, then by module: the names, in the order of reading."""


@frozen
class Named:
    """A name as an author finds it."""

    module: str
    name: str
    signature: str
    """As it is called; empty for what is not."""
    says: str
    fields: tuple[tuple[str, str, str], ...]
    """Of a record: name, type, and what it says."""
    example: str


def kernel_page() -> str:
    """The page as Markdown."""
    page = Page()
    page.heading(1, "Kernel reference", "kernel-reference")
    page.say(
        "Every name that you use when you [write a protocol](../tutorials/protocol.md), with the"
        " module that it is imported from. Times are whole seconds, amounts whole wei. The examples"
        " are run by the test suite; they use names of the escrow in `docs/examples/escrow.py`."
    )
    for chapter in CHAPTERS:
        page.heading(2, chapter)
        for each in names_in(chapter):
            page.heading(3, code(each.name), f"kernel-{each.name}")
            page.say(f"from {code(each.module)}")
            if each.signature:
                page.say(f"```python\n{each.signature}\n```")
            page.say(*[prose(part) for part in each.says.split("\n\n")])
            page.table(
                ("field", "type", "what it is"),
                [(code(name), code(kind), prose(told)) for name, kind, told in each.fields],
            )
            page.say(f"```pycon\n{each.example}\n```")
    return page.text


def names_in(chapter: str) -> Iterator[Named]:
    """The names of a chapter, in order. Raises KeyError for one without an example."""
    for module, names in CHAPTERS[chapter].items():
        for name in names.split():
            yield _named(module, name)


def space() -> dict[str, Any]:
    """What the examples may name."""
    found: dict[str, Any] = {}
    for modules in CHAPTERS.values():
        for module in modules:
            found.update(vars(importlib.import_module(module)))
    return found


@cache
def examples() -> Mapping[str, str]:
    """By name: what is typed, and what is answered."""
    _, *parts = re.split(r"^# ", EXAMPLES.read_text("utf-8"), flags=re.MULTILINE)
    pairs = [part.partition("\n") for part in parts]
    return {name.strip(): text.strip() for name, _, text in pairs}


def _named(module: str, name: str) -> Named:
    node = _statement(module, name)
    fields: tuple[tuple[str, str, str], ...] = ()
    says = signature = ""
    if isinstance(node, ast.ClassDef):
        says = ast.get_docstring(node) or ""
        fields = tuple(_fields(node))
    elif isinstance(node, ast.FunctionDef):
        says = ast.get_docstring(node) or ""
        signature = _signature(node)
    else:
        says = _string_below(module, node)
    return Named(module, name, signature, _joined(says), fields, examples()[name])


def _joined(text: str) -> str:
    """A docstring with one line for each paragraph, but for code in it."""
    parts = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(_lines(part) for part in parts if not part.startswith("    "))


def _lines(part: str) -> str:
    """A paragraph in one line, a list in one for each entry."""
    return "\n".join(" ".join(entry.split()) for entry in re.split(r"\n(?=- )", part))


def _signature(node: ast.FunctionDef) -> str:
    bare = ast.FunctionDef(**{**vars(node), "body": [ast.Pass()], "decorator_list": []})
    lines = ast.unparse(bare).removesuffix(":\n    pass").removeprefix("def ")
    return textwrap.fill(lines, 96, subsequent_indent="    ")


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    for n, line in enumerate(node.body):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            told = _text(node.body[n + 1]) if n + 1 < len(node.body) else ""
            yield line.target.id, ast.unparse(line.annotation), told
        elif isinstance(line, ast.Assign) and not node.decorator_list:
            told = _text(node.body[n + 1]) if n + 1 < len(node.body) else ""
            yield ast.unparse(line.targets[0]), ast.unparse(line.value), told


def _text(node: ast.stmt) -> str:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return " ".join(str(node.value.value).split()) if constant else ""  # type: ignore[attr-defined]


@cache
def _tree(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    return ast.parse(Path(str(file)).read_text("utf-8"))


def _statement(module: str, name: str) -> ast.stmt:
    """The last statement that makes a name: the one that counts when the module runs."""
    made = [node for node in ast.walk(_tree(module)) if name in _makes(node)]
    return made[-1]  # type: ignore[return-value]


def _makes(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        return [ast.unparse(node.target)]
    return [ast.unparse(each) for each in node.targets] if isinstance(node, ast.Assign) else []


def _string_below(module: str, node: ast.stmt) -> str:
    body = _tree(module).body
    place = body.index(node)
    return _text(body[place + 1]) if place + 1 < len(body) else ""
