"""The one tenant, its one subscription and Azure's regions."""
