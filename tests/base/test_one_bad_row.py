"""In every batch of the house one bad row fails for itself: the others are done, and nothing of what was done is lost.

Rows are poisoned where they lie: by a trigger of the database that refuses the one, or by what only the one raises.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

import base.jobs
from base.clock import now
from base.database import work
from base.jobs import Job, queue_due, system
from base.keys import MemoryKeyStore
from base.tenant import Tenant
from commands.retention import CLEARINGS
from consent.jobs import jobs as consent_jobs
from consent.retention import clear, warn
from geofence.imports.features import ImportOptions
from geofence.imports.file_reading import read_here
from geofence.imports.zone_import import import_target, import_zones
from geofence.snapshots import Snapshots
from insights.counting.structure import structure_of
from insights.counting.tabulation import tabulate
from municipality import directory
from push.campaigns import freezing, inactivity_warning, notices, progress
from push.campaigns.campaigns import launch
from surveys.box import shaking
from surveys.forms.document import SurveyDocument
from surveys.jobs import jobs as survey_jobs
from tests.base.poisoning import poisoned
from tests.push.crowd import NotingCourier, create, launched, send_out, settle, states
from tests.surveys.polling import SURVEY, Polling
from tests.town import Moves, Town, found_town


@pytest_asyncio.fixture
async def polling(client: httpx.AsyncClient, town: Town, moves: Moves, keys: MemoryKeyStore) -> Polling:
    """A town's staff and residents, about to have a survey."""
    return Polling(client, town, moves, keys, await town.key("communications"))


def job(kinds: list[Job], name: str) -> Job:
    [found] = [each for each in kinds if each.name == name]
    return found


async def run_queued(town: Town, kinds: list[Job], name: str) -> int:
    """Run every queued job of a kind, each by itself as a worker does; how many failed."""
    failed = 0
    for row in await town.sql("select payload from pgqueuer where entrypoint = $1", name):
        body = json.loads(row["payload"])
        try:
            await job(kinds, name).run(UUID(body["municipality"]), body["payload"])
        except asyncpg.PostgresError:
            failed += 1
    return failed


async def test_filling_an_audience_leaves_out_the_one_that_cannot_be_written(town: Town) -> None:
    residents = await settle(town.system, 40)
    await settle(town.system, 3, consents=[])
    async with work(town.system) as unit:
        campaign = await create(unit)
        await launch(unit, campaign)
    async with poisoned(town, "delivery", "insert", f"new.resident_id = '{residents[11]}'"), work(town.system) as unit:
        assert await freezing.freeze(unit, campaign) == 39
    [size] = await town.sql("select audience_size, without_consent from campaign where id = $1", campaign)
    assert (size["audience_size"], size["without_consent"]) == (39, 3)
    await send_out(town.system, campaign, NotingCourier().couriers)
    assert await states(town.system, campaign) == {("sent", None): 39}


async def test_a_notice_reaches_all_but_the_one_that_cannot_be_written(town: Town) -> None:
    residents = await settle(town.system, 20)
    unreached = set[UUID]()
    async with poisoned(town, "delivery", "insert", f"new.resident_id = '{residents[4]}'"), work(town.system) as unit:
        words = {"nb": "Viktig"}
        ends = now() + timedelta(days=1)
        assert (
            await notices.send_notice(
                unit, residents, title=words, body=words, notice="breach", expires_at=ends, unreached=unreached
            )
            == 19
        )
    assert unreached == {residents[4]}


