"""The page of the components' API, docs/components.md: `python -m aksnetpol_components.page`."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from aksnetpol_components.provider import AksnetpolProvider

_TOKEN = "aksnetpol:index:"
_HEAD = """# Components

Pulumi component resources; each is usable alone, with any program around it. The page is made from the schema
that other languages get: `python -m aksnetpol_components.page`.

Python, with `aksnetpol-components` installed (arguments are written as here with underscores, `system_pool`):

```python
from aksnetpol_components import AksCluster, PolicySet

cluster = AksCluster(
    "shop",
    {
        "location": "eastus",
        "network_profile": {
            "network_plugin": "azure",
            "network_plugin_mode": "overlay",
            "network_policy": "cilium",
        },
        "system_pool": {"name": "system", "vm_size": "Standard_D4s_v5", "count": 3},
    },
)
PolicySet("policies", {"kubeconfig": cluster.kubeconfig, "namespace": "shop", "paths": ["policies"]})
```

YAML, with the folder `components` of a checkout as the package; it runs in the `.venv` there, which `./run`
makes. A whole program is [examples/yaml](../examples/yaml/Pulumi.yaml); without a checkout,
[`pulumi package add`](install.md#the-components-in-a-program-of-your-own) gets the package:

```yaml
packages:
  aksnetpol: ../../components
resources:
  cluster:
    type: aksnetpol:AksCluster
    properties:
      location: eastus
      networkProfile: { networkPlugin: azure, networkPluginMode: overlay, networkPolicy: cilium }
      systemPool: { name: system, vmSize: Standard_D4s_v5, count: 3 }
```

TypeScript, after `pulumi package add ../../components`, which makes the SDK and prints how to import it:

```typescript
import { AksCluster, PolicySet } from "@pulumi/aksnetpol";

const cluster = new AksCluster("shop", {
    location: "eastus",
    networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkPolicy: "cilium" },
    systemPool: { name: "system", vmSize: "Standard_D4s_v5", count: 3 },
});
new PolicySet("policies", { kubeconfig: cluster.kubeconfig, namespace: "shop", paths: ["policies"] });
```

`*` marks what is required. Secrets stay secret in state and previews.
"""


def page() -> str:
    """Return the page as Markdown."""
    schema: dict[str, Any] = json.loads(str(AksnetpolProvider().schema))
    resources: dict[str, Any] = schema["resources"]
    types: dict[str, Any] = schema["types"]
    parts = [_HEAD]
    for token, resource in sorted(resources.items()):
        parts += [f"\n## {_bare(token)}\n\n{resource['description']}\n\n"]
        parts += _table("argument", resource["inputProperties"], resource.get("requiredInputs", ()))
        parts += ["\n", *_table("output", resource["properties"], ())]
    parts.append("\n## Types\n")
    for token, one in sorted(types.items()):
        parts += [f"\n### {_bare(token)}\n\n{one['description']}\n\n"]
        parts += _table("key", one["properties"], one.get("required", ()))
    return "".join(parts)


def _table(name: str, properties: Mapping[str, Any], required: Iterable[str]) -> list[str]:
    needed = set(required)
    rows = [
        f"| `{key}`{'*' if key in needed else ''} | {_type(one)} | {_cell(one.get('description', ''))} |\n"
        for key, one in sorted(properties.items())
    ]
    return [f"| {name} | type | |\n|---|---|---|\n", *rows]


def _type(one: Mapping[str, Any]) -> str:
    """Say a type in words, with a link where it is one of ours."""
    secret = "secret " if one.get("secret") else ""
    if reference := one.get("$ref"):
        if not str(reference).startswith(f"#/types/{_TOKEN}"):
            return f"{secret}any" if "Any" in reference else f"{secret}{reference.rpartition('/')[2]}"
        bare = _bare(str(reference).removeprefix("#/types/"))
        return f"[{bare}](#{bare.lower()})"
    if one["type"] == "array":
        return f"{secret}list of {_type(one['items'])}"
    if one["type"] == "object":
        return f"{secret}map of {_type(one['additionalProperties'])}"
    return f"{secret}{one['type']}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _bare(token: str) -> str:
    return token.removeprefix(_TOKEN)


if __name__ == "__main__":
    sys.stdout.write(page())
