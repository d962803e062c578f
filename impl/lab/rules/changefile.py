"""Rule changes that people write as Python: a decision function, or a whole record of rules.

Nothing of such a file is trusted before it was tried. It has to import; the name has to be there;
a function has to take what exactly one decision of the rules takes, and on the rulebook's sample
arguments it has to answer with the kind of value that the original answers with. Whatever is wrong
is said in one line, with the line of the file where there is one.
"""

import contextlib
import hashlib
import importlib.util
import inspect
import sys
import traceback
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from impl.ground.blame import shown_path
from impl.ground.faults import BadInput
from impl.ground.files import taken
from impl.ground.watchdog import PATIENCE, RuleHangs, let_through, watchdog
from impl.ground.words import printable, unknown
from impl.lab.rules.knobs import decisions, one_line, replace
from invariants.kernel.claims import Rulebook
from spec.kernel.refusal import Refusal

LARGEST = 16 * 1024 * 1024
"""Bytes of a change file."""
MODULE = "exitgame_change_"
"""What the names of modules begin with that are read from change files."""


def changed_rules(book: Rulebook, base: Any, written: str) -> tuple[Any, str]:
    """The base rules with what `FILE.py:NAME` changes, and the digest of the file's text.

    Raises BadInput.
    """
    place, colon, name = written.rpartition(":")
    if not colon:
        place, name = written, ""
    if not place:
        raise BadInput(f"--change {written!r}: write FILE.py:NAME")
    if printable(written) != written or "\n" in written:
        raise BadInput(
            f"--change {written!r}: the file's name holds what cannot be shown: rename it"
        )
    path = Path(place)
    text = _read(path, written)
    module = _load(path, text)
    if not name:
        mine = ", ".join(_own_names(module)) or "nothing"
        raise BadInput(f"--change {written}: write FILE.py:NAME; {place} defines {mine}")
    if not hasattr(module, name):
        raise BadInput(
            f"--change {written}: "
            + unknown(f"function or record in {place}", name, _own_names(module))
        )
    thing = getattr(module, name)
    if isinstance(thing, type(base)):
        rules = thing
    elif callable(thing) and not isinstance(thing, type):
        decision = _decision_that_fits(book, base, thing, path, written)
        rules = replace(base, {tuple(decision.replace("-", "_").split(".")): thing})
    else:
        raise BadInput(
            f"--change {written}: {name} is of type {type(thing).__name__}; it has to be a"
            f" function or a whole {type(base).__name__}"
        )
    _try_out(book, base, rules, path, written)
    return rules, digest(text)


def full_name(written: str) -> str:
    """`FILE.py:NAME`, where a file alone was written that defines only one thing; else what was
    written. Raises BadInput where the file does not import."""
    path = Path(written)
    if path.suffix != ".py":
        return written
    mine = _own_names(_load(path, _read(path, written)))
    return f"{written}:{mine[0]}" if len(mine) == 1 else written


def digest(text: bytes) -> str:
    """What a trace keeps of a change file's text."""
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def digest_of(written: str) -> str:
    """The digest of the file named by `FILE.py:NAME`. Raises BadInput."""
    return digest(_read(Path(written.rpartition(":")[0]), written))


def signature_line(name: str, function: Callable[..., Any]) -> str:
    """A decision as a person would declare it: `priority(exit, rules)`."""
    return f"{name.replace('-', '_')}({', '.join(_parameters(function) or ())})"


def _read(path: Path, written: str) -> bytes:
    try:
        return taken(path, LARGEST)
    except FileNotFoundError:
        raise BadInput(f"--change {written}: there is no file {path}") from None
    except OSError as failure:
        raise BadInput(f"--change {written}: cannot read {path}: {failure.strerror}") from failure


def _load(path: Path, text: bytes) -> ModuleType:
    """Run the file as a module of its own. What it prints goes to stderr, out of the way."""
    name = f"{MODULE}{digest(text)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"--change {path}: this is not a Python file; its name should end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        with _output_to_stderr(), _no_bytecode(), watchdog(int):
            spec.loader.exec_module(module)
    except RuleHangs:
        raise BadInput(
            f"--change {path}: importing it does not end within {PATIENCE:g} s"
        ) from None
    except SyntaxError as failure:
        where = f"{shown_path(failure.filename or str(path))} line {failure.lineno}"
        raise BadInput(f"{where}: not Python: {failure.msg}") from failure
    except BaseException as failure:
        let_through(failure)
        raise BadInput(f"{_blame(failure, path)}, so it cannot be imported") from failure
    return module


@contextlib.contextmanager
def _output_to_stderr() -> Iterator[None]:
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _blame(failure: BaseException, path: Path) -> str:
    """Where in the user's file something was raised, and what: 'my.py line 3: NameError: ...'."""
    frames = traceback.extract_tb(failure.__traceback__)
    mine = [f.lineno for f in frames if Path(f.filename).name == path.name]
    line = f" line {mine[-1]}" if mine else ""
    message = one_line(failure)
    return f"{path}{line}: {type(failure).__name__}{': ' if message else ''}{message}"


def _own_names(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (
            (inspect.isfunction(value) and value.__module__ == module.__name__)
            or (attrs.has(type(value)) and not isinstance(value, type))
        )
    ]


