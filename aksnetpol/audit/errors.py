"""What is wrong with the question of an audit."""

from aksnetpol.errors import UserError


class AuditError(UserError):
    """There is nothing to audit: no such subscription, or none that can be seen."""
