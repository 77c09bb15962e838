"""`python -m bench [NAME ...]`: runs the benchmarks, all short ones or those named; each prints one table."""

import runpy
import sys
from pathlib import Path

# Half an hour and a network: by its name only.
LONG = ("cold_build",)
BENCHMARKS = ("preview", "review", "review_page", "policy_reach", "policy_sizes", "node_agent", "audit")


def main() -> int:
    """Run them one after the other: two at once would measure each other."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    known = (*BENCHMARKS, *LONG)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}\n")
        return 2
    folder = Path(__file__).parent
    sys.path.insert(0, str(folder))
    for name in wanted:
        sys.argv = [name]
        runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