async def test_a_breach_is_told_to_all_others(client: httpx.AsyncClient, town: Town) -> None:
    residents = await settle(town.system, 9)
    await town.sql("update resident set registered_on = registered_on - 3")
    words = {"nb": "Data på avveie", "nn": "Data på avvegar", "en": "Data gone astray"}
    body = {
        **dict.fromkeys(("title", "happened", "consequences", "measures", "contact"), words),
        "since": (now() - timedelta(days=2)).isoformat(),
        "until": (now() - timedelta(days=1)).isoformat(),
    }
    async with poisoned(town, "delivery", "insert", f"new.resident_id = '{residents[2]}'"):
        answer = await client.post("/v1/staff/breaches", headers=await town.key("privacy_officer"), json=body)
    assert answer.status_code == 201, answer.text
    assert len(await town.sql("select from breach_told")) == 9, "in the app it stands for everybody"
    assert len(await town.sql("select from delivery")) == 8


async def test_all_others_are_warned_that_their_registration_goes(town: Town) -> None:
    going = await settle(town.system, 12)
    await town.sql("update resident set warned_on = current_date")
    unreached, found = set[UUID](), []
    async with poisoned(town, "delivery", "insert", f"new.resident_id = '{going[0]}'"):
        while True:
            async with work(town.system) as unit:
                found.append(await inactivity_warning.warn_inactive(unit, most=5, unreached=unreached))
            if not found[-1]:
                break
            assert len(found) < 10, "it ends"
    assert unreached == {going[0]}
    assert len(await town.sql("select from delivery")) == 11


async def test_the_other_messages_are_counted_for_good(town: Town) -> None:
    await settle(town.system, 6)
    three = [await launched(town.system) for _ in range(3)]
    for campaign in three:
        await send_out(town.system, campaign, NotingCourier().couriers)
    await town.sql("update campaign set state = 'done'")
    async with poisoned(town, "campaign", "update", f"new.id = '{three[1]}'"), work(town.system) as unit:
        assert await progress.settle_ended(unit) == 2
    settled = await town.sql("select id from campaign where settled_at is not null")
    assert {row["id"] for row in settled} == {three[0], three[2]}


async def test_the_other_surveys_are_closed_in_time(polling: Polling, town: Town, keys: MemoryKeyStore) -> None:
    three = [UUID(await polling.launch()) for _ in range(3)]
    await town.sql("update survey set closes_at = now() - interval '1 minute'")
    async with poisoned(town, "survey", "update", f"new.id = '{three[0]}'"):
        await job(survey_jobs(keys), "surveys.close_due").run(town.municipality, {})
    rows = await town.sql("select id, state from survey")
    assert {row["id"]: row["state"] for row in rows} == dict(zip(three, ("open", "closed", "closed"), strict=True))


async def test_the_other_boxes_are_shaken_and_counted(
    polling: Polling, town: Town, keys: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shaking, "WORTH_A_SHAKE", 1)
    kinds, three = survey_jobs(keys), []
    for _ in range(3):
        three.append(UUID(await polling.launch()))
        await polling.hand_in(await polling.ballot(), {"bike": "no"})
    await town.sql("update survey set shaken_on = null")
    async with poisoned(town, "survey", "update", f"new.id = '{three[1]}'"):
        await job(kinds, "surveys.shake").run(town.municipality, {})
        assert await run_queued(town, kinds, "surveys.shake_one") == 1
        rows = await town.sql("select id from survey where shaken_on is not null")
        assert {row["id"] for row in rows} == {three[0], three[2]}
    await town.sql("update survey set closes_at = now() - interval '1 minute'")
    await job(kinds, "surveys.close_due").run(town.municipality, {})
    async with poisoned(town, "survey", "update", f"new.id = '{three[1]}'"):
        assert await run_queued(town, kinds, "surveys.count") == 1
    counted = await town.sql("select id from survey where state = 'counted'")
    assert {row["id"] for row in counted} == {three[0], three[2]}


def test_an_answer_that_cannot_be_read_keeps_no_other_from_being_released() -> None:
    structure = structure_of(SurveyDocument.model_validate(SURVEY))
    good: list[dict[str, Any]] = [{"bike": "yes", "safe": 3}, {"bike": "no"}, {"bike": "yes", "safe": 5, "why": ""}]
    bad: list[Any] = [{"bike": "yes", "safe": "very"}, {"bike": {"a": []}, "safe": {}}, None, 7, []]
    assert tabulate(structure, [*bad, *good]) == tabulate(structure, good)


