"""`python -m benchmarks.full_town`: build the town, ask for everything in it, print what each took.

With `--json FILE` the figures are kept too; with `--before FILE` the earlier ones stand beside them.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from base.embedded import Server
from base.keys import FileKeyStore
from benchmarks.full_town.asking import Asked, asked_of, measured, memory_mib, plain, printed, serving
from benchmarks.full_town.building import Town, build
from benchmarks.full_town.size import FULL, Size, small
from benchmarks.town import pool, stage


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_town")
    parser.add_argument("--small", type=int, help="a town with so many of everything instead")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--before", type=Path, help="figures of an earlier version, kept so")
    options = parser.parse_args()
    size = small(options.small) if options.small else FULL
    with stage() as (server, keys):
        began = time.perf_counter()
        town = asyncio.run(_built(server, keys, size))
        print(f"the town was built in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        with serving(server, keys) as (address, pid):
            print(f"the web process holds {memory_mib(pid):.0f} MiB at its start")
            rows = measured(address, town, list(asked_of(town)))
            print(f"the web process holds {memory_mib(pid):.0f} MiB after all requests")
    print(printed(rows, _figures(options.before) if options.before else {}))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


async def _built(server: Server, keys: Path, size: Size) -> Town:
    async with pool(server):
        return await build(size, FileKeyStore(keys))


def _figures(kept: Path) -> dict[str, dict[str, Any]]:
    """Earlier figures by what was asked for, whatever ids it had then."""
    rows = json.loads(kept.read_text(encoding="utf-8"))
    return {plain(Asked(**row["asked"]).name): row for row in rows}


if __name__ == "__main__":
    sys.exit(main())
