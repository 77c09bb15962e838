"""Role assignments and the role definitions that AKS needs (Microsoft.Authorization)."""
