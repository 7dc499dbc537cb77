"""`make bench`: all measurements, or those named on the command line."""

import sys
from importlib import import_module

from benchmarks.table import printed

MEASURES = (
    "signing",
    "presence",
    "remembering",
    "withdrawal",
    "containment",
    "answers",
    "shaking",
    "push",
    "previews",
    "pages",
)


def main() -> int:
    """Print the table, and what each aims at."""
    wanted = sys.argv[1:] or MEASURES
    rows = []
    for name in wanted:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows.extend(import_module(f"benchmarks.{name}").measure())
    print(printed(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
