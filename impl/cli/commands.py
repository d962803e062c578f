"""The commands: every way out of them is an answer, or one line that says what is wrong."""

import errno
import json
import os
import signal
import sys
import tempfile
import traceback
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click

from impl.cli.answer import BROKEN, FAULT, HOLDS, INTERRUPTED, USAGE
from impl.cli.closed import complain, drop, unwritten
from impl.cli.guard import missing
from impl.cli.options import Ended, rulebook_option
from impl.ground.blame import place_of, said
from impl.ground.crew import Gone
from impl.ground.faults import BadInput, OutOfTime
from impl.ground.watchdog import Interrupted, TimeIsUp
from impl.ground.whose import is_rule
from impl.ground.words import line as shortened
from impl.ground.words import unknown

NOTHING = "interrupted before there was anything to show"
COMMANDS = {
    "check": "checking:check",
    "list": "listing:list_all",
    "new": "starting:start_new",
    "rules": "tables:rules",
    "prove": "proving:prove_all",
    "explore": "searching:explore_scope",
    "keys": "keying:read_keys",
    "fuzz": "searching:fuzz_scope",
    "mutate": "mutating:mutate",
    "compare": "comparing:compare_rules",
    "bisect": "bisecting:bisect_knob",
    "campaign": "campaigning:run_campaign",
    "replay": "replaying:replay_trace",
    "report": "reporting:report_trace",
    "pin": "pinning:pin_trace",
    "export": "exporting:export_trace",
}
"""Where each command is, in the order in which a person meets them."""


LONGEST = 2_000
"""Characters of a complaint."""


def command_named(name: str) -> click.Command:
    """Load a command."""
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(f"impl.cli.{module}"), attribute)
    if not isinstance(command, click.Command):
        raise TypeError(f"{COMMANDS[name]} is no command")
    return command


class Commands(click.Group):
    """The commands. Only the one that was typed is loaded: no other has to be waited for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the one that was typed."""
        return command_named(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or name the closest."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise click.UsageError(unknown("command", args[0], COMMANDS))
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(version("exitgame"), prog_name="exitgame")
@click.pass_context
def exitgame(ctx: click.Context) -> int:
    """An executable rulebook for layer-2 protocols, and a laboratory that attacks it.

    PROTOCOL is a protocol (plasma-mvp), one of its rule sets (hardened), or both
    (plasma-mvp/hardened). `exitgame list` shows them all.

    Exit codes, whatever the command: 0 nothing is broken, as far as was looked, which the words of
    the answer say; of a rule change: nothing that the change breaks, though the rule set may have
    weaknesses without it, which are listed. 1 something is broken; of a change: a new weakness (a
    claim with a cause that no run of the rule set breaks without it in the same scope) or a theorem
    that held before, or it is not known whether it did, or some scope was not looked at; or there
    was no time to look at anything, or to ask all that was to be asked. 2 wrong usage, or the
    output cannot be written. 70 a fault of exitgame. 130 interrupted before anything was found.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        return USAGE
    return 0


exitgame.params.append(rulebook_option())


def run(typed: list[str]) -> int:
    """Run the command line; returns the exit code."""
    most = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)  # what a rule works out is told, however long it is
    try:
        code = _run(typed)
    finally:
        sys.set_int_max_str_digits(most)
    try:
        sys.stdout.flush()
    except OSError as failure:
        code = unwritten(failure, code)
    return code


def _run(typed: list[str]) -> int:
    try:
        code = exitgame.main(args=typed, prog_name="exitgame", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except OutOfTime as over:
        return _complain(str(over), BROKEN, typed)
    except BadInput as wrong:
        return _complain(str(wrong), USAGE, typed)
    except click.ClickException as wrong:
        return _complain(_without_period(wrong.format_message()), USAGE, typed)
    except Gone as gone:
        return _complain(str(gone), BROKEN, typed)
    except Ended as ended:
        return _ended(ended.fault, typed)
    except (KeyboardInterrupt, click.Abort):
        return _complain(NOTHING, INTERRUPTED, typed)
    except OSError as failure:
        if failure.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            return _complain(f"{failure.strerror}: {failure.filename}", USAGE, typed)
        if failure.errno not in (errno.ENOSPC, errno.EPIPE):
            return _at_fault(failure, typed)
        return unwritten(failure, HOLDS)
    except Exception as fault:
        return _at_fault(fault, typed)


def _ended(fault: BaseException, typed: list[str]) -> int:
    """What is no ordinary exception left a command: it was stopped, or a rule raised it."""
    if isinstance(fault, TimeIsUp):
        over = "the time was over before there was anything to show"
        return _complain(f"{over}, in {fault.where}" if fault.where else over, BROKEN, typed)
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if isinstance(fault, Interrupted) or (ours and isinstance(fault, KeyboardInterrupt)):
        return _complain(NOTHING, INTERRUPTED, typed)
    return _complain(f"a rule ended the program: {_place(fault)}", BROKEN, typed)


def _at_fault(fault: Exception, typed: list[str]) -> int:
    place = place_of(fault)
    if place is not None and not place.shipped:
        return _complain(said(fault), USAGE, typed)  # what a user wrote fails where nobody looks
    if package := missing(fault):
        return _complain(package, FAULT, typed)
    log = _crash_log(typed)
    kind = type(fault).__name__
    line = f"this is a fault of exitgame ({kind}); what happened is written down in {log}"
    return _complain(line, FAULT, typed)


def _place(fault: BaseException) -> str:
    """What a rule raised, and where: 'SystemExit in payout (my.py line 3)'."""
    frames = [each for each in traceback.extract_tb(fault.__traceback__) if is_rule(each.filename)]
    kind = type(fault).__name__
    if not frames:
        return kind
    last = frames[-1]
    return f"{kind} in {last.name} ({Path(last.filename).name} line {last.lineno})"


def _complain(line: str, code: int, typed: list[str]) -> int:
    """One line on stderr; with --json also the document that was asked for."""
    line = shortened(line, LONGEST)
    if "--json" in typed:
        try:
            click.echo(json.dumps({"error": line, "exit_code": code}))
        except OSError:
            drop(sys.stdout)
    complain(line)
    return code


def _without_period(message: str) -> str:
    return message.strip().removesuffix(".")


def _crash_log(typed: list[str]) -> str:
    handle, path = tempfile.mkstemp(prefix="exitgame-crash-", suffix=".log", text=True)
    with os.fdopen(handle, "w") as log:
        log.write(f"exitgame {version('exitgame')}, Python {sys.version.split()[0]}\n")
        log.write(f"arguments: {typed!r}\n\n{traceback.format_exc()}")
    return path
