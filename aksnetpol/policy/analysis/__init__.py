"""Snapshots put on one universe and compiled, as classes and bit sets."""
