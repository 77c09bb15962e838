"""A scripted git repository: one stack on main, and ten pull requests as branches."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aksnetpol import toolchain

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "Tr0ub4dor-and-Three"

STACK = """\
config:
  aksnetpol:cluster:
    name: shop
    location: eastus
    kubernetesVersion: "1.36"
    networkPluginMode: overlay
    networkPolicy: calico
    windows:
      adminUsername: azureuser
  aksnetpol:demo:
    enabled: true
  aksnetpol:policies:
    paths: [policies]
  aksnetpol:windowsAdminPassword:
    secure: v1:AAAAAAAAAAAA:bm90LWEtcmVhbC1jaXBoZXJ0ZXh0
"""
INSIDE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: inside
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
      ports:
        - port: 80
          protocol: TCP
"""
WEB = """\
apiVersion: v1
kind: Namespace
metadata:
  name: web
  labels:
    kubernetes.io/metadata.name: web
---
apiVersion: v1
kind: Pod
metadata:
  name: front
  namespace: web
  labels:
    app: front
spec:
  containers:
    - name: front
      image: registry.k8s.io/e2e-test-images/agnhost:2.63.0
"""
FROM_WEB = """\
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: web
      ports:
        - port: 80
          protocol: TCP
"""
WINDOWS_POOL = """\
    nodePools:
      - name: npwin
        osType: Windows
        osSku: Windows2022
"""
POOL_PLACE = "  aksnetpol:demo:\n"
DEAD_RULES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: outward
spec:
  podSelector:
    matchLabels:
      app: server
  policyTypes: [Egress]
  ingress:
    - ports:
        - port: 90
          protocol: TCP
  egress:
    - {}
"""
_SECURE = STACK[STACK.index("  aksnetpol:windowsAdminPassword") :]

Files = Mapping[str, str | None]
# Each pull request: what its files are; None deletes one.
PULL_REQUESTS: Mapping[str, Files] = {
    "engine-change": {"Pulumi.dev.yaml": STACK.replace("networkPolicy: calico", "networkPolicy: cilium")},
    "policy-opened": {"policies/inside.yaml": INSIDE + FROM_WEB},
    "policy-closed": {"policies/inside.yaml": INSIDE.split("  ingress:")[0]},
    "windows-pool": {"Pulumi.dev.yaml": STACK.replace(POOL_PLACE, WINDOWS_POOL + POOL_PLACE)},
    "replaced": {"Pulumi.dev.yaml": STACK.replace("location: eastus", "location: westeurope")},
    "nothing": {"README.md": "# The shop, with a better introduction\n"},
    "lint-error": {"policies/outward.yaml": DEAD_RULES},
    "renamed": {
        "policies/inside.yaml": None,
        "policies/within.yaml": INSIDE.replace("name: inside", "name: within"),
    },
    "broken-yaml": {"policies/inside.yaml": INSIDE.replace("  podSelector: {}", "  podSelector: {", 1)},
    "secret": {"Pulumi.dev.yaml": STACK.replace(_SECURE, f"  aksnetpol:windowsAdminPassword: {PASSWORD}\n")},
}


@dataclass(frozen=True)
class Repository:
    """A git repository with a project at its root."""

    folder: Path

    def git(self, *arguments: str) -> None:
        """Run git with an identity of its own."""
        identity = ("-c", "user.name=tester", "-c", "user.email=tester@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, files: Files, message: str) -> None:
        """Write, delete and commit files."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)


@pytest.fixture(scope="module")
def repository() -> Iterator[Repository]:
    """The repository, with each pull request as a branch from main."""
    if "pulumi" not in toolchain.plan(["pulumi"]).found:
        pytest.skip("no Pulumi engine: `./run aksnetpol tools` gets it")
    with tempfile.TemporaryDirectory(prefix="aksnetpol-") as place:
        made = Repository(Path(place))
        made.git("init", "--quiet", "--initial-branch=main")
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy2(ROOT / name, made.folder / name)
        main = {
            "Pulumi.dev.yaml": STACK,
            "policies/inside.yaml": INSIDE,
            "cluster/web.yaml": WEB,
            "README.md": "# The shop\n",
        }
        made.commit(main, "Begin")
        for branch, files in PULL_REQUESTS.items():
            made.git("switch", "--quiet", "--create", branch, "main")
            made.commit(files, branch)
        made.git("switch", "--quiet", "main")
        yield made


@pytest.fixture
def password() -> str:
    """What must not be in any report."""
    return PASSWORD
