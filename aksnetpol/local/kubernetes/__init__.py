"""Real Kubernetes control planes for the clusters of the emulator: see `backend.ControlPlanes`.

Nothing is imported here: the node agent uses the client in `api`, and `backend` uses the node agent.
"""
