"""The command line: each command parses, makes one call and prints."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from aksnetpol import environment, extras
from aksnetpol.cli import faults
from aksnetpol.cli.commands import Commands
from aksnetpol.cli.console import say_error, show_waits
from aksnetpol.cli.interrupts import interruptible
from aksnetpol.cli.streams import drop_broken, open_closed, output_errors, take_any_text
from aksnetpol.errors import AksnetpolError, UserError

app = typer.Typer(
    name="aksnetpol",
    cls=Commands,
    help="Secure pod-to-pod traffic on Azure Kubernetes Service, in Azure or on one machine instead.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aksnetpol {version('aksnetpol')}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
]


@app.callback()
def _root(_version: VersionOption = False) -> None:
    """Make a group of what has no command of its own."""


def _called() -> str:
    """Return how the user calls us: kubectl's plugins are words of kubectl."""
    return "kubectl aksnetpol" if Path(sys.argv[0]).name.startswith("kubectl-") else "aksnetpol"


def main() -> None:
    """Run a command; what goes wrong is a message on standard error and an exit code, never a traceback."""
    open_closed()
    take_any_text()
    show_waits()
    os.environ.update(environment.proxy_bypass(os.environ))
    try:
        with interruptible(), output_errors():
            app(prog_name=_called())
    except AksnetpolError as error:
        say_error(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  else its traceback and exit code 1, which is an answer
        sys.exit(_unforeseen(error))
    finally:
        drop_broken()


def _unforeseen(error: Exception) -> int:
    """Say what went wrong where no part of ours has told it; returns the exit code."""
    if isinstance(error, OSError) and error.filename is not None:
        say_error(f"{error.filename}: {error.strerror}. Check that folder, its room and its rights.")
        return AksnetpolError.exit_code
    extra = extras.bringing(error.name) if isinstance(error, ModuleNotFoundError) else None
    if extra is not None and not extras.is_installed(extra):
        say_error(f"This needs the extra '{extra}', which is not installed. {extras.remedy(extra)}")
        return UserError.exit_code
    say_error(faults.told(error))
    return faults.EXIT_CODE
