"""The program that imports: a stack's own, each Azure resource with the id of the existing one."""

from collections.abc import Callable
from dataclasses import replace

import pulumi
from pulumi.runtime import register_stack_transformation
from pulumi.runtime._callbacks import _CallbackServicer

from aksnetpol.adoption.planning import Imports
from aksnetpol_components.dynamic import ADOPTING, quiet_grpc
from aksnetpol_stacks import DemoSettings, LoadedSettings
from aksnetpol_stacks.program import deploy

Transformation = Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]

_OURS = frozenset(f"pulumi-python:dynamic/aksnetpol:{name}" for name in ("ClusterNetworking", "SystemPool"))


def program(loaded: LoadedSettings, imports: Imports, *, planning: bool = False) -> Callable[[], None]:
    """Return a program for the Automation API; the demo is left for the first up.

    Args:
        loaded: the stack's settings.
        imports: from `Adoption`.
        planning: for a preview: without protection, at which the engine would stop before it says what
            differs.
    """
    settings = loaded.settings.model_copy(update={"demo": DemoSettings(enabled=False)})

    def run() -> None:
        quiet_grpc()
        _forget_callbacks()
        register_stack_transformation(by_id(imports, planning=planning))
        deploy(replace(loaded, settings=settings))

    return run


def _forget_callbacks() -> None:
    """Forget the hooks' servers of an earlier program of this process.

    The SDK keeps them all (3.259.0, runtime/_callbacks.py), and would stop them again at the end of this
    program, on its event loop instead of theirs.
    """
    _CallbackServicer._servicers.clear()


def by_id(imports: Imports, *, planning: bool = False) -> Transformation:
    """Return what makes the resources that have an id imported instead of created, and never updated.

    The engine updates what differs from an import, which would undo a change that somebody makes after the
    plan. So whatever a resource has is ignored while it is imported, and our own resources refuse to write.
    (A saved plan cannot do the same: the engine's holds no step of an import.)

    Args:
        imports, planning: see program; a plan says what differs.
    """

    def with_id(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ in _OURS:
            return pulumi.ResourceTransformationResult({**args.props, ADOPTING: True}, args.opts)
        arm_id = imports.get((args.type_, args.name))
        if arm_id is None:
            return None
        extra = pulumi.ResourceOptions(
            import_=arm_id, protect=False if planning else None, ignore_changes=None if planning else ["*"]
        )
        options = pulumi.ResourceOptions.merge(args.opts, extra)
        segments = arm_id.split("/")
        # A pool has these from the system pool's id, which a plan of its creation does not know yet.
        names = {"resource_group_name": segments[4], "resource_name": segments[8]}
        return pulumi.ResourceTransformationResult({**args.props, **names}, options)

    return with_id
