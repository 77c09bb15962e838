"""Fixes keep everything else as it is, are idempotent, and change no verdict unless they say so."""

import textwrap
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aksnetpol.findings import Finding
from aksnetpol.policy import analyze, diff, load_text, profile
from aksnetpol.policy.lint import fix_text, lint
from tests.unit.policy.lint.cases import BASE, CASES, TODAY, Case

ENGINES = ("kubernetes", "npm-linux", "npm-linux@2026-08", "npm-windows", "calico", "cilium@1.16")
FILE = "test.yaml"


@lru_cache(maxsize=8)
def findings(text: str, engine: str = "kubernetes") -> list[Finding]:
    return [*lint(load_text(text, FILE).cluster, profile(engine), TODAY)]


def fix(text: str, engine: str = "kubernetes") -> tuple[str, list[Finding]]:
    done: list[Finding] = []
    for _ in range(10):
        fixed = fix_text(text, findings(text, engine))
        done += fixed.findings
        if not fixed.findings:
            return text, done
        text = fixed.text
    raise AssertionError("fixes never end")


def fix_once(text: str) -> str:
    return fix(textwrap.dedent(text))[0]


def test_keeps_comments_quotes_and_line_ends() -> None:
    before = (
        "# top\r\napiVersion: v1\r\nkind: Pod  # a pod\r\nmetadata: {name: a, namespace: demo}\r\nspec:\r\n"
        '  containers:\r\n    - name: "a"\r\n      image: "k8s.gcr.io/pause:3.9" # old\r\n'
    )
    assert fix(before)[0] == before.replace("k8s.gcr.io", "registry.k8s.io")


def test_writes_json() -> None:
    before = (
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},\n'
        ' "spec": {"containers": [{"name": "a", "image": "k8s.gcr.io/pause:3.9"}]}}\n'
    )
    assert fix(before)[0] == before.replace("k8s.gcr.io", "registry.k8s.io")


POLICY = """\
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: demo}
    spec:
      podSelector: {}
"""


def test_removes_a_duplicate_and_leaves_comments_after_it() -> None:
    rules = """\
      ingress:
        - from:  # the first
            - podSelector: {}
        - from:
            - podSelector: {}
        # after it
    """
    assert fix_once(POLICY + rules) == textwrap.dedent(
        POLICY
        + """\
      ingress:
        - from:  # the first
            - podSelector: {}
        # after it
    """
    )


def test_writes_the_policy_types_that_hold() -> None:
    fixed = fix_once(POLICY + "      egress: [{}]\n")
    assert fixed == textwrap.dedent(
        POLICY.replace("  podSelector", "  policyTypes: [Ingress, Egress]\n      podSelector")
        + "      egress: [{}]\n"
    )


def test_an_alias_is_left_alone() -> None:
    text = textwrap.dedent(
        POLICY
        + """\
      ingress:
        - from:
            - ipBlock: &block {cidr: 192.0.2.1/24}
        - ports: [{port: 80}]
          from:
            - ipBlock: *block
    """
    )
    fixed, done = fix(text)
    assert fixed == text.replace("192.0.2.1/24", "192.0.2.0/24")
    assert [finding.id for finding in done] == ["cidr-host-bits"]


def test_a_flow_list_is_left_alone() -> None:
    text = textwrap.dedent(POLICY + "      ingress: [{ports: [{port: 80}]}, {ports: [{port: 80}]}]\n")
    assert [finding.id for finding in findings(text) if finding.fix] == ["shadowed-rule"]
    assert fix(text) == (text, [])


def test_documents_are_told_apart() -> None:
    one = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  containers:\n    - image: %s/pause\n"
    text = "---\n".join([one % ("a", "registry.k8s.io"), one % ("b", "k8s.gcr.io"), one % ("c", "docker.io")])
    assert fix(text)[0] == text.replace("k8s.gcr.io", "registry.k8s.io")


def test_says_where_verdicts_change() -> None:
    text = textwrap.dedent(POLICY + "      ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/0}}]}]\n") + BASE
    fixed, done = fix(text, "npm-linux@2026-08")
    assert [finding.fix.changes_verdicts for finding in done if finding.fix] == [True]
    assert opened_or_closed(text, fixed, "npm-linux@2026-08")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_on_every_case(case: Case) -> None:
    text = case.text + case.base
    fixed, done = fix(text, case.engine)
    assert fix(fixed, case.engine) == (fixed, [])
    if not any(finding.fix and finding.fix.changes_verdicts for finding in done):
        assert not opened_or_closed(text, fixed, case.engine)


def opened_or_closed(before: str, after: str, engine: str) -> bool:
    old, new = (analyze(load_text(text).complete(), engine) for text in (before, after))
    return bool(diff(old, new).changes)


PEERS = st.sampled_from(
    [
        "podSelector: {}",
        "podSelector: {matchLabels: {app: client}}",
        "podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [server]}]}",
        "namespaceSelector: {}",
        "namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a, b]}]}",
        "ipBlock: {cidr: 10.244.0.7/24}",
        "ipBlock: {cidr: 10.244.0.0/24}",
        "ipBlock: {cidr: 10.0.0.0/0}",
        "ipBlock: {cidr: 10.0.0.1/8, except: [10.244.0.5/32]}",
        'ipBlock: {cidr: "2001:db8::1/64"}',
    ]
)
PORTS = st.sampled_from(["port: http", "port: 8080", "{port: 80, endPort: 90}", "protocol: UDP", "{}"])


# A server on Windows: there, taking out what NPM refuses would make a policy installed.
MIXED = BASE.lstrip().replace("nodeName: node1\n", "nodeSelector: {kubernetes.io/os: windows}\n")


def listed(items: list[str], indent: int) -> str:
    return "".join(f"{' ' * indent}- {item}\n" for item in items)


@st.composite
def rules(draw: st.DrawFn, key: str) -> str:
    text = ""
    for _ in range(draw(st.integers(0, 3))):
        peers, ports = draw(st.lists(PEERS, max_size=4)), draw(st.lists(PORTS, max_size=2))
        parts = ([f"{key}:\n{listed(peers, 8)}"] if peers else []) + (
            [f"ports:\n{listed(ports, 8)}"] if ports else []
        )
        text += "    - " + "      ".join(parts or ["{}\n"])
    return text


@st.composite
def policies(draw: st.DrawFn) -> str:
    text = ""
    for number in range(draw(st.integers(1, 3))):
        subject = draw(st.sampled_from(["{}", "{matchLabels: {app: server}}"]))
        text += f"---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{number}, "
        text += f"namespace: demo}}\nspec:\n  podSelector: {subject}  # whom\n"
        types = draw(st.sampled_from(["", "[Ingress]", "[Egress]", "[Ingress, Egress]"]))
        text += f"  policyTypes: {types}\n" if types else ""
        for section, key in (("ingress", "from"), ("egress", "to")):
            written = draw(rules(key))
            text += (
                f"  {section}:\n{written}" if written else draw(st.sampled_from(["", f"  {section}: []\n"]))
            )
    return text + MIXED


@settings(max_examples=75)
@given(text=policies(), engine=st.sampled_from(ENGINES))
def test_is_idempotent_and_changes_no_verdict(text: str, engine: str) -> None:
    fixed, done = fix(text, engine)
    assert fix(fixed, engine) == (fixed, [])
    assert fixed.count("#") == text.count("#")
    if not any(finding.fix and finding.fix.changes_verdicts for finding in done):
        assert not opened_or_closed(text, fixed, engine)
