"""Takes an existing cluster over into a stack: its settings from Azure, its import, nothing changed."""

from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.adoption.planning import Adoption, plan
from aksnetpol.adoption.stack_file import stack_text
from aksnetpol.adoption.takeover import take_over

__all__ = ["Adoption", "AdoptionError", "plan", "stack_text", "take_over"]
