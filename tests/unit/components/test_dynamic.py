"""dynamic.py: dynamic providers travel as references, without code or secrets."""

import base64
import pickletools
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pulumi.dynamic
import pytest

from aksnetpol_components.cluster_networking import ClusterNetworkingProvider
from aksnetpol_components.dynamic import Provider
from aksnetpol_components.feature_registration import FeatureProvider
from aksnetpol_components.password import PasswordProvider
from aksnetpol_components.resend_count import ResendCountProvider
from aksnetpol_components.system_pool import SystemPoolProvider
from aksnetpol_components.windows_password import WindowsPasswordProvider

# These names stand in users' states for as long as their stacks live: a module may not move, nor a class get
# another name, unless earlier_names.py knows the one before.
NAMES = {
    ClusterNetworkingProvider: ("aksnetpol_components.cluster_networking", "ClusterNetworkingProvider"),
    FeatureProvider: ("aksnetpol_components.feature_registration", "FeatureProvider"),
    PasswordProvider: ("aksnetpol_components.password", "PasswordProvider"),
    ResendCountProvider: ("aksnetpol_components.resend_count", "ResendCountProvider"),
    SystemPoolProvider: ("aksnetpol_components.system_pool", "SystemPoolProvider"),
    WindowsPasswordProvider: ("aksnetpol_components.windows_password", "WindowsPasswordProvider"),
}


def test_no_provider_is_without_a_name_that_stays() -> None:
    root = Path(__file__).parents[3] / "components" / "aksnetpol_components"
    for file in root.glob("*.py"):
        import_module(f"aksnetpol_components.{file.stem}")
    assert set(Provider.__subclasses__()) == set(NAMES)


@pytest.mark.parametrize("provider", NAMES, ids=lambda one: one.__name__)
def test_pickled_by_reference(provider: Any) -> None:
    text: str = pulumi.dynamic.dynamic.serialize_provider(provider())
    names = [
        argument for _, argument, _ in pickletools.genops(base64.b64decode(text)) if isinstance(argument, str)
    ]
    assert tuple(names[:2]) == NAMES[provider]
    assert len(text) < 200
    assert not provider.serialize_as_secret_always


def test_the_dynamic_process_does_not_load_the_cloud_sdks() -> None:
    code = (
        "import sys\n"
        "from aksnetpol_components import feature_registration, password, system_pool\n"
        "heavy = ('pulumi_azure_native', 'pulumi_kubernetes', 'azure.identity')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
