"""Folders as they lie in repositories: what is read of them, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aksnetpol.git import git
from aksnetpol.policy import load

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: a}\nspec: {}\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
WEB = NAMESPACE + "---\n" + POD % "web"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: a}\n"
    "spec: {replicas: %d, template: {spec: {containers: []}}}\n"
)
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"
TEMPLATE = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n"

# The files; the pods that are read; the findings, by id and a part of what they say; a part of the note.
CASES = (
    pytest.param(
        {"k8s/web.yaml": WEB, "docker-compose.yml": "services: {}\n", "package.json": '{"name": "a"}\n'},
        ["web"],
        [],
        "skipped 2 documents that are no objects of Kubernetes: docker-compose.yml, package.json",
        id="other-programs",  # Compose's specification; npm's package.json
    ),
    pytest.param(
        {"web.yaml": WEB, "play.yml": "- hosts: all\n  tasks: []\n"},
        ["web"],
        [],
        "skipped 1 document that is no object of Kubernetes: play.yml",
        id="a-list-at-the-top",  # Ansible's playbooks
    ),
    pytest.param(
        {"web.yaml": WEB, "tsconfig.json": '{\n  // of TypeScript\n  "strict": true\n}\n'},
        ["web"],
        [],
        "tsconfig.json",
        id="json-with-comments",  # TypeScript's tsconfig.json
    ),
    pytest.param(
        {"web.yaml": WEB, "odd.yaml": "metadata: {name: x}\nspec: {podSelector: {}}\n"},
        ["web"],
        [("not-an-object", "it has no kind")],
        "",
        id="an-object-without-a-kind",
    ),
    pytest.param(
        {"web.yaml": WEB, "broken.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [\n"},
        ["web"],
        [("yaml-syntax", "not YAML")],
        "",
        id="a-broken-object",
    ),
    pytest.param(
        {"web.yaml": WEB, "chart/Chart.yaml": "name: c\n", "chart/templates/a.yaml": TEMPLATE},
        ["web"],
        [("helm-chart", "1 template of this chart is not read; give what `helm template chart ")],
        "chart/Chart.yaml",
        id="helm",  # Helm docs, Charts: the chart file structure
    ),
    pytest.param(
        {
            "web.yaml": WEB,
            "c/Chart.yaml": "name: c\n",
            "c/templates/a.yaml": POD % "x",
            "c/charts/d/Chart.yaml": "name: d\n",
            "c/charts/d/templates/a.yaml": TEMPLATE,
        },
        ["web"],
        [("helm-chart", "2 templates of this chart are not read")],
        "skipped 2",
        id="helm-subchart",  # Helm docs, Subcharts
    ),
    pytest.param(
        {"c/Chart.yaml": "name: c\n", "c/crds/web.yaml": WEB, "c/values.yaml": "replicas: 1\n"},
        ["web"],
        [],
        "c/values.yaml",
        id="helm-crds",  # Helm docs, Custom Resource Definitions: no templates
    ),
    pytest.param(
        {"web.yaml": WEB, "cookiecutter/netpol.yaml": TEMPLATE},
        ["web"],
        [("template", "not read, as they are templates: ")],
        "",
        id="template-of-no-chart",
    ),
    pytest.param(
        {
            "k/kustomization.yaml": "resources: [web.yaml]\nimages: [{name: c, newTag: v2}]\n",
            "k/web.yaml": WEB,
        },
        ["web"],
        [],
        "",
        id="kustomization-of-plain-files",  # kustomize, kustomization: images changes no policy
    ),
    pytest.param(
        {"k/kustomization.yaml": "namespace: b\nresources: [web.yaml]\n", "k/web.yaml": WEB},
        ["web"],
        [("kustomization", "without what it changes (namespace); give what `kustomize build ")],
        "",
        id="kustomization-with-a-namespace",
    ),
    pytest.param(
        {
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "base/web.yaml": NAMESPACE + "---\n" + DEPLOYMENT % 1,
            "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: more.yaml}]\n",
            "prod/more.yaml": PATCH,
        },
        ["deployment/web"],
        [("kustomization", "(patches)")],
        "",
        id="a-patch-is-no-object",
    ),
    pytest.param(
        {
            "base/kustomization.yaml": "namespace: a\nresources: [web.yaml]\n",
            "base/web.yaml": WEB,
            "prod/kustomization.yaml": "resources: [../base]\n",
        },
        ["web"],
        [("kustomization", "(namespace)")],
        "",
        id="what-a-base-changes-is-told-of-the-overlay",
    ),
    pytest.param(
        {"k/kustomization.yaml": "resources: [../base, web.yaml]\n", "k/web.yaml": WEB},
        ["web"],
        [("kustomization", "files outside of what was given")],
        "",
        id="a-base-that-was-not-given",
    ),
    pytest.param(
        {"k/kustomization.yaml": "resources: ['https://github.com/o/r//k?ref=v1']\n", "k/web.yaml": WEB},
        ["web"],
        [("kustomization", "files of other places")],
        "",
        id="a-base-of-another-repository",
    ),
    pytest.param(
        {"k/kustomization.yaml": "helmCharts: [{name: c}]\nresources: [web.yaml]\n", "k/web.yaml": WEB},
        ["web"],
        [("kustomization", "kustomize build --enable-helm")],
        "",
        id="kustomization-with-charts",  # kustomize, helmCharts
    ),
    pytest.param(
        {"dev/web.yaml": NAMESPACE + "---\n" + DEPLOYMENT % 1, "prod/web.yaml": DEPLOYMENT % 3},
        ["deployment/web"],
        [("duplicate-object", "two versions of it, as overlays have; give the folder of one of them")],
        "",
        id="overlays-of-whole-objects",
    ),
    pytest.param(
        {"dev/web.yaml": WEB, "prod/web.yaml": WEB},
        ["web"],
        [("duplicate-object", "both are the same; so are 1 more of these two files")],
        "",
        id="the-same-objects-of-two-clusters",  # fluxcd/flux2-kustomize-helm-example, gotk-components.yaml
    ),
    pytest.param(
        {"a.yaml": NAMESPACE + "---\n" + DEPLOYMENT % 1, "b.yaml": DEPLOYMENT % 3},
        ["deployment/web"],
        [("duplicate-object", "keep one of them")],
        "",
        id="twice-in-one-folder",
    ),
)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(("files", "pods", "findings", "note"), CASES)
def test_a_folder(
    files: dict[str, str], pods: list[str], findings: list[tuple[str, str]], note: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    loaded = load([tmp_path])
    assert [pod.name for pod in loaded.cluster.pods] == pods
    assert [one.id for one in loaded.findings] == [id_ for id_, _ in findings]
    for found, (_, says) in zip(loaded.findings, findings, strict=True):
        assert says in found.message
    assert note in "\n".join(loaded.notes).replace(f"{tmp_path}/", "")
    assert bool(loaded.notes) is bool(note)


def test_a_revision_is_read_like_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path, {"k/kustomization.yaml": "namePrefix: x-\npatches: [{path: p.yaml}]\n", "k/p.yaml": PATCH}
    )
    write(tmp_path, {"k/web.yaml": WEB, "c/Chart.yaml": "name: c\n", "c/templates/t.yaml": TEMPLATE})
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    git("add", ".")
    git("-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m")
    loaded = load(["HEAD:"])
    assert [pod.name for pod in loaded.cluster.pods] == ["web"]
    told = {one.id: one.message for one in loaded.findings}
    assert "`helm template c c`" in told["helm-chart"]
    assert "`kustomize build k`" in told["kustomization"]


def test_a_file_by_itself_is_meant_as_an_object(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": "services: {}\n", "t.yaml": TEMPLATE})
    (wrong,) = load([tmp_path / "compose.yml"]).findings
    assert wrong.partial
    assert any("helm template" in one.message for one in load([tmp_path / "t.yaml"]).findings)


def test_what_is_rendered_stands_in_place_of_its_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "alone.yaml": POD % "alone",
            "base/kustomization.yaml": "namespace: a\nresources: [web.yaml]\n",
            "base/web.yaml": WEB,
            "prod/kustomization.yaml": "namePrefix: x-\nresources: [../base]\n",
            "chart/Chart.yaml": "name: c\n",
            "chart/templates/t.yaml": TEMPLATE,
            "inflated/kustomization.yaml": "helmCharts: [{name: c}]\n",
        },
    )
    ran: list[tuple[str, ...]] = []

    def render(command: Sequence[str]) -> str:
        ran.append(tuple(command))
        return WEB.replace("name: web", "name: x-web") if command[0] == "kustomize" else POD % "of-chart"

    loaded = load([tmp_path], render=render)
    assert [pod.name for pod in loaded.cluster.pods] == ["alone", "x-web", "of-chart"]
    assert sorted(ran) == [
        ("helm", "template", "chart", f"{tmp_path}/chart"),
        ("kustomize", "build", f"{tmp_path}/prod"),
    ]
    assert [one.id for one in loaded.findings] == ["kustomization"]  # of charts, which would be fetched


def test_what_no_program_renders_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"k/kustomization.yaml": "namespace: a\nresources: [web.yaml]\n", "k/web.yaml": WEB})
    loaded = load([tmp_path], render=lambda _: None)
    assert [pod.name for pod in loaded.cluster.pods] == ["web"]
    assert [one.id for one in loaded.findings] == ["kustomization"]
