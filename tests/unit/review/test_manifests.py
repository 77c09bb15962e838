"""Manifests at two revisions of a repository: what is compared, what is refused, and what takes no part."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol.errors import UserError
from aksnetpol.review import Gate, Manifests, StackReview, review
from aksnetpol.review.formats import comment, markdown
from aksnetpol.review.formats.form import Format
from aksnetpol.review.formats.rendering import rendered
from tests.unit.review import shop

ROOT = Path(__file__).resolve().parents[3]
_TODAY = date(2026, 12, 1)
_PODS = yaml.safe_dump_all(shop.workloads())
_CLOSED = yaml.safe_dump(shop.policy("shop", "default", "", ingress=[]))
_OPEN = yaml.safe_dump(shop.policy("shop", "default", "", ingress=[{}]))
_EGRESS = {**shop.policy("shop", "out", "cart"), "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}
_DEAD_RULES = yaml.safe_dump({**_EGRESS, "spec": {**_EGRESS["spec"], "ingress": [{}], "egress": [{}]}})
_BROKEN = "spec: {\n"
Files = Mapping[str, str | None]


@dataclass(frozen=True)
class Repository:
    """A git repository without a project."""

    folder: Path

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def write(self, files: Files) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")

    def commit(self, files: Files) -> None:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "files")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """An empty one, in which the command runs."""
    made = Repository(tmp_path / "repository")
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    monkeypatch.chdir(made.folder)
    return made


def reviewed(*paths: str, head: str | None = None, engine: str = "kubernetes") -> StackReview:
    (found,) = review(Manifests("main", head, paths, engine, _TODAY)).stacks
    return found


def kinds(found: StackReview) -> set[str]:
    return {one.kind.value for one in found.difference.changes} if found.difference else set()


_BASE: Files = {"k8s/pods.yaml": _PODS, "k8s/shop.yaml": _CLOSED}


@pytest.mark.parametrize(
    ("files", "changes", "tripped"),
    [
        pytest.param({}, set(), (), id="nothing"),
        pytest.param({"README.md": "# The shop\n"}, set(), (), id="another-file"),
        pytest.param({"k8s/shop.yaml": _OPEN}, {"added"}, (Gate.OPENED,), id="opened"),
        pytest.param({"k8s/shop.yaml": None}, {"added"}, (Gate.OPENED,), id="policy-deleted"),
        pytest.param({"k8s/new.yaml": _DEAD_RULES}, set(), (Gate.LINT_ERROR,), id="lint-error"),
        pytest.param({"k8s/shop.yaml": None, "k8s/moved.yaml": _CLOSED}, set(), (), id="moved"),
        pytest.param({"k8s/.draft.yaml": _OPEN}, set(), (), id="hidden"),
        pytest.param({"k8s/shop.yaml": f"# why\n\n{_CLOSED}"}, set(), (), id="lines-moved"),
    ],
)
@pytest.mark.parametrize("head", [None, "HEAD"], ids=["working-tree", "committed"])
def test_what_a_change_does(
    repository: Repository, files: Files, changes: set[str], tripped: tuple[Gate, ...], head: str | None
) -> None:
    repository.commit(_BASE)
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit(files) if head else repository.write(files)
    found = reviewed("k8s", head=head)
    assert kinds(found) == changes
    assert tuple(gate for gate in Gate if found.trips(gate)) == tripped
    assert found.changes == bool(changes or tripped)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param({}, _BASE, {"appeared"}, id="new"),
        pytest.param(_BASE, dict.fromkeys(_BASE), {"vanished"}, id="gone"),
        pytest.param(
            _BASE, {**dict.fromkeys(_BASE), "k8s/README.md": "moved\n"}, {"vanished"}, id="without-manifests"
        ),
    ],
)
def test_a_folder_that_one_side_has(
    repository: Repository, before: Files, after: Files, changes: set[str]
) -> None:
    repository.commit(before)
    repository.write(after)
    assert kinds(reviewed("k8s")) == changes


def test_a_renamed_folder_changes_nothing(repository: Repository) -> None:
    repository.commit(_BASE)
    repository.git("mv", "k8s", "deploy")
    assert not reviewed("k8s", "deploy").changes


@pytest.mark.parametrize("path", ["k8s", "k8s/", "./k8s", "k8s/../k8s", ".", "k8s/shop.yaml"])
def test_a_path_starts_at_the_root(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    repository.commit({**_BASE, "other/notes.md": ""})
    repository.write({"k8s/shop.yaml": _OPEN})
    monkeypatch.chdir(repository.folder / "other")
    found = reviewed(path)
    assert found.policies == ("NetworkPolicy shop/default",)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param(
            {"paths": ("nowhere",)}, r"--manifests nowhere: neither main nor working tree", id="path"
        ),
        pytest.param(
            {"paths": ("nowhere",), "head": "HEAD"}, r"neither main nor HEAD has a file or folder", id="head"
        ),
        pytest.param({"paths": ("k8s", "empty")}, r"--manifests empty: neither", id="without-manifests"),
        pytest.param({"paths": ("../k8s",)}, r"\.\./k8s: is outside the repository", id="outside"),
        pytest.param({"paths": ("/etc",)}, r"--manifests /etc: is outside the repository", id="absolute"),
        pytest.param({"base": "no-such"}, r"no-such: no such revision\. Fetch it", id="base"),
        pytest.param({"base": "--output=x"}, r"is no revision", id="option"),
        pytest.param({"head": "no-such"}, r"no-such: no such revision", id="no-head"),
        pytest.param({"engine": "clium"}, r"No engine profile is called 'clium'", id="engine"),
    ],
)
def test_what_is_refused(repository: Repository, asked: Mapping[str, Any], says: str) -> None:
    repository.commit({**_BASE, "empty/README.md": ""})
    whole = Manifests("main", None, ("k8s",), "kubernetes", _TODAY)
    with pytest.raises(UserError, match=says) as caught:
        review(replace(whole, **asked))
    assert caught.value.exit_code == 2


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="not a git repository"):
        reviewed("k8s")


def test_what_the_change_makes_unreadable_ends_it(repository: Repository) -> None:
    repository.commit(_BASE)
    repository.write({"k8s/shop.yaml": _BROKEN})
    found = reviewed("k8s")
    assert found.problem is not None
    assert found.problem.message.startswith("k8s/shop.yaml:2: error: not YAML")
    text = rendered(review(Manifests("main", None, ("k8s",), "kubernetes", _TODAY)), Format.MARKDOWN, 80)
    assert "The change cannot be read." in text


def test_what_was_unreadable_before_can_be_mended(repository: Repository) -> None:
    repository.commit({**_BASE, "k8s/shop.yaml": _BROKEN})
    repository.write({"k8s/shop.yaml": _CLOSED})
    found = reviewed("k8s")
    assert (found.problem, found.partial) == (None, True)
    assert [one.id for one in found.lint.fixed if one.id == "yaml-syntax"] == ["yaml-syntax"]
    repository.write({"k8s/shop.yaml": _BROKEN})
    assert reviewed("k8s").problem is None


@pytest.mark.parametrize("head", [None, "HEAD"], ids=["working-tree", "committed"])
def test_no_attribute_hides_a_manifest(repository: Repository, head: str | None) -> None:
    repository.git("config", "filter.empty.smudge", "true")
    repository.git("config", "filter.empty.clean", "cat")
    attributes = "k8s/** export-ignore export-subst diff=nothing text eol=crlf\n"
    repository.commit({**_BASE, ".gitattributes": attributes})
    repository.git("switch", "--quiet", "--create", "topic")
    files = {"k8s/shop.yaml": _OPEN, ".gitattributes": f"{attributes}k8s/shop.yaml filter=empty\n"}
    repository.commit(files) if head else repository.write(files)
    assert kinds(reviewed("k8s", head=head)) == {"added"}


@pytest.mark.parametrize(
    ("engine", "changes"),
    [
        pytest.param("kubernetes", {"added"}, id="plain"),
        pytest.param("cilium@1.16", {"added"}, id="with-its-version"),
        pytest.param("none", set(), id="none"),
    ],
)
def test_the_engine_decides(repository: Repository, engine: str, changes: set[str]) -> None:
    repository.commit(_BASE)
    repository.write({"k8s/shop.yaml": _OPEN})
    found = reviewed("k8s", engine=engine)
    assert kinds(found) == changes
    assert found.folders is not None
    assert found.folders.engine == engine


@pytest.mark.parametrize("form", Format)
def test_every_format_names_them(repository: Repository, form: Format) -> None:
    repository.commit(_BASE)
    repository.write({"k8s/shop.yaml": _OPEN, "k8s/new.yaml": _DEAD_RULES})
    text = rendered(review(Manifests("main", None, ("k8s",), "cilium", _TODAY)), form, 80)
    assert "k8s" in text
    assert "Stack <code>" not in text
    assert "### Stack" not in text
    if form is Format.JSON:
        (stack,) = json.loads(text)["stacks"]
        assert stack["stack"] == "manifests k8s"
        assert stack["manifests"] == {"paths": ["k8s"], "engine": "cilium"}
    elif form is not Format.SARIF:
        assert "cilium" in text or form is Format.JUNIT
        assert "opened from outside" in " ".join(text.split())


def test_a_comment_holds_stacks_and_manifests(repository: Repository) -> None:
    repository.commit(_BASE)
    repository.write({"k8s/shop.yaml": _OPEN})
    mine = comment.parse(markdown.render(review(Manifests("main", None, ("k8s",), "kubernetes", _TODAY))))
    stacks = comment.parse(markdown.render(shop.shops()))
    both = comment.merged((stacks,), mine)
    assert [one.stack for one in both.sections] == ["broken", "dev", "manifests k8s", "prod", "quiet"]
    text = both.text(comment.GITHUB_COMMENT)
    assert "| Stack or manifests | Verdict | Why |" in text
    assert comment.parse(text).holds(both)


def _examples() -> list[Path]:
    folders = (path for path in (ROOT / "docs" / "examples").iterdir() if path.is_dir())
    return sorted(path for path in folders if any(path.glob("*.y*ml")))


@pytest.mark.parametrize("engine", ["kubernetes", "npm-linux", "cilium"])
@pytest.mark.parametrize("example", _examples(), ids=lambda path: path.name)
def test_a_revision_against_itself_is_empty(repository: Repository, example: Path, engine: str) -> None:
    shutil.copytree(example, repository.folder / "k8s")
    repository.commit({})
    for head in (None, "HEAD"):
        found = reviewed("k8s", head=head, engine=engine)
        assert not found.changes
        assert found.problem is None
