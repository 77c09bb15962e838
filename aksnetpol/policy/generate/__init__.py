"""Makes NetworkPolicies: default-deny, DNS, the documented demo, and the least that a list of flows needs."""

from aksnetpol.policy.generate.flows import Flow, FlowList, read_flows
from aksnetpol.policy.generate.least_privilege import Generated, from_flows
from aksnetpol.policy.generate.manifest import BOTH, as_list, as_yaml
from aksnetpol.policy.generate.templates import allow_dns, default_deny, demo_policy

__all__ = [
    "BOTH",
    "Flow",
    "FlowList",
    "Generated",
    "allow_dns",
    "as_list",
    "as_yaml",
    "default_deny",
    "demo_policy",
    "from_flows",
    "read_flows",
]
