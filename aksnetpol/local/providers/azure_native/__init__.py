"""The stand-in of the azure-native plugin."""
