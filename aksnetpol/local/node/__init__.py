"""The nodes of local clusters."""
