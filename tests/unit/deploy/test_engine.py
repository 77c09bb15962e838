import os
import subprocess
import threading
from pathlib import Path

import pytest

from aksnetpol.deploy import engine_of

_SCRIPT = "#!/bin/sh\necho v3.259.0\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def _executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_SCRIPT)
    path.chmod(0o755)
    return path


def test_an_official_installation_is_used_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "official"
    for name in ("pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python"):
        _executable(folder / name)
    engine = engine_of(folder / "pulumi")
    assert (engine.executable, engine.folders) == (folder / "pulumi", (folder,))


def test_a_bare_engine_gets_hosts_beside_it(tmp_path: Path) -> None:
    built = _executable(tmp_path / "built" / "pulumi")
    engine = engine_of(built)
    assert engine.executable.samefile(built)
    assert {path.name for path in engine.executable.parent.iterdir()} == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-resource-pulumi-python",
    }
    assert engine_of(built) == engine


def test_an_engine_that_changed_gets_new_ones(tmp_path: Path) -> None:
    built = _executable(tmp_path / "built" / "pulumi")
    before = engine_of(built)
    built.unlink()
    _executable(built).write_text(_SCRIPT + "# newer\n")
    after = engine_of(built)
    assert after.executable != before.executable
    assert after.executable.read_text().endswith("# newer\n")


def test_where_no_link_can_be_made_both_folders_are_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    built = _executable(tmp_path / "built" / "pulumi")
    engine = engine_of(built)
    assert engine.executable == built
    assert engine.path("/usr/bin").split(":")[1:] == [str(built.parent), "/usr/bin"]


def test_the_host_serves_the_engines_protocol(tmp_path: Path) -> None:
    import grpc
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import language_pb2_grpc

    host = engine_of(_executable(tmp_path / "built" / "pulumi")).executable.with_name(
        "pulumi-language-python"
    )
    with subprocess.Popen([host], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = language_pb2_grpc.LanguageRuntimeStub(channel)
                assert stub.GetPluginInfo(empty_pb2.Empty(), timeout=10).version
                stub.Cancel(empty_pb2.Empty(), timeout=10)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()


def test_the_dynamic_host_says_its_port_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PYTHONUNBUFFERED is not set, the SDK's line stays in a buffer, and the engine waits for ever."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    name = "pulumi-resource-pulumi-python"
    host = engine_of(_executable(tmp_path / "built" / "pulumi")).executable.with_name(name)
    with subprocess.Popen([host, "127.0.0.1:9"], stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        late = threading.Timer(60, process.kill)
        late.start()
        try:
            assert int(process.stdout.readline())
        finally:
            late.cancel()
            process.kill()
