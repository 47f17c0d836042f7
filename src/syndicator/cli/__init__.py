"""The command line: parse, call, print. Each command is imported when it is called."""

from __future__ import annotations

import codecs
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from syndicator import __version__
from syndicator.cli import exits

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("files", "Write a commented workspace to start from."),
    "check": ("files", "Read every file and report every fault at once."),
    "plan": ("plan", "Show what would be released, moved, changed or blocked."),
    "release": ("release", "Record the plan and carry out everything that is due."),
    "status": ("status", "Show what is live where, what is late and what needs a person."),
    "show": ("show", "Show releases, one line each."),
    "explain": ("show", "Tell the whole story of one release."),
    "reconcile": ("people", "Ask channels what became of releases whose outcome is unknown."),
    "confirm": ("confirm", "Say that what a person had to do by hand is done."),
    "retry": ("people", "Try failed, missed or withdrawn releases again."),
    "hold": ("people", "Keep releases back until you resume them."),
    "resume": ("people", "Let held releases go on."),
    "rights": ("rights", "Show what may be shown where and until when, and what is about to end."),
    "withdraw": ("withdraw", "Take releases off their channels."),
    "balance": ("balance", "Show how reach and revenue spread over platforms."),
    "whatif": ("whatif", "Compare an exclusive launch with the spread plan."),
    "report": ("report", "Write one page with pictures of all of it."),
    "rollout": ("rollout", "Show how the waves of a series open, and decide of them."),
    "metrics": ("metrics", "Fetch, import and show what was measured."),
    "policies": ("policies", "Show the rules of the house, what they say, and what is waived."),
    "avails": ("avails", "Check, import and export sheets of rights."),
    "rehearse": ("rehearse", "Carry out a command as if it were another instant."),
    "channels": ("channels", "Show the channels, what they can do and whether they work."),
    "plugin": ("channels", "Show the installed plugins."),
    "schema": ("files", "Print the JSON Schema of a file format."),
    "ledger": ("ledger", "Show where the ledger is, how large, and whether it is sound."),
    "serve": ("serve", "Host the own app's folder on this machine."),
    "listen": ("listen", "Listen for what platforms tell by themselves."),
    "sandbox": ("sandbox", "Run a strict local server that speaks a platform's protocol."),
    "completions": ("files", "Print the completion script for your shell."),
}


class Commands(click.Group):
    """A group that imports a command when it is called, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(super().list_commands(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module = importlib.import_module(f"syndicator.cli.{COMMANDS[cmd_name][0]}")
            command: click.Command = getattr(module, cmd_name)
            return command
        return super().get_command(ctx, cmd_name) or self._of_plugins(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            if near:
                text = f"{error.message.rstrip('.')}; did you mean {near[0]}?"
                raise click.UsageError(text, ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has seen enough, as `head` does; that is no failure.
            silence()
            return exits.DONE

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def _of_plugins(self, ctx: click.Context, name: str) -> click.Command | None:
        if ctx.resilient_parsing:
            return None
        from syndicator.plugins import load

        for caller in (load().manager.hook.register_commands,):
            caller(cli=self)
        return super().get_command(ctx, name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="syndicate")
@click.option(
    "-C",
    "--workspace",
    type=click.Path(file_okay=False),
    default=".",
    envvar="SYNDICATOR_WORKSPACE",
    show_default=True,
    help="The folder that holds syndicator.toml.",
)
@click.pass_context
def cli(ctx: click.Context, workspace: str) -> None:
    """Release calendars in, every episode on every channel: once, on time, within its rights.

    Start with: syndicate init my-workspace
    """
    ctx.obj = workspace
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code; nobody ever sees a traceback."""
    _speak_plainly()
    try:
        if any("\0" in word for word in args or ()):
            _say("a word on the command line has a zero byte in it, and no file or name can")
            sys.exit(exits.USAGE)
        code = _invoke(args)
    except KeyboardInterrupt:
        _say("stopped")
        code = exits.STOPPED
    sys.exit(code)


def silence() -> None:
    """Write to nowhere from here on: nobody reads any more."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - to the end


def _speak_plainly() -> None:
    """Let no letter end a command that the terminal's encoding lacks, or that is none at all."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    from syndicator.insight.looks import PLAIN

    if not isinstance(error, UnicodeEncodeError):
        raise error
    # Not a question mark, which says that an outcome is unknown.
    return PLAIN.get(error.object[error.start], "_"), error.start + 1


def _invoke(args: Sequence[str] | None) -> int:
    from syndicator.cli.faults import Fault, explain

    try:
        result: Any = cli.main(args=args, prog_name="syndicate", standalone_mode=False)
        return result if isinstance(result, int) else exits.DONE
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return exits.USAGE
    except click.Abort:
        raise KeyboardInterrupt from None
    except Fault as fault:
        _say(str(fault))
        return fault.code
    except Exception as error:  # noqa: BLE001 - the last line of defence
        text, code = explain(error)
        _say(text)
        return code


def _say(text: str) -> None:
    click.echo(f"syndicate: {text}", err=True)
