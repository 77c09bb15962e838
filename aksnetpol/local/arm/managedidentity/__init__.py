"""User-assigned managed identities (Microsoft.ManagedIdentity)."""
