"""Every cluster of many subscriptions against retirements, limits and rules.

`evaluate` is pure; `fleet`, which asks Azure Resource Manager, is imported by who needs it.
"""

from aksnetpol.audit.evaluate import evaluate
from aksnetpol.audit.model import Audit, AuditedCluster, AuditFinding, Gate, Level, Subscription, Unread

__all__ = ["Audit", "AuditFinding", "AuditedCluster", "Gate", "Level", "Subscription", "Unread", "evaluate"]
