"""Encrypted settings of a stack's file, hidden without moving a line."""

import subprocess
from pathlib import Path

import pytest
import yaml

from aksnetpol.project import Project, ProjectError, find_project
from aksnetpol.review.masking import PLACEHOLDER
from aksnetpol.review.read.checkout import check_out, hide_secrets

_CIPHERTEXT = "v1:AAAA:bm90LXJlYWw="


@pytest.mark.parametrize(
    ("text", "encrypted", "plain"),
    [
        (f"config:\n  a:password:\n    secure: {_CIPHERTEXT}\n  a:b: 1\n", ["a:password"], ()),
        (f"config:\n  a:db:\n    deep:\n      secure: {_CIPHERTEXT}  # why\n", ["deep"], ()),
        (f"config:\n  a:list:\n    - secure: {_CIPHERTEXT}\n    - open\n", ["line 3"], ()),
        (f"config:\n  a:key: {{secure: {_CIPHERTEXT}}}\n", ["a:key"], ()),
        (f"config:\n  a:key: {{ secure: {_CIPHERTEXT} }}\n", ["a:key"], ()),
        ("config:\n  a:apiToken: abc\n  a:location: eastus\n", [], ("a:apiToken",)),
        ("config:\n  a:password: |\n    abc\n", [], ("a:password",)),
        ("config:\n  # a:password: abc\n  a:secretName: tls\n", [], ()),
        ("secretsprovider: azurekeyvault://x\nconfig: {}\n", [], ()),
    ],
)
def test_hide_secrets(tmp_path: Path, text: str, encrypted: list[str], plain: tuple[str, ...]) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)
    found = hide_secrets(path)
    after = path.read_text()
    assert list(found.encrypted) == encrypted
    assert found.plain == plain
    assert _CIPHERTEXT not in after
    assert len(PLACEHOLDER.findall(after)) == len(encrypted)
    assert after.count("\n") == text.count("\n")
    yaml.safe_load(after)


def test_another_ciphertext_has_another_digest(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    digests: set[str] = set()
    for text in ("one", "two"):
        path.write_text(f"config:\n  a:key:\n    secure: {text}\n")
        digests.update(hide_secrets(path).encrypted.values())
    assert len(digests) == 2


def _repository(folder: Path, link: str | None = None) -> Project:
    if not (folder / "Pulumi.yml").exists():
        (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    if link is not None:
        (folder / "link").symlink_to(link)
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "Begin"),
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return find_project(folder)


def test_check_out_leaves_the_repository_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    project = _repository(tmp_path / "shop")
    (project.folder / "Pulumi.yaml").write_text("name: edited\nruntime: python\n")
    made = check_out(project, "main", tmp_path / "copy")
    assert made.project.name == "shop"
    assert find_project(project.folder).name == "edited"


@pytest.mark.parametrize(
    ("place", "said"),
    [pytest.param("stacks", None, id="inside"), pytest.param("../..", "leads out", id="outside")],
)
def test_stack_files_are_those_of_the_revision(tmp_path: Path, place: str, said: str | None) -> None:
    folder = tmp_path / "shop"
    (folder / "stacks").mkdir(parents=True)
    (folder / "Pulumi.yml").write_text(f"name: shop\nruntime: python\nstackConfigDir: {place}\n")
    (folder / "stacks" / "Pulumi.dev.yml").write_text("config: {}\n")
    project = _repository(folder)
    if said is not None:
        with pytest.raises(ProjectError, match=said):
            check_out(project, "main", tmp_path / "copy")
        return
    made = check_out(project, "main", tmp_path / "copy")
    assert made.project.require_file("dev") == tmp_path / "copy" / "stacks" / "Pulumi.dev.yml"


def test_a_revision_from_before_the_project(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    root = _repository(tmp_path / "shop").folder
    (root / "infra").mkdir()
    (root / "infra" / "Pulumi.yaml").write_text("name: added\nruntime: python\n")
    project = find_project(root / "infra")
    made = check_out(project, "main", tmp_path / "base", may_lack=True)
    assert (made.project.name, made.project.stacks()) == ("added", ())
    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml in infra"):
        check_out(project, "main", tmp_path / "head")


def test_a_revision_without_files(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    project = _repository(tmp_path / "shop")
    empty = ("4b825dc642cb6eb9a060e54bf8d69288fbee4904", "-m", "Begin")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    made = subprocess.run(
        ["git", *identity, "commit-tree", *empty],
        cwd=project.folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert check_out(project, made, tmp_path / "base", may_lack=True).project.stacks() == ()


def test_what_archives_leave_out_or_change_is_there(tmp_path: Path) -> None:
    """A change could hide a policy from its review so: `up` applies all that is checked out."""
    root = tmp_path / "shop"
    (root / "policies").mkdir(parents=True)
    (root / ".gitattributes").write_text("policies/** export-ignore\nPulumi.dev.yaml export-subst\n")
    (root / "policies" / "allow-all.yaml").write_text("kind: NetworkPolicy\n")
    (root / "Pulumi.dev.yaml").write_text("# $Format:%n%h$\n")
    check_out(_repository(root), "main", tmp_path / "copy")
    for file in ("policies/allow-all.yaml", "Pulumi.dev.yaml"):
        assert (tmp_path / "copy" / file).read_text() == (root / file).read_text()


def test_what_is_checked_out_keeps_its_kind(tmp_path: Path) -> None:
    root = tmp_path / "my shop"
    (root / "policies").mkdir(parents=True)
    (root / "policies" / "a b.yaml").write_text("kind: NetworkPolicy\n")
    (root / "run").write_text("#!/bin/sh\n")
    (root / "run").chmod(0o755)
    (root / "linked").symlink_to("policies")
    (root / "dead").symlink_to("nowhere/at/all")
    check_out(_repository(root), "main", tmp_path / "copy")
    made = tmp_path / "copy"
    assert (made / "linked" / "a b.yaml").read_text() == "kind: NetworkPolicy\n"
    assert (made / "dead").is_symlink()
    assert (made / "run").stat().st_mode & 0o100
    assert not (made / ".git").exists()


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", ""])
def test_unknown_revision(tmp_path: Path, revision: str) -> None:
    project = _repository(tmp_path)
    with pytest.raises(ProjectError):
        check_out(project, revision, tmp_path / "copy")


@pytest.mark.parametrize("link", ["/etc/passwd", "../outside", "a/../../outside", "/no/such/file"])
def test_a_link_that_leads_outside(tmp_path: Path, link: str) -> None:
    (tmp_path / "shop").mkdir()
    project = _repository(tmp_path / "shop", link=link)
    with pytest.raises(ProjectError, match=r"main cannot be checked out: .*link.*\. Take out what leads"):
        check_out(project, "main", tmp_path / "copy")