async def test_clearing_leaves_the_one_row_that_cannot_go(town: Town) -> None:
    residents = await settle(town.system, 8)
    await town.sql("update standing_consent set lapses_at = now() - interval '1 day'")
    async with (
        poisoned(town, "push_address", "delete", f"old.resident_id = '{residents[5]}'"),
        work(town.system) as unit,
    ):
        assert (await clear(unit, CLEARINGS))["push_address"] == 7
    assert [row["resident_id"] for row in await town.sql("select resident_id from push_address")] == [residents[5]]


async def test_the_night_goes_on_past_a_resident_who_cannot_be_erased(town: Town, keys: MemoryKeyStore) -> None:
    residents = sorted(await settle(town.system, 12, consents=["push_messages"]))
    first = residents[0]
    await town.sql("update resident set active_on = active_on - 1200, warned_on = warned_on")
    async with (
        poisoned(town, "resident", "update", f"new.id = '{first}' and new.warned_on is not null"),
        work(town.system) as unit,
    ):
        assert set(await warn(unit)) == set(residents[1:])
    await town.sql("update resident set warned_on = current_date - 60")
    async with poisoned(town, "resident", "delete", f"old.id = '{first}'"):
        await job(consent_jobs(keys, CLEARINGS), "consent.clear").run(town.municipality, {})
    assert [row["id"] for row in await town.sql("select id from resident")] == [first]


async def test_the_other_zones_of_a_file_are_imported(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = [[[10.2, 59.13], [10.21, 59.13], [10.21, 59.14], [10.2, 59.14], [10.2, 59.13]]]
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"name": f"Krets {number}"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        }
        for number in range(9)
    ]
    features[3]["properties"]["name"] = "poison"
    async with poisoned(town, "zone", "insert", "new.name::text like '%poison%'"), work(town.system) as unit:
        file = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        report = await import_zones(unit, read_here(file, ImportOptions(), import_target(await directory.town(unit))))
    assert (len(report.created), [one.index for one in report.refused]) == (8, [3])
    assert len(await town.sql("select from zone")) == 8


async def test_one_town_that_cannot_be_queued_for_keeps_it_from_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = uuid4()

    def poisoned_work(tenant: Tenant | None) -> Any:
        if tenant is not None and tenant.municipality == bad:
            raise ValueError("poisoned")
        return work(tenant)

    async def nothing(municipality: UUID, payload: dict[str, Any]) -> None:
        """Do nothing."""

    async def towns() -> list[UUID]:
        return [bad, town.municipality]

    monkeypatch.setattr(base.jobs, "work", poisoned_work)
    await queue_due(Job("push.sweep", nothing), towns)
    assert [row["dedupe_key"] for row in await town.sql("select dedupe_key from pgqueuer")] == [
        f"push.sweep:{town.municipality}"
    ]


async def test_one_towns_zones_that_cannot_be_laid_out_keep_no_others_from_it(town: Town) -> None:
    other = await found_town(town.superuser, "3909")
    for where, shape in ((town, '{"type": "Polygon", "coordinates": [[[10.2, 59.1]]]}'), (other, None)):
        good = {"type": "Polygon", "coordinates": [[[10.2, 59.1], [10.3, 59.1], [10.3, 59.2], [10.2, 59.1]]]}
        async with work(system(where.municipality)) as unit:
            await unit.execute(
                "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
                "values ($1, $2, '{\"nb\": \"Sone\"}', 'trigger', $3, false, now())",
                uuid4(),
                where.municipality,
                shape or json.dumps(good),
            )
    snapshots = Snapshots()
    await snapshots.lay_out()
    assert snapshots.ready
    laid_out = snapshots.at_hand(other.municipality)
    assert laid_out is not None
    assert len(laid_out.zones) == 1
