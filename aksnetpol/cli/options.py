"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

StackOption = Annotated[
    str, typer.Option("--stack", "-s", help="The stack, by the name of its Pulumi.<stack>.yaml.")
]
LocalOption = Annotated[bool, typer.Option("--local", help="Use this machine instead of Azure.")]
SavePlanOption = Annotated[
    Path | None,
    typer.Option("--save-plan", metavar="FILE", help="Save the engine's plan, for `aksnetpol up --plan`."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        help="How long a preview may take, and an update be silent between two resources.",
        show_default="AKSNETPOL_PREVIEW_TIMEOUT, else 600",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

DEFAULT_STACK = "dev"
