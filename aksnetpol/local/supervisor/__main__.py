"""`python -m aksnetpol.local.supervisor HOME PORT`: the process that `aksnetpol local start` starts."""

import sys
from pathlib import Path

from aksnetpol.errors import AksnetpolError
from aksnetpol.local.supervisor.daemon import run


def main() -> int:
    """Run the session; what goes wrong is one message on standard error."""
    home, port = sys.argv[1:3]
    try:
        run(Path(home), int(port))
    except AksnetpolError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
