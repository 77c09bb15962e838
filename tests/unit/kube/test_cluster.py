"""aksnetpol.kube.Cluster against a small server: what it asks, and what it makes of answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from aksnetpol import extras, kube
from aksnetpol.extras import MissingExtraError

from .api_server import Answer, serving, written

NODES = "/api/v1/nodes"
AUTHORIZER = (
    'pods is forbidden: User "bob" cannot create resource "pods" in API group "" in the namespace "x"'
)
POD_SECURITY = 'pods "p" is forbidden: violates PodSecurity "restricted:latest": privileged'


def status(code: int, reason: str, message: str) -> Answer:
    return code, {"kind": "Status", "reason": reason, "message": message}


def test_objects_come_page_by_page_with_the_users_token(tmp_path: Path) -> None:
    first = {"kind": "PodList", "metadata": {"continue": "a+b"}, "items": [{"metadata": {"name": "one"}}]}
    second = {"kind": "PodList", "items": [{"metadata": {"name": "two"}}]}
    where = "/api/v1/pods?limit=500&labelSelector=app+in+%28a%2C+b%29"
    with serving({f"GET {where}": (200, first), f"GET {where}&continue=a%2Bb": (200, second)}) as server:
        cluster = kube.Cluster(server.kubeconfig(tmp_path))
        found = list(cluster.pages(kube.path("v1", "pods"), "app in (a, b)"))
    assert [one["metadata"]["name"] for one in found] == ["one", "two"]
    assert [one.authorization for one in server.asked] == ["Bearer secret"] * 2


def test_a_kind_that_is_not_installed_has_none(tmp_path: Path) -> None:
    with serving({}) as server:
        cluster = kube.Cluster(server.kubeconfig(tmp_path))
        assert list(cluster.pages(kube.path("cilium.io/v2", "ciliumnetworkpolicies"))) == []
        assert cluster.get(kube.path("v1", "pods", "shop", "gone")) is None
        cluster.delete(kube.path("v1", "pods", "shop", "gone"))


@pytest.mark.parametrize("items", [[], None])
def test_an_empty_list_is_one(items: object, tmp_path: Path) -> None:
    with serving({f"GET {NODES}?limit=500": (200, {"kind": "NodeList", "items": items})}) as server:
        assert list(kube.Cluster(server.kubeconfig(tmp_path)).pages(NODES)) == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("<html>Sign in</html>", id="html"),
        pytest.param("", id="empty"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="array"),
        pytest.param({"kind": "Status", "status": "Success"}, id="status"),
        pytest.param({"kind": "NodeList"}, id="no-items"),
        pytest.param({"kind": "NodeList", "items": {"a": 1}}, id="items-are-none"),
        pytest.param({"items": []}, id="no-kind"),
        pytest.param('{"kind": "NodeList", "items": [{"metadata"', id="truncated"),
        pytest.param({"kind": "NodeList", "items": [], "metadata": {"continue": "x"}}, id="endless"),
    ],
)
def test_what_is_no_list_is_never_an_empty_one(answer: Any, tmp_path: Path) -> None:
    """It would mean: no policy of that kind, everything open or closed for sure."""
    asked = f"GET {NODES}?limit=500"
    answers: dict[str, Answer] = {asked: (200, answer), f"{asked}&continue=x": (200, answer)}
    with serving(answers) as server, pytest.raises(kube.ApiError) as caught:
        list(kube.Cluster(server.kubeconfig(tmp_path)).pages(NODES))
    assert NODES in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_kubeconfig_may_be_its_document(tmp_path: Path) -> None:
    with serving({f"GET {NODES}": (200, {"items": []})}) as server:
        document = yaml.safe_load(server.kubeconfig(tmp_path).read_text())
        assert kube.Cluster(document, "x").get(NODES) == {"items": []}


def test_what_changes_says_so_as_the_api_wants_it(tmp_path: Path) -> None:
    stored = {"metadata": {"uid": "1"}}
    answers: dict[str, Answer] = {
        "POST /api/v1/namespaces/shop/pods": (201, stored),
        "PATCH /api/v1/namespaces/shop/pods/web": (200, stored),
        "DELETE /api/v1/namespaces/shop/pods/web?gracePeriodSeconds=0": (200, stored),
    }
    pods, pod = kube.path("v1", "pods", "shop"), kube.path("v1", "pods", "shop", "web")
    with serving(answers) as server:
        cluster = kube.Cluster(server.kubeconfig(tmp_path))
        assert cluster.create(pods, {"a": 1}) == stored
        cluster.merge(pod, {"b": None})
        cluster.delete(f"{pod}?gracePeriodSeconds=0")
    assert [(one.media, one.body) for one in server.asked] == [
        ("application/json", {"a": 1}),
        ("application/merge-patch+json", {"b": None}),
        ("application/json", None),
    ]


# What is read cannot be answered, whatever the reason: 2. A change that is refused, by its content: 1.
@pytest.mark.parametrize(
    ("ask", "answer", "code", "message"),
    [
        pytest.param(
            "GET",
            status(401, "Unauthorized", "Unauthorized"),
            2,
            "does not accept the credentials: 401 Unauthorized. Sign in again",
            id="signed-out",
        ),
        pytest.param("POST", status(401, "Unauthorized", ""), 2, "401 Unauthorized", id="signed-out-acting"),
        pytest.param(
            "GET", status(403, "Forbidden", "no"), 2, "does not allow GET /api/v1/nodes: 403 no", id="may-not"
        ),
        pytest.param("GET", (403, "a firewall's page\n"), 2, "403 a firewall's page. Ask", id="no-status"),
        pytest.param("POST", status(403, "Forbidden", AUTHORIZER), 2, "Ask for that right", id="may-not-act"),
        pytest.param(
            "POST",
            status(403, "Forbidden", POD_SECURITY),
            1,
            f"refuses POST /api/v1/nodes: 403 {POD_SECURITY}.",
            id="refused-by-its-content",
        ),
        pytest.param("POST", status(422, "Invalid", "is invalid"), 1, "422 is invalid", id="refused-acting"),
        pytest.param("POST", (404, {}), 1, "refuses POST /api/v1/nodes: 404", id="nowhere-to-make-it"),
        pytest.param("DELETE", (409, {"reason": "Conflict"}), 1, "409 Conflict", id="no-message"),
        pytest.param("GET", (503, "apiserver not ready"), 2, "503 apiserver not ready", id="not-ready"),
        pytest.param("GET", (200, "<html>Log in</html>"), 2, "does not answer as one", id="a-login-page"),
        pytest.param("GET", (200, [1]), 2, "what came for GET /api/v1/nodes is no object", id="no-object"),
    ],
)
def test_what_is_refused(tmp_path: Path, ask: str, answer: Answer, code: int, message: str) -> None:
    calls: dict[str, Callable[[kube.Cluster], Any]] = {
        "GET": lambda cluster: cluster.get(NODES),
        "POST": lambda cluster: cluster.create(NODES, {"a": 1}),
        "DELETE": lambda cluster: cluster.delete(NODES),
    }
    with serving({f"{ask} {NODES}": answer}) as server:
        file = server.kubeconfig(tmp_path)
        with pytest.raises(kube.ApiError) as raised:
            calls[ask](kube.Cluster(file, "x"))
    said = str(raised.value)
    assert said.startswith(f"The Kubernetes API at {server.url} (context x of the kubeconfig {file}) ")
    assert message in said
    assert "secret" not in said
    assert raised.value.exit_code == code


def test_a_server_of_something_else_is_no_empty_cluster(tmp_path: Path) -> None:
    with serving({}) as server:
        cluster = kube.Cluster(server.kubeconfig(tmp_path))
        with pytest.raises(kube.ApiError, match="does not answer as one: it has no /api/v1/pods"):
            list(cluster.pages(kube.path("v1", "pods")))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("", "Connection refused. For local mode, run: aksnetpol local start", id="here"),
        pytest.param("http://aks.invalid", "Check the network, and that the cluster runs", id="elsewhere"),
    ],
)
def test_a_cluster_that_does_not_answer(tmp_path: Path, url: str, message: str) -> None:
    with serving({}) as server:
        gone = server.url
    cluster = kube.Cluster(written(tmp_path, url or gone))
    for call in (lambda: cluster.get(NODES), lambda: cluster.exec("shop", "web", "c", ["true"], 5)):
        with pytest.raises(kube.ApiError, match="does not answer: ") as raised:
            call()
        assert message in str(raised.value)
        assert "object at 0x" not in str(raised.value)
        assert (raised.value.status, raised.value.exit_code) == (0, 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(AUTHORIZER, 2, id="may-not"),
        pytest.param("container c not found", 1, id="refused"),
    ],
)
def test_a_command_that_is_refused(tmp_path: Path, said: str, code: int) -> None:
    query = "container=c&command=a+b&stdin=false&stdout=true&stderr=true&tty=false"
    answers = {f"GET /api/v1/namespaces/shop/pods/web/exec?{query}": status(403, "Forbidden", said)}
    with serving(answers) as server:
        cluster = kube.Cluster(server.kubeconfig(tmp_path))
        with pytest.raises(kube.ApiError, match="exec in shop/web: 403") as raised:
            cluster.exec("shop", "web", "c", ["a b"], 5)
    assert said in str(raised.value)
    assert raised.value.exit_code == code
    assert server.asked[0].authorization == "Bearer secret"


_CONTEXT = "contexts: [{name: a, context: {cluster: c, user: u}}]\ncurrent-context: a\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(None, "No configuration found", id="no-file"),
        pytest.param("", "file is empty", id="empty"),
        pytest.param("words", "it is no kubeconfig", id="text"),
        pytest.param("[1, 2]", "it is no kubeconfig", id="list"),
        pytest.param("{", "while parsing a flow node", id="no-yaml"),
        pytest.param("clusters: []\n", "Expected key current-context", id="no-context"),
        pytest.param(f"clusters: 3\nusers: []\n{_CONTEXT}", "it is no kubeconfig", id="wrong-type"),
        pytest.param(
            f"clusters: [{{name: c, cluster: {{}}}}]\nusers: []\n{_CONTEXT}",
            "names no server",
            id="no-server",
        ),
    ],
)
def test_a_kubeconfig_that_leads_nowhere(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "config"
    if text is not None:
        file.write_text(text)
    with pytest.raises(kube.ApiError) as raised:
        kube.Cluster(file).get(NODES)
    said = str(raised.value)
    assert said.startswith(f"The kubeconfig {file} cannot be used: ")
    assert message in said
    assert "get one: aksnetpol credentials" in said
    assert raised.value.exit_code == 2


def test_a_context_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(kube.ApiError, match=r"Context y of the kubeconfig .* cannot be used: .*name y"):
        kube.Cluster(written(tmp_path, "http://127.0.0.1:1"), "y")


def test_the_client_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "is_installed", lambda extra: extra != "live")
    with pytest.raises(MissingExtraError, match="A live cluster needs the extra 'live'") as raised:
        kube.Cluster()
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(("v1", "pods"), "/api/v1/pods", id="core"),
        pytest.param(
            ("apps/v1", "deployments", "shop"), "/apis/apps/v1/namespaces/shop/deployments", id="in"
        ),
        pytest.param(("v1", "namespaces", "", "shop"), "/api/v1/namespaces/shop", id="without-a-namespace"),
        pytest.param(("v1", "pods", "a/b", "c?d"), "/api/v1/namespaces/a%2Fb/pods/c%3Fd", id="quoted"),
    ],
)
def test_paths(arguments: tuple[str, ...], expected: str) -> None:
    assert kube.path(*arguments) == expected
