"""After counting, a copy of the disk says neither what came together nor who took part.

`MEDVIRK_PROVE=1` makes it 1,500 answers, and does all of it once more with Debian's PostgreSQL 15 where that is there.
"""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from base.database import work
from base.embedded import Server
from base.keys import KeyStore
from base.tenant import open_to_all
from surveys import drafts, launch
from surveys.box import acceptance, issuing, shaking
from surveys.box.sweeping import TABLES, sweep
from surveys.eligibility import participant
from surveys.forms.document import SurveyDocument
from surveys.survey import issuer_of, read
from tests.surveys.box.carving import carve
from tests.surveys.polling import SURVEY, Polling
from tests.surveys.voter import Voter, header
from tests.town import Town, calling, found_town

PROVE = bool(os.environ.get("MEDVIRK_PROVE"))
PEOPLE = 1_500 if PROVE else 120
DEBIAN = Path("/usr/lib/postgresql/15/bin")
ASKED = SurveyDocument.model_validate(
    {
        **SURVEY,
        "questions": [
            {"key": "n", "type": "number", "label": SURVEY["title"]},
            {"key": "why", "type": "text", "label": SURVEY["title"], "max_length": 4000},
        ],
    }
)


@dataclass(frozen=True)
class Person:
    """Somebody who answers: who they are to the town, what they write, and what their app keeps."""

    id: UUID
    words: str
    secret: bytes

    @classmethod
    def some(cls, chance: random.Random) -> "Person":
        # Every eighth writes so much that it is kept in pieces; letters at random cannot be compressed.
        letters = 3_000 if chance.random() < 1 / 8 else 40
        return cls(uuid4(), "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=letters)), chance.randbytes(32))

    @property
    def receipt(self) -> bytes:
        return hashlib.sha256(self.secret).digest()


async def opened(town: Town, keys: KeyStore) -> UUID:
    async with work(town.system) as unit:
        survey = await drafts.write(unit, ASKED)
        await launch.launch(unit, survey, keys)
    return survey


async def answer(town: Town, keys: KeyStore, survey: UUID, people: list[Person]) -> None:
    """Each fetches a ballot and answers with it straight away."""
    async with work(town.system) as unit:
        issuer = issuer_of(await read(survey))
    for number, person in enumerate(people):
        voter = Voter(issuer.token_key, issuer.challenge)
        resident = calling(town.municipality, person.id)
        async with work(resident) as unit:
            ballot = voter.finish(await issuing.issue(unit, resident, survey, voter.request, keys=keys))
        handed_in = acceptance.HandedIn({"n": number, "why": person.words}, person.receipt)
        door = open_to_all(town.municipality)
        await acceptance.accept(door, survey, header(ballot)["Authorization"], handed_in, languages=["en"])


@dataclass(frozen=True)
class Traces:
    """What of each person lies in the tables before a shake, and may lie nowhere once all is counted."""

    of: dict[Person, list[bytes]]

    @classmethod
    async def taken(cls, town: Town, keys: KeyStore, survey: UUID, people: list[Person]) -> "Traces":
        rows = await town.sql(
            "select id, ballot, body_hash, receipt_hash from answer_incoming where survey_id = $1", survey
        )
        came = {row["receipt_hash"]: [row["id"].bytes, row["ballot"], row["body_hash"]] for row in rows}
        asked = await town.sql("select id, participant, request_hash from participation where survey_id = $1", survey)
        took_part = {r["participant"]: [r["id"].bytes, r["participant"], r["request_hash"]] for r in asked}
        return cls({p: [*came[p.receipt], *took_part[participant(keys, survey, p.id)]] for p in people})


@dataclass(frozen=True)
class Carved:
    """How many people something is found of: outside the write-ahead log, and in it."""

    in_files: int
    in_the_log: int
    where: frozenset[str]


async def files_of(town: Town, *tables: str) -> set[str]:
    """The files of tables, of their indexes and of their long values."""
    rows = await town.sql(
        "select pg_relation_filepath(r) as file from unnest($1::text[]) as name, lateral ("
        "select name::regclass as r union select reltoastrelid from pg_class where oid = name::regclass "
        "union select indexrelid from pg_index where indrelid = name::regclass) as each "
        "where pg_relation_filepath(r) is not null",
        list(tables),
    )
    return {row["file"] for row in rows}


async def carved(town: Town, folder: Path, traces: Traces) -> Carved:
    """Carve for all; receipts and words count where they lie elsewhere than in the rows that everybody may read."""
    await town.sql("checkpoint")
    open_receipts, open_words = await files_of(town, "receipt", "receipt_shaken"), await files_of(town, "comment")
    needles = [n for found in traces.of.values() for n in found]
    needles += [p.receipt for p in traces.of] + [p.words[:40].encode() for p in traces.of]
    found = await asyncio.to_thread(carve, folder, needles)

    def lies(person: Person) -> list[str]:
        places = [path for trace in traces.of[person] for path in found.get(trace, [])]
        places += [path for path in found.get(person.receipt, []) if path.split("_")[0] not in open_receipts]
        words = found.get(person.words[:40].encode(), [])
        places += [path for path in words if path not in open_words]
        return places + [path for path in words if path in open_words][1:]

    places = {person: lies(person) for person in traces.of}
    outside = {p: [path for path in each if not path.startswith("pg_wal/")] for p, each in places.items()}
    return Carved(
        sum(bool(each) for each in outside.values()),
        sum(any(path.startswith("pg_wal/") for path in each) for each in places.values()),
        frozenset(path for each in outside.values() for path in each),
    )


async def shake(town: Town, survey: UUID) -> None:
    async with work(town.system) as unit:
        assert await shaking.shake_if_due(unit, survey)


async def test_after_counting_and_sweeping_nothing_of_an_answer_as_it_came_is_in_any_file(
    polling: Polling, keys: KeyStore, server: Server
) -> None:
    town, chance = polling.town, random.Random(11)
    neighbours = await found_town(town.superuser, "1108")
    survey, beside = await opened(town, keys), await opened(town, keys)
    afar = await opened(neighbours, keys)
    sizes = (PEOPLE // 2, PEOPLE // 2, 30, 30)
    early, late, others, strangers = ([Person.some(chance) for _ in range(size)] for size in sizes)
    await answer(town, keys, survey, early)
    traces = await Traces.taken(town, keys, survey, early)
    await answer(town, keys, beside, others)
    await answer(neighbours, keys, afar, strangers)
    await town.sql("analyze")
    await shake(town, survey)
    assert not await sweep()
    # While it is open, who fetched a ballot and which ballots were spent must be known; no more than that.
    while_open = await carved(town, server.data, Traces({p: [t[0], t[2]] for p, t in traces.of.items()}))
    await answer(town, keys, survey, late)
    traces = Traces({**traces.of, **(await Traces.taken(town, keys, survey, late)).of})
    await town.sql("analyze")
    polling.survey = str(survey)
    await polling.close()
    await polling.count()
    before = await carved(town, server.data, traces)
    assert not await sweep()
    after = await carved(town, server.data, traces)
    version = (await town.sql("show server_version"))[0][0]
    print(
        f"\nPostgreSQL {version}, {len(traces.of)} answers: carved outside pg_wal {before.in_files} before the "
        f"sweep, {after.in_files} after it; in pg_wal {before.in_the_log} and {after.in_the_log}. "
        f"Shaken and open: {while_open.in_files} of {len(early)}, in pg_wal {while_open.in_the_log}."
    )
    assert while_open.in_files == 0, sorted(while_open.where)
    assert before.in_files >= 0.9 * len(traces.of) / 2, "whoever looks so finds what is there"
    assert after.in_files == 0, sorted(after.where)
    assert after.in_the_log == 0, "the embedded server keeps no old segment"
    # What waits in other boxes is there still, each once, and can be taken back.
    for where, box, people in ((town, beside, others), (neighbours, afar, strangers)):
        rows = await where.sql("select answers->>'why' as w, receipt_hash as r from answer where survey_id = $1", box)
        assert sorted((r["w"], r["r"]) for r in rows) == sorted((p.words, p.receipt) for p in people)


async def test_of_a_survey_that_ends_with_too_few_answers_nothing_is_left_in_any_file(
    polling: Polling, keys: KeyStore, server: Server
) -> None:
    town, people = polling.town, [Person.some(random.Random(n)) for n in range(3)]
    survey = await opened(town, keys)
    await answer(town, keys, survey, people)
    traces = await Traces.taken(town, keys, survey, people)
    assert (await carved(town, server.data, traces)).in_files == 3
    polling.survey = str(survey)
    await polling.close()
    await polling.count()
    assert not await sweep()
    await town.sql("checkpoint")
    needles = [n for found in traces.of.values() for n in found]
    needles += [p.receipt for p in people] + [p.words[:40].encode() for p in people]
    assert await asyncio.to_thread(carve, server.data, needles) == {}


async def test_what_is_measured_of_the_box_for_planning_holds_no_answer(polling: Polling, keys: KeyStore) -> None:
    town, people = polling.town, [Person.some(random.Random(n)) for n in range(60)]
    survey = await opened(town, keys)
    await answer(town, keys, survey, people)
    tables = ["answer", *TABLES]
    for _ in range(2):
        await town.sql("analyze")
        [measured] = await town.sql(
            "select array_agg(distinct attname::text) as columns from pg_stats where tablename = any($1::text[])",
            tables,
        )
        named = {"municipality_id", "survey_id", "shaken", "question", "state"}
        assert set(measured["columns"] or []) <= named
        if not await town.sql("select from survey where shaken_on is not null"):
            await shake(town, survey)


@pytest.mark.skipif(not PROVE, reason="the long form: MEDVIRK_PROVE=1")
def test_the_same_holds_on_debians_postgresql() -> None:
    if not DEBIAN.exists():
        pytest.skip(f"not run: there is no {DEBIAN} (apt-get install postgresql-15)")
    files = ["test_carving.py", "test_sweeping.py", "test_carry_over.py", "test_shaking.py", "test_slot.py"]
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rP",
            "-p",
            "no:cacheprovider",
            "-k",
            "not debians",
            *(str(Path(__file__).parent / name) for name in files),
        ],
        env={**os.environ, "MEDVIRK_TEST_POSTGRES": str(DEBIAN)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in ran.stdout.splitlines() if line.startswith("PostgreSQL ")]
    print("\n".join(["", *said, ran.stdout.splitlines()[-1]]))
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert any(line.startswith("PostgreSQL 15") for line in said)
