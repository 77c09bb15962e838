"""The Pulumi program of every stack: settings in, components out."""

from datetime import UTC, datetime

import pulumi

import stacks
from aksnetpol.errors import UserError
from components.program import deploy

try:
    deploy(stacks.load(pulumi.Config("aksnetpol"), datetime.now(UTC).date()))
except UserError as error:
    raise pulumi.RunError(str(error)) from None
