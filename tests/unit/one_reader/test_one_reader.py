"""`up`, `lint`, `reach` and `review` read the same objects of the same files, or refuse them in one voice."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest

from aksnetpol.findings import Severity
from aksnetpol.policy import Loaded, Policy, SourceError, load
from aksnetpol.policy.load import files
from aksnetpol.review.read.objects import objects
from aksnetpol_components import ManifestError, PolicySet
from tests.unit.one_reader.trees import LINK, TREES, Content, Tree, policy

ROOT = Path(__file__).parents[3]
# What `up` says of objects that the others read: it applies NetworkPolicies of one namespace.
OF_UP_ALONE = (
    "not read",
    "read as they are",
    "expected networking.k8s.io/v1 NetworkPolicy, found ",
    "NetworkPolicy without metadata.name",
    "is already defined at",
    "says namespace ",
)
Json = dict[str, Any]
Deploy = Callable[[Callable[[], Any]], Any]


@dataclass(frozen=True)
class Read:
    """What a command makes of a folder.

    Args:
        policies: in the order of the files.
        places: where each was read.
        refused: what it says instead.
    """

    policies: tuple[Policy, ...] = ()
    places: tuple[str, ...] = ()
    refused: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.policies)


def of(loaded: Loaded) -> Read:
    errors = [one for one in loaded.findings if one.severity is Severity.ERROR]
    if errors:
        return Read(refused="\n".join(f"{one.place}: {one.message}" for one in errors))
    found = tuple(loaded.cluster.policies)
    return Read(found, tuple(str(one.location) for one in found))


def lint(source: str) -> Read:
    """Read as lint, reach and the other commands do."""
    try:
        return of(load([source]))
    except SourceError as error:
        return Read(refused=str(error))


def review_manifests(folder: Path) -> Read:
    """Read as a review does what its --manifests name."""
    try:
        return of(objects(Path(), [], [], [folder]))
    except SourceError as error:
        return Read(refused=str(error))


def up(deploy: Deploy, folder: Path, namespace: str) -> Read:
    """Read as the program of a stack does, whose preview a review reads again."""
    try:
        program = deploy(lambda: PolicySet("p", {"namespace": namespace, "paths": [str(folder)]}))
    except (ManifestError, pulumi.RunError) as error:
        return Read(refused=str(error))
    made = [kubernetes_object(one.inputs) for one in program.all("NetworkPolicy")]
    return of(objects(Path(), made, [folder], []))


def kubernetes_object(inputs: Json) -> Json:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", **inputs}


def namespace_of(read: Read) -> str:
    """Return the namespace that policies go into: the one that the first of them says."""
    return (read.policies[0].namespace if read.policies else None) or "default"


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths of a program start at its project: here at the working directory, as those of the commands."""
    monkeypatch.setattr("aksnetpol_components.policy_set.get_root_directory", lambda: "")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All trees in one git repository."""
    root = tmp_path_factory.mktemp("trees")
    for name, tree in TREES.items():
        for path, content in tree.files.items():
            write(root / name / path, content)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    commit(root)
    return root


def commit(root: Path) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["add", "-A"], [*identity, "commit", "-qm", "trees"]):
        subprocess.run(["git", *command], cwd=root, check=True)


def write(file: Path, content: Content) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content.startswith(LINK):
        file.symlink_to(content.removeprefix(LINK))
    else:
        file.write_bytes(content.encode())


@pytest.fixture
def here(repository: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(repository)
    yield repository
    os.chdir(before)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", TREES)
def test_made_trees(deploy: Deploy, name: str) -> None:
    tree, folder = TREES[name], Path(name)
    read = lint(name)
    assert review_manifests(folder) == read
    applied = up(deploy, folder, namespace_of(read))
    if tree.up_alone:
        assert (read.names, read.refused) == (tree.names, "")
        assert_refused(applied, tree, name)
        assert any(words in applied.refused for words in OF_UP_ALONE)
        return
    assert applied == read
    if tree.refused is None:
        assert (read.names, read.refused) == (tree.names, "")
    else:
        assert_refused(read, tree, name)


def assert_refused(read: Read, tree: Tree, name: str) -> None:
    place, problem = tree.refused or ("", "")
    assert not read.names
    assert read.refused.startswith(f"{name}/{place}: " if place else name)
    assert problem in read.refused


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", TREES)
def test_a_revision_is_read_as_its_files_are(name: str) -> None:
    read, committed = lint(name), lint(f"HEAD:{name}")
    if "link" in name and read.refused:
        assert committed.refused
        return
    assert committed.policies == read.policies
    assert [place.removeprefix("HEAD:") for place in committed.places] == list(read.places)
    assert committed.refused.replace("HEAD:", "") == read.refused


def folders() -> list[Path]:
    """Return every folder of the repository's tests, examples and policies with what may be manifests."""
    tops = ("tests", "docs/examples", "policies", "examples")
    found = (file for top in tops for file in (ROOT / top).rglob("*") if file.name.endswith(files.SUFFIXES))
    return sorted({parent.relative_to(ROOT) for file in found for parent in above(file)})


