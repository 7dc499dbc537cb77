"""The last act: the walkthrough looks for what it promised not to do, with a superuser's eyes and the courier's."""

import json
import re
import struct
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from rehearsal.announcing import survey as centre_survey
from rehearsal.phone import Phone
from rehearsal.scene import Scene, each
from rehearsal.strolling import at_the_monument

Superuser: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
DEGREES = re.compile(r"(?<![\d.:])(?:(?:5[7-9]|6\d|7[01])\.\d{4,}|(?:[4-9]|[12]\d|3[01])\.\d{5,})")
"""How a latitude or longitude in Norway looks; a colon before it makes it the seconds of a time."""
DRAWN: Mapping[str, Collection[str]] = {
    "zone": ("geometry", "west", "south", "east", "north"),
    "municipality": ("boundary",),
}
"""Where coordinates belong: what staff have drawn."""
HEX = re.compile(r"\\\\x((?:[0-9a-f]{2})+)")
LONG_ENOUGH = 6
"""Shorter texts can stand in a random tag by chance."""
WORD = re.compile(r"[A-Za-z0-9_:-]{12,}")


async def audit(scene: Scene, releases: dict[UUID, dict[str, Any]]) -> None:
    """Every line holds, or the walkthrough has failed."""
    scene.story.act("The audit")
    await _positions(scene)
    await _logs(scene)
    await _pushes(scene)
    _capture(scene)
    for survey, release in releases.items():
        await _counted_once(scene, survey, release)
    await _nobody_in_the_box(scene)
    for survey, release in releases.items():
        _numbers(scene, release, scene.accepted[survey])


async def _positions(scene: Scene) -> None:
    """Every row of every table, as text and as bytes, against the look of a coordinate and against those walked."""
    rows, found, drawn = await coordinates_at_rest(scene.stage.superuser, DRAWN, scene.walked)
    scene.story.check(
        found == 0 and drawn > 0 and len(scene.walked) > 0,
        "no position at rest",
        f"{rows:,} rows of every table searched for degrees and for the bytes of {len(scene.walked):,} fixes; "
        f"coordinates stand in {drawn} borders that staff have drawn, and in no other row",
    )


async def coordinates_at_rest(
    superuser: Superuser, drawn: Mapping[str, Collection[str]], walked: Collection[tuple[float, float]] = ()
) -> tuple[int, int, int]:
    """How many rows there are, how many tell a place, and in how many it stands in a column where staff, or residents
    who were asked for a place, have `drawn` it.
    """
    packed = {struct.pack(order + "d", number) for place in walked for number in place for order in ("<", ">")}
    rows = found = where_drawn = 0
    async for table, row in _every_row(superuser):
        rows += 1
        kept = json.loads(row)
        put_there = [kept.pop(column, None) for column in drawn.get(table, ())]
        where_drawn += bool(DEGREES.search(json.dumps(put_there)))
        found += tells_a_place(kept, packed)
    return rows, found, where_drawn


async def _every_row(superuser: Superuser) -> AsyncIterator[tuple[str, str]]:
    """Every row of every table, each with its table's name, as JSON."""
    for record in await superuser.fetch(
        "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
    ):
        table = record["tablename"]
        quoted = f'"{record["schemaname"]}"."{table}"'
        for row in await superuser.fetch(f"select to_jsonb(t)::text as row from {quoted} t"):  # noqa: S608 - the catalogue's names
            yield table, row["row"]


def tells_a_place(row: object, packed: Collection[bytes]) -> bool:
    """Whether a row holds a coordinate: as text, as text within bytes (a job's payload), or as one of these numbers."""
    text = json.dumps(row)
    if DEGREES.search(text):
        return True
    for match in HEX.finditer(text):
        held = bytes.fromhex(match[1])
        if DEGREES.search(held.decode("latin-1")) or any(held[n : n + 8] in packed for n in range(len(held) - 7)):
            return True
    return False


