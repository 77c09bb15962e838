"""Refusals of the AKS resource provider; they come without the `error` wrapper (aks-facts, section 2)."""

from datetime import UTC, datetime

from aksnetpol.local.arm.clock import instant
from aksnetpol.local.arm.errors import ArmFaultError
from aksnetpol.local.arm.operations import Operation


def refused(code: str, message: str, target: str | None = None, subcode: str | None = None) -> ArmFaultError:
    """Return a 400 of the resource provider."""
    return ArmFaultError(400, code, message, target=target, subcode=subcode, bare=True)


def busy(operation: Operation) -> ArmFaultError:
    """Return the 409 while an operation runs, in the wording of 2026 (Azure/azure-cli-extensions#9855)."""
    pool = "/agentpools/" in operation.root
    what, command = ("agent pool", "nodepool ") if pool else ("managed cluster", "")
    started = instant(operation.started).astimezone(UTC)
    message = (
        f"Operation is not allowed because there's an in progress {operation.name} operation "
        f"(operation ID: {operation.id}) on the {what} started on UTC {_seconds(started)}. "
        "Please wait for it to finish before starting a new operation. You can also use "
        f"'az aks {command}operation-abort' to abort the operation. "
        "See https://aka.ms/aks-pending-operation for more details"
    )
    return ArmFaultError(409, "OperationNotAllowed", message, bare=True)


def etag_mismatch() -> ArmFaultError:
    """Return the 409 for a write whose If-Match no longer holds (Azure/terraform-azurerm-aks#604)."""
    message = "Operation is not allowed: Another operation is in progress"
    return ArmFaultError(
        409, "EtagMismatch", message, subcode="PutManagedClusterAndComponents_FailedPrecondition", bare=True
    )


def nothing_to_abort(name: str) -> ArmFaultError:
    """Return the 409 for an abort when no operation runs (AKS REST, abort-latest-operation)."""
    message = f"There is no in progress operation on '{name}' that could be aborted."
    return ArmFaultError(409, "OperationNotAllowed", message, subcode="EmuNothingToAbort", bare=True)


def property_change(path: str) -> ArmFaultError:
    """Return the 400 for an immutable property (kubernetes/autoscaler#1051)."""
    return refused("PropertyChangeNotAllowed", f"Changing property '{path}' is not allowed.", path)


def new_pool() -> ArmFaultError:
    """Return the 400 for adding a pool through the cluster (pulumi-azure-native#579)."""
    message = (
        "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through "
        "managed cluster operations. For agent pool specific change, please use per agent pool operations: "
        "https://aka.ms/agent-pool-rest-api"
    )
    return refused("BadRequest", message, "agentPoolProfiles")


def count_missing() -> ArmFaultError:
    """Return the 400 for autoscaling without a count (pulumi-azure-native#2943)."""
    message = "Required parameter properties.count is missing (null)."
    return refused("InvalidParameter", message, "properties.count")


def unknown_value(path: str, value: object, allowed: tuple[str, ...]) -> ArmFaultError:
    """Return the 400 for a value outside an enumeration; modelled."""
    message = f"The value '{value}' of {path} is invalid. Allowed values: {', '.join(allowed)}."
    return refused("BadRequest", message, path, "EmuUnknownValue")


def malformed(path: str, wanted: str) -> ArmFaultError:
    """Return the 400 for a value of the wrong JSON type; modelled."""
    return refused("BadRequest", f"The value of {path} must be {wanted}.", path, "EmuMalformed")


def last_system_pool(name: str) -> ArmFaultError:
    """Return the 400 for the removal of the last system pool; the message is sourced (Azure/AKS#1602)."""
    message = f"Must define at least one system pool. Agent pool '{name}' is the last one."
    return refused("BadRequest", message, "agentPoolProfiles", "EmuLastSystemPool")


def _seconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
