"""The command line: each command parses, makes one call and prints."""

import os
import sys

import typer

from aksnetpol import environment
from aksnetpol.cli.commands import Commands
from aksnetpol.cli.console import say_error, show_waits
from aksnetpol.cli.interrupts import interruptible
from aksnetpol.cli.streams import drop_broken, open_closed, output_errors
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
    open_closed()
    show_waits()
    os.environ.update(environment.proxy_bypass(os.environ))
    try:
        with interruptible(), output_errors():
            app()
    except AksnetpolError as error:
        say_error(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is None:
            raise
        say_error(f"{error.filename}: {error.strerror}. Check that folder, its room and its rights.")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        drop_broken()
