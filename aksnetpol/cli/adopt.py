"""aksnetpol adopt"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

import aksnetpol_stacks
from aksnetpol import clock, whole_files
from aksnetpol.azure import aks
from aksnetpol.cli import named_cluster
from aksnetpol.cli.console import out, print_json
from aksnetpol.cli.events import EventView
from aksnetpol.cli.named_cluster import SubscriptionOption
from aksnetpol.cli.options import JsonOption, LocalOption
from aksnetpol.cli.target import workspace
from aksnetpol.documents import is_mapping
from aksnetpol.errors import UserError

if TYPE_CHECKING:
    from aksnetpol.adoption import Adoption

GroupOption = Annotated[str, typer.Option("--resource-group", "-g", help="The cluster's resource group.")]
NameOption = Annotated[str, typer.Option("--name", "-n", help="The cluster's name in Azure.")]
NewStackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="The stack to make; the cluster's name by default.")
]
DemoOption = Annotated[bool, typer.Option("--demo", help="Let the stack make the demo namespace later.")]


def command(
    group: GroupOption,
    name: NameOption,
    stack: NewStackOption = None,
    subscription: SubscriptionOption = None,
    local: LocalOption = False,
    demo: DemoOption = False,
    json: JsonOption = False,
) -> None:
    """Write a stack file for an existing cluster and import it; nothing in Azure is changed.

    Example: [bold]aksnetpol adopt -g shop -n aks[/bold]
    """
    # The SDKs take a second to import; a command that is called wrongly answers at once.
    from aksnetpol.adoption import stack_text, take_over
    from aksnetpol.project import find_project

    stack = stack or name
    found = _planned(group, name, subscription, local=local, demo=demo)
    file = find_project(Path.cwd()).stack_file(stack)
    with _written(file, stack_text(found, subscription)), EventView(show=not json) as view:
        target = workspace(stack, local=local)
        loaded = aksnetpol_stacks.load_file(file, clock.today())
        take_over(target, found, loaded, view)
    if json:
        print_json(_data(stack, file, found))
    else:
        _show(f"{stack} --local" if local else stack, file, found)


def _planned(group: str, name: str, subscription: str | None, *, local: bool, demo: bool) -> "Adoption":
    from aksnetpol.adoption import plan

    with named_cluster.reading(group, name, subscription, None, local=local) as (arm, path):
        cluster, pools = arm.get(path, aks.API_VERSION).body, aks.pools(arm, path)
    return plan(cluster, pools, clock.today(), demo=demo)


@contextmanager
def _written(file: Path, text: str) -> Generator[None]:
    """Write the stack's file; it goes again where what follows fails.

    Raises:
        UserError: another is there, or it cannot be read or written.
    """
    if _is_there(file, text):
        yield
        return
    try:
        _write(file, text)
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _is_there(file: Path, text: str) -> bool:
    """Tell whether a run that was killed left the file, which this one goes on from."""
    try:
        there = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    except (OSError, UnicodeError) as error:
        raise UserError(f"{file.name} cannot be read: {_reason(error)}.") from error
    if _config(there) != _config(text):
        raise UserError(f"{file.name} exists and says something else. Choose another stack with --stack.")
    return True


def _write(file: Path, text: str) -> None:
    """Write the file whole: half a one would be in the next run's way."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)  # stackConfigDir may name one that is not there yet
        whole_files.write(file, text.encode())
    except (OSError, UnicodeError) as error:
        raise UserError(f"{file.name} cannot be written: {_reason(error)}.") from error


def _reason(error: OSError | UnicodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not text in UTF-8"


def _config(text: str) -> Any:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return document.get("config") if is_mapping(document) else None


def _show(options: str, file: Path, found: "Adoption") -> None:
    """Say what was adopted, and what to call next with the stack's options."""
    name = found.config["cluster"]["name"]
    out.print(f"Adopted {name}; nothing in Azure was changed. Its settings: {file.name}", soft_wrap=True)
    out.print(f"Imported: the cluster and its pools {', '.join(found.pools)}.", soft_wrap=True)
    if found.passed:
        out.print("\nNo setting expresses these; they are kept as they are:")
        for argument, properties in found.passed.items():
            out.print(f"  {argument}: {', '.join(properties)}", soft_wrap=True)
    out.print()
    out.print(f"Next: aksnetpol preview -s {options}", soft_wrap=True)
    if found.config["cluster"]["networkPolicy"] != "cilium":
        out.print(f"      aksnetpol engine plan -s {options} --to cilium", soft_wrap=True)


def _data(stack: str, file: Path, found: "Adoption") -> dict[str, Any]:
    return {
        "stack": stack,
        "file": file.name,
        "clusterId": found.cluster_id,
        "pools": list(found.pools),
        "passThrough": found.passed,
        "warnings": list(found.warnings),
    }
