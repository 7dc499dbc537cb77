"""How long it takes to say whom a message would reach, in a large town to which much was sent this week.

The bare limit is reading the columns of the night that the answer is made of.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from base.database import Work, work
from base.embedded import Server
from base.jobs import system
from benchmarks.full_town.questionnaire import said
from benchmarks.table import Row
from benchmarks.town import people, pool, settle, stage
from push.audiences import snapshot
from push.audiences.audience import Audience
from push.audiences.criteria import Criterion
from push.campaigns.preview import preview

RESIDENTS = int(os.environ.get("MEDVIRK_BENCH_AUDIENCE", "100000"))
DISTRICTS, MESSAGES, ROUNDS = 60, 10, 7
TOPICS = ("culture", "nature", "sport", "traffic", "school")


async def _filled(municipality: UUID) -> list[UUID]:
    """A town in which people follow a district and topics, and got messages this week; its districts."""
    districts = [uuid4() for _ in range(DISTRICTS)]
    square = {"type": "Polygon", "coordinates": [[[10.2, 59.1], [10.21, 59.1], [10.21, 59.11], [10.2, 59.1]]]}
    async with work(system(municipality)) as unit:
        await unit.executemany(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
            "values ($1, $2, $3, 'district', $4, false, now())",
            [(one, municipality, json.dumps(said("Krets")), json.dumps(square)) for one in districts],
        )
        await unit.execute(
            "insert into resident_area (id, municipality_id, resident_id, zone_id) select gen_random_uuid(), $1, id, "
            "($2::uuid[])[1 + floor(random() * cardinality($2))::int] from resident",
            municipality,
            districts,
        )
        await unit.execute(
            "insert into resident_interest (id, municipality_id, resident_id, interest_key) "
            "select gen_random_uuid(), $1, r.id, t.key from resident r, unnest($2::text[]) t (key) "
            "where random() < 0.3",
            municipality,
            list(TOPICS),
        )
        await unit.execute(
            "insert into push_address (id, municipality_id, resident_id, credential_id, kind, address, locale, "
            "timezone, app_version, changed_on) select gen_random_uuid(), $1, resident_id, id, 'log', id::text, 'nb', "
            "'Europe/Oslo', '1', current_date from credential",
            municipality,
        )
        for number in range(MESSAGES):
            await _sent(unit, timedelta(hours=12 * number + 1))
    return districts


async def _sent(unit: Work, ago: timedelta) -> None:
    """A message that went to most of them."""
    campaign = uuid4()
    await unit.execute(
        "insert into campaign (id, municipality_id, audience, title, body, importance, state, expires_at, created_at, "
        "launched_at, waits_for_approval, filled, audience_size, without_consent) values ($1, $2, $3, $4, $4, "
        "'active', 'done', now() + interval '1 day', now() - $5::interval, now() - $5::interval, false, true, $6, 0)",
        campaign,
        unit.municipality,
        json.dumps(Audience().stored()),
        json.dumps(said("Melding")),
        ago,
        RESIDENTS,
    )
    await unit.execute(
        "insert into delivery (id, municipality_id, campaign_id, resident_id, address_id, state, starts, due_at, "
        "done_at, platform) select gen_random_uuid(), $1, $2, resident_id, id, 'sent', 1, now() - $3::interval, "
        "now() - $3::interval, 'android' from push_address where random() < 0.8",
        unit.municipality,
        campaign,
        ago,
    )


async def _took(municipality: UUID, act: Callable[[Work], Awaitable[object]]) -> float:
    """Seconds, the median."""
    times = []
    for _ in range(ROUNDS):
        async with work(system(municipality)) as unit:
            began = time.perf_counter()
            await act(unit)
            times.append(time.perf_counter() - began)
    return median(times)


async def _measured(server: Server) -> list[Row]:
    async with pool(server):
        municipality = await settle()
        await people(municipality, RESIDENTS, ["personal_feed", "push_messages"])
        districts = await _filled(municipality)
        began = time.perf_counter()
        async with work(system(municipality)) as unit:
            await snapshot.take_snapshot(unit, 0, again=True)
        night_s = time.perf_counter() - began
        some = random.Random(3907).sample(districts, 30)
        asked = {
            "everybody": Audience(),
            "30 districts, not 3 topics": Audience(
                areas=tuple(some), where=Criterion.model_validate({"not": {"interests": list(TOPICS[:3])}})
            ),
        }

        async def columns(unit: Work) -> None:
            night = await snapshot.newest_snapshot()
            assert night is not None
            wanted: dict[str, list[str]] = {"areas": [], "interests": [], "languages": [], "ages": []}
            await snapshot.read_columns(unit, night, ["languages", "manner", "had", "messages"], wanted)

        bare = 1 / await _took(municipality, columns)
        rows = []
        for name, audience in asked.items():

            async def seen(unit: Work, audience: Audience = audience) -> None:
                await preview(unit, audience, ["nb"])

            took = await _took(municipality, seen)
            also = f"{took * 1000:.0f} ms each; the night took {night_s:.0f} s"
            rows.append(Row(f"preview: {name}", 1 / took, "/s", bare, "reading the columns", "> 1 /s", also))
        return rows


def measure() -> list[Row]:
    """The rows of the table."""
    with stage() as (server, keys):
        assert isinstance(keys, Path)
        return asyncio.run(_measured(server))
