"""What a function changes that outlives it, or that somebody else may hold, read off its source.

A function may change what it has made itself under a name of its own (a list that it fills, a
mapping that it copied). All else is somebody's: an argument, a global, what a call returned.
"""

import ast
from collections.abc import Iterator

from attrs import define, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Found = tuple[int, str]
"""A line, and what is wrong there."""

MAKERS = frozenset(
    [
        "list",
        "dict",
        "set",
        "sorted",
        "bytearray",
        "defaultdict",
        "Counter",
        "deque",
        "OrderedDict",
        "iter",
        "enumerate",
        "zip",
        "map",
        "reversed",
        "filter",
    ]
)
_READERS = frozenset(["iter", "enumerate", "zip", "map", "reversed", "filter"])
CHANGES = frozenset(
    [
        "append",
        "add",
        "pop",
        "update",
        "extend",
        "insert",
        "remove",
        "clear",
        "sort",
        "reverse",
        "setdefault",
        "popitem",
        "discard",
        "appendleft",
        "extendleft",
        "popleft",
        "rotate",
        "subtract",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "move_to_end",
        "send",
        "throw",
        "close",
    ]
)
BUILDERS = ("__init__", "__attrs_post_init__", "__post_init__", "__attrs_pre_init__")


@define
class Scope:
    """A function's own names, with all that is bound to them."""

    node: Function
    parameters: frozenset[str]
    bound: dict[str, list[ast.expr | None]] = field(factory=dict)
    """None: something that was not made here (a loop's item, a part of a tuple)."""

    def made(self, name: str) -> bool:
        """Is the name only ever bound to what is made right there?"""
        values = self.bound.get(name)
        return bool(values) and name not in self.parameters and all(map(is_made, values or ()))

    def reads(self, name: str) -> bool:
        """Is it the name of an iterator?"""
        return any(map(is_iterator, self.bound.get(name, ())))


def is_made(value: ast.expr | None) -> bool:
    """Does the expression make something new that can be changed?"""
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.GeneratorExp():
            return True
        case ast.Call(func=ast.Name(id=name)) if name in MAKERS:
            return True
        case ast.Call(func=ast.Subscript(value=ast.Name(id=name))) if name in MAKERS:
            return True
        case ast.Call(func=ast.Attribute(attr="copy"), args=[]):
            return True
        case ast.BinOp(left=left, right=right):
            return is_made(left) or is_made(right)
        case ast.IfExp(body=yes, orelse=no):
            return is_made(yes) and is_made(no)
    return False


def is_iterator(value: ast.expr | None) -> bool:
    """Does the expression make an iterator?"""
    if isinstance(value, ast.GeneratorExp):
        return True
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in _READERS
    )


def mutations(node: Function) -> Iterator[Found]:
    """What the function changes that is not its own; functions inside it included."""
    scope = scope_of(node)
    for part in within(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from mutations(part)
        else:
            yield from ((part.lineno, message) for message in _changes(part, scope))  # type: ignore[attr-defined]
    yield from _shared_iterators(node, scope)


def within(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions inside it, which come as one."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from within(child)


def scope_of(node: Function) -> Scope:
    """What is bound in a function, and to what; functions inside it are their own."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    stars = [each for each in (node.args.vararg, node.args.kwarg) if each]
    scope = Scope(node, frozenset(each.arg for each in (*every, *stars)))
    for part in within(node):
        match part:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _bind(scope, target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                _bind(scope, target, value)
            case ast.NamedExpr(target=target, value=value):
                _bind(scope, target, value)
            case ast.For(target=target) | ast.comprehension(target=target):
                _bind(scope, target, None)
            case ast.withitem(optional_vars=ast.expr() as target):
                _bind(scope, target, None)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bound.setdefault(name, []).append(None)
    return scope


def _bind(scope: Scope, target: ast.expr, value: ast.expr | None) -> None:
    if isinstance(target, ast.Name):
        scope.bound.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Tuple | ast.List):
        alike = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
        values = value.elts if alike and isinstance(value, ast.Tuple) else [None] * len(target.elts)
        for part, one in zip(target.elts, values, strict=True):
            _bind(scope, part, one)
    elif isinstance(target, ast.Starred):
        _bind(scope, target.value, ast.List(elts=[]))


def _changes(node: ast.AST, scope: Scope) -> Iterator[str]:
    match node:
        case ast.Global() | ast.Nonlocal():
            yield f"`{ast.unparse(node)}`: what outlives a call is no value; hand it on and return"
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            yield from (said for target in targets for said in _target(target, scope))
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield from _target(target, scope)
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            changes = isinstance(op, ast.BitOr) or is_made(value)
            if changes and name in scope.parameters:
                yield f"`{ast.unparse(node)}` changes an argument: bind `{name}` to a new one"
        case ast.AugAssign(target=target) | ast.For(target=target):
            yield from _target(target, scope)
        case ast.Call(func=ast.Attribute(attr=name, value=base)) if name in CHANGES:
            if not _is_own(base, scope):
                yield f"`.{name}` changes what this function did not make: make a new one"
        case ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=name), *_]):
            if not scope.made(name):
                yield f"`next({name})` uses up what this function did not make: hand on a tuple"
        case ast.Call(func=ast.Attribute(attr="__setattr__")):
            if getattr(scope.node, "name", "") not in BUILDERS:
                yield "`__setattr__` changes a record: use `evolve`"


def _target(target: ast.expr, scope: Scope) -> Iterator[str]:
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (said for part in parts for said in _target(part, scope))
        case ast.Starred(value=inner):
            yield from _target(inner, scope)
        case ast.Attribute(value=ast.Name(id="self")) if (
            getattr(scope.node, "name", "") in BUILDERS
        ):
            return
        case ast.Attribute():
            yield f"`{ast.unparse(target)} = ...` changes an object: `evolve` a frozen record"
        case ast.Subscript(value=base) if not _is_own(base, scope):
            yield f"`{ast.unparse(target)} = ...` changes what this function did not make: copy it"


def _is_own(base: ast.expr, scope: Scope) -> bool:
    while isinstance(base, ast.Subscript):
        base = base.value
    if isinstance(base, ast.Name):
        return scope.made(base.id)
    return is_made(base)


def _shared_iterators(node: Function, scope: Scope) -> Iterator[Found]:
    """An iterator under a name, of which `all` or `any` reads a part and somebody else the rest."""
    for name in scope.bound:
        if not scope.reads(name):
            continue
        uses = list(_uses(node, name, False))
        gathered = [line for line, inside, _ in uses if inside]
        if gathered and (len(uses) > 1 or any(again for _, _, again in uses)):
            yield (
                gathered[0],
                f"`{name}` is an iterator that is read in more than one place: make it a tuple",
            )


_COMPREHENSIONS = ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp


def _uses(
    node: ast.AST, name: str, gathered: bool, again: bool = False
) -> Iterator[tuple[int, bool, bool]]:
    """Where a name is read: the line, whether in an `all` or `any`, and whether in a loop."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load):
            yield child.lineno, gathered, again
        inside = gathered or (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Name)
            and child.func.id in ("all", "any")
        )
        loops = again or isinstance(child, ast.For | ast.While)
        if isinstance(node, ast.For) and child is node.iter:
            loops = again
        if isinstance(node, ast.comprehension) and child is not node.iter:
            loops = True
        if isinstance(node, _COMPREHENSIONS) and child is not node.generators[0]:
            loops = True
        yield from _uses(child, name, inside, loops)
