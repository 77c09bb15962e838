"""The command line: each command parses, makes one call and prints."""

import signal
import sys
from types import FrameType

import typer

from aksnetpol.cli.commands import Commands
from aksnetpol.cli.console import say_error
from aksnetpol.errors import AksnetpolError

app = typer.Typer(
    name="aksnetpol",
    cls=Commands,
    help="Secure pod-to-pod traffic on Azure Kubernetes Service, in Azure or on one machine instead.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root() -> None:
    """Make a group of what has no command of its own."""


def main() -> None:
    """Run a command; what goes wrong is a message on standard error and an exit code, never a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except AksnetpolError as error:
        say_error(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say_error("Interrupted.")
        sys.exit(130)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """Being asked to end is an interrupt: the engine is given the time to save its state."""
    raise KeyboardInterrupt
