"""Where a command begins: an interrupt ends it quietly also while it is still being loaded."""

import os
import signal

_LEAST_COLUMNS = 20


def main() -> None:
    """Load the command line and run it."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) < _LEAST_COLUMNS:
        del os.environ["COLUMNS"]  # rich would print nothing, or a letter a line
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from aksnetpol.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
