"""What a town has written: surveys with their releases, hearings with their statements, messages."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.keys import KeyStore
from benchmarks.full_town.copying import copied
from benchmarks.full_town.questionnaire import answered, said, soon, survey
from benchmarks.full_town.size import Size
from insights.counting.structure import structure_of
from insights.counting.tabulation import tabulate
from insights.disclosure_control.suppression import suppress
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.models import Campaign
from surveys import drafts, launch
from surveys.deadlines import deadline_of
from surveys.hearings import documents, hearings, statements


async def surveys(unit: Work, size: Size, keys: KeyStore) -> tuple[UUID, UUID, UUID]:
    """An open survey, a draft and a published one, and all the others like them."""
    ending, endless = survey("Torget", soon(now())), survey("Parken", None)
    opened, draft = await drafts.write(unit, ending), await drafts.write(unit, ending)
    published = await drafts.write(unit, endless)
    await launch.launch(unit, opened, keys)
    await launch.launch(unit, published, keys)
    await unit.execute(
        "update survey set state = 'published', counted = 400, closed_at = now(), shaken_on = current_date "
        "where id = $1",
        published,
    )
    structure = structure_of(endless)
    frozen, _ = suppress(structure, tabulate(structure, answered(400)), 5)
    release = uuid4()
    await unit.execute(
        "insert into release (id, municipality_id, survey_id, number, released_on, answers, content) "
        "values ($1, $2, $3, 1, current_date, 400, $4)",
        release,
        unit.municipality,
        published,
        json.dumps(frozen.content),
    )
    earlier = {"created_at": "source.created_at - n * interval '3 hours'"}
    await _more(unit, opened, size.open - 1, **earlier)
    await _more(unit, draft, size.surveys - size.open - size.published - 1, **earlier)
    others = await _more(unit, published, size.published - 1, **earlier)
    if others:
        at_place = {"survey_id": f"(array{[str(one) for one in others]}::uuid[])[n]"}
        await copied(unit, "release", release, len(others), **at_place)
    await unit.execute(
        "insert into survey_key (id, municipality_id, place, survey_id, token_key, opened_on) "
        "select gen_random_uuid(), $1, 1 + row_number() over (order by id), id, token_key, current_date from survey "
        "where token_key is not null and not exists (select from survey_key k where k.survey_id = survey.id)",
        unit.municipality,
    )
    return opened, draft, published


async def _more(unit: Work, row: UUID, count: int, **changed: str) -> list[UUID]:
    if count < 1:
        return []
    ids = await copied(unit, "survey", row, count, **changed)
    await unit.execute(
        "insert into survey_directory (survey_id, municipality_id) select id, $1 from unnest($2::uuid[]) as id",
        unit.municipality,
        ids,
    )
    return ids


async def all_hearings(unit: Work, size: Size, keys: KeyStore) -> tuple[UUID, UUID]:
    """Hearings with two documents each and with statements; a third are open, the others decided."""
    written = {
        "title": said("Ny gangvei langs fjorden"),
        "summary": said("Forslag til detaljregulering av strandsonen, med ny gangvei, lys og benker. " * 5),
        "case_reference": "26/1234",
        "links": ["https://kommunen.example/plan/26-1234"],
    }
    hearing = await hearings.write(unit, written, (now() + timedelta(days=30)).date())
    await hearings.publish(unit, hearing, keys)
    document = await documents.add(hearing, "Planbeskrivelse", b"%PDF-1.7 of a proposal")
    said_so = await statements.give(hearing, "person", "Kari Nordmann", "Gangveien bør få lys. " * 20)
    await statements.moderate(hearing, said_so.id, refused_because=None, name_withheld=None)
    boxes = await _more(unit, hearing, size.hearings - 1)
    decided = json.dumps({"decision": said("Planen er vedtatt."), "response": said("Det blir lys.")})
    await copied(
        unit,
        "hearing",
        hearing,
        boxes,
        state="case when n % 3 = 0 then 'open' else 'decided' end",
        outcome=f"case when n % 3 = 0 then null else '{decided}'::jsonb end",
        decided_at="case when n % 3 = 0 then null else now() end",
        created_at="source.created_at - n * interval '1 day'",
    )
    each = {"hearing_id": f"(array{[str(one) for one in boxes]}::uuid[])[1 + (n - 1) % {len(boxes)}]"}
    await copied(unit, "hearing_document", document.id, len(boxes) * 2, **each)
    received = {"received_at": "source.received_at + n * interval '1 second'"}
    await copied(unit, "statement", said_so.id, size.statements - 1, **received)
    await copied(unit, "statement", said_so.id, len(boxes) * size.statements, **each, **received)
    return hearing, document.id


async def messages(unit: Work, size: Size, about: UUID) -> tuple[UUID, UUID]:
    """Messages under way to everybody, those that are done, and drafts."""
    tomorrow = now() + timedelta(days=1)
    draft = Campaign(
        audience=Audience().stored(),
        title=said("Nytt på torget"),
        body=said("Svar på fem minutter."),
        expires_at=tomorrow,
        subject_kind="survey",
        subject_id=about,
    )
    kept = (await campaigns.create(unit, draft, deadline_of)).id
    draft.title = said("Sendt")
    sent = (await campaigns.create(unit, draft, deadline_of)).id
    await unit.execute(
        "update campaign set state = 'launched', launched_at = now() - interval '1 hour', filled = true, "
        "audience_size = $2 where id = $1",
        sent,
        size.residents,
    )
    going = [
        sent,
        *await copied(
            unit, "campaign", sent, size.under_way - 1, launched_at="source.launched_at - n * interval '5 hours'"
        ),
    ]
    await unit.execute(
        "insert into delivery (id, municipality_id, campaign_id, resident_id, address_id, state, starts, due_at, "
        "done_at, platform) select gen_random_uuid(), $1, c.id, p.resident_id, p.id, "
        "case when p.n % 2 = 0 then 'sent' else 'queued' end, 1, now(), case when p.n % 2 = 0 then now() end, "
        "'android' from unnest($2::uuid[]) as c (id), "
        "(select id, resident_id, row_number() over () as n from push_address) as p",
        unit.municipality,
        going,
    )
    done = await copied(
        unit,
        "campaign",
        sent,
        size.messages - size.under_way - 1,
        state="'done'",
        launched_at="source.launched_at - interval '8 days' - n * interval '1 hour'",
        counted_at="now()",
        settled_at="now()",
    )
    await unit.execute(
        "insert into campaign_total (id, municipality_id, campaign_id, platform, state, n) "
        "select gen_random_uuid(), $1, id, platform, 'sent', $3 "
        "from unnest($2::uuid[]) as id, unnest(array['', 'android']) as platform",
        unit.municipality,
        done,
        size.residents,
    )
    return sent, kept
