"""How often a resident may be asked in a day, over all triggers: as often as the municipality says."""

from typing import Final

from base.database import Work
from base.queries import load_queries
from geofence.zones import announce_zones_changed

sql = load_queries(__file__)

USUAL: Final = 10
"""Where the municipality has said nothing."""


async def per_day(work: Work) -> int:
    """How many triggers may fire for one resident in a day where the municipality lies."""
    found: int | None = await work.fetchval(sql.daily_cap)
    return USUAL if found is None else found


async def set_per_day(work: Work, most: int) -> None:
    """Let at most so many triggers fire for one resident in a day; what has fired today counts."""
    await work.execute(sql.set_daily_cap, most=most)
    await announce_zones_changed(work)
