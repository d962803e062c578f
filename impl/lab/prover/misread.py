"""What a proof would misread in one function: each with its line, and with the spelling that works.

A proof runs a function on values that are not known yet, many times, and runs some calls once for
all their callers. That says what Python does as long as the function asks values and not objects
(`==`, not `is`), swallows nothing that is raised where a proof cannot follow, and changes nothing
that outlives it. Names are looked up where the function would: a class that stands in a table or
under another name counts for what it is.
"""

import ast
import builtins
import numbers
import sys
from collections.abc import Iterator, Mapping
from types import BuiltinFunctionType, BuiltinMethodType, ModuleType
from typing import Any

from attrs import frozen

from impl.lab.prover.mutation import mutations
from impl.lab.prover.places import is_authors, is_pythons, shown
from impl.lab.prover.syntax import Complaint, wrong
from spec.kernel.refusal import Refusal

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
NOWHERE = object()
"""What a name stands for that only a run could tell."""


@frozen
class Names:
    """What the names in a function stand for, as far as its module says."""

    space: Mapping[str, Any]
    bound: frozenset[str]
    """Names that the function binds itself."""
    dispatched: frozenset[int] = frozenset()
    """Nodes (by id) that look something up in a table."""

    def of(self, node: ast.expr) -> Any:
        """The object that a name, or an attribute of a module or class, stands for."""
        if isinstance(node, ast.Name) and node.id not in self.bound:
            return self.space.get(node.id, vars(builtins).get(node.id, NOWHERE))
        if isinstance(node, ast.Attribute):
            base = self.of(node.value)
            if isinstance(base, ModuleType | type):
                return getattr(base, node.attr, NOWHERE)
        return NOWHERE

    def all_of(self, node: ast.expr | None) -> tuple[Any, ...]:
        """The objects of a name, of a tuple of names or of a union; each may be NOWHERE."""
        if isinstance(node, ast.Tuple):
            return tuple(one for each in node.elts for one in self.all_of(each))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.all_of(node.left) + self.all_of(node.right)
        found = NOWHERE if node is None else self.of(node)
        return tuple(found) if isinstance(found, tuple) else (found,)


def misread(node: Function, space: Mapping[str, Any], file: str) -> list[Complaint]:
    """Everything in a function, what stands inside it included, that a proof would misread."""
    names = Names(space, frozenset(names_bound_in(node)), frozenset(map(id, _dispatched(node))))
    found = {
        (getattr(part, "lineno", node.lineno), message)
        for part in parts_of(node)
        for message in (*wrong(part), *_wrong(part, names))
    }
    found |= set(mutations(node))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        found |= {(node.lineno, message) for message in _wrong_definition(node, space)}
    return [Complaint(shown(file), line, message) for line, message in sorted(found)]


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the function does: all but annotations and its own decorators."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
                yield from parts_of(child)


_NAMING = ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.FunctionDef | ast.ClassDef


def names_bound_in(node: ast.AST) -> Iterator[str]:
    """The names that a function gives to something itself; its own is none of them."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            yield part.arg
        elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            yield part.id
        elif isinstance(part, _NAMING) and part.name is not None and part is not node:
            yield part.name


def _dispatched(node: ast.AST) -> Iterator[ast.AST]:
    """Where a type may stand: it looks something up in a table, or gets a name to do so."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript):
            yield part.slice
        elif isinstance(part, ast.Assign):
            yield from part.value.elts if isinstance(part.value, ast.Tuple) else (part.value,)


