"""The ``jichi`` program. Each command is loaded only when it is called, so that ``--help`` is quick."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from jichi import __version__
from jichi.config.environment import EnvironmentProblem
from jichi.config.room import COMMANDS

from .console import Failure, error

_MODULES = {
    "import-plan": "importing",
    "load-pack": "packs",
    "init": "installing",
}
"""Where a command's module is not called as the command."""

FAILED = 2


class Program(click.Group):
    """A group whose commands live in modules of this folder, each under the name ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [declared.name for declared in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"jichi.config.cli.{_MODULES.get(cmd_name, cmd_name)}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(declared.name, declared.help) for declared in COMMANDS])


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings come from the environment; see: jichi settings",
)
@click.version_option(__version__, prog_name="jichi")
def program() -> None:
    """Jichi: a municipality's plan, its residents' voices and its results on one open platform."""


def _keep_traceback() -> str:
    """Write the traceback where an engineer finds it; returns a sentence that says where."""
    folder = Path(os.environ.get("JICHI_HOME", "var")).expanduser()
    path = folder / "errors.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"--- {datetime.now(UTC).isoformat(timespec='seconds')} jichi {__version__}\n")
            traceback.print_exc(file=file)
    except OSError:
        return "Set JICHI_HOME to a folder that can be written to keep the details."
    return f"The details are in {path}."


def _explain(problem: Exception) -> str:
    """One message for anything that can go wrong."""
    from jichi.city.errors import JichiError  # deferred: start-up

    if isinstance(problem, EnvironmentProblem):
        return "Some settings cannot be used:\n" + "\n".join(f"  - {text}" for text in problem.problems)
    if isinstance(problem, Failure | JichiError):
        return str(problem)
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename}: {problem.strerror}"
    return f"Something went wrong ({type(problem).__name__}: {problem}). {_keep_traceback()}"


def main(args: list[str] | None = None) -> NoReturn:
    """Run the program. Exit codes: 0 done, 1 ``check`` found problems, 2 could not be done."""
    os.umask(0o077)  # what an installation writes is the city's own
    try:
        answer = program.main(args=args, prog_name="jichi", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as problem:
        problem.show()
        sys.exit(FAILED)
    except (click.Abort, KeyboardInterrupt):
        error("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as problem:
        error(_explain(problem))
        sys.exit(FAILED)
    sys.exit(answer if isinstance(answer, int) else 0)
