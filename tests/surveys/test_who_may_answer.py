"""Who may answer: for whom a survey is, and how sure it is that one person answers once."""

from uuid import uuid4

from base import clock
from geofence.engine.places import tag
from geofence.engine.sealed import Seal
from geofence.engine.state import EMPTY, LastFired, State
from tests.surveys.polling import SURVEY, Polling


async def test_a_survey_for_those_registered_before_it_opened_refuses_who_came_later(polling: Polling) -> None:
    before = [await polling.moves() for _ in range(5)]
    await polling.launch({**SURVEY, "assurance": "registered"})
    after = await polling.moves()
    assert (await polling.ask(after, polling.voter())).status_code == 403
    for resident in before:
        voter = polling.voter()
        assert (await polling.ask(resident, voter)).status_code == 200
        assert (await polling.ask(resident, voter)).status_code == 200
        assert (await polling.ask(resident, polling.voter())).status_code == 409


async def test_a_survey_for_an_interest_needs_the_consent_and_the_interest(polling: Polling) -> None:
    cyclists = [await polling.moves(consents=["personal_feed"], interests=["traffic"]) for _ in range(5)]
    await polling.launch({**SURVEY, "eligibility": {"kind": "interest", "interests": ["traffic"]}})
    await polling.ballot(cyclists[0])
    gardener = await polling.moves(consents=["personal_feed"], interests=["nature"])
    refused = await polling.ask(gardener, polling.voter())
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-entitled")
    stranger = await polling.ask(await polling.moves(), polling.voter())
    assert (stranger.status_code, stranger.json()["purpose"]) == (403, "personal_feed")


async def test_a_survey_for_a_district_is_also_for_those_who_follow_a_part_of_it(polling: Polling) -> None:
    whole, part, elsewhere = uuid4(), uuid4(), uuid4()
    for zone, parent in ((whole, None), (part, whole), (elsewhere, None)):
        await polling.town.sql(
            "insert into zone (id, municipality_id, name, kind, geometry, parent_id, sensitive, changed_at) "
            "values ($1, $2, '{}', 'district', '{}', $3, false, now())",
            zone,
            polling.town.municipality,
            parent,
        )
    neighbours = [await polling.moves(consents=["personal_feed"], areas=[part]) for _ in range(5)]
    stranger = await polling.moves(consents=["personal_feed"], areas=[elsewhere])
    await polling.launch({**SURVEY, "eligibility": {"kind": "area", "areas": [str(whole)]}})
    assert (await polling.ask(stranger, polling.voter())).status_code == 403
    await polling.ballot(neighbours[0])
    feed = (await polling.client.get("/v1/feed", headers=neighbours[1].headers)).json()["items"]
    assert [(e["id"], e["why"]["reason"], e["why"]["area"]) for e in feed] == [(polling.survey, "area", str(whole))]
    assert (await polling.client.get("/v1/feed", headers=stranger.headers)).json()["items"] == []


async def test_a_survey_for_those_who_were_there_wants_their_sealed_state(polling: Polling) -> None:

    trigger = uuid4()
    await polling.town.sql(
        "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
        "values ($1, $2, '{}', 'trigger', '{}', false, now())",
        zone := uuid4(),
        polling.town.municipality,
    )
    await polling.town.sql(
        'insert into "trigger" (id, municipality_id, zone_id, rule, active_to, subject_kind, subject_id, changed_at) '
        "values ($1, $2, $3, '{}', now() + interval '1 day', 'survey', $1, now())",
        trigger,
        polling.town.municipality,
        zone,
    )
    visitors = [await polling.moves(consents=["location_zones"]) for _ in range(5)]
    await polling.launch({**SURVEY, "eligibility": {"kind": "present", "triggers": [str(trigger)]}})
    seal, moment = Seal(polling.keys), clock.now().timestamp()
    there = State(fired={tag(trigger): LastFired(int(moment))})
    where = polling.town.municipality
    states = [seal.seal(there, visitors[0].id, where, at=moment), seal.seal(EMPTY, visitors[1].id, where, at=moment)]
    assert (await polling.ask(visitors[1], polling.voter())).status_code == 403
    assert (await polling.ask(visitors[1], polling.voter(), **{"Medvirk-State": states[1]})).status_code == 403
    assert (await polling.ask(visitors[1], polling.voter(), **{"Medvirk-State": states[0]})).status_code == 403
    assert (await polling.ask(visitors[0], polling.voter(), **{"Medvirk-State": states[0]})).status_code == 200


async def test_a_survey_by_letter_takes_each_code_once_however_it_was_typed(polling: Polling) -> None:
    survey = await polling.write({**SURVEY, "assurance": "code"})
    path = f"/v1/staff/surveys/{survey}"
    too_few = await polling.client.post(f"{path}/launch", headers=polling.staff)
    assert too_few.status_code == 409, "nobody could answer"
    made = await polling.client.post(f"{path}/codes", headers=polling.staff, json={"count": 5})
    codes = made.json()["codes"]
    assert len(set(codes)) == 5
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    polling.issuer = (await polling.client.get(f"/v1/surveys/{survey}/issuer")).json()
    one, other = await polling.moves(), await polling.moves()
    assert (await polling.ask(one, polling.voter())).status_code == 403
    assert (await polling.ask(one, polling.voter(), **{"Medvirk-Code": "AAAA-AAAA-AAAA"})).status_code == 403
    voter = polling.voter()
    for typed in (codes[0], codes[0].lower().replace("-", " ")):
        assert (await polling.ask(one, voter, **{"Medvirk-Code": typed})).status_code == 200
    assert (await polling.ask(other, polling.voter(), **{"Medvirk-Code": codes[0]})).status_code == 409
    assert (await polling.ask(one, polling.voter(), **{"Medvirk-Code": codes[1]})).status_code == 409
    assert (await polling.ask(other, polling.voter(), **{"Medvirk-Code": codes[1]})).status_code == 200
    stored = str(await polling.town.sql("select encode(code, 'escape') c from survey_code"))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    await polling.close()
    await polling.count()
    assert await polling.town.sql("select 1 from survey_code") == []
    assert polling.keys.names("survey") == []
