"""What every component of this package does the same way."""

import inspect
from typing import Any

import pulumi
from pulumi.provider.experimental.util import camel_case

PACKAGE = "aksnetpol"


class Component(pulumi.ComponentResource):
    """A component of the package; its public class annotations are its outputs.

    Args:
        name: Pulumi name.
        opts: the user's options.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(f"{PACKAGE}:index:{type(self).__name__}", name, {}, opts)
        # Pulumi hands these down to no child by itself.
        self._inherited = pulumi.ResourceOptions(
            depends_on=opts.depends_on if opts else None, deleted_with=opts.deleted_with if opts else None
        )

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Return options for a child resource: `options`, with this component as parent."""
        return pulumi.ResourceOptions.merge(self._inherited, pulumi.ResourceOptions(parent=self, **options))

    def finish(self) -> None:
        """Register the outputs under the names that other languages see."""
        self.register_outputs({camel_case(name): getattr(self, name) for name in output_names(type(self))})


def output_names(component: type) -> list[str]:
    """Return the names of a component's outputs: public class annotations, base classes first."""
    ours = [cls for cls in reversed(component.__mro__) if issubclass(cls, Component)]
    return [name for cls in ours for name in inspect.get_annotations(cls) if not name.startswith("_")]
