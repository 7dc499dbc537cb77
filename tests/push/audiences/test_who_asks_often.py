"""Somebody with a communications key asks previews ten thousand questions about one resident, and learns nothing.

Three towns have the same 400 residents. In one the resident whom the questions are about never lived; in one they want
messages; in one they have withdrawn. The attacker knows everything that the resident follows. A question is asked in
two ways that differ by this resident alone, if there is one; that the answers differ must not be more frequent where
there is. Everything goes over HTTP; nothing here is shared with what is attacked.
"""

import json
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.town import Town, found_town, night

LONG = bool(os.environ.get("MEDVIRK_PROVE"))
NIGHTS, PAIRS = (48, 40) if LONG else (4, 14)
"""Each pair is two questions in each of three towns: in the long form 11,520 of them."""
TOPICS = [f"topic{number}" for number in range(8)]
PLACES = [uuid4() for _ in range(8)]
BANDS = ["1950-1959", "1970-1979", "1980-1989", "1990-1999"]
WORLDS = ("nobody", "consents", "withdrawn")

Resident = dict[str, Any]
Expression = dict[str, Any]

FILL = """
with given as (
    select gen_random_uuid() as id, g.* from jsonb_to_recordset($2::jsonb)
        as g(language text, band text, topics text[], places uuid[], consents text[], woken boolean, got uuid)
),
there as (
    insert into resident
        (id, municipality_id, language, digest, consent_salt, registered_on, active_on, birth_year_band)
    select id, $1, language, 'off', '\\x00', current_date - 30, current_date, band from given returning id
),
agreed as (
    insert into standing_consent (id, municipality_id, resident_id, purpose, granted, notice_version, at, event_id)
    select gen_random_uuid(), $1, id, unnest(consents), true, 1, now(), gen_random_uuid() from given
),
topics as (
    insert into resident_interest (id, municipality_id, resident_id, interest_key)
    select gen_random_uuid(), $1, id, unnest(topics) from given
),
places as (
    insert into resident_area (id, municipality_id, resident_id, zone_id)
    select gen_random_uuid(), $1, id, unnest(places) from given
),
device as (
    insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on)
    select gen_random_uuid(), $1, id, sha256(id::text::bytea), 'android', '1.0', current_date from given where woken
    returning id, resident_id
),
address as (
    insert into push_address
        (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, app_version, changed_on)
    select gen_random_uuid(), $1, resident_id, id, 'log', 'x' || resident_id, 'nb', 'Europe/Oslo', '1.0', current_date
    from device
)
insert into delivery
    (id, municipality_id, campaign_id, resident_id, address_id, platform, state, starts, due_at, done_at)
select gen_random_uuid(), $1, got, id, gen_random_uuid(), 'android', 'sent', 1, now(), now() from given
where got is not null and woken
"""


def somebody(dice: random.Random) -> Resident:
    """A resident of no particular kind."""
    agrees = dice.random() < 0.8
    feed, statistics = dice.random() < 0.95, dice.random() < 0.7
    return {
        "language": dice.choices(["nb", "en", "pl", "uk"], [80, 10, 6, 4])[0],
        "band": dice.choice(BANDS) if statistics else None,
        "topics": dice.sample(TOPICS, dice.choice([0, 1, 2, 3])) if feed else [],
        "places": [str(place) for place in dice.sample(PLACES[1:], dice.choice([0, 1, 1, 2]))] if feed else [],
        "consents": [
            *(["push_messages"] if agrees else []),
            *(["personal_feed"] if feed else []),
            *(["profile_statistics"] if statistics else []),
        ],
        "woken": agrees and dice.random() < 0.9,
        "got": None,
    }


def target(dice: random.Random) -> Resident:
    """The one it is about: three topics and two places, one of these followed by nobody else, and a rarer language."""
    return {
        "language": dice.choice(["pl", "uk", "en"]),
        "band": dice.choice(BANDS),
        "topics": dice.sample(TOPICS, 3),
        "places": [str(PLACES[0]), str(dice.choice(PLACES[1:]))],
        "consents": ["push_messages", "personal_feed", "profile_statistics"],
        "woken": True,
        "got": None,
    }


