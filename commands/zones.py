"""`medvirk zones`: zones of a municipality, from files."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from base.database import work
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand
from commands.refusal import CannotRun
from geofence.importing import import_zones
from municipality import directory


def arguments(parser: argparse.ArgumentParser) -> None:
    """`import`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="import")
    bring = acts.add_parser("import", help="a GeoJSON FeatureCollection; what is refused is listed with its reason")
    bring.add_argument("file", type=Path)
    bring.add_argument("--municipality", required=True, metavar="NUMBER", help="such as 3907")
    bring.add_argument("--kind", choices=("district", "trigger"), default="district")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Import, and print what came of each feature that was not taken as it was; 1 where any was refused."""
    try:
        collection = json.loads(options.file.read_text(encoding="utf-8"))
        if not isinstance(collection, dict):
            raise ValueError
    except (OSError, ValueError) as unreadable:
        raise CannotRun(f"{options.file}: {type(unreadable).__name__}") from None
    return asyncio.run(_import(options, settings, collection))


async def _import(options: argparse.Namespace, settings: Settings, collection: Mapping[str, Any]) -> int:
    async with at_hand(settings):
        municipality = await directory.municipality_by_number(options.municipality)
        async with work(system(municipality)) as unit:
            report = await import_zones(unit, collection, options.kind)
    for index, note in report.repaired:
        print(f"feature {index} was repaired: {note}")
    for index, reason in report.refused:
        print(f"feature {index} was refused: {reason}")
    print(f"{len(report.created)} zones were created")
    return 1 if report.refused else 0
