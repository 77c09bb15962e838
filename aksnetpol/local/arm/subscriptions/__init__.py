"""The one tenant, its subscriptions and Azure's regions."""
