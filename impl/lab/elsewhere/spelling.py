"""Can a change file let the order of a set or a hash decide? Read from its text."""

import ast
from pathlib import Path

HARMLESS = {
    "attr", "attrs", "collections", "collections.abc", "dataclasses", "enum", "functools",
    "itertools", "math", "operator", "typing", "__future__",
}  # fmt: skip
"""Modules from which nothing can come that differs from process to process."""
OURS = ("spec.", "invariants.")
SETS = {
    "set", "frozenset", "hash", "id", "object", "vars", "dir", "globals", "locals", "getattr",
    "eval", "exec", "compile", "open", "__import__", "__builtins__", "__hash__", "Set",
}  # fmt: skip


def hashes_may_decide(path: Path) -> bool:
    """False only where the text has no set, no hash, and imports nothing but what is harmless."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return True
    return any(_doubtful(node) for node in ast.walk(tree))


def _doubtful(node: ast.AST) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Name):
        return node.id in SETS
    if isinstance(node, ast.Attribute):
        return node.attr in SETS
    if isinstance(node, ast.BinOp):
        # Views of a mapping's keys combine to sets.
        return any(_is_view(side) for side in (node.left, node.right))
    if isinstance(node, ast.Import):
        return any(not _harmless(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return bool(node.level) or not _harmless(node.module or "")
    return False


def _is_view(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in ("keys", "items")


def _harmless(module: str) -> bool:
    return module in HARMLESS or module.startswith(OURS) or module in ("spec", "invariants")
