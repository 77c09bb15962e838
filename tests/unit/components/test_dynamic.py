"""components/dynamic.py: dynamic providers travel as references, without code or secrets."""

import base64
import pickletools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi.dynamic
import pytest

from components.feature_registration import FeatureProvider
from components.password import PasswordProvider
from components.system_pool import SystemPoolProvider


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
        "import sys, components.password, components.system_pool, components.feature_registration\n"
        "heavy = ('pulumi_azure_native', 'pulumi_kubernetes', 'azure.identity')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
