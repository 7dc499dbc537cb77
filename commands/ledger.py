"""`medvirk ledger`: whether the consent ledger is as it was written."""

import argparse
import asyncio
from collections.abc import Sequence

from base.database import work
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand, key_store
from commands.refusal import CannotRun
from consent.models import ConsentEvent
from consent.verification import verify
from municipality.directory import list_municipalities


def arguments(parser: argparse.ArgumentParser) -> None:
    """`verify`, perhaps of one municipality, perhaps against roots that somebody kept."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="verify")
    act = acts.add_parser("verify", help="find every line that was changed, removed, moved, slipped in or cut off")
    act.add_argument("--municipality", metavar="NUMBER", help="this one alone")
    act.add_argument(
        "--root",
        metavar="LINES:HEX",
        action="append",
        default=[],
        help="a root that was kept, and how many lines it is over; may be given again",
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Verify, and name what is found; 1 where anything is."""
    return asyncio.run(_run(options, settings))


def _kept(given: Sequence[str]) -> dict[int, bytes]:
    try:
        return {int(lines): bytes.fromhex(root) for lines, root in (text.split(":", 1) for text in given)}
    except ValueError:
        raise CannotRun("a root is given as LINES:HEX, such as 1200:9f86d0…") from None


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    kept = _kept(options.root)
    wrong = 0
    async with at_hand(settings):
        async with work(None) as unit:
            towns = [t for t in await list_municipalities() if options.municipality in (None, t.number)]
        if not towns:
            raise CannotRun("no municipality with this number is served here")
        for town in towns:
            async with work(system(town.id)) as unit:
                findings = await verify(unit, key_store(settings), kept)
                lines = await ConsentEvent.all().count()
            for finding in findings:
                print(f"{town.number}: {finding.words}")
            if not findings:
                print(f"{town.number}: {lines} lines, all as they were written")
            wrong += len(findings)
    return 1 if wrong else 0
