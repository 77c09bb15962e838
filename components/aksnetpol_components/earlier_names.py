"""Names that these modules had before, which stand in states for as long as a stack lives.

Pulumi keeps a dynamic provider in a resource's state as a reference to its class; deleting and reading the
resource loads it from there. Up to 0.1.0 the package was called `components`.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

_EARLIER = "components"
_MODULES = (
    "cluster_networking",
    "feature_registration",
    "password",
    "resend_count",
    "system_pool",
    "windows_password",
)


class _EarlierNames(MetaPathFinder, Loader):
    """Finds a module by the name that it had."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what was called so, nothing for any other name."""
        package, _, module = fullname.partition(".")
        if package != _EARLIER or (module and module not in _MODULES):
            return None
        return spec_from_loader(fullname, self, is_package=not module)

    def exec_module(self, module: ModuleType) -> None:
        """Put the module in its place that has another name now."""
        _, _, name = module.__name__.partition(".")
        if name:
            sys.modules[module.__name__] = import_module(f"{__package__}.{name}")


def install() -> None:
    """Find modules by their earlier names too, in this process; what else has such a name goes first."""
    sys.meta_path.append(_EarlierNames())
