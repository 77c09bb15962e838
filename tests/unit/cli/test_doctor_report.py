"""`doctor --report` on a machine full of secrets: none is printed, nothing is changed, nothing breaks it."""

import base64
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str]]

_GUID = "0a1b2c3d-1111-4222-8333-444455556666"
_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9m"
_SECRETS = {
    "environment": "planted-environment-1",
    "proxy": "planted-proxy-2",
    "session": "planted-session-3",
    "passphrase": "planted passphrase 4",
    "identity": "planted-identity-5",
    "file": "planted-file-6",
    "value": "planted-harmless-value-7",
    "user": "annlee",
    "jwt": _JWT.split(".")[1],
    "guid": _GUID,
    "key": "TFMwdExTMUNSVWRKVGlCUVVrbFdRVlJGSUV0RldTMHRMUzB0",
    "basic": base64.b64encode(b"ann:planted").decode(),
}


_SHAPED = ("jwt", "key", "basic")  # recognised by what is around them


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a session that ended badly, its logs full of what they should not hold."""
    home = tmp_path / "annlee"
    session = home / ".local" / "state" / "session"
    (session / "logs").mkdir(parents=True)
    (session / "clusters" / "1a").mkdir(parents=True)
    (session / "arm").mkdir()
    environment = {"ARM_CLIENT_SECRET": _SECRETS["session"], "ARM_TENANT_ID": _GUID}
    (session / "session.json").write_text(
        json.dumps({"pid": 0, "started": "never", "environment": environment})
    )
    (session / "passphrase").write_text(_SECRETS["passphrase"])
    (session / "arm" / "identity.json").write_text(json.dumps({"client_secret": _SECRETS["identity"]}))
    (home / "token").write_text(f"{_SECRETS['file']}\n")
    log = [f"{name} of {home}: <{value}>" for name, value in _SECRETS.items() if name not in _SHAPED]
    log += [f"Bearer {_JWT}", f"Basic {_SECRETS['basic']}"]
    log += ["-----BEGIN RSA PRIVATE KEY-----", _SECRETS["key"]]
    (session / "logs" / "session.log").write_text("\n".join(log[:-4]).replace(_SECRETS["value"], "") + "\n")
    (session / "clusters" / "1a" / "etcd.log").write_text("\n".join(log[-4:]) + "\nended\n")
    for name, value in {
        "HOME": str(home),
        "USER": "annlee",
        "AKSNETPOL_HOME": str(session),
        "AKSNETPOL_CACHE": str(home / "cache"),
        "TMPDIR": str(home),
        "PATH": "/nonexistent",
        "MY_API_TOKEN": _SECRETS["environment"],
        "MY_TOKEN_FILE": str(home / "token"),
        "HTTPS_PROXY": f"http://annlee:{_SECRETS['proxy']}@proxy.example:3128",
        "MY_HARMLESS": _SECRETS["value"],
        "ARM_SUBSCRIPTION_ID": _GUID,
        "PULUMI_BACKEND_URL": f"https://annlee:{_SECRETS['proxy']}@state.example?sig={_SECRETS['environment']}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("aksnetpol.toolchain.found._known", {})
    return home


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    return {file: (file.lstat().st_size, file.lstat().st_mtime_ns) for file in folder.rglob("*")}


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["text", "json"])
def test_no_secret_is_printed_nothing_is_changed(run: Run, machine: Path, arguments: tuple[str, ...]) -> None:
    before = _state(machine)
    code, printed = run("doctor", "--report", *arguments)
    assert code == 0
    assert [name for name, value in _SECRETS.items() if value in printed] == []
    assert str(machine) not in printed
    assert _state(machine) == before
    for told in ("MY_API_TOKEN", "HTTPS_PROXY", "session of ~: <***>", "guid of ~: <<guid-1>>", "etcd.log"):
        assert told in printed


def test_json_holds_the_same(run: Run, machine: Path) -> None:
    data = json.loads(run("doctor", "--report", "--json")[1])
    text = run("doctor", "--report")[1]
    assert list(data) == ["versions", "checks", "programs", "limits", "environment", "session", "logs"]
    assert data["session"]["runs"] == "no"
    assert data["session"]["folder"] == "~/.local/state/session"
    assert {one["name"] for one in data["checks"]} >= {"Python", "Go", "Azure credentials"}
    assert set(data["programs"]) == {"git", "kubectl", "az", "nft", "unshare", "uv"}
    assert data["environment"] == sorted(data["environment"])
    for log in data["logs"]:
        assert log["text"] in text


def test_logs_stay_away_where_their_secrets_are_unknown(run: Run, machine: Path) -> None:
    (machine / ".local" / "state" / "session" / "session.json").write_text("{")
    code, printed = run("doctor", "--report")
    assert code == 0
    assert "left out: JSONDecodeError" in printed
    assert "session of" not in printed


def test_no_home_and_no_account(run: Run, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_uid: int) -> pwd.struct_passwd:
        raise KeyError("uid not found")

    for name in ("HOME", "AKSNETPOL_HOME", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", missing)
    code, printed = run("doctor", "--report")
    assert (code, "Pulumi backend: none" in printed) == (0, True)
    monkeypatch.delenv("AKSNETPOL_CACHE")
    assert run("doctor", "--report")[0] == 0


def test_probes_that_fail_are_lines(run: Run, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ImportError("no engine")

    monkeypatch.setattr("aksnetpol.machine.checks.examine", broken)
    monkeypatch.setattr("aksnetpol.local.supervisor.session.read", broken)
    monkeypatch.setattr("os.statvfs", broken)
    code, printed = run("doctor", "--report")
    assert code == 0
    assert "doctor: ImportError: no engine" in printed
    assert printed.count("cannot be told: ImportError: no engine") == 4


def test_closed_input_and_a_terminal_without_umlauts(machine: Path) -> None:
    log = machine / ".local" / "state" / "session" / "logs" / "session.log"
    log.write_text("läuft \N{SNOWMAN}\n")
    script = f"exec {sys.executable} -c 'import aksnetpol.cli; aksnetpol.cli.main()' doctor --report <&-"
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "HÄ\udcff": "x"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"l\xe4uft \u2603" in done.stdout
    assert b"input no" in done.stdout


def test_its_page_shows_what_is_printed(run: Run, machine: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "commands" / "doctor.md").read_text()
    lines = run("doctor", "--report")[1].splitlines()
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert [title for title in titles if f"**{title}**" not in page] == []
