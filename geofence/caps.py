"""How often a resident may be asked in a day, over all triggers: as often as the municipality says."""

from typing import Final

from base.database import Work
from geofence.zones import told

USUAL: Final = 10
"""Where the municipality has said nothing."""


async def per_day(work: Work) -> int:
    """How many triggers may fire for one resident in a day where the municipality lies."""
    found: int | None = await work.fetchval(
        "select (settings -> 'presence' ->> 'per_day')::int from municipality where id = $1", work.municipality
    )
    return USUAL if found is None else found


async def set_per_day(work: Work, most: int) -> None:
    """Let at most so many triggers fire for one resident in a day; what has fired today counts."""
    await work.execute(
        "update municipality set settings = settings || jsonb_build_object('presence', "
        "coalesce(settings -> 'presence', '{}'::jsonb) || jsonb_build_object('per_day', $2::int)) where id = $1",
        work.municipality,
        most,
    )
    await told(work)
