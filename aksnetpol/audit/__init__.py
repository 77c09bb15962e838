"""Every cluster of many subscriptions against retirements, limits and rules.

`evaluate` is pure; `fleet`, which asks Azure Resource Manager, is imported by who needs it.
"""

from aksnetpol.audit.evaluate import evaluate
from aksnetpol.audit.model import Audit, AuditedCluster, Gate, Subscription, Unread

__all__ = ["Audit", "AuditedCluster", "Gate", "Subscription", "Unread", "evaluate"]
