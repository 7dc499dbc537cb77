"""A town as it stands after some years, made through the domain functions and copied by set-based SQL."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work, work
from base.jobs import system
from base.keys import KeyStore
from benchmarks.full_town import written
from benchmarks.full_town.copying import copied
from benchmarks.full_town.questionnaire import said
from benchmarks.full_town.size import Size
from benchmarks.presence import LAT, LON, STEP_LAT, STEP_LON, ring
from benchmarks.town import people, settle, zones
from geofence import triggers
from geofence.models import Trigger
from municipality import access, interests, members
from surveys import information, templates
from surveys.models import Information


@dataclass(frozen=True, slots=True)
class Town:
    """Where things are: what paths are filled with, and who asks."""

    municipality: UUID
    survey: UUID
    draft: UUID
    published: UUID
    hearing: UUID
    message: UUID
    message_draft: UUID
    district: UUID
    zone: UUID
    trigger: UUID
    beacon: UUID
    member: UUID
    information: UUID
    hearing_document: UUID
    staff: str
    session: str
    resident: str


async def build(size: Size, keys: KeyStore) -> Town:
    """Found and fill the town."""
    municipality = await settle()
    residents = await people(municipality, size.residents, ["personal_feed", "push_messages", "location_zones"])
    drawn = await zones(municipality, [_ring(number) for number in range(size.zones)])
    async with work(system(municipality)) as unit:
        district = await _districts(unit, size)
        await _people_choose(unit, district)
        asked = await written.surveys(unit, size, keys)
        heard, document = await written.all_hearings(unit, size, keys)
        message, message_draft = await written.messages(unit, size, asked[0])
        trigger = await _triggers(unit, drawn, asked[0])
        beacon = await _beacons(unit, size, drawn[0])
        member, staff, session = await _staff(unit, size)
        item = await _others(unit, size, asked[1])
        await unit.execute(
            "insert into audit_entry (id, municipality_id, at, caller, caller_id, act, kind, subject_id) "
            "select gen_random_uuid(), $1, now() - n * interval '4 minutes', 'staff', $2, 'list_staff_surveys', "
            "'viewed', null from generate_series(1, $3::int) as n",
            municipality,
            member,
            size.audit,
        )
    return Town(
        municipality,
        *asked,
        hearing=heard,
        message=message,
        message_draft=message_draft,
        district=district,
        zone=drawn[0],
        trigger=trigger,
        beacon=beacon,
        member=member,
        information=item,
        hearing_document=document,
        staff=staff,
        session=session,
        resident=residents[0],
    )


def _ring(number: int) -> list[tuple[float, float]]:
    return ring(LON + STEP_LON * (number % 100), LAT + STEP_LAT * (number // 100), 60.0)


async def _districts(unit: Work, size: Size) -> UUID:
    """Districts of two hundred corners, beside one another."""
    first = uuid4()
    for number in range(size.districts):
        west, south = LON + 0.006 * number, LAT - 0.1
        north = [(west + 0.005 * step / 100, south + 0.05) for step in range(100)]
        edge = [(west + 0.005 * step / 100, south) for step in reversed(range(100))]
        await unit.execute(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
            "values ($1, $2, $3, 'district', $4, false, now())",
            first if number == 0 else uuid4(),
            unit.municipality,
            json.dumps(said(f"Krets {number}")),
            json.dumps({"type": "Polygon", "coordinates": [[*north, *edge, north[0]]]}),
        )
    return first


async def _people_choose(unit: Work, district: UUID) -> None:
    """Half of them follow a district, a third a topic; all have a phone."""
    here = unit.municipality
    await unit.execute(
        "insert into resident_area (id, municipality_id, resident_id, zone_id) select gen_random_uuid(), $1, id, $2 "
        "from (select id, row_number() over () as n from resident) as r where n % 2 = 0",
        here,
        district,
    )
    await unit.execute(
        "insert into resident_interest (id, municipality_id, resident_id, interest_key) "
        "select gen_random_uuid(), $1, id, 'culture' from (select id, row_number() over () as n from resident) as r "
        "where n % 3 = 0",
        here,
    )
    await unit.execute(
        "insert into push_address (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, "
        "app_version, changed_on) select gen_random_uuid(), $1, resident_id, id, 'log', id::text, 'nb', 'Europe/Oslo', "
        "'1', current_date from credential",
        here,
    )


async def _triggers(unit: Work, drawn: list[UUID], about: UUID) -> UUID:
    one = Trigger(
        zone_id=drawn[0],
        rule={
            "on": "enter",
            "dwell_s": 0,
            "between": None,
            "active_from": None,
            "once": "ever",
            "proof": "position",
            "priority": 0,
        },
        active_to=now() + timedelta(days=90),
        subject_kind="survey",
        subject_id=about,
    )
    first = (await triggers.set_up(unit, one)).id
    rest = drawn[1:]
    for start in range(0, len(rest), 1_000):
        part = [str(zone) for zone in rest[start : start + 1_000]]
        await copied(unit, "trigger", first, len(part), zone_id=f"(array{part}::uuid[])[n]")
    return first


async def _beacons(unit: Work, size: Size, zone: UUID) -> UUID:
    """Each its own minor number."""
    first = uuid4()
    await unit.execute(
        "insert into beacon (id, municipality_id, name, lat, lon, zone_id, protocol, identity, changed_at) "
        "values ($1, $2, 'Torget', 59.01, 9.95, $3, 'ibeacon', $4, now())",
        first,
        unit.municipality,
        zone,
        bytes(20),
    )
    await copied(unit, "beacon", first, size.others - 1, identity="decode(lpad(to_hex(n), 40, '0'), 'hex')")
    return first


async def _staff(unit: Work, size: Size) -> tuple[UUID, str, str]:
    member = await members.add_member("Kari Nordmann", ["admin"])
    await copied(unit, "staff_member", member.id, size.others - 1, name="'Ola ' || n")
    session, _ = await access.open_session(unit, await access.sign_in_link(unit, member.id))
    key, token = await access.create_key(unit, "measurement", ["admin"])
    await copied(unit, "staff_key", key.id, size.others - 1, hash="decode(lpad(to_hex(n), 64, '0'), 'hex')")
    return member.id, token, session


async def _others(unit: Work, size: Size, draft: UUID) -> UUID:
    """Information, templates, topics."""
    told = Information(
        title=said("Stengt vei"),
        body=said("Storgata er stengt."),
        areas=[],
        interests=[],
        published_at=now(),
        expires_at=now() + timedelta(days=9),
    )
    item = (await information.publish(told)).id
    await copied(unit, "information", item, size.others - 1, published_at="source.published_at - n * interval '1 hour'")
    template = await templates.keep(draft, "Torget")
    await copied(
        unit, "survey_template", template.id, size.others - 1, created_at="source.created_at - n * interval '1 hour'"
    )
    topic = await interests.add_interest("topic", said("Idrett"))
    await copied(unit, "interest", topic.id, size.others - 1, key="'topic-' || n")
    return item