async def _logs(scene: Scene) -> None:
    lines = scene.stage.logs()
    whole = "\n".join(lines)
    secret = [phone.address for phone in scene.phones] + [phone.token for phone in scene.phones]
    secret += [str(phone.resident) for phone in scene.phones] + [ballot for p in scene.phones for ballot in _ballots(p)]
    secret += [answers["why"] for given in scene.accepted.values() for answers in given if "why" in answers]
    told = sum(word in whole for word in secret)
    positions = sum(bool(DEGREES.search(line)) for line in lines)
    scene.story.check(
        told == 0 and positions == 0 and len(lines) > 100,
        "no position, token, id, address or answer in any log",
        f"{len(lines):,} lines of web, worker and PostgreSQL searched for {len(secret):,} secrets and for degrees",
    )


def _ballots(phone: Phone) -> list[str]:
    return [ballot.split('"')[1] for ballot in phone.ballots.values()]


async def _pushes(scene: Scene) -> None:
    """The courier's capture against what the ledger says of each who was written to."""
    by_address = {phone.address: phone for phone in scene.phones}
    written_to = {message.address for message in scene.stage.courier.received}
    known = [by_address[address] for address in sorted(written_to) if address in by_address]

    async def agreed(phone: Phone) -> bool:
        history = (await phone.me.expect(200, "GET", "/v1/me/consents/history"))["items"]
        said = [line["granted"] for line in history if line["purpose"] == "push_messages"]
        return bool(said) and said[-1]

    agreeing = sum(await each(known, agreed))
    withdrawn = sum(phone.person.withdraws for phone in known)
    arrived = Counter(message.address for message in scene.stage.courier.received if message.accepted)
    scene.story.check(
        len(known) == len(written_to) == agreeing and withdrawn == 0 and len(known) > 0,
        "nobody was written to without consent",
        f"{len(known)} addresses in the courier's capture, {agreeing} standing yeses in the ledger, "
        f"none of those who withdrew",
    )
    scene.story.check(
        all(number == 1 for number in arrived.values()), "nobody got a message twice", f"{len(arrived)} arrived"
    )


def _capture(scene: Scene) -> None:
    texts = set(_texts([centre_survey(scene.home), at_the_monument(None)]))
    ids = {str(scene.centre), str(scene.monument), str(scene.home), str(scene.stage.municipality)}
    ids |= {str(phone.resident) for phone in scene.phones}
    received = scene.stage.courier.received
    texts = {text for text in texts if len(text) >= LONG_ENOUGH}
    leaks = sum(word in message.body.decode() for message in received for word in texts | ids)
    whose: dict[str, set[str]] = {}
    for message in received:
        for word in _leaves(message.message):
            if WORD.fullmatch(word):
                whose.setdefault(word, set()).add(message.address)
    shared = sum(len(addresses) > 1 for addresses in whose.values())
    scene.story.check(
        leaks == 0 and shared == 0,
        "what the courier saw says nothing",
        f"{len(received)} messages searched for {len(texts)} texts and {len(ids)} ids; no identifier occurs for two",
    )


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part.values() if set(part) == {"nb", "en"} else (t for each in part.values() for t in _texts(each))
    elif isinstance(part, list):
        yield from (text for each in part for text in _texts(each))


