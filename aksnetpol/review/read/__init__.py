"""Reads both sides of a change: git revisions, previews, the state and live clusters."""
