"""The text of an adopted stack's file."""

from typing import Any

import yaml

from aksnetpol.adoption.planning import Adoption
from aksnetpol_stacks.parse import NAMESPACE, SCHEMA

_HEAD = """\
# yaml-language-server: $schema={schema}
# Adopted from {cluster}
# managedClusterArgs and agentPoolArgs hold what Azure has and no setting names; they win over settings.
"""


class _Indented(yaml.SafeDumper):
    """Indents the items of lists, as the other stack files do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def stack_text(adoption: Adoption, subscription: str | None = None) -> str:
    """Return Pulumi.<stack>.yaml for an adoption.

    Args:
        adoption: the plan.
        subscription: of the cluster, where it is not the one that the environment chooses.
    """
    config: dict[str, Any] = {f"{NAMESPACE}:{key}": value for key, value in adoption.config.items()}
    if subscription is not None:
        config["azure-native:subscriptionId"] = subscription
    body = yaml.dump({"config": config}, Dumper=_Indented, sort_keys=False, width=110)
    return _HEAD.format(schema=SCHEMA, cluster=adoption.cluster_id) + body
