"""Two rows that must not be tied to each other share no value that could tie them.

A town is lived in, and then every table is read through, value by value: whatever is as good as unique and stands in
two rows must be a reference that the schema declares, or be named below with its reason.
"""

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from base.database import work
from surveys.box.shaking import shake
from surveys.eligibility import participant
from tests.push.crowd import NotingCourier, send_out
from tests.push.test_over_http import DEVICE, message
from tests.surveys.box.test_comments import ASKED, said
from tests.surveys.hearings.clerk import Clerk, whisper
from tests.surveys.polling import SURVEY, Polling
from tests.town import Neighbour

UNIQUE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,}"
    r"|(?=[A-Za-z_-]{0,30}[0-9])[A-Za-z0-9_-]{22,}={0,2}"
)
"""An id, a hash, a token: what two rows do not share by chance."""

WHOLES = ("municipality", "survey", "hearing", "campaign", "staff_key")
"""What many rows belong to and name: no row is told from another by it."""

KNOWN = {
    frozenset({"survey.token_key", "survey_key.token_key"}): "the key itself, in the open log",
    frozenset({"consent_event.id", "standing_consent.event_id"}): "a resident's own consent and its line in the ledger",
    frozenset({"consent_event.subject"}): "the pseudonym under which a resident's lines stand in the ledger",
    frozenset({"consent_event.notice_sha256"}): "which notice was read: many read the same",
    frozenset({"consent_event.hash", "consent_event.previous"}): "the ledger is a chain",
    frozenset({"consent_event.hash", "ledger_head.hash"}): "the end of the chain",
}
"""Columns whose values are equal for a reason."""


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from itertools.chain.from_iterable(leaves(each) for each in value.values())
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(leaves, value))
    elif isinstance(value, str):
        yield from (one.group() for one in UNIQUE.finditer(value))


