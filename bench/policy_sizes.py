"""CPU seconds of `lint` and `reach` on inputs that grow where pairs would be compared; one table."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_LIMIT = 3.0  # CPU seconds that each may take (issue 14, point 18)


def _policy(name: str, namespace: str = "a", **spec: Any) -> Json:
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def _pods(count: int, namespaces: int = 1) -> list[Json]:
    return [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"p{n}",
                "namespace": f"n{n % namespaces}" if namespaces > 1 else "a",
                "labels": {"app": f"p{n}", "own": str(n)},
            },
            "spec": {},
        }
        for n in range(count)
    ]


def _selecting(app: int) -> Json:
    return {"podSelector": {"matchLabels": {"app": f"p{app}"}}}


def _from(key: str, value: object) -> list[Json]:
    return [{"from": [{"podSelector": {"matchLabels": {key: str(value)}}}]}]


def _inputs() -> Iterator[tuple[str, str, str]]:
    """Yield what is asked, the command, and the input's text."""

    def listed(*objects: Json) -> str:
        return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})

    equal: list[Json] = [{"from": [{"podSelector": {}}]}] * 1000
    yield "1,000 equal rules", "lint", listed(*_pods(20), _policy("p", podSelector={}, ingress=equal))
    many = [
        _policy(f"q{n}", **_selecting(n % 20), ingress=_from("app", f"p{n * 7 % 20}")) for n in range(2000)
    ]
    yield "2,000 policies", "lint", listed(*_pods(20), *many)
    blocks = [{"ipBlock": {"cidr": f"11.{n // 256}.{n % 256}.0/24"}} for n in range(20_000)]
    wide = _policy("p", podSelector={}, policyTypes=["Egress"], egress=[{"to": blocks}])
    yield "20,000 CIDRs in one rule", "lint", listed(*_pods(20), wide)
    broken = (
        "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: x}\nspec: {podSelectr: {}\n"
    )
    yield "600 kB of broken documents", "lint", "---\n".join([broken] * (600_000 // len(broken)))
    own = [_policy(f"q{n}", f"n{n % 30}", **_selecting(n), ingress=_from("own", n + 30)) for n in range(1000)]
    yield "3,000 pods with labels of their own, 1,000 policies", "reach", listed(*_pods(3000, 30), *own)


def _spent(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure each once."""
    print(f"{'command':8}{'input':54}{'CPU s':>6}  at most {_LIMIT:.0f}")
    with tempfile.TemporaryDirectory() as folder:
        for what, command, text in _inputs():
            file = Path(folder) / "input.yaml"
            file.write_text(text)
            spent = _spent([sys.executable, "-m", "aksnetpol", command, str(file)])
            print(f"{command:8}{what:54}{spent:6.2f}  {'yes' if spent <= _LIMIT else 'NO'}", flush=True)


if __name__ == "__main__":
    main()
