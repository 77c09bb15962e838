"""The boundary to Azure Resource Manager."""

from aksnetpol.azure.client import ArmClient, ArmResponse
from aksnetpol.azure.cloud import Cloud
from aksnetpol.azure.errors import ArmError, AzureError, CloudError, OperationError

__all__ = ["ArmClient", "ArmError", "ArmResponse", "AzureError", "Cloud", "CloudError", "OperationError"]
