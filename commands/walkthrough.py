"""`medvirk walkthrough`: the main job end to end, on real input, in a throw-away database, told step by step."""

import argparse
import asyncio
import signal
from pathlib import Path

from base.embedded import PostgresDidNotStart
from base.settings import Settings
from commands.refusal import CannotRun


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which borders to begin with."""
    parser.add_argument(
        "--boundaries",
        type=Path,
        metavar="FILE",
        help="GeoJSON with municipalities' borders, 3907 among them (properties kommunenummer, kommunenavn); "
        "four are ours",
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Play it; 0 where every promise held, 1 where the audit found one broken. It leaves nothing behind."""
    # Only here: what plays a town must not be at hand where one is served.
    from rehearsal.story import Story
    from rehearsal.walkthrough import NotTheseBorders, borders, play
    from rehearsal.wire import Unexpected

    try:
        given = borders(options.boundaries)
    except (OSError, NotTheseBorders) as unreadable:
        why = unreadable.strerror if isinstance(unreadable, OSError) else type(unreadable).__doc__
        raise CannotRun(f"{options.boundaries}: {why}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # As Ctrl-C: everything is cleared away.
    try:
        return asyncio.run(play(given, Story()))
    except (Unexpected, TimeoutError, PostgresDidNotStart) as failed:
        raise CannotRun(str(failed)) from None
