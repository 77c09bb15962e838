"""The Pulumi program of every stack: settings in, components out."""

import pulumi

import aksnetpol_stacks
from aksnetpol import clock
from aksnetpol.errors import UserError
from aksnetpol_stacks.program import deploy

try:
    deploy(aksnetpol_stacks.load(pulumi.Config("aksnetpol"), clock.today()))
except UserError as error:
    raise pulumi.RunError(str(error)) from None
