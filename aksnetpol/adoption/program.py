"""The program that imports: a stack's own, each Azure resource with the id of the existing one."""

from collections.abc import Callable, Mapping

import pulumi
from pulumi.runtime import register_stack_transformation

from components.program import deploy
from stacks import LoadedSettings


def program(loaded: LoadedSettings, imports: Mapping[tuple[str, str], str]) -> Callable[[], None]:
    """Return a program for the Automation API.

    Args:
        loaded: the stack's settings.
        imports: from `Adoption`.
    """

    def with_id(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        arm_id = imports.get((args.type_, args.name))
        if arm_id is None:
            return None
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(import_=arm_id))
        segments = arm_id.split("/")
        # A pool has these from the system pool's id, which a plan of its creation does not know yet.
        names = {"resource_group_name": segments[4], "resource_name": segments[8]}
        return pulumi.ResourceTransformationResult({**args.props, **names}, options)

    def run() -> None:
        register_stack_transformation(with_id)
        deploy(loaded)

    return run
