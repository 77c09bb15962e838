"""Kubernetes label selectors (apimachinery, LabelSelector)."""

from __future__ import annotations

from aksnetpol.policy.load.fields import Field
from aksnetpol.policy.model.selectors import AllOf, Operator, Requirement

OPERATORS = (Operator.IN, Operator.NOT_IN, Operator.EXISTS, Operator.DOES_NOT_EXIST)


def read_selector(field: Field) -> AllOf:
    """Return a selector; matchLabels and matchExpressions must all hold, and an empty one selects all.

    Raises:
        FieldError: what the API server's validation rejects, such as In without values.
    """
    field.only("matchLabels", "matchExpressions")
    parts: list[Requirement] = []
    labels = field.get("matchLabels")
    for key, value in (labels.labels() if labels else {}).items():
        parts.append(Requirement(key, Operator.IN, (value,)))
    parts.extend(_requirement(item) for item in field.list("matchExpressions"))
    return AllOf(tuple(parts))


def _requirement(item: Field) -> Requirement:
    item.only("key", "operator", "values")
    operator = Operator(item.need("operator").choice(*OPERATORS))
    found = item.get("values")
    values = found.texts() if found else ()
    if operator in (Operator.IN, Operator.NOT_IN) and not values:
        raise item.fail(f"{operator} needs values")
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST) and values:
        raise item.fail(f"{operator} takes no values")
    return Requirement(item.need("key").text(), operator, values)
