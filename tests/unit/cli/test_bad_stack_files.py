"""A stack file that cannot be used: file, line, key and remedy; exit code 2; nothing is built or started."""

from __future__ import annotations

from pathlib import Path

import pytest

from aksnetpol import toolchain

from .conftest import Run

CLUSTER = "config:\n  aksnetpol:cluster:\n    name: a\n    networkPolicy: none\n"

# scenario, the file, what the message holds
BAD: list[tuple[str, str | bytes, list[str]]] = [
    ("malformed", "config: [\n", ["Pulumi.bad.yaml:2", "not YAML"]),
    ("tab", "config:\n\taksnetpol:cluster:\n", ["Pulumi.bad.yaml:2", r"'\t'"]),
    ("alias-of-nothing", "config: *x\n", ["Pulumi.bad.yaml:1", "undefined alias"]),
    ("python-object", f"{CLUSTER}    tags: !!python/object:os.system {{}}\n", ["Pulumi.bad.yaml:5", "tag"]),
    ("not-utf-8", b"config: \xe9\n", ["Pulumi.bad.yaml", "utf-8"]),
    ("list", "- a\n", ["Pulumi.bad.yaml:1", "expected keys and values"]),
    (
        "no-such-day",
        f"{CLUSTER}    tags: {{since: 2026-02-30}}\n",
        ["Pulumi.bad.yaml", "day is out of range"],
    ),
    (
        "nested-too-deep",
        f"{CLUSTER}    tags: {'[' * 3000}{']' * 3000}\n",
        ["Pulumi.bad.yaml", "nested too deep"],
    ),
    ("merges-itself", f"{CLUSTER}    tags: &a {{<<: *a}}\n", ["Pulumi.bad.yaml", "not YAML"]),
    ("empty", "", ["Pulumi.bad.yaml", "key config"]),
    ("config-is-a-list", "config: [a]\n", ["Pulumi.bad.yaml", "key config"]),
    ("no-cluster", "confg: {}\n", ["Pulumi.bad.yaml:1", "cluster: The key is missing"]),
    ("key-twice", f"{CLUSTER}    name: b\n", ["Pulumi.bad.yaml:5", "duplicate key"]),
    ("unknown-key", f"{CLUSTER}    nodePool: []\n", ["Pulumi.bad.yaml:5", "Did you mean nodePools?"]),
    ("unknown-section", f"{CLUSTER}  aksnetpol:demoo: {{}}\n", ["Pulumi.bad.yaml:5", "Did you mean demo?"]),
    ("number-for-list", f"{CLUSTER}    nodePools: 3\n", ["Pulumi.bad.yaml:5", "valid list, not 3"]),
    ("word-for-boolean", f"{CLUSTER}    protect: maybe\n", ["Pulumi.bad.yaml:5", "boolean", "'maybe'"]),
    ("version-as-number", f"{CLUSTER}    kubernetesVersion: 1.30\n", ["Pulumi.bad.yaml:5", "in quotes"]),
    (
        "word-for-section",
        "config:\n  aksnetpol:cluster: aks\n",
        ["Pulumi.bad.yaml:2: cluster: Expected keys and values, not 'aks'."],
    ),
    ("nothing-for-section", "config:\n  aksnetpol:cluster:\n", ["Pulumi.bad.yaml:2: cluster: Expected keys"]),
    ("secret-for-text", f"{CLUSTER}    location: {{secure: v1}}\n", ["Pulumi.bad.yaml:5", "valid string"]),
    (
        "weak-password",
        f"{CLUSTER}  aksnetpol:windowsAdminPassword: hunter2\n",
        ["Pulumi.bad.yaml:5: windowsAdminPassword: The Windows password needs 14"],
    ),
    (
        "password-in-a-list",
        f"{CLUSTER}  aksnetpol:windowsAdminPassword: [hunter2]\n",
        ["Pulumi.bad.yaml:5: windowsAdminPassword"],
    ),
    (
        "password-in-the-wrong-place",
        f"{CLUSTER}    windows:\n      adminPassword: hunter2\n",
        ["Pulumi.bad.yaml:6: cluster.windows.adminPassword: The key is not known"],
    ),
]


@pytest.fixture
def project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder; whatever a test does in it, it must not reach the tools."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(toolchain, "ensure", never)
    monkeypatch.setattr(toolchain, "ensure_all", never)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: aksnetpol\nruntime: python\n")
    return tmp_path


@pytest.mark.parametrize(("text", "says"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_bad_file(run: Run, project: Path, text: str | bytes, says: list[str]) -> None:
    (project / "Pulumi.bad.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    code, printed = run("up", "--local", "-s", "bad", "--yes")
    assert code == 2
    for words in says:
        assert words in printed
    assert "Traceback" not in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize("command", ["up", "preview", "destroy", "refresh", "outputs"])
@pytest.mark.parametrize("local", [(), ("--local",)], ids=["cloud", "local"])
def test_every_command_tells_before_it_begins(
    run: Run, project: Path, command: str, local: tuple[str, ...]
) -> None:
    (project / "Pulumi.bad.yaml").write_text(f"{CLUSTER}    nodePool: []\n")
    code, printed = run(command, *local, "-s", "bad")
    assert (code, "Pulumi.bad.yaml:5" in printed) == (2, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("name: [\n", "Pulumi.yaml:2: this is not YAML", id="malformed"),
        pytest.param("runtime: python\n", "`name` is missing", id="no-name"),
        pytest.param("name: 3\n", "`name` is missing", id="number-for-name"),
    ],
)
def test_bad_project(run: Run, project: Path, text: str, says: str) -> None:
    (project / "Pulumi.yaml").write_text(text)
    code, printed = run("up", "-s", "bad", "--yes")
    assert (code, says in printed) == (2, True), printed
