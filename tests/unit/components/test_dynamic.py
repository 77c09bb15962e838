"""dynamic.py: dynamic providers travel as references, without code or secrets."""

import base64
import pickletools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi.dynamic
import pytest

from aksnetpol_components.feature_registration import FeatureProvider
from aksnetpol_components.password import PasswordProvider
from aksnetpol_components.system_pool import SystemPoolProvider


@pytest.mark.parametrize("provider", [FeatureProvider, PasswordProvider, SystemPoolProvider])
def test_pickled_by_reference(provider: Any) -> None:
    text: str = pulumi.dynamic.dynamic.serialize_provider(provider())
    names = [
        argument for _, argument, _ in pickletools.genops(base64.b64decode(text)) if isinstance(argument, str)
    ]
    assert names[:2] == [provider.__module__, provider.__name__]
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