def lists_of(one: Resident) -> list[Expression]:
    """What fits them, one list each."""
    return [
        {"languages": [one["language"]]},
        {"ages": [one["band"]]},
        *({"interests": [topic]} for topic in one["topics"]),
        *({"areas": [place]} for place in one["places"]),
    ]


def fits(expression: Expression, one: Resident) -> bool | None:
    """What an expression says of somebody; None where they have not agreed that it be known."""
    [(name, said)] = expression.items()
    if name == "not":
        inner = fits(said, one)
        return None if inner is None else not inner
    if name in ("all", "any"):
        answers = [fits(part, one) for part in said]
        decides = name == "any"
        return decides if decides in answers else None if None in answers else not decides
    if name == "languages":
        return one["language"] in said
    if name == "ages":
        return None if one["band"] is None else one["band"] in said
    if "personal_feed" not in one["consents"]:
        return None
    return bool(set(said) & set(one["topics" if name == "interests" else "places"]))


def large(dice: random.Random, unlike: Resident) -> Expression:
    """Some list or two that do not fit the target."""
    theirs = lists_of(unlike)
    every = [
        *({"interests": [topic]} for topic in TOPICS),
        *({"areas": [str(place)]} for place in PLACES[1:]),
        {"languages": ["nb"]},
        *({"ages": [band]} for band in BANDS),
    ]
    chosen = dice.sample([each for each in every if each not in theirs], dice.choice([1, 1, 2]))
    return chosen[0] if len(chosen) == 1 else {"any": chosen}


def alone(dice: random.Random, one: Resident, others: list[Resident]) -> Expression:
    """An expression that fits the target and at most two others: as few of their traits as that needs."""
    lists = lists_of(one)
    dice.shuffle(lists)
    for number in range(1, len(lists) + 1):
        found = lists[0] if number == 1 else {"all": lists[:number]}
        if sum(fits(found, other) is True for other in others) <= 2:
            return found
    return {"all": lists}


Ask = Callable[[Expression, Expression], tuple[Expression, Expression]]
WAYS: dict[str, Ask] = {
    "or the target": lambda group, one: (group, {"any": [group, one]}),
    "or the target, twice": lambda group, one: (group, {"any": [group, one, one]}),
    "nested": lambda group, one: (group, {"any": [{"any": [group, one]}, {"all": [one, {"any": [one, group]}]}]}),
    "but not the target": lambda group, one: ({"not": group}, {"all": [{"not": group}, {"not": one}]}),
    "everybody but": lambda group, one: (
        {"any": [group, {"not": group}]},
        {"all": [{"any": [group, {"not": group}]}, {"not": one}]},
    ),
    "by what says nothing": lambda group, one: (
        {"any": [group, {"all": [one, {"interests": ["nobodys"]}]}]},
        {"any": [group, {"all": [one, {"not": {"interests": ["nobodys"]}}]}]},
    ),
}


@dataclass
class World:
    """A town, and what its answers were."""

    town: Town
    staff: dict[str, str]
    differ: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    seen: int = 0


async def build(town: Town, name: str, residents: list[Resident]) -> None:
    """Give the town its residents, a message that went to some of them, and a night."""
    await town.sql("delete from resident where municipality_id = $1", town.municipality)
    await town.sql("delete from campaign where municipality_id = $1", town.municipality)
    message = uuid4()
    await town.sql(
        "insert into campaign (id, municipality_id, audience, title, body, importance, state, filled, "
        "waits_for_approval, audience_size, without_consent, expires_at, created_at, launched_at) values ($1, $2, "
        "'{}', '{\"nb\": \"Torget\"}', '{}', 'active', 'done', true, false, 0, 0, now() + interval '1 day', now(), "
        "now())",
        message,
        town.municipality,
    )
    got = [{**one, "got": str(message) if one["got"] else None} for one in residents]
    await town.sql(FILL, town.municipality, json.dumps(got))
    await night(town, after_days=3)


