"""A new stack project in a user's own repository: which files it has, and how they get there."""

from aksnetpol.scaffold.naming import checked_name, name_of
from aksnetpol.scaffold.planning import NewFile, Scenario, Service, plan
from aksnetpol.scaffold.writing import Written, shown, write

__all__ = ["NewFile", "Scenario", "Service", "Written", "checked_name", "name_of", "plan", "shown", "write"]
