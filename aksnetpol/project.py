"""The Pulumi project in a folder: its name, and the stacks that have a file; no Pulumi is needed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aksnetpol.documents import is_mapping
from aksnetpol.errors import UserError

# In the order in which the engine looks for them (pulumi, sdk/go/common/encoding/marshal.go); first there
# comes JSON, which is refused here.
_SUFFIXES = (".yaml", ".yml")
_JSON = "Pulumi.json"


class ProjectError(UserError):
    """The project or its stack files cannot be used as they are."""


class UnknownStackError(UserError):
    """No such stack, neither in the backend nor as a file of the project."""


@dataclass(frozen=True)
class Project:
    """A project.

    Args:
        folder: of its file.
        name: as its file says.
        stack_config_dir: from there on the folder of the stack files, in Pulumi's own word.
        suffix: of the project's file, and so of its stack files.
    """

    folder: Path
    name: str
    stack_config_dir: str = ""
    suffix: str = ".yaml"

    @property
    def stack_folder(self) -> Path:
        """Where the stack files are."""
        # The engine joins the two, also where the second begins like an absolute path.
        return self.folder / self.stack_config_dir.lstrip("/")

    def stack_file(self, stack: str) -> Path:
        """Where the settings of a stack are; the file need not exist."""
        return self.stack_folder / f"Pulumi.{stack}{self.suffix}"

    def stacks(self) -> tuple[str, ...]:
        """The stacks that have a file, by name."""
        files = self.stack_folder.glob(f"Pulumi.*{self.suffix}")
        return tuple(sorted(path.name.removeprefix("Pulumi.").removesuffix(self.suffix) for path in files))

    def require_file(self, stack: str) -> Path:
        """The stack's file, readable YAML.

        Raises:
            UnknownStackError: there is none.
            ProjectError: it is not YAML, or not a mapping.
        """
        path = self.stack_file(stack)
        if not path.is_file():  # a pipe would be waited for
            known = ", ".join(self.stacks()) or "none"
            raise UnknownStackError(
                f"No stack {stack!r}: there is no {path.name} in {self.stack_folder}. Stacks here: {known}."
            )
        read_mapping(path)
        return path


def find_project(start: Path) -> Project:
    """The project of a folder or of the nearest folder above it, as the engine finds it.

    Raises:
        ProjectError: there is none, or its file cannot be read.
    """
    if path := nearest_project_file(start):
        return _read(path)
    raise ProjectError(f"No Pulumi.yaml in {start} or above it. Run this in the project's folder.")


def nearest_project_file(start: Path) -> Path | None:
    """The file of the project that a folder is in, as the engine finds it; None where it is in none."""
    folders = (start.resolve(), *start.resolve().parents)
    return next(filter(None, map(project_file, folders)), None)


def project_file(folder: Path) -> Path | None:
    """The file that makes a folder a project's; None where there is none.

    Raises:
        ProjectError: it is one that the engine takes and we do not.
    """
    if (folder / _JSON).is_file():
        raise ProjectError(f"{folder / _JSON}: a project in JSON is not supported. Make it a Pulumi.yaml.")
    paths = (folder / f"Pulumi{suffix}" for suffix in _SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _read(path: Path) -> Project:
    text = read_mapping(path)
    name = text.get("name")
    if not isinstance(name, str):
        raise ProjectError(f"{path}: `name` is missing. Name the project, such as `name: aksnetpol`.")
    # `config` with a text is the older spelling (pulumi, RewriteConfigPathIntoStackConfigDir).
    older = text.get("config")
    place = text.get("stackConfigDir") or (older if isinstance(older, str) else "")
    if not isinstance(place, str):
        raise ProjectError(f"{path}: `stackConfigDir` must be a folder, such as `stackConfigDir: stacks`.")
    return Project(path.parent, name, place, path.suffix)


def read_mapping(path: Path) -> dict[str, Any]:
    """A YAML file's top-level mapping; an empty file is an empty one.

    Raises:
        ProjectError: with file and line, when it is not that.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        raise ProjectError(f"{path}{line}: this is not YAML: {error.problem}.") from error
    except RecursionError:
        raise ProjectError(f"{path} cannot be read: it is nested too deep.") from None
    except (OSError, ValueError, yaml.YAMLError) as error:  # a day that no month has, not UTF-8
        raise ProjectError(f"{path} cannot be read: {error}.") from error
    if document is None:
        return {}
    if not is_mapping(document):
        raise ProjectError(f"{path}:1: expected keys and values, such as `config:`.")
    return document