async def places_and_topics(town: Town) -> dict[UUID, UUID]:
    """The districts and topics of a town; its own id of each district."""
    own = {place: uuid4() for place in PLACES}
    for zone in own.values():
        await town.sql(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
            "values ($1, $2, '{\"nb\": \"Krets\"}', 'district', '{}', false, now())",
            zone,
            town.municipality,
        )
    for topic in (*TOPICS, "nobodys"):
        await town.sql(
            "insert into interest (id, municipality_id, key, label) values (gen_random_uuid(), $1, $2, '{}')",
            town.municipality,
            topic,
        )
    return own


def renamed(value: Any, own: dict[UUID, UUID]) -> Any:
    """With each district's id in this town."""
    text = json.dumps(value)
    for place, zone in own.items():
        text = text.replace(str(place), str(zone))
    return json.loads(text)


async def answer(client: httpx.AsyncClient, world: World, where: Expression) -> dict[str, Any]:
    given = await client.post("/v1/staff/audiences/preview", headers=world.staff, json={"where": where})
    assert given.status_code == 200, given.text
    world.seen += 1
    found: dict[str, Any] = given.json()
    # Which districts were asked about is in the question, and not an answer.
    return {name: value for name, value in found.items() if name not in ("by_reason", "counted_from_tomorrow")}


def more_often(few: int, many: int, number: int) -> float:
    """By how many standard errors `many` of a number are more than `few` of it (two-proportion test, one-sided)."""
    pooled = (few + many) / (2 * number)
    error = sqrt(2 * pooled * (1 - pooled) / number)
    return 0.0 if not error else (many - few) / number / error


async def test_asking_ten_thousand_times_tells_nothing_of_one_resident(
    client: httpx.AsyncClient, town: Town, superuser: Any
) -> None:
    dice = random.Random(os.urandom(8).hex()) if LONG else random.Random(11)
    towns = dict(
        zip(WORLDS, [town, *[await found_town(superuser, number) for number in ("3905", "3911")]], strict=True)
    )
    own = {name: await places_and_topics(each) for name, each in towns.items()}
    worlds = {name: World(each, await each.key("communications")) for name, each in towns.items()}
    for _ in range(NIGHTS):
        others = [somebody(dice) for _ in range(399)]
        for one in others:
            one["got"] = dice.random() < 0.3
        it = target(dice) | {"got": True}
        gone = it | {"consents": ["personal_feed", "profile_statistics"], "woken": False}
        for name, residents in (("nobody", others), ("consents", [*others, it]), ("withdrawn", [*others, gone])):
            await build(towns[name], name, renamed(residents, own[name]))
        for _ in range(PAIRS):
            way = dice.choice(list(WAYS))
            first, second = WAYS[way](large(dice, it), alone(dice, it, others))
            for name, world in worlds.items():
                before, after = [await answer(client, world, renamed(each, own[name])) for each in (first, second)]
                world.differ[way] += before != after
        for name, world in worlds.items():
            world.moved += await moves_a_district(client, world, own[name])
    number = NIGHTS * PAIRS
    for name, world in worlds.items():
        print(
            f"{name}: {sum(world.differ.values())} of {number} pairs differ {dict(world.differ)}, "
            f"{world.moved} of {NIGHTS} after a district moved; {world.seen} questions"
        )
    control = sum(worlds["nobody"].differ.values())
    for name in ("consents", "withdrawn"):
        assert more_often(control, sum(worlds[name].differ.values()), number) < 3, name
        for way in WAYS:
            assert more_often(worlds["nobody"].differ[way], worlds[name].differ[way], number) < 3.5, (name, way)
    assert not any(world.moved for world in worlds.values())


async def moves_a_district(client: httpx.AsyncClient, world: World, own: dict[UUID, UUID]) -> bool:
    """Whether an answer about one district changes when the target's own is put into it."""
    around, small = own[PLACES[1]], own[PLACES[0]]
    before = await answer(client, world, {"areas": [str(around)]})
    await world.town.sql("update zone set parent_id = $1 where id = $2", around, small)
    after = await answer(client, world, {"areas": [str(around)]})
    await world.town.sql("update zone set parent_id = null where id = $1", small)
    return before != after
