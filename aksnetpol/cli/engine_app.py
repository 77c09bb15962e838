"""aksnetpol engine: the network policy engine of a live cluster."""

import typer

from aksnetpol.cli import engine_cleanup, engine_migrate, engine_plan, engine_status, engine_uninstall

app = typer.Typer(help="The network policy engine of a live cluster.", no_args_is_help=True)
app.command(name="status")(engine_status.command)
app.command(name="plan")(engine_plan.command)
app.command(name="migrate")(engine_migrate.command)
app.command(name="uninstall")(engine_uninstall.command)
app.command(name="cleanup-calico")(engine_cleanup.command)
