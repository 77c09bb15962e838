"""Takes an existing cluster over into a stack: its settings from Azure, its import, nothing changed."""

from aksnetpol.adoption.adoption import Adoption, adoption
from aksnetpol.adoption.errors import AdoptionError
from aksnetpol.adoption.stack_file import stack_text
from aksnetpol.adoption.takeover import take_over

__all__ = ["Adoption", "AdoptionError", "adoption", "stack_text", "take_over"]