def _leaves(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (leaf for each in part.values() for leaf in _leaves(each))
    elif isinstance(part, list):
        yield from (leaf for each in part for leaf in _leaves(each))
    elif isinstance(part, str):
        yield part


async def _counted_once(scene: Scene, survey: UUID, release: dict[str, Any]) -> None:
    door, superuser = scene.stage.door, scene.stage.superuser
    given = scene.accepted[survey]
    box = await door.expect(200, "GET", f"/v1/surveys/{survey}/box")
    prefixes = [f"{number:02x}" for number in range(256)]
    pages = await each(prefixes, lambda prefix: door.expect(200, "GET", f"/v1/surveys/{survey}/box/{prefix}"))
    shown = Counter(receipt for page in pages for receipt in page["items"])
    kept = Counter(receipt for phone in scene.phones for receipt in phone.receipts)
    mine = Counter({receipt: number for receipt, number in shown.items() if receipt in kept})
    words = {question["key"] for question in release["questions"] if question["type"] == "text"}
    rows = await superuser.fetch("select answers::text from answer where survey_id = $1", survey)
    in_box = Counter(json.dumps(json.loads(row["answers"]), sort_keys=True) for row in rows)
    parted = await superuser.fetch("select question, body from comment where survey_id = $1", survey)
    written = Counter((key, answers[key]) for answers in given for key in words & answers.keys())
    scene.story.check(
        box["counted"] == release["answers"] == len(given) == shown.total() == mine.total()
        and in_box == Counter(json.dumps(_wordless(answers, words), sort_keys=True) for answers in given)
        and Counter((row["question"], row["body"]) for row in parted) == written
        and max(shown.values()) == 1,
        f"every acknowledged answer of “{release['title']}” was counted once",
        f"{len(given)} acknowledged, {box['counted']} in the box, {shown.total()} receipts, each found by its owner",
    )


def _wordless(answers: dict[str, Any], words: set[str]) -> dict[str, Any]:
    """An answer as it lies in a box that was shaken: of what was written only that it was."""
    return {key: "" if key in words else value for key, value in answers.items()}


async def _nobody_in_the_box(scene: Scene) -> None:
    counted, left, tied, written = await ties_of_the_counted(scene.stage.superuser)
    keys = [path.name for path in (scene.stage.folder / "keys").rglob("*") if "survey" in str(path) and path.is_file()]
    scene.story.check(
        left == 0 and tied == 0 and written == counted == 2 and not keys,
        "nothing ties an answer to a resident",
        "no trace of who took part, no ballot, no receipt beside an answer, one transaction for all of a survey's, "
        "and the surveys' keys are destroyed",
    )


_TIES = """
with counted as (select id from survey where state in ('counted', 'published')),
    kept as (select survey_id, xmin::text, ballot, receipt_hash from answer where survey_id in (table counted))
select
    (select count(distinct survey_id) from kept) as counted,
    (select count(*) from participation where survey_id in (table counted))
    + (select count(*) from spent_ballot where survey_id in (table counted)) as left,
    (select count(*) from kept where ballot is not null or receipt_hash is not null) as tied,
    (select count(distinct (survey_id, xmin)) from kept) as written
"""


async def ties_of_the_counted(superuser: Superuser) -> tuple[int, int, int, int]:
    """Of the surveys whose answers were counted: how many there are; how many traces are left of who took part, and of
    ballots; how many answers have a ballot or a receipt beside them; and in how many transactions they were written.
    """
    row = await superuser.fetchrow(_TIES)
    assert row is not None
    return row["counted"], row["left"], row["tied"], row["written"]


def _numbers(scene: Scene, release: dict[str, Any], given: list[dict[str, Any]]) -> None:
    """What is published is true, and none of it small."""
    k = release["smallest_group"]
    wrong = small = published = suppressed = 0
    for question in release["questions"]:
        for cell in question["cells"]:
            truth = sum(cell["value"] in _said(answers.get(question["key"])) for answers in given)
            suppressed += cell["suppressed"]
            if cell["count"] is not None:
                published += 1
                wrong += cell["count"] != truth
                small += cell["count"] < k
    small_is_there = release["survey"] == str(scene.centre)  # Three came by boat.
    scene.story.check(
        wrong == 0 and small == 0 and published > 0 and (suppressed > 0 or not small_is_there),
        f"the release of “{release['title']}” is true and gives nobody away",
        f"{published} cells published, each as counted, none under {k}; {suppressed} suppressed",
    )


def _said(answer: Any) -> list[str]:
    return [str(part) for part in (answer if isinstance(answer, list) else [answer])]
