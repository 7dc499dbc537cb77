"""Where no push service is set up, no phone is woken, and staff are told so in place of a number that was sent."""

import httpx

from push.couriers.courier import LogCourier
from tests.push.crowd import NotingCourier, launched, send_out, settle
from tests.town import Town

SECOND_DEVICE = """
with device as (
    insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on)
    select gen_random_uuid(), $1, r, sha256(gen_random_uuid()::text::bytea), 'android', '1.0', current_date
    from unnest($2::uuid[]) r returning id, resident_id
)
insert into push_address
    (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, app_version, changed_on)
select gen_random_uuid(), $1, resident_id, id, 'log', 'log-' || resident_id, 'nb', 'Europe/Oslo', '1.0', current_date
from device
"""


async def test_what_was_only_logged_is_not_counted_as_sent(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 20)
    campaign = await launched(town.system)
    log = LogCourier()
    await send_out(town.system, campaign, {"fcm_token": log, "log": log})
    staff = await town.key("communications")
    told = (await client.get(f"/v1/staff/campaigns/{campaign}", headers=staff)).json()
    assert (told["audience_size"], told["sent"], told["logged"]) == (20, "<5", 20)
    assert (told["by_platform"]["android"]["sent"], told["by_platform"]["android"]["logged"]) == ("<5", 20)
    assert told["reasons"] == {}
    assert told["first_after_s"] is None


async def test_who_was_woken_on_another_device_counts_as_sent(client: httpx.AsyncClient, town: Town) -> None:
    residents = await settle(town.system, 20)
    await town.sql(SECOND_DEVICE, town.municipality, residents)
    campaign = await launched(town.system)
    await send_out(town.system, campaign, {"fcm_token": NotingCourier(), "log": LogCourier()})
    staff = await town.key("communications")
    told = (await client.get(f"/v1/staff/campaigns/{campaign}", headers=staff)).json()
    assert (told["sent"], told["logged"]) == (20, "<5")
