"""What can be typed after a command, and what it means.

Knobs differ from protocol to protocol, so `--rules.KNOB VALUE` and `--scope.FIELD VALUE` are taken
out of the command line before click reads the rest; which names are valid is known only when the
rulebook is.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import click
from attrs import evolve

from impl.cli.answer import Answer
from impl.cli.closed import unwritten
from impl.cli.output import kept_apart, output
from impl.cli.waiting import cores
from impl.ground.faults import BadInput, OutOfTime
from impl.ground.plain import plain
from impl.ground.watchdog import TimeIsUp, asked_at, stoppable
from impl.ground.words import unknown
from impl.lab.rulebooks.registry import choose
from impl.lab.rulebooks.shipped import shipped
from impl.lab.rules.change import RuleChange, rule_change
from impl.lab.rules.chosen import ScopeChoice
from impl.lab.rules.knobs import change, read_duration
from impl.lab.rules.people import ROLES, with_people
from impl.lab.rules.places import OPTION, answering
from impl.show.telling.screen import screen
from invariants.kernel.claims import Rulebook
from invariants.kernel.hostile import with_hostile_calls

DOTTED = re.compile(r"--(rules|scope)\.([^=]+)(?:=(.*))?", re.DOTALL)
F = TypeVar("F", bound=Callable[..., Any])


class Ended(Exception):
    """A command was left by what is no Exception; click would take it for its own business."""

    def __init__(self, fault: BaseException) -> None:
        """With what was raised."""
        super().__init__(fault)
        self.fault = fault


class Command(click.Command):
    """A command that returns an Answer, takes dotted options, and has --rulebook and --json."""

    about_rulebooks = True
    """Does it take rulebooks of somebody's own?"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add these two to the command's own options."""
        super().__init__(*args, **kwargs)
        if self.about_rulebooks:
            self.params.append(rulebook_option())
        self.params.append(
            click.Option(
                ["--json", "as_json"],
                is_flag=True,
                expose_value=False,
                callback=_remember_json,
                help="Print one JSON document instead.",
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take out dotted options, then let click read the rest."""
        taken: dict[str, list[tuple[str, str]]] = {"rules": [], "scope": []}
        known = {opt for param in self.params for opt in param.opts}
        rest: list[str] = []
        left = iter(args)
        for arg in left:
            match = DOTTED.fullmatch(arg)
            if match is None or f"--{match[1]}.{PLACEHOLDER[match[1]]}" not in known:
                rest.append(arg)
                continue
            value = match[3] if match[3] is not None else next(left, None)
            if value is None:
                raise click.UsageError(f"{arg} needs a value")
            taken[match[1]].append((match[2], value))
        ctx.meta.update(taken)
        return super().parse_args(ctx, rest)

    def invoke(self, ctx: click.Context) -> int:
        """Run the command, print its answer, return the exit code."""
        ctx.meta[BEGAN] = monotonic()
        try:
            with answering(ctx.meta.get(RULEBOOKS, ())):
                return self._answered(ctx)
        except Exception:
            raise
        except BaseException as fault:
            raise Ended(fault) from fault

    def _answered(self, ctx: click.Context) -> int:
        with kept_apart():
            answer = super().invoke(ctx)
            if not isinstance(answer, Answer):
                raise TypeError(f"{self.name} returned {type(answer).__name__}, not an Answer")
            try:
                if ctx.meta.get("json"):
                    text = json.dumps(plain(answer.document), indent=2, allow_nan=False)
                    click.echo(text, file=output())
                else:
                    answer.show(screen(output()))
                output().flush()
            except OSError as failure:
                return unwritten(failure, answer.code, output())
        return answer.code


BEGAN = "exitgame.began"
"""Under this name a context keeps when its command began."""
RULEBOOKS = "exitgame.rulebooks"
"""Under this name it keeps what was typed after --rulebook."""
READING = 2.0
"""Seconds for what comes before a search, however short its time is."""
ANSWERING = 1.5
"""Seconds for the answer of a search that was stopped."""
PLACEHOLDER = {"rules": "KNOB", "scope": "FIELD"}


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta["json"] = value


def rulebook_option() -> click.Option:
    """--rulebook, as often as need be, before a command and after it."""
    return click.Option(
        [OPTION],
        metavar="MODULE:NAME",
        multiple=True,
        expose_value=False,
        callback=_remember_rulebooks,
        help="Your own rulebook, beside the shipped ones: NAME in MODULE, found from this folder.",
    )


def _remember_rulebooks(
    ctx: click.Context, _param: click.Parameter, typed: tuple[str, ...]
) -> None:
    ctx.meta[RULEBOOKS] = (*ctx.meta.get(RULEBOOKS, ()), *typed)


