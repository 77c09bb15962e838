"""What the official Python host does and ours leaves out: `pulumi package add`, for a Python program too.

The generator is Pulumi's own. uv installs, since pip takes minutes on a busy machine for what uv has in its
cache.
"""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import language_pb2

from aksnetpol.deploy.hosts import language


class Host(language.PythonHost):
    """Our host, which also installs, generates and links."""

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Make the environment of requirements.txt."""
        folder, place = _environment(request)
        uv, python = os.environ["AKSNETPOL_TESTS_UV"], place / "bin" / "python"
        _run(folder, uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(place))
        _run(folder, uv, "pip", "install", "--quiet", "--python", str(python), "-r", "requirements.txt")
        yield language_pb2.InstallDependenciesResponse(stdout=b"Finished installing dependencies\n")

    def GeneratePackage(self, request: Any, context: Any) -> Any:
        """Make the SDK of a schema."""
        folder = Path(request.directory)
        schema = folder / "schema.json"
        schema.write_text(request.schema)
        _run(folder, os.environ["AKSNETPOL_TESTS_GENERATOR"], "python", str(schema), str(folder))
        schema.unlink()
        return language_pb2.GeneratePackageResponse()

    def Link(self, request: Any, context: Any) -> Any:
        """Add SDKs to requirements.txt."""
        file = Path(request.info.program_directory, "requirements.txt")
        lines = dict.fromkeys(file.read_text().splitlines())
        lines |= dict.fromkeys(f"./{one.path}" for one in request.packages)
        file.write_text("".join(f"{line}\n" for line in lines))
        return language_pb2.LinkResponse()

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program with what its environment has."""
        _, place = _environment(request)
        for packages in place.glob("lib/python*/site-packages"):
            site.addsitedir(str(packages))
        return super().Run(request, context)


def _environment(request: Any) -> tuple[Path, Path]:
    """Return the folder of a program or plugin, and that of its virtual environment."""
    folder = Path(request.info.program_directory)
    return folder, folder / language._virtualenv(request.info)


def _run(folder: Path, *command: str) -> None:
    # The whole environment of who started the tests: mirrors and certificates, and no proxy of a test's.
    environment = json.loads(os.environ["AKSNETPOL_TESTS_ENVIRONMENT"])
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    language.serve(Host())
