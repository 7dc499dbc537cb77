"""`medvirk zones`: zones of a municipality, from files."""

import argparse
import asyncio
from collections import Counter
from pathlib import Path

from base.database import work
from base.errors import FieldError, Invalid
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand
from commands.refusal import CannotRun
from geofence.imports.features import ImportOptions
from geofence.imports.file_reading import read_file
from geofence.imports.zone_import import ImportOutcome, import_target, import_zones, try_import
from municipality import directory

LARGEST = 20 << 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """`import`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="import")
    bring = acts.add_parser("import", help="a GeoJSON FeatureCollection; what is refused is listed with its reason")
    bring.add_argument("file", type=Path)
    bring.add_argument("--municipality", required=True, metavar="NUMBER", help="such as 3907")
    bring.add_argument("--kind", choices=("district", "trigger"), default="district")
    bring.add_argument("--name", metavar="PROPERTY", help="the property that holds the name")
    bring.add_argument("--id", metavar="PROPERTY", help="the property that stays the same from file to file")
    bring.add_argument("--crs", metavar="SYSTEM", help="the system of the coordinates, such as EPSG:25832")
    bring.add_argument("--dry-run", action="store_true", help="say what would become of each feature, and keep nothing")
    bring.add_argument("--part", metavar="NAME", help="which collection, where the file is an object of several")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Import, and print what came of each feature that was not taken as it was, counted from 1; 1 where none was
    taken."""
    try:
        with options.file.open("rb") as file:
            raw: bytes = file.read(LARGEST + 1)
    except OSError as unreadable:
        raise CannotRun(f"{options.file}: {unreadable.strerror or type(unreadable).__name__}") from None
    if len(raw) > LARGEST:
        raise CannotRun(f"{options.file}: larger than 20 MiB")
    try:
        report = asyncio.run(_import(options, settings, raw))
    except Invalid as refused:
        raise CannotRun(f"{options.file}: " + "; ".join(map(_line, refused.errors))) from None
    for one in report.features:
        if one.said:
            came_to = " was refused" if one.outcome == "refused" else ""
            print(f"feature {one.number}{came_to}: {'; '.join(map(_line, one.said))}")
    came = Counter(one.outcome for one in report.features)
    would = " would be" if options.dry_run else ""
    print(
        f"{came['new']}{would} created, {came['changed']} changed, {came['same']} the same, {came['refused']} refused"
    )
    return 1 if came["refused"] == len(report.features) > 0 else 0


def _line(error: FieldError) -> str:
    return f"{error.pointer}: {error.detail}" if error.pointer else error.detail


async def _import(options: argparse.Namespace, settings: Settings, raw: bytes) -> ImportOutcome:
    async with at_hand(settings):
        tenant = system(await directory.municipality_by_number(options.municipality))
        async with work(tenant) as unit:
            where = import_target(await directory.town(unit))
        drawing = await read_file(
            raw, ImportOptions(options.kind, options.name, options.id, options.crs, options.part), where
        )
        async with work(tenant) as unit:
            return await (try_import if options.dry_run else import_zones)(unit, drawing)
