import pwd
from pathlib import Path

import pytest

from aksnetpol.machine import homes, hosts, users


def test_account_and_environment_are_both_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    account = pwd.struct_passwd(("ann", "x", 1000, 1000, "Ann Lee,,,", "/home/ann", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: account)
    monkeypatch.setenv("HOME", f"{link}/")
    monkeypatch.setenv("SUDO_USER", "bob")
    assert homes() == tuple(sorted(("/home/ann", str(link), str(tmp_path / "real"))))
    assert {"ann", "Ann Lee", "bob"} <= set(users())


def test_no_account_and_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_uid: int) -> pwd.struct_passwd:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", missing)
    for name in ("HOME", "USER", "LOGNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    assert (homes(), users()) == ((), ())


def test_root_tells_nothing_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "root")
    assert "root" not in users()


def test_a_machine_has_names_with_and_without_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "box.example.org")
    assert {"box", "box.example.org"} <= set(hosts())