def _wrong(node: ast.AST, names: Names) -> Iterator[str]:
    match node:
        case ast.Constant(value=float() | complex()):
            yield f"{node.value!r} is a float, which rounds: count in ints"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            yield "`/` makes floats, which round: use `//`"
        case ast.Compare(left=left, comparators=others):
            if any(_is_number(each) for side in (left, *others) for each in names.all_of(side)):
                yield "a number's type says nothing here: every number is an int, compare values"
        case ast.Call():
            yield from _wrong_call(node, names)
        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
            yield from _wrong_name(node, names)
        case ast.ExceptHandler() if not all(map(_may_be_caught, names.all_of(node.type))):
            caught = ast.unparse(node.type) if node.type else "all"
            yield (
                f"`except {caught}` swallows what is raised where a proof cannot follow: name the"
                " refusal"
            )
        case ast.Try(finalbody=[_, *_]) if any(map(_leaves, node.finalbody)):
            yield "leaving from `finally` swallows what was raised: leave after it"
        case ast.With() | ast.AsyncWith():
            yield "what a `with` does at its end is not followed: write it as a call"
        case ast.ClassDef():
            yield "a class made on the way is another one each time: define it in the module"
        case ast.Await() | ast.AsyncFor() | ast.AsyncFunctionDef():
            yield "what runs asynchronously is not followed: write plain functions"
        case ast.MatchClass() if _is_number(names.of(node.cls)):
            yield "a `case` for the type of a number: compare the values with `==`"
        case ast.Import() | ast.ImportFrom():
            yield "an import on the way: import it in the module"


def _leaves(node: ast.AST) -> bool:
    """Does the statement leave by itself? What a function inside returns does not count."""
    if isinstance(node, ast.Return | ast.Break | ast.Continue):
        return True
    inside = not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef)
    return inside and any(map(_leaves, ast.iter_child_nodes(node)))


# Exceptions ------------------------------------------------------------------------------------

_CAUGHT = (
    KeyError, IndexError, LookupError, ValueError, ZeroDivisionError, ArithmeticError,
    StopIteration, AssertionError,
)  # fmt: skip
"""Raised by what Python does with values alone; nothing that a proof stumbles over is one."""


def _may_be_caught(kind: Any) -> bool:
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return False
    if issubclass(kind, Refusal) or kind in _CAUGHT:
        return True
    theirs = [base for base in kind.__mro__ if base.__module__ == "builtins"]
    allowed = (*_CAUGHT, Exception, BaseException, object)
    return kind.__module__ != "builtins" and all(base in allowed for base in theirs)


# Calls -----------------------------------------------------------------------------------------


def _wrong_call(node: ast.Call, names: Names) -> Iterator[str]:
    function, args = names.of(node.func), node.args
    if function in (isinstance, issubclass) and len(args) == 2:
        if any(map(_is_number, names.all_of(args[1]))):
            yield "`isinstance` with a number's type: every number is an int here, compare values"
    elif function in (hasattr, getattr):
        known = len(args) > 1 and isinstance(args[1], ast.Constant)
        if not known or _is_of_numbers(str(args[1].value)):  # type: ignore[attr-defined]
            yield f"`{function.__name__}` of what only a run can tell: name the attribute"
    elif function is type and id(node) not in names.dispatched:
        yield "`type(x)` says nothing of a value not known yet: ask a record with `isinstance`"
    elif function is iter and len(args) == 2:
        yield "`iter` with an end asks again and again: write a `for`"
    elif function in (all, any):
        for part in (inner for arg in args for inner in ast.walk(arg)):
            if isinstance(part, ast.NamedExpr) or names_next(part, names):
                yield f"`{function.__name__}` may look further than Python: no `:=` or `next` in it"


def names_next(node: ast.AST, names: Names) -> bool:
    """Is it a call of `next`?"""
    return isinstance(node, ast.Call) and names.of(node.func) is next


def _is_of_numbers(name: str) -> bool:
    return hasattr(int, name) or name in ("term", "domain", "kind", "choices", "member")


def _is_number(kind: Any) -> bool:
    if kind is object or not isinstance(kind, type):
        return False
    return issubclass(kind, numbers.Number) or kind in (numbers.Number,)


# Names -----------------------------------------------------------------------------------------

