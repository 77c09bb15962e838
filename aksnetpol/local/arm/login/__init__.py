"""Microsoft Entra ID as far as Azure clients need it: metadata, keys, client-credentials tokens."""
