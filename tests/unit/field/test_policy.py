"""Cases from public reports: the question a user asks, and what is right; each input says its source."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, run

__all__ = ["run"]

INPUTS = Path(__file__).parent / "inputs"
YES, NO = r"(?m)^yes: ", r"(?m)^no: "

# The case, the question, and what the answer says; with "!" before it, what it never says.
CASES = (
    ("apiserver-clusterip", "can dmz/ingress 10.233.0.1:443 apiserver-clusterip --engine calico", NO),
    ("apiserver-clusterip", "can dmz/ingress default/kubernetes:443 apiserver-clusterip --engine calico", NO),
    ("apiserver-clusterip", "can dmz/ingress 192.0.2.201:6443 apiserver-clusterip --engine calico", NO),
    ("bad-selector-labels", "lint bad-selector-labels", r":15:31: error: .*no label value"),
    ("bad-selector-labels", "lint bad-selector-labels", r":20:12: error: .*no name"),
    ("bad-selector-labels", "lint bad-selector-labels", r":31:16: error: .*no port name"),
    ("bad-selector-labels", "can 203.0.113.9 app/web:80 bad-selector-labels", YES),
    ("calico-anp", "can app/web app/db:80 calico-anp --engine calico", r"^no \(engine-defined\): "),
    ("calico-anp", "can app/web app/db:80 calico-anp --engine calico --engine-version 3.29", NO),
    ("calico-anp", "can app/web app/db:80 calico-anp --engine calico --engine-version 3.31.7", NO),
    ("calico-anp", "can app/web app/db:80 calico-anp --engine calico --engine-version 3.32", YES),
    ("calico-anp", "lint calico-anp --engine calico", r":16:1: warning: .*3\.29 to 3\.31"),
    ("calico-default-deny", "can app/web kube-system/dns:53/UDP calico-default-deny --engine calico", YES),
    ("calico-host-endpoints", "can app/web app/api:80 calico-host-endpoints --engine calico", YES),
    (
        "calico-service-account",
        "can app/web app/api:80 calico-service-account --engine calico",
        r"\(unknown\): ",
    ),
    ("ccnp-host-policy", "can app/web app/api:80 ccnp-host-policy --engine cilium", YES),
    ("ccnp-metadata-deny", "can app/web 169.254.169.254:80 ccnp-metadata-deny --engine cilium", NO),
    ("ccnp-metadata-deny", "can app/web 169.254.169.253:80 ccnp-metadata-deny --engine cilium", YES),
    ("clusterip-pods", "can app/web 10.0.7.7:80 clusterip-pods --engine cilium", NO),
    ("clusterip-pods", "lint clusterip-pods --engine cilium", r"ClusterIP of service app/db.*no policy sees"),
    (
        "cnp-apiserver-entity",
        "can app/op 203.0.113.20:443 cnp-apiserver-entity --engine cilium",
        r"\(unknown\): .*rule 1 .*may allow it: who kube-apiserver is",
    ),
    (
        "cnp-apiserver-entity",
        "explain app/op 203.0.113.20:443 cnp-apiserver-entity --engine cilium",
        r"(?s)rule 1 .*may allow it: who kube-apiserver is",
    ),
    (
        "cnp-apiserver-entity",
        "explain app/op 203.0.113.20:443 cnp-apiserver-entity --engine cilium",
        "!no rule allows this",
    ),
    ("cnp-apiserver-entity", "can app/op app/db:443 cnp-apiserver-entity --engine cilium", NO),
    ("cnp-combined-peers", "can app/tunnel app/vault:443 cnp-combined-peers --engine cilium", YES),
    (
        "cnp-combined-peers",
        "lint cnp-combined-peers --engine cilium",
        r":30:\d+: error: .*cannot stand in one rule",
    ),
    ("cnp-default-deny-switch", "can app/web 203.0.113.7:443 cnp-default-deny-switch --engine cilium", YES),
    (
        "cnp-fqdn-without-dns",
        "can app/web api.example.com:443 cnp-fqdn-without-dns --engine cilium",
        r"^yes \(unknown\): .*no policy of app/web in the input has rules\.dns",
    ),
    (
        "cnp-fqdn-without-dns",
        "lint cnp-fqdn-without-dns --engine cilium",
        r":21:\d+: warning: .*fqdn-without",
    ),
    ("cnp-fqdn-without-dns", "lint cnp-fqdn-without-dns --engine cilium", "!peer-selects-nothing"),
    ("cnp-namespace-labels", "can client/cl server/srv:80 cnp-namespace-labels --engine cilium", YES),
    ("cnp-namespace-labels", "can bad/cl server/srv:80 cnp-namespace-labels --engine cilium", NO),
    (
        "cnp-subject-other-namespace",
        "can shop/api shop/cache:6379 cnp-subject-other-namespace --engine cilium",
        NO,
    ),
    (
        "cnp-subject-other-namespace",
        "can tools/api shop/cache:6379 cnp-subject-other-namespace --engine cilium",
        YES,
    ),
    ("crd-workloads", "lint crd-workloads", r"app/scaledjob/worker"),
    ("crd-workloads", "lint crd-workloads", "!Nothing found|pods-not-read"),
    ("crd-workloads", "reach crd-workloads", r"app/deploymentconfig/old"),
    ("crd-workloads", "can app/service/hello app/rollout/web:8080 crd-workloads", YES),
    ("crd-workloads", "can app/deploymentconfig/old app/rollout/web:8080 crd-workloads", NO),
    ("cnp-without-dns", "lint cnp-without-dns --engine cilium", r":19:1: warning: .*not resolved by app/web"),
    ("dns-by-cnp", "lint dns-by-cnp --engine cilium", "!egress-without-dns"),
    (
        "metadata-any-peer",
        "lint metadata-any-peer --engine cilium",
        r":17:\d+: warning: .*169\.254\.169\.254",
    ),
    ("dns-wrong-label", "reach dns-wrong-label --engine cilium", "!ENFORCED"),
    ("dns-wrong-label", "reach dns-wrong-label --engine calico", "!enforced otherwise"),
    ("dns-wrong-label", "can app/web kube-system/coredns:53/UDP dns-wrong-label --engine cilium", NO),
    ("dns-wrong-label", "lint dns-wrong-label --engine cilium", r"peer-selects-nothing"),
    ("formats-bom", "can app/web app/db:80 formats/bom.yaml", YES),
    ("formats-crlf", "can app/web app/db:80 formats/crlf.yaml", YES),
    ("formats-powershell", "can app/web app/db:80 formats/powershell-utf16le.yaml", NO),
    (
        "formats-tab",
        "can app/web app/db:80 formats/tab.yaml",
        r"tab\.yaml:21: error: .*a tab indents this line",
    ),
    (
        "formats-duplicate-key",
        "can app/web app/db:80 formats/duplicate-key.yaml",
        r"duplicate-key\.yaml:\d+: error",
    ),
    ("formats-comments", "can app/web app/db:80 formats/comments.json", r"comments\.json:\d+: error"),
    ("hook-job-label", "can shop/migrate shop/db:5432 hook-job-label", YES),
    ("hook-job-label", "lint hook-job-label", "!peer-selects-nothing"),
    (
        "hostnetwork-ingress",
        "explain ingress-nginx/controller frontend/web:80 hostnetwork-ingress --engine calico",
        r"(?s)^Engine.*no: .*the addresses of its node",
    ),
    (
        "hostnetwork-ingress",
        "explain ingress-nginx/controller frontend/web:80 hostnetwork-ingress --engine calico",
        "!matchLabels",
    ),
    ("hostnetwork-ingress", "lint hostnetwork-ingress --engine calico", r"peer-host-network"),
    ("init-named-port", "can crdb/scraper crdb/db:9000 init-named-port --engine npm-linux", NO),
    ("init-named-port", "can crdb/scraper crdb/db:9000 init-named-port --engine calico", YES),
    (
        "job-flows",
        "generate from-flows job-flows/flows.json job-flows/input.yaml",
        r"app/import-77x has no label that stays.*label the template",
    ),
    (
        "job-flows",
        "generate from-flows job-flows/flows.json job-flows/input.yaml",
        "!job-name|controller-uid",
    ),
    ("long-names", "reach long-names", r"onlineboutique/recommendationservice\b"),
    ("named-port-source", "can cli/client srv/web:80 named-port-source", YES),
    ("named-port-source", "can cli/client srv/web:666 named-port-source", NO),
    ("named-port-source", "can cli/client srv/web:8956/UDP named-port-source", NO),
    (
        "npm-own-node",
        "can app/web node/n1:80 npm-own-node --engine npm-linux",
        r"(?m)^yes: app/web -> node/n1 on 80",
    ),
    (
        "npm-own-node",
        "explain app/web node/n2:80 npm-own-node --engine npm-linux",
        r"no: app/web -> node/n2 on 80",
    ),
    ("other-kinds", "can app/web app/db:80 other-kinds", YES),
    ("other-kinds", "lint other-kinds", r"warning: MultiNetworkPolicy"),
    (
        "primary-label",
        "can app/web app/cache:6379 primary-label",
        r"^no, not for all: .*app/cache-0 on 6379: yes; app/web -> app/cache-1 on 6379: no",
    ),
    ("quoted-port", "can hub/user hub/proxy:9000 quoted-port", YES),
    ("quoted-port", "lint quoted-port", r":24:16: error: .*no port name"),
    ("repo-root", "can app/web app/db:5432 repo-root", YES),
    ("repo-root", "lint repo-root", r"helm template chart repo-root/chart"),
    ("repo-root", "lint repo-root", r"skipped 5 documents that are no objects of Kubernetes"),
    (
        "starwars-l7",
        "can default/tiefighter default/deathstar:80 starwars-l7 --engine cilium",
        "only HTTP POST",
    ),
    ("starwars-l7", "reach starwars-l7 --engine cilium", r"lets only HTTP\s+POST /v1/request-landing"),
    ("starwars-l7", "reach starwars-l7 --engine cilium", "!namespace default is not in the input"),
    (
        "cnp-apiserver-entity",
        "reach cnp-apiserver-entity --engine cilium --unknown",
        r"(?s)\? CiliumNetworkPolicy app/op egress rule 1 .* may allow more: who\s+kube-apiserver",
    ),
    ("starwars-l7", "can default/xwing default/deathstar:80 starwars-l7 --engine cilium", NO),
)


@pytest.mark.parametrize(
    ("case", "question", "says"), CASES, ids=[f"{case}-{n}" for n, (case, *_) in enumerate(CASES)]
)
def test_case(case: str, question: str, says: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(INPUTS)
    monkeypatch.setenv("COLUMNS", "200")
    _, printed = run(*shlex.split(question))
    found = re.search(says.removeprefix("!"), printed)
    assert bool(found) is not says.startswith("!"), printed
