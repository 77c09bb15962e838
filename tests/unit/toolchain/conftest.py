"""A cache for each test, a PATH of its own, and a tiny module on a module proxy in a folder."""

import base64
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aksnetpol.toolchain import found
from aksnetpol.toolchain.tools import Module, Recipe

_PROGRAM = (
    'package main\n\nimport "fmt"\n\nvar version = "unset"\n\nfunc main() { fmt.Println("tiny", version) }\n'
)

MakeExecutable = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def cache_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "cache"
    monkeypatch.setenv("AKSNETPOL_CACHE", str(root))
    monkeypatch.setattr(found, "_known", {})
    for module, name in (("official", "_PROBE"), ("releases", "_KUBERNETES"), ("releases", "_ETCD")):
        monkeypatch.setattr(f"aksnetpol.toolchain.{module}.{name}", "http://127.0.0.1:9/")
    return root


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeExecutable:
    """Puts scripts into a folder that is all of PATH but the system's."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(name: str, body: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe of one module that real Go downloads from a folder."""
    if shutil.which("go") is None:
        pytest.skip("needs Go on PATH")
    versions = tmp_path / "proxy" / "example.org" / "tiny" / "@v"
    versions.mkdir(parents=True)
    go_mod = "module example.org/tiny\n\ngo 1.21\n"
    (versions / "v1.2.3.info").write_text(json.dumps({"Version": "v1.2.3"}))
    (versions / "v1.2.3.mod").write_text(go_mod)
    texts = {"go.mod": go_mod, "one/main.go": _PROGRAM, "two/main.go": _PROGRAM}
    files = {f"example.org/tiny@v1.2.3/{name}": text for name, text in texts.items()}
    with zipfile.ZipFile(versions / "v1.2.3.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
    # The checksum database does not know example.org; go.sum's pin is what is tested.
    monkeypatch.setenv("GOSUMDB", "off")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    monkeypatch.setenv("GOCACHE", os.environ.get("GOCACHE", str(Path.home() / ".cache" / "go-build")))
    module = Module("example.org/tiny", "v1.2.3", _checksum(files))
    return Recipe("tiny", (module,), go=(1, 21), processor=1, linker=("main.version=v1.2.3",))


def _checksum(files: dict[str, str]) -> str:
    """Go's h1 hash of a module (golang.org/x/mod/sumdb/dirhash, Hash1)."""
    lines = (f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()