async def shared(polling: Polling) -> dict[tuple[str, str], list[str]]:
    """The columns of which two rows have a value in common, and which values."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    tables = await polling.town.sql(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    )
    for name in tables:
        table = str(name["relname"])
        if table.startswith(("pgqueuer_", "tortoise")):
            continue
        for number, row in enumerate(await polling.town.sql(f'select to_jsonb(t)::text j from only "{table}" t')):
            for column, value in json.loads(row["j"]).items():
                for one in leaves(value):
                    places[one].add((f"{table}.{column}", f"{table}/{number}"))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for value, where in places.items():
        for (one, first), (other, second) in itertools.combinations(sorted(where), 2):
            if first != second:
                found[(one, other)].append(value)
    return found


async def declared(polling: Polling) -> set[frozenset[str]]:
    """The pairs of columns that the schema ties to each other."""
    rows = await polling.town.sql(
        "select c.relname::text as table, a.attname::text as column, t.relname::text as target from pg_constraint f "
        "join pg_class c on c.oid = f.conrelid join pg_class t on t.oid = f.confrelid "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum = any(f.conkey) where f.contype = 'f'"
    )
    tied = {(row["table"], row["column"], row["target"]) for row in rows}
    return {frozenset({f"{table}.{column}", f"{target}.id"}) for table, column, target in tied}


async def with_codes(polling: Polling, residents: list[Neighbour]) -> None:
    """A survey by letters: some answer in the app, one on paper."""
    await polling.write({**SURVEY, "assurance": "code"})
    path = f"/v1/staff/surveys/{polling.survey}"
    codes = (await polling.client.post(f"{path}/codes", headers=polling.staff, json={"count": 12})).json()["codes"]
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    polling.issuer = (await polling.client.get(f"/v1/surveys/{polling.survey}/issuer")).json()
    for number, resident in enumerate(residents):
        voter = polling.voter()
        issued = await polling.ask(resident, voter, **{"Medvirk-Code": codes[number]})
        assert issued.status_code == 200, issued.text
        again = await polling.ask(resident, voter, **{"Medvirk-Code": codes[number]})
        assert again.status_code == 200, "the identical request is answered again"
        assert (await polling.ask(resident, polling.voter(), **{"Medvirk-Code": codes[number]})).status_code == 409
        taken = await polling.hand_in(voter.finish(issued.content), {"bike": "no"}, 100 + number)
        assert taken.status_code == 201
    sheet = {"code": codes[-1], "answers": {"bike": "no"}}
    entered = await polling.client.post(f"{path}/sheets", headers=polling.staff, json=sheet)
    assert entered.status_code == 200


async def lived_in(polling: Polling) -> list[Neighbour]:
    """Residents with devices who answer, write, speak, confirm, and are written to."""
    client, staff = polling.client, polling.staff
    consents = ["personal_feed", "push_messages"]
    residents = [await polling.moves(consents=consents, interests=["culture"]) for _ in range(6)]
    for number, resident in enumerate(residents):
        device = {**DEVICE, "address": f"token-of-{number}"}
        assert (await client.put("/v1/me/device", headers=resident.headers, json=device)).status_code == 200
        assert (await client.get("/v1/feed", headers=resident.headers)).status_code == 200
    await polling.launch(ASKED)
    for number, resident in enumerate(residents):
        assert (await polling.hand_in(await polling.ballot(resident), said(number), number)).status_code == 201
    async with work(polling.town.system) as unit:
        await shake(unit, UUID(polling.survey))
    await polling.ballot()
    written = await client.post("/v1/staff/campaigns", headers={**staff, "Idempotency-Key": "one"}, json=message())
    assert written.status_code == 201, written.text
    campaign = written.json()["id"]
    assert (await client.post(f"/v1/staff/campaigns/{campaign}/launch", headers=staff)).status_code in (200, 202)
    await send_out(polling.town.system, UUID(campaign), NotingCourier().couriers)
    clerk = Clerk(polling)
    hearing = await clerk.publish()
    assert (await client.put(f"/v1/hearings/{hearing}/follow", headers=residents[0].headers)).status_code == 204
    for number in range(2):
        assert (await whisper(polling, 50 + number, "For dyrt.")).status_code == 201
    for _ in range(2):
        statement = {"kind": "person", "name": "Kari Nordmann", "body": "Det trengs lys."}
        assert (await client.post(f"/v1/hearings/{hearing}/statements", json=statement)).status_code == 201
    return residents


async def test_no_two_rows_that_must_not_be_joined_share_a_value(polling: Polling) -> None:
    residents = await lived_in(polling)
    await with_codes(polling, residents)
    expected = {*await declared(polling), *KNOWN}
    of_wholes = {str(row["id"]) for whole in WHOLES for row in await polling.town.sql(f'select id from "{whole}"')}
    unexpected = {}
    for (one, other), values in (await shared(polling)).items():
        telling = [value for value in values if value not in of_wholes]
        own = one.endswith(".resident_id") and other.endswith(
            ".resident_id"
        )  # They say whose they are, and go together.
        if telling and not own and frozenset({one, other}) not in expected:
            unexpected[one, other] = telling[0]
    assert not unexpected, "\n" + "\n".join(f"{pair}: {value}" for pair, value in sorted(unexpected.items()))


async def test_letters_do_not_tie_an_address_to_a_registration(polling: Polling) -> None:
    """The printer's list, the key folder and a dump together: each code's note and each resident's stand alone."""
    residents = [await polling.moves() for _ in range(6)]
    await with_codes(polling, residents)
    rows = await polling.town.sql("select participant, request_hash from participation where request_hash is not null")
    assert len(rows) == 12, "one for each code and one for each registration"
    assert len({row["request_hash"] for row in rows}) == 12
    mine = {participant(polling.keys, UUID(polling.survey), r.id) for r in residents}
    assert mine < {row["participant"] for row in rows}


async def test_a_request_of_before_an_upgrade_is_known_again(polling: Polling) -> None:
    await polling.launch()
    resident, voter = await polling.moves(), polling.voter()
    assert (await polling.ask(resident, voter)).status_code == 200
    asked = hashlib.sha256(voter.request).digest()
    # As the migration leaves what earlier versions noted.
    await polling.town.sql("update participation set request_hash = sha256($1 || participant)", asked)
    again = await polling.ask(resident, voter)
    assert again.status_code == 200
    assert (await polling.ask(resident, polling.voter())).status_code == 409
    taken = await polling.hand_in(voter.finish(again.content), {"bike": "no"})
    assert taken.status_code == 201
