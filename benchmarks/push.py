"""Push: the sender against the local peer, a whole fan-out, freezing an audience, and one worker beside two."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from firebase_admin import App, messaging
from google.auth.credentials import AnonymousCredentials
from pyreqwest.client import ClientBuilder

from base import database
from base.database import work
from base.embedded import APPLICATION, OWNER, Server
from base.jobs import system
from base.migrating import migrate
from benchmarks.push_worker import PATH, workers
from benchmarks.table import Row
from push.audiences import snapshot
from push.couriers.courier import WakeUp
from push.couriers.fcm import FcmCourier, encode
from tests.push.crowd import launched, permit, settle
from tests.town import found_town, start_postgres

MESSAGES = 10_000
BY_FIREBASE = 1_000
FAN_OUT = int(os.environ.get("MEDVIRK_BENCH_FAN_OUT", "20000"))
AUDIENCE = int(os.environ.get("MEDVIRK_BENCH_AUDIENCE", "100000"))
SLOWLY = 5_000
IN_FLIGHT = 64
PARCELS = [
    WakeUp(
        tag=f"tag-{n:020d}",
        kind="fcm_token",
        address=f"{n:0150d}",
        platform="android",
        language="nb",
        ttl_s=3600,
        urgent=True,
    )
    for n in range(MESSAGES)
]


def measure() -> list[Row]:
    """The room's rows."""
    with peer() as url:
        bare = max(uvloop.run(_bare(url)) for _ in range(2))
        ours = max(uvloop.run(_ours(url)) for _ in range(2))
        firebase = max(uvloop.run(_by_firebase(url)) for _ in range(2))
    rows = [
        Row(
            "FCM sender",
            rate=ours,
            unit="msg/s",
            bare=bare,
            bare_is="the same bodies by pyreqwest alone",
            aim=">= 3000/s",
        ),
        Row(
            "FCM sender", rate=ours, unit="msg/s", bare=firebase, bare_is="firebase-admin's send_each_async", aim=">= 5"
        ),
    ]
    with tempfile.TemporaryDirectory() as folder, start_postgres(Path(folder) / "pg") as server:
        asyncio.run(migrate(server.url(OWNER), APPLICATION))
        rows += _with_database(server, ours)
    return rows


@contextmanager
def peer(delay_ms: float = 0) -> Iterator[str]:
    """An FCM peer in a process of its own; its URL."""
    command = [sys.executable, "-m", "rehearsal.fcm_peer", "--forget", "--delay-ms", str(delay_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.kill()


async def _in_flight(sending: Iterator[Coroutine[Any, Any, object]], number: int) -> float:
    async def one_after_another() -> None:
        for each in sending:
            await each

    began = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))
    return number / (time.perf_counter() - began)


async def _bare(url: str) -> float:
    bodies = [encode(parcel) for parcel in PARCELS]
    async with ClientBuilder().no_proxy().default_headers({"Content-Type": "application/json"}).build() as client:

        async def post(body: bytes) -> None:
            response = await client.post(url + PATH).body_bytes(body).build().send()
            await response.bytes()

        return await _in_flight((post(body) for body in bodies), len(bodies))


async def _ours(url: str) -> float:
    sender = FcmCourier(url + PATH, None)
    allowed = permit()
    rate = await _in_flight((sender.send(allowed, parcel) for parcel in PARCELS), len(PARCELS))
    await sender.close()
    return rate


async def _by_firebase(url: str) -> float:
    service = messaging._MessagingService
    credential = AnonymousCredentials()  # type: ignore[no-untyped-call]  # google-auth leaves this one untyped
    real, service.FCM_URL = service.FCM_URL, url + "/v1/projects/{0}/messages:send"
    try:
        sending = service(App("bench", credential, {"projectId": "rehearsal"}))
    finally:
        service.FCM_URL = real
    messages = []
    for parcel in PARCELS[:BY_FIREBASE]:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            messages.append(messaging.Message({"tag": parcel.tag}, token=parcel.address))
    began = time.perf_counter()
    for first in range(0, len(messages), 100):
        answers = await sending.send_each_async(messages[first : first + 100], dry_run=False)
        assert answers.failure_count == 0
    taken_s = time.perf_counter() - began
    await sending._async_client.aclose()
    return len(messages) / taken_s