def _decision_that_fits(
    book: Rulebook, base: Any, thing: Callable[..., Any], path: Path, written: str
) -> str:
    """The decision that a function replaces: the only one with its parameters, or the one of its
    name among several, or the only one of them that answers with what it answers with.

    Raises BadInput.
    """
    name = written.rpartition(":")[2]
    known = decisions(base)
    fitting = [each for each, original in known.items() if _fits(thing, original)]
    as_typed = name.replace("_", "-")
    namesake = [each for each in known if as_typed in (each, each.rpartition(".")[2])]
    if len(namesake) == 1 and namesake[0] not in fitting:
        meant = signature_line(namesake[0], known[namesake[0]])
        raise BadInput(
            f"--change {written}: {signature_line(name, thing)} has the name of a decision, but not"
            f" its parameters; it is {meant}"
        )
    if len(fitting) == 1:
        return fitting[0]
    named = [each for each in fitting if as_typed in (each, each.rpartition(".")[2])]
    if len(named) == 1:
        return named[0]
    alike = [
        each
        for each in fitting
        if samples_of(book, each, known[each])
        and not _nonsense(book, each, known[each], thing, path)
    ]
    if len(alike) == 1:
        return alike[0]
    if fitting:
        choices = ", ".join(fitting)
        raise BadInput(
            f"--change {written}: {name} could be any of {choices}: give it the name of the one"
            " that it replaces"
        )
    listed = ", ".join(signature_line(each, original) for each, original in known.items())
    mine = signature_line(name, thing)
    raise BadInput(
        f"--change {written}: {mine} takes what no decision of the rules takes; there are: {listed}"
    )


def _fits(mine: Callable[..., Any], original: Callable[..., Any]) -> bool:
    """The same parameter names, and the same annotated result where there is an annotation."""
    wanted_parameters = _parameters(original)
    if wanted_parameters is None or _parameters(mine, wanted_parameters) != wanted_parameters:
        return False
    returns, wanted = _returns(mine), _returns(original)
    return returns is None or wanted is None or returns == wanted


def _parameters(
    function: Callable[..., Any], needed: Collection[str] | None = None
) -> tuple[str, ...] | None:
    """The names of the parameters; of those that nobody `needed`, only such without a default."""
    try:
        every = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return tuple(
        each.name
        for each in every
        if needed is None or each.name in needed or each.default is each.empty
    )


def _returns(function: Callable[..., Any]) -> Any:
    try:
        return typing.get_type_hints(function).get("return")
    except Exception:
        return None


def _try_out(book: Rulebook, base: Any, rules: Any, path: Path, written: str) -> None:
    """Call every changed decision on the rulebook's samples. Raises BadInput for nonsense."""
    originals = decisions(base)
    for name, function in decisions(rules).items():
        original = originals[name]
        if function is original:
            continue
        _annotate(function, original)
        wrong = _nonsense(book, name, original, function, path)
        if wrong:
            raise BadInput(f"--change {written}: {wrong}")


def _nonsense(
    book: Rulebook,
    name: str,
    original: Callable[..., Any],
    mine: Callable[..., Any],
    path: Path,
) -> str:
    """What is wrong with a decision's answers on the rulebook's samples; empty if nothing is."""
    samples = samples_of(book, name, original)
    expected = {_answer(original, sample) for sample in samples} - {None}
    for sample in samples:
        try:
            with watchdog(int):
                answer = shape(mine(*sample), _returns(original))
        except Refusal:
            continue
        except RuleHangs:
            shown = _shown(sample)
            return f"{name} does not return within {PATIENCE:g} s when it is tried on {shown}"
        except BaseException as failure:
            let_through(failure)
            return f"{_blame(failure, path)}, when {name} was tried on {_shown(sample)}"
        if expected and answer not in expected:
            wanted = " or ".join(sorted(each for each in expected if each))
            return f"{name} has to answer with {wanted}, and answers with {answer} on " + _shown(
                sample
            )
    return ""


def _annotate(mine: Callable[..., Any], original: Callable[..., Any]) -> None:
    """Annotate what the author did not: the prover needs types, and they are the original's."""
    if inspect.isfunction(mine):
        with contextlib.suppress(NameError):
            mine.__annotations__ = {**typing.get_type_hints(original), **mine.__annotations__}


def samples_of(
    book: Rulebook, name: str, original: Callable[..., Any]
) -> tuple[tuple[Any, ...], ...]:
    """The rulebook's sample arguments for a decision, one tuple per call."""
    last = name.rpartition(".")[2].replace("-", "_")
    samples = book.decisions.get(name.replace("-", "_"), book.decisions.get(last, ()))
    arity = len(_parameters(original) or ())
    if samples and all(isinstance(each, tuple) and len(each) == arity for each in samples):
        return samples
    return (samples,) if samples else ()


def _answer(original: Callable[..., Any], sample: tuple[Any, ...]) -> str | None:
    try:
        return shape(original(*sample), _returns(original))
    except Refusal:
        return None


def shape(value: Any, declared: Any = None) -> str:
    """What kind of value this is, in words: 'a whole number', 'a tuple of (...)'.

    A tuple that is declared with any length counts by the kind of its elements only.
    """
    if isinstance(value, bool):
        return "yes or no (a bool)"
    if isinstance(value, int):
        return "a whole number (an int)"
    if value is None:
        return "None"
    if isinstance(value, tuple):
        inner = [shape(each) for each in value]
        if typing.get_origin(declared) is tuple and Ellipsis in typing.get_args(declared):
            return "a tuple of any length"
        if inner and len(set(inner)) == 1:
            return f"a tuple of {len(inner)} times {inner[0]}"
        return f"a tuple of ({', '.join(inner)})"
    if isinstance(value, Enum):
        return f"a member of {type(value).__name__}"
    if isinstance(value, Mapping):
        return "a mapping"
    article = "an" if type(value).__name__[0] in "aeiouAEIOU" else "a"
    return f"{article} {type(value).__name__}"


def _shown(sample: tuple[Any, ...]) -> str:
    """The arguments of a call, short enough for one line."""
    text = ", ".join(one_line(repr(each)) for each in sample)
    return f"({text})" if len(text) <= 120 else f"({text[:117]}...)"
