"""The boundary to Azure Resource Manager.

Its client brings httpx and Azure's SDK along, which take half a second to import: it is loaded when somebody
asks for it. Errors, versions of the API and pages of lists come without.
"""

from typing import TYPE_CHECKING

from aksnetpol.azure.errors import ArmError, AzureError, CloudError, OperationError

if TYPE_CHECKING:
    from aksnetpol.azure.client import ArmClient
else:

    def __getattr__(name: str) -> object:
        if name != "ArmClient":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from aksnetpol.azure.client import ArmClient

        return ArmClient


__all__ = ["ArmClient", "ArmError", "AzureError", "CloudError", "OperationError"]
