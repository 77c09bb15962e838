"""The Pulumi program of every stack: settings in, components out."""

from datetime import UTC, datetime

import pulumi

import aksnetpol_stacks
from aksnetpol.errors import UserError
from aksnetpol_stacks.program import deploy

try:
    deploy(aksnetpol_stacks.load(pulumi.Config("aksnetpol"), datetime.now(UTC).date()))
except UserError as error:
    raise pulumi.RunError(str(error)) from None
