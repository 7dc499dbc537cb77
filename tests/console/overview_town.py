"""A town in which something of everything waits for somebody."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work, work
from base.keys import KeyStore
from benchmarks.full_town.copying import copied
from benchmarks.full_town.questionnaire import said, survey
from municipality.members import add_member
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.models import Campaign
from surveys import drafts, launch
from surveys.deadlines import deadline_of
from surveys.forms.document import SurveyDocument
from surveys.hearings import hearings, statements
from tests.surveys.polling import SURVEY
from tests.town import Town


async def open_survey(unit: Work, keys: KeyStore, title: str) -> UUID:
    """An open survey."""
    found = await drafts.write(unit, survey(title, now() + timedelta(days=21)))
    await launch.launch(unit, found, keys)
    return found


async def answered(unit: Work, survey_id: UUID, number: int) -> None:
    """So many answers lie in its box."""
    await unit.execute(
        "insert into answer_incoming (id, municipality_id, survey_id, answers, receipt_hash, shaken, ballot) "
        "select gen_random_uuid(), $1, $2, '{}', sha256(gen_random_uuid()::text::bytea), false, "
        "sha256(gen_random_uuid()::text::bytea) "
        "from generate_series(1, $3::int)",
        unit.municipality,
        survey_id,
        number,
    )


async def all_that_waits(town: Town, keys: KeyStore) -> None:
    """One or more of each kind of task."""
    async with work(town.system) as unit:
        in_two = SurveyDocument.model_validate(SURVEY)  # Bokmål and English
        await launch.launch(unit, await drafts.write(unit, in_two), keys)
        counted = await drafts.write(unit, survey("Parken", None))
        await unit.execute(
            "update survey set state = 'counted', counted = 40, closed_at = now() where id = $1", counted
        )
        await unit.execute(
            "insert into comment (id, municipality_id, survey_id, question, body, state) "
            "values (gen_random_uuid(), $1, $2, 'wish', 'Flere benker', 'waiting')",
            unit.municipality,
            counted,
        )
        words = {"title": said("Gangvei"), "summary": said("Ny gangvei."), "case_reference": "26/1"}
        hearing = await hearings.write(unit, words, (now() + timedelta(days=3)).date())
        await hearings.publish(unit, hearing, keys)
        given = await statements.give(hearing, "person", "Kari Nordmann", "Gangveien bør få lys.")
        await copied(unit, "statement", given.id, 2)
        await unit.execute(
            "insert into beacon (id, municipality_id, name, lat, lon, protocol, identity, changed_at) "
            "values ($1, $2, 'Kino', 59.13, 10.22, 'ibeacon', $3, now())",
            beacon := uuid4(),
            unit.municipality,
            bytes(20),
        )
        await unit.execute(
            "insert into beacon_health (id, municipality_id, beacon_id, day, battery_mv) "
            "values (gen_random_uuid(), $1, $2, current_date, 2200)",
            unit.municipality,
            beacon,
        )
        square = {"type": "Circle", "center": [10.22, 59.13], "radius_m": 100}
        await unit.execute(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at, approval, asked_at) "
            "values (gen_random_uuid(), $1, $2, 'trigger', $3, true, now(), 'waiting', now())",
            unit.municipality,
            json.dumps({"nb": "Krisesenteret"}),
            json.dumps(square),
        )
        author = await add_member("Siri", ["communications"])
        await message(unit, author.id, waits=True)
        stuck = await message(unit, author.id, waits=False)
        await unit.execute("update campaign set state = 'launched', launched_at = now() where id = $1", stuck)
        resident = await unit.fetchval(
            "insert into resident (id, municipality_id, language, digest, consent_salt, registered_on, active_on) "
            "values (gen_random_uuid(), $1, 'nb', 'off', $2, current_date, current_date) returning id",
            unit.municipality,
            bytes(32),
        )
        await unit.execute(
            "insert into delivery (id, municipality_id, campaign_id, resident_id, state, reason, starts, due_at, "
            "platform) values (gen_random_uuid(), $1, $2, $3, 'queued', 'third_party_auth_error', 1, now(), 'ios')",
            unit.municipality,
            stuck,
            resident,
        )


async def message(unit: Work, author: UUID, *, waits: bool) -> UUID:
    """A message of somebody's."""
    draft = Campaign(
        audience=Audience().stored(),
        title=said("Stengt vei"),
        body=said("Storgata er stengt."),
        expires_at=now() + timedelta(days=2),
    )
    kept = await campaigns.create(unit, draft, deadline_of)
    await unit.execute(
        "update campaign set written_by = $2, waits_for_approval = $3, audience = $4 where id = $1",
        kept.id,
        author,
        waits,
        json.dumps(kept.audience),
    )
    return kept.id
