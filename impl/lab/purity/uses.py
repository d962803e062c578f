"""Where one function changes, or hands on, what outlives its call: read off its source.

What a function changes that is not its own, a proof's reading says (impl/lab/prover/mutation.py).
Here a function may also change what the function around it has made in the same call. A list or
mapping that outlives the call may be looked up, iterated, counted and compared; whoever hands it
on, or gives it another name, may change it there.
"""

import ast
from collections.abc import Iterator

from impl.lab.prover.mutation import (
    BUILDERS,
    CHANGES,
    MAKERS,
    Function,
    Scope,
    is_made,
    scope_of,
    within,
)

Found = tuple[int, str]
"""A line, and what is done there: 'changes `Gate.n`'."""

READERS = frozenset(
    [
        "len", "sorted", "list", "tuple", "dict", "set", "frozenset", "sum", "min", "max", "any",
        "all", "enumerate", "zip", "range", "bool", "reversed", "map", "filter",
    ]
)  # fmt: skip
LOOKS = frozenset(
    [
        "get", "items", "keys", "values", "index", "count", "copy", "union", "intersection",
        "difference", "issubset", "issuperset", "isdisjoint", "symmetric_difference",
    ]
)  # fmt: skip
PLAIN_DUNDERS = frozenset(
    ["__name__", "__qualname__", "__doc__", "__init__", "__class__", "__post_init__",
     "__attrs_post_init__", "__members__", "__annotations__", "__eq__", "__lt__", "__le__"]
)  # fmt: skip


def changes(
    node: Function, outer: tuple[Scope, ...] = (), *, kept: bool = False
) -> Iterator[Found]:
    """What a function changes that outlives its call; functions inside it included. `kept`: what
    it makes is kept from call to call, so that functions inside it have nothing of their own."""
    scopes = (scope_of(node), *(() if kept else outer))
    for part in within(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from changes(part, scopes, kept=kept)
        else:
            line = getattr(part, "lineno", node.lineno)
            yield from ((line, said) for said in _changes(part, scopes))


def _changes(node: ast.AST, scopes: tuple[Scope, ...]) -> Iterator[str]:
    match node:
        case ast.Global(names=names):
            yield f"changes the global {_quoted(names)}"
        case ast.Nonlocal(names=names):
            if not all(any(name in scope.bound for scope in scopes[1:]) for name in names):
                yield f"changes {_quoted(names)}, which outlives the call"
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            building = getattr(scopes[0].node, "name", "") in BUILDERS
            if not (building and isinstance(node.value, ast.Name) and node.value.id == "self"):
                yield f"changes `{ast.unparse(node)}`"
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=base):
            if not _owns(base, scopes):
                yield f"changes `{ast.unparse(base)}`"
        case ast.Attribute(attr=name) if _is_hidden(name):
            yield f"looks behind `{ast.unparse(node)}`"
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            changing = isinstance(op, ast.BitOr) or is_made(value)
            if changing and name in scopes[0].parameters:
                yield f"changes `{name}`"
        case ast.Call(func=ast.Attribute(attr=name, value=base)) if name in CHANGES:
            if not _owns(base, scopes):
                yield f"changes `{ast.unparse(base)}`"
        case ast.Call(func=ast.Name(id="next"), args=[first, *_]):
            if not _owns(first, scopes):
                yield f"uses up `{ast.unparse(first)}`"
        case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]):
            if not isinstance(name, ast.Constant):
                yield "asks for an attribute that only a run can tell"


def _is_hidden(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in PLAIN_DUNDERS


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _owns(base: ast.expr, scopes: tuple[Scope, ...]) -> bool:
    """Was it made in this call, and, where a part of it is meant, that part too?"""
    inside = False
    while isinstance(base, ast.Subscript):
        base, inside = base.value, True
    if not isinstance(base, ast.Name):
        return is_made(base) and not inside
    for scope in scopes:
        if base.id in scope.parameters or base.id in scope.bound:
            values = scope.bound.get(base.id, [])
            return scope.made(base.id) and (not inside or all(map(_is_new_inside, values)))
    return False


def _is_new_inside(value: ast.expr | None) -> bool:
    match value:
        case ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return all(isinstance(each, ast.Constant) or is_made(each) for each in parts)
        case ast.ListComp(elt=part) | ast.DictComp(value=part):
            return isinstance(part, ast.Constant) or is_made(part)
        case ast.BinOp(left=left, right=right):
            return all(isinstance(e, ast.Constant) or _is_new_inside(e) for e in (left, right))
        case ast.Call(func=ast.Name(id=name), args=args) if name in MAKERS:
            return not args or (name == "defaultdict" and len(args) == 1)
    return False


# What is handed on ------------------------------------------------------------------------------


def parents_in(node: ast.AST) -> dict[int, ast.AST]:
    """Each node's parent, by the node's id."""
    return {id(child): each for each in ast.walk(node) for child in ast.iter_child_nodes(each)}


def only_looked_at(node: ast.expr, parents: dict[int, ast.AST], *, nested: bool) -> bool:
    """Is a list or mapping that outlives the call only looked at? `nested`: what it holds can be
    changed, too, so that even a part of it counts."""
    parent = parents.get(id(node))
    match parent:
        case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
            return not nested or only_looked_at(parent, parents, nested=True)
        case ast.Compare(ops=ops):
            return not any(isinstance(op, ast.Is | ast.IsNot) for op in ops)
        case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While():
            return True
        case ast.IfExp(test=test):
            return test is node
        case ast.For(iter=walked) | ast.comprehension(iter=walked):
            return walked is node and not nested
        case ast.Call(func=ast.Name(id=name)):
            return name in READERS and (not nested or name in ("len", "bool"))
        case ast.Attribute(attr=name, value=value) if value is node:
            call = parents.get(id(parent))
            called = isinstance(call, ast.Call) and call.func is parent and name in LOOKS
            return called and (not nested or name in ("index", "count"))
        case ast.Starred() | ast.FormattedValue() | ast.keyword(arg=None):
            return not nested
    return False
