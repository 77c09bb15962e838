"""The files of a new project, by scenario and CI service; nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import jinja2
import yaml

_TEMPLATES = Path(__file__).parent / "templates"
# The program, what its stacks apply by default, and what editors complete their files by.
_PLAIN = ("__main__.py", "policies/demo/demo-policy.yaml", "docs/stack.schema.json")


class Scenario(StrEnum):
    """A stack to begin with; its name is the stack's."""

    DEV = "dev"
    AZURE = "azure"
    AZURE_WINDOWS = "azure-windows"
    CALICO = "calico"
    CALICO_WINDOWS = "calico-windows"
    CALICO_KUBENET = "calico-kubenet"
    CILIUM = "cilium"
    NONE = "none"


class Service(StrEnum):
    """Where pull requests are reviewed."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE_DEVOPS = "azure-devops"
    NONE = "none"


# Where a service looks for it: from the repository's root.
_WORKFLOWS = {
    Service.GITHUB: ".github/workflows/review.yml",
    Service.GITLAB: ".gitlab-ci.yml",
    Service.AZURE_DEVOPS: "azure-pipelines.yml",
}


@dataclass(frozen=True)
class NewFile:
    """A file to be made.

    Args:
        path: of the file.
        text: in it.
        optional: one that is there already does as well.
        remedy: what helps where one is in the way, beside another folder.
    """

    path: Path
    text: str
    optional: bool = False
    remedy: str = ""


def plan(
    folder: Path, name: str, scenario: Scenario, service: Service, requirements: Iterable[str]
) -> tuple[NewFile, ...]:
    """Return the files of a project.

    Args:
        folder: of the project, absolute.
        name: of the project.
        scenario: the stack to begin with.
        service: its workflow goes to the root of the git repository that the folder is in.
        requirements: the lines of requirements.txt.
    """
    return (*_project(folder, name, scenario, requirements), *_workflow(folder, service))


def _project(folder: Path, name: str, scenario: Scenario, requirements: Iterable[str]) -> Iterator[NewFile]:
    yield NewFile(folder / "Pulumi.yaml", _named(_read("project/Pulumi.yaml"), name))
    for plain in (f"Pulumi.{scenario}.yaml", *_PLAIN):
        yield NewFile(folder / plain, _read(f"project/{plain}"))
    yield NewFile(folder / "requirements.txt", "".join(f"{line}\n" for line in requirements))
    yield NewFile(folder / ".gitignore", _read("project/.gitignore"), optional=True)


def _workflow(folder: Path, service: Service) -> Iterator[NewFile]:
    if service is not Service.NONE:
        root = _repository(folder)
        text = _rendered(_read(f"ci/{service}.yml"), folder.relative_to(root).as_posix())
        yield NewFile(root / _WORKFLOWS[service], text, remedy="leave --ci out")


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _named(text: str, name: str) -> str:
    _, _, rest = text.partition("\n")
    return f"name: {_scalar(name)}\n{rest}"


def _repository(folder: Path) -> Path:
    """Return the root of the git repository that a folder is, or will be, in; else the folder itself."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)


def _rendered(text: str, folder: str) -> str:
    # `${{ }}` is GitHub's own.
    environment = jinja2.Environment(
        variable_start_string="[[",
        variable_end_string="]]",
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    requirements = "requirements.txt" if folder == "." else f"{folder}/requirements.txt"
    values = {"folder": folder, "requirements": requirements}
    return environment.from_string(text).render({name: _scalar(value) for name, value in values.items()})


def _scalar(text: str) -> str:
    """Write a text as YAML on one line; in quotes where it would be read as a number or a truth."""
    return yaml.safe_dump(text, width=10_000, allow_unicode=True).removesuffix("...\n").strip()
