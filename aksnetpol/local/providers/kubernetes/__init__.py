"""The stand-in of the kubernetes plugin."""
