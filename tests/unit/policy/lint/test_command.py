"""aksnetpol lint: exit codes, formats, --fix on files."""

import errno
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aksnetpol import cli
from aksnetpol.errors import UserError
from aksnetpol.policy import load

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n---\n"
HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: demo}\nspec:\n"
CLEAN = NAMESPACE + HEAD + "  podSelector: {}\n  policyTypes: [Ingress]\n"
OLD_IMAGE = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - image: k8s.gcr.io/x # old\n"
)
BROKEN = HEAD + "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, excepts: [10.0.0.0/25]}}]}]\n"
REFUSED = HEAD + "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.1.0.0/25]}}]}]\n"


def lint(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["lint", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "with space.yaml"


def test_clean(file: Path) -> None:
    file.write_text(CLEAN)
    assert lint(str(file)).exit_code == 0
    assert lint(str(file), "--fail-on", "warning").exit_code == 0


def test_no_pods_is_a_warning_and_never_nothing_found(file: Path) -> None:
    file.write_text(CLEAN)
    result = lint(str(file))
    assert "0 pods" in result.stderr
    assert "Nothing found" not in result.output


def test_errors_fail(file: Path) -> None:
    file.write_text(CLEAN)
    result = lint(str(file), "--engine", "none")
    assert (result.exit_code, result.stdout[:14]) == (1, "cluster: error")


def test_warnings_fail_when_asked(file: Path) -> None:
    file.write_text(OLD_IMAGE)
    assert lint(str(file)).exit_code == 0
    assert lint(str(file), "--fail-on", "warning").exit_code == 1


def test_input_that_is_wrong_is_exit_code_2(file: Path) -> None:
    file.write_text(BROKEN)
    result = lint(str(file), "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 2
    assert found["partial"] is True
    assert found["findings"][0]["location"] == {"file": str(file), "line": 5, "column": 51}
    assert "unknown field" in found["findings"][0]["message"]


def test_partial_input_is_marked_and_still_an_error(file: Path) -> None:
    file.write_text(BROKEN)
    assert lint(str(file), "--allow-partial").exit_code == 1


def test_a_refused_policy_is_an_error_and_not_partial(file: Path) -> None:
    file.write_text(REFUSED)
    result = lint(str(file), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["partial"]) == (1, False)
    assert found["findings"][0]["id"] == "policy-refused"
    assert found["findings"][0]["location"] == {"file": str(file), "line": 5, "column": 60}


def test_no_such_file_is_a_message() -> None:
    assert isinstance(lint("nowhere.yaml").exception, UserError)


@pytest.mark.parametrize(
    "arguments", [("--engine", "weave"), ("--engine-version", "x"), ("--pod-cidr", "ten")]
)
def test_wrong_options_are_exit_code_2(file: Path, arguments: tuple[str, str]) -> None:
    file.write_text(CLEAN)
    result = lint(str(file), *arguments)
    assert result.exit_code == 2 or isinstance(result.exception, UserError)


def test_standard_input() -> None:
    result = CliRunner().invoke(cli.app, ["lint", "-"], input=OLD_IMAGE)
    assert "<stdin>:6:7: warning: image k8s.gcr.io/x" in result.stdout


def test_fix_writes_the_file_and_reports_what_is_left(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + OLD_IMAGE.replace("\n", "\r\n").encode())
    result = lint(str(file), "--fix", "--json")
    wanted = OLD_IMAGE.replace("k8s.gcr.io", "registry.k8s.io").replace("\n", "\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbf" + wanted.encode()
    assert "image-registry" not in {one["id"] for one in json.loads(result.stdout)["findings"]}


def test_fix_leaves_a_file_alone_that_needs_nothing(file: Path) -> None:
    file.write_text(CLEAN)
    file.chmod(0o444)
    before = file.stat().st_mtime_ns
    assert lint(str(file), "--fix").exit_code == 0
    assert file.stat().st_mtime_ns == before


def test_fix_on_a_full_disk_leaves_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file.write_text(OLD_IMAGE)
    monkeypatch.setattr(os, "fsync", full)
    result = lint(str(file), "--fix")
    assert isinstance(result.exception, UserError)
    assert str(result.exception) == f"{file} is not mended: No space left on device."
    assert file.read_text() == OLD_IMAGE


def test_fix_keeps_the_encoding(file: Path) -> None:
    file.write_bytes(OLD_IMAGE.encode("utf-16"))
    assert lint(str(file), "--fix").exit_code == 0
    mended = file.read_bytes()
    assert mended.startswith(b"\xff\xfe")
    assert "registry.k8s.io/x # old" in mended.decode("utf-16")


def test_fix_touches_nothing_of_partial_input(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(OLD_IMAGE)
    (tmp_path / "b.yaml").write_text(BROKEN)
    assert lint(str(tmp_path), "--fix").exit_code == 2
    assert (tmp_path / "a.yaml").read_text() == OLD_IMAGE


@pytest.mark.parametrize("source", ["-", "HEAD:docs/examples/lint"])
def test_fix_of_no_file_is_refused(source: str) -> None:
    assert isinstance(lint(source, "--fix").exception, UserError)


def test_version_decides(file: Path) -> None:
    file.write_text(CLEAN + "  ingress: [{ports: [{port: 1, endPort: 9}]}]\n")
    assert lint(str(file), "-e", "cilium", "--engine-version", "1.16").exit_code == 1
    assert lint(str(file), "-e", "cilium", "--engine-version", "1.17").exit_code == 0


def test_sarif(file: Path) -> None:
    file.write_text(OLD_IMAGE)
    log = json.loads(lint(str(file), "--format", "sarif").stdout)
    assert "image-registry" in {result["ruleId"] for result in log["runs"][0]["results"]}


def test_a_live_cluster(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(OLD_IMAGE)
    read = load([file])
    monkeypatch.setattr("aksnetpol.cli.policy_input.load_live", lambda *_: read)
    result = lint("--live", "--fail-on", "warning")
    assert (result.exit_code, "image k8s.gcr.io/x" in result.stdout) == (1, True)
    assert isinstance(lint("--live", "--fix").exception, UserError)
    assert isinstance(lint("--live", str(file)).exception, UserError)
    assert file.read_text() == OLD_IMAGE