class Duration(click.ParamType[float]):
    """A time such as 90s or 5m, as a number of seconds."""

    name = "DURATION"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the text."""
        try:
            return float(read_duration(value)) if isinstance(value, str) else float(value)
        except ValueError as failure:
            self.fail(str(failure), param, ctx)


def protocol_argument(function: F) -> F:
    """P: a protocol or a rule set."""
    return click.argument("protocol", metavar="PROTOCOL")(function)


def rules_options(function: F) -> F:
    """--rule-set, --change, --rules.KNOB."""
    for option in (
        click.option(
            "--rules.KNOB",
            "rules_knob",
            metavar="VALUE",
            expose_value=False,
            help="Set a knob of the rules: --rules.exit-period 10d.",
        ),
        click.option(
            "--change",
            metavar="FILE.py:NAME",
            help="Use your own decision function, or a whole record of rules.",
        ),
        click.option("--rule-set", metavar="NAME", help="The rule set to start from."),
    ):
        function = option(function)
    return function


def scope_options(function: F) -> F:
    """--scope, --scope.FIELD."""
    for option in (
        click.option(
            "--scope.FIELD",
            "scope_field",
            metavar="VALUE",
            expose_value=False,
            help="Set a field of the scope: --scope.deposits 3; who is who, by name, in any"
            " protocol: --scope.honest bob, --scope.coalition alice, --scope.offline bob.",
        ),
        click.option("--scope", metavar="NAME", help="Which scope to search."),
    ):
        function = option(function)
    return function


def out_option(function: F) -> F:
    """--out."""
    return click.option(
        "--out",
        metavar="FOLDER",
        type=click.Path(path_type=Path, file_okay=True),
        default=Path("out"),
        show_default=True,
        help="Where traces are kept.",
    )(function)


PER_CORE, ANYWHERE = 4, 16
"""Processes that can be asked for: for each core, and at least. More of them only wait, and where
there are thousands, all the time goes by while they are started."""


def _not_too_many(ctx: click.Context, param: click.Parameter, workers: int | None) -> int | None:
    most = max(ANYWHERE, PER_CORE * cores())
    if workers is not None and workers > most:
        said = f"{workers} are more than this machine can use: at most {most} on {cores()} cores"
        raise click.BadParameter(said, ctx, param)
    return workers


def workers_option(function: F) -> F:
    """--workers."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        callback=_not_too_many,
        help=f"How many processes work at once: at most {PER_CORE} for each core, or {ANYWHERE}.",
    )(function)


def hostile_option(function: F) -> F:
    """--hostile."""
    said = "Try any call by anybody, too, with all that can be made of what stands in a state."
    return click.option("--hostile", is_flag=True, help=said)(function)


def chosen_rules(
    protocol: str, rule_set: str | None, written: str | None, hostile: bool = False
) -> RuleChange:
    """The rules that the command line asks for, in a world with `hostile` calls or without.

    Raises BadInput.
    """
    settings = click.get_current_context().meta.get("rules", [])
    with in_time("the rules were read"):
        chosen = choose(protocol, rule_set)
        if hostile:
            chosen = evolve(chosen, rulebook=with_hostile_calls(chosen.rulebook))
        return rule_change(chosen, settings, written)


@contextmanager
def in_time(what: str) -> Iterator[None]:
    """Do something before the search that --time counts as well. Raises OutOfTime at its end."""
    shipped()
    end = _end()
    try:
        with stoppable(None if end is None else max(end, monotonic() + READING), hears=False):
            yield
    except TimeIsUp as up:
        where = f", in {up.where}" if up.where else ""
        raise OutOfTime(f"NOT KNOWN: --time was over while {what}{where}") from None


def answer_by() -> float | None:
    """When the answer has to be made, on the monotonic clock, because --time is over or somebody
    pressed Ctrl-C; None where nobody waits for it."""
    ctx = click.get_current_context(silent=True)
    ends = [] if ctx is None or (end := _end()) is None else [end]
    if ctx is not None and asked_at() > ctx.meta.get(BEGAN, 0.0):
        ends.append(asked_at())
    return min(ends) + ANSWERING if ends else None


def _end() -> float | None:
    """When --time is over."""
    ctx = click.get_current_context()
    time = ctx.params.get("time")
    return None if time is None else float(ctx.meta.get(BEGAN, 0.0) + time)


def chosen_scope(book: Rulebook, name: str | None) -> ScopeChoice:
    """The scope that the command line asks for. Raises BadInput."""
    settings = click.get_current_context().meta.get("scope", [])
    wanted = book.default_scope if name is None else name
    if wanted not in book.scopes:
        raise BadInput(unknown(f"scope of {book.protocol.name}", wanted, book.scopes))
    people = [(name, text) for name, text in settings if name in ROLES]
    others = [(name, text) for name, text in settings if name not in ROLES]
    record = change(book.scopes[wanted], others, "scope")
    if people:
        with in_time("the scope was read"):
            record = with_people(book, record, people)
    return ScopeChoice(wanted, record, {k.replace("_", "-"): v for k, v in settings})


def writable(folder: Path) -> Path:
    """The folder, made if need be, after a file was written to it and removed. Raises BadInput.

    Asked before the long work, so that nothing is found and then lost.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(dir=folder, prefix=".write-test-")
        os.close(handle)
        os.unlink(probe)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise BadInput(f"--out {folder}: cannot write there: {reason}") from failure
    return folder
