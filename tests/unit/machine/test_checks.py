import os
import pwd
import re
from pathlib import Path

import pytest

from aksnetpol.machine.checks import Check, examine


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("aksnetpol.toolchain.found._known", {})
    (tmp_path / "pulumi").write_text("#!/bin/sh\necho v3.259.0\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith(("ARM_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://user:pass@state.example.org")
    return {one.name: one for one in examine()}


def test_what_is_there_is_told_with_its_place(checks: dict[str, Check], tmp_path: Path) -> None:
    assert checks["pulumi v3.259.0"] == Check("pulumi v3.259.0", "ok", str(tmp_path / "pulumi"))


def test_what_is_not_is_told_with_how_to_get_it(checks: dict[str, Check]) -> None:
    remedy = checks["kube-apiserver v1.36.3"].remedy
    assert re.fullmatch(r"built at the first run: about \d+ min", remedy)
    assert checks["Go"].remedy == "got from PyPI when needed"
    assert "az login" in checks["Azure credentials"].remedy


def test_no_password_of_a_backend_is_shown(checks: dict[str, Check]) -> None:
    assert checks["Pulumi backend"].found == "state.example.org"


def test_no_home_and_no_account_is_no_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_uid: int) -> pwd.struct_passwd:
        raise KeyError

    monkeypatch.setenv("AKSNETPOL_CACHE", str(tmp_path))
    for name in ("HOME", "PULUMI_HOME", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", missing)
    assert {one.name: one for one in examine()}["Pulumi backend"].found == "none"