def above(file: Path) -> Iterator[Path]:
    return (folder for folder in file.parents if folder.is_relative_to(ROOT) and folder != ROOT)


@pytest.mark.parametrize("folder", folders(), ids=str)
def test_folders_of_the_repository(deploy: Deploy, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(ROOT)
    read = lint(str(folder))
    assert review_manifests(folder) == read
    applied = up(deploy, folder, namespace_of(read))
    if read.refused or not applied.refused:
        assert applied == read
        return
    place, _, problem = applied.refused.partition(": ")
    assert any(words in problem for words in OF_UP_ALONE)
    loaded = load([folder])
    places = {str(one.field.origin.location) for one in loaded.manifests}
    assert place in places | {str(one.place) for one in loaded.findings}


@pytest.mark.parametrize(
    ("path", "names", "refused"),
    [
        pytest.param("absent", (), "absent: no such file or folder.", id="absent"),
        pytest.param("HEAD:one-file", (), "HEAD:one-file: no such file or folder.", id="no-revision"),
        pytest.param("hidden-folder/.draft", ("allow-all",), "", id="hidden-folder-by-its-name"),
        pytest.param("hidden-file/.b.yaml", ("b",), "", id="hidden-file-by-its-name"),
        pytest.param("all-suffixes-to-any-depth/d.yaml.bak", ("d",), "", id="any-suffix-by-its-name"),
        pytest.param("linked-folder/linked", ("b",), "", id="linked-folder-by-its-name"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_is_named_is_read(deploy: Deploy, path: str, names: tuple[str, ...], refused: str) -> None:
    applied = up(deploy, Path(path), "default")
    assert (applied.names, applied.refused) == (names, refused)
    if not refused:
        assert lint(path) == applied
        assert lint(f"HEAD:{path}").names == names


@pytest.mark.usefixtures("here")
def test_files_beyond_the_limit(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 40)
    read = lint("one-file")
    assert read.refused.startswith("one-file/a.yaml: 0 MiB or more; split it")
    assert up(deploy, Path("one-file"), "default") == review_manifests(Path("one-file")) == read
    assert lint("HEAD:one-file").refused.removeprefix("HEAD:") == read.refused


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text(deploy: Deploy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    write(Path("folder/a.yaml"), policy("a"))
    write(Path("folder/b\udcff.yaml"), policy("b"))
    commit(tmp_path)
    assert lint("folder").names == lint("HEAD:folder").names == ("a", "b")
    assert lint("HEAD:folder").places == ("HEAD:folder/a.yaml:1", "HEAD:folder/b\udcff.yaml:1")
    assert up(deploy, Path("folder"), "default") == review_manifests(Path("folder")) == lint("folder")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        pytest.param("HEAD:", "HEAD:a.yaml:1", id="repository"),
        pytest.param("HEAD:.", "HEAD:./a.yaml:1", id="here"),
        pytest.param("HEAD:./", "HEAD:./a.yaml:1", id="here-as-a-folder"),
        pytest.param("HEAD:..", "HEAD:../a.yaml:1", id="above"),
        pytest.param("HEAD:../one-file", "HEAD:../one-file/a.yaml:1", id="beside"),
        pytest.param("HEAD:one-file/", "HEAD:one-file/a.yaml:1", id="from-the-root"),
    ],
)
def test_folders_of_a_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, place: str
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for folder in ("here", "one-file") if "one-file" in source else ("here",):
        write(tmp_path / folder / "a.yaml", policy("a"))
    write(tmp_path / "a.yaml", policy("a"))
    commit(tmp_path)
    monkeypatch.chdir(tmp_path / "here")
    assert lint(source).places[0] == place


def test_submodules_of_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their files are in another repository: without them the answer may be wrong."""
    monkeypatch.chdir(tmp_path)
    for name in ("other", "ours"):
        subprocess.run(["git", "init", "-q", name], check=True)
        write(Path(name, "policies/a.yaml"), policy(name))
    commit(Path("other"))
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"))
    for place in ("policies/shared", "policies/shared.yaml", "policies/.hidden"):
        subprocess.run(["git", *add, place], cwd="ours", check=True)
    commit(Path("ours"))
    monkeypatch.chdir("ours")
    told = "is a submodule: its files are in another repository. Name the checked out folder instead"
    assert lint("HEAD:policies").refused.splitlines() == [
        f"HEAD:policies/shared: {told}",
        f"HEAD:policies/shared.yaml: {told}",
    ]
