"""The command line: each command parses, makes one call and prints."""

import signal
import sys
from types import FrameType

import typer

from aksnetpol.cli import (
    adopt,
    audit,
    credentials,
    demo,
    destroy,
    doctor,
    engine_app,
    local,
    outputs,
    policy_assert,
    policy_can,
    policy_diff,
    policy_explain,
    policy_generate,
    policy_lint,
    policy_reach,
    preview,
    refresh,
    review,
    stacks,
    tools,
    up,
    verify,
)
from aksnetpol.cli.console import say_error
from aksnetpol.errors import AksnetpolError

app = typer.Typer(
    name="aksnetpol",
    help="Secure pod-to-pod traffic on Azure Kubernetes Service, in Azure or on one machine instead.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    up,
    preview,
    review,
    destroy,
    refresh,
    outputs,
    stacks,
    tools,
    doctor,
    demo,
    credentials,
    adopt,
):
    app.command(name=module.__name__.rsplit(".", 1)[-1])(module.command)
for module in (policy_reach, policy_can, policy_explain, policy_diff, policy_lint, policy_assert):
    app.command(name=module.__name__.rpartition("policy_")[2])(module.command)
app.command(name="audit")(audit.command)
app.add_typer(local.app, name="local")
app.add_typer(policy_generate.app, name="generate")
app.add_typer(engine_app.app, name="engine")
app.add_typer(verify.app, name="verify")


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
