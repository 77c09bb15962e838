"""Real Kubernetes control planes for the clusters of the emulator, and the client of their API."""
