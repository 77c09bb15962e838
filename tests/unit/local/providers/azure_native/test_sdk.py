"""The SDK's classes, asked for by several previews at once."""

import subprocess
import sys

# A process of its own: the module may be loaded already in this one.
_SCRIPT = """
import sys, threading
from aksnetpol.local.providers.azure_native import sdk

sys.setswitchinterval(1e-6)
start, failed = threading.Barrier(8), []
def ask():
    start.wait()
    try:
        sdk.output_type("resources:ResourceGroup")
    except Exception as error:
        failed.append(str(error))
threads = [threading.Thread(target=ask) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
sys.exit("; ".join(failed) or None)
"""


def test_first_use_by_many_threads() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