_BUILTINS = frozenset(
    [
        "abs",
        "all",
        "any",
        "ascii",
        "bin",
        "bool",
        "bytes",
        "callable",
        "chr",
        "dict",
        "divmod",
        "enumerate",
        "filter",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hex",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "object",
        "oct",
        "ord",
        "pow",
        "print",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "zip",
        "property",
        "staticmethod",
        "classmethod",
        "NotImplemented",
        "Ellipsis",
        "None",
        "True",
        "False",
        "bytearray",
    ]
)
_MODULES = [
    "abc",
    "attr",
    "attrs",
    "collections",
    "enum",
    "functools",
    "itertools",
    "math",
    "operator",
    "types",
    "typing",
    "_collections",
    "_operator",
    "_functools",
    "_collections_abc",
    "builtins",
]
_NEVER = {"is_", "is_not", "truediv", "itruediv", "setitem", "delitem", "iadd", "ior", "iconcat"}


def _wrong_name(node: ast.Name | ast.Attribute, names: Names) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and _is_dunder(node.attr):
        yield f"`.{node.attr}` looks behind a value: ask the value itself"
    found = names.of(node)
    text = ast.unparse(node)
    if isinstance(found, float | complex) or _is_inexact(found):
        yield f"`{text}` is no int, and rounds: count in ints"
    elif hasattr(found, "__next__") and not isinstance(found, type):
        yield f"`{text}` is used up by whoever reads it: make it a tuple"
    elif isinstance(found, ModuleType):
        if not _is_followed(found):
            yield f"`{text}` is no part of the rules, and is not followed"
    elif isinstance(found, type | BuiltinFunctionType | BuiltinMethodType):
        if found is NOWHERE or _is_allowed(found):
            return
        yield f"`{text}` is not followed by a proof: write what it does"


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name not in ("__name__", "__init__", "__doc__")


def _is_inexact(thing: Any) -> bool:
    kind = thing if isinstance(thing, type) else type(thing)
    return issubclass(kind, numbers.Number | float | complex) and not issubclass(kind, int)


def _is_followed(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    if module.__name__.partition(".")[0] in _MODULES:
        return True
    return file is not None and is_authors(file)


def _is_allowed(thing: Any) -> bool:
    """Is a class, or a function that is not written in Python, one that a proof can run?"""
    home, name = getattr(thing, "__module__", None), thing.__name__
    holder = getattr(thing, "__self__", None)
    if isinstance(holder, type):
        return _is_allowed(holder)
    if isinstance(thing, type) and issubclass(thing, BaseException):
        return True
    if home == "builtins":
        return name in _BUILTINS
    if isinstance(thing, type):
        top = str(home).partition(".")[0]
        return top in _MODULES or not _is_pythons_own(top)
    return str(home).partition(".")[0] in _MODULES and name not in _NEVER


def _is_pythons_own(module: str) -> bool:
    file = getattr(sys.modules.get(module), "__file__", None)
    return module in sys.stdlib_module_names or (file is not None and is_pythons(file))


# Definitions -----------------------------------------------------------------------------------

_SPECIAL = frozenset(
    f"__{name}__"
    for name in [
        "eq",
        "ne",
        "hash",
        "lt",
        "le",
        "gt",
        "ge",
        "exit",
        "del",
        "getattr",
        "getattribute",
        "setattr",
        "delattr",
        "instancecheck",
        "subclasscheck",
        "index",
        "int",
        "float",
        "bool",
    ]
)


def _wrong_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef, space: Mapping[str, Any]
) -> Iterator[str]:
    kernel = space.get("__name__") == Refusal.__module__
    if node.name in _SPECIAL and not kernel:
        yield f"a hand-written `{node.name}` is not followed: leave it to attrs"
    if isinstance(node, ast.AsyncFunctionDef):
        yield "what runs asynchronously is not followed: write a plain function"
    names = Names(space, frozenset())
    for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
        if isinstance(default, ast.List | ast.Dict | ast.Set) or (
            isinstance(default, ast.Call) and names.of(default.func) in (list, dict, set)
        ):
            yield "a default that can be changed is shared by all calls: use a tuple or None"
    for decorator in node.decorator_list:
        name = ast.unparse(decorator)
        if "cached_property" in name or "singledispatch" in name:
            yield f"`@{name}` remembers or chooses by type, which a proof does not follow"
