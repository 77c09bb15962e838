"""Serves the components to Pulumi programs in other languages; the engine runs it by PulumiPlugin.yaml."""

from aksnetpol_components.provider import main

main()