def _with_database(server: Server, ours: float) -> list[Row]:
    municipality, per_million_s, grown_mib = uvloop.run(_settle_and_fill(server))
    campaigns = [uvloop.run(_launch(server, municipality)) for _ in range(3)]
    with peer() as url:
        [quick] = workers(server, url, municipality, campaigns[:1], most=FAN_OUT, width=64, hands=3)
    with peer(50) as url:
        [alone] = workers(server, url, municipality, campaigns[1:2], most=SLOWLY, width=25, hands=2)
        first, second = workers(server, url, municipality, campaigns[2:] * 2, most=SLOWLY, width=25, hands=2)
    both = {name: first[name] + second[name] for name in ("sent", "cpu_s")}
    cpu_share = both["cpu_s"] / both["sent"] / (alone["cpu_s"] / alone["sent"])
    taken_s = max(first["ended"], second["ended"]) - min(first["began"], second["began"])
    return [
        Row(
            "fan-out end to end, one worker",
            rate=quick["sent"] / quick["taken_s"],
            unit="msg/s",
            bare=ours,
            bare_is="the sender without a database",
            aim=">= 4500/s",
            also=f"{quick['cpu_s'] / quick['sent'] * 1e6:.0f} µs CPU a message, "
            f"memory at each fifth {', '.join(f'{each:.0f}' for each in quick['rss_mib'])} MiB",
        ),
        Row(
            "two workers, 50 in flight each, 50 ms",
            rate=both["sent"] / taken_s,
            unit="msg/s",
            bare=alone["sent"] / alone["taken_s"],
            bare_is="one such worker",
            aim=">= 1.8",
            also=f"CPU a message {cpu_share:.2f} of one's (aim 1.3)",
        ),
        Row(
            "freezing an audience",
            1e6 / per_million_s,
            "res/s",
            1e6 / per_million_s,
            "itself",
            also=f"{per_million_s:.1f} s a million ({AUDIENCE:,} measured, {grown_mib:,.0f} MiB of rows and indexes)",
        ),
    ]


async def _settle_and_fill(server: Server) -> tuple[UUID, float, float]:
    """A town to fan out to. And how long freezing the audience of another, as large as asked for, takes a million
    residents, in seconds, and how much the snapshot takes up, in MiB.
    """
    await database.connect(server.url(), 4)
    superuser = await asyncpg.connect(server.url("postgres"))
    large, town = await found_town(superuser), await found_town(superuser, "1108")
    await _crowd(superuser, large.municipality, AUDIENCE)
    await superuser.execute("analyze")
    async with work(large.system) as unit:
        await snapshot.take_snapshot(unit, 0, again=True)
    began = time.perf_counter()
    await launched(large.system)
    taken_s = time.perf_counter() - began
    grown = await superuser.fetchval("select pg_total_relation_size('delivery')")
    # The fan-outs are another town's, of as many as are needed to measure them.
    await settle(town.system, FAN_OUT)
    await superuser.execute("vacuum analyze")
    await superuser.close()
    await database.disconnect()
    return town.municipality, taken_s / AUDIENCE * 1e6, grown / 2**20


async def _crowd(superuser: "asyncpg.Connection[asyncpg.Record]", municipality: UUID, number: int) -> None:
    """Residents who consent to messages and a feed, each with a phone; written without triggers: they are many."""
    await superuser.execute("set session_replication_role = replica")
    for statement in (
        "insert into resident (id, municipality_id, language, digest, consent_salt, registered_on, active_on) "
        "select gen_random_uuid(), $1, 'nb', 'off', '\\x00', current_date, current_date "
        "from generate_series(1, $2::int)",
        "insert into standing_consent (id, municipality_id, resident_id, purpose, granted, notice_version, at, "
        "event_id) select gen_random_uuid(), $1, id, purpose, true, 1, now(), gen_random_uuid() "
        "from resident, unnest(array['push_messages', 'personal_feed']) purpose where municipality_id = $1 and $2 > 0",
        "insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on) "
        "select gen_random_uuid(), $1, id, sha256(id::text::bytea), 'android', '1.0', current_date "
        "from resident where municipality_id = $1 and $2 > 0",
        "insert into push_address (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, "
        "app_version, changed_on) select gen_random_uuid(), $1, resident_id, id, 'fcm_token', "
        "repeat('a', 120) || id, 'nb', 'Europe/Oslo', '1.0', current_date "
        "from credential where municipality_id = $1 and $2 > 0",
    ):
        await superuser.execute(statement, municipality, number)
    await superuser.execute("set session_replication_role = origin")


async def _launch(server: Server, municipality: UUID) -> UUID:
    await database.connect(server.url(), 4)
    campaign = await launched(system(municipality))
    await database.disconnect()
    return campaign
