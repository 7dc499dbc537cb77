"""Staff choose whom a message is for by and, or and not, see how many that is, and find nobody by asking often."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.clock import now
from base.database import Work, work
from push.audiences import audience, counting
from push.audiences.audience import Audience
from push.audiences.criteria import Criterion
from push.audiences.normal_form import normal_form
from push.campaigns.preview import preview
from tests.push.crowd import NotingCourier, district, draft, launched, send_out, settle
from tests.town import Town, night

Resident = tuple[frozenset[str], str, str | None, bool, bool]
"""What they follow, their language, their band; whether they consent to a feed, and to statistics."""


async def topic(town: Town, *keys: str) -> None:
    for key in keys:
        await town.sql(
            "insert into interest (id, municipality_id, key, label) values (gen_random_uuid(), $1, $2, '{}') "
            "on conflict do nothing",
            town.municipality,
            key,
        )


def said(**where: Any) -> Audience:
    return Audience(where=Criterion.model_validate(where))


async def reached(town: Town, audience: Audience) -> Any:
    async with work(town.system) as unit:
        return (await preview(unit, audience)).reached


async def test_criteria_are_combined_with_and_or_and_not(town: Town) -> None:
    await topic(town, "culture", "sports")
    north = await district(town.system)
    both = await settle(town.system, 10, interests=["culture", "sports"])
    await settle(town.system, 20, interests=["culture"], areas=[north])
    await settle(town.system, 40, interests=["sports"], language="en")
    assert await reached(town, said(all=[{"interests": ["culture"]}, {"not": {"interests": ["sports"]}}])) == 20
    assert await reached(town, said(any=[{"areas": [str(north)]}, {"languages": ["en"]}])) == 60
    campaign = await launched(town.system, draft(said(all=[{"interests": ["culture"]}, {"interests": ["sports"]}])))
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert {UUID(parcel.address.removeprefix("address-")) for parcel in courier.parcels} == set(both)


async def test_ages_are_those_of_residents_whose_consent_to_statistics_stands(town: Town) -> None:
    feed = ("push_messages", "personal_feed", "profile_statistics")
    young, silent = await settle(town.system, 10, consents=feed), await settle(town.system, 10)
    old = await settle(town.system, 20, consents=feed)
    for residents, band in ((young + silent, "1990-1999"), (old, "1950-1959")):
        await town.sql("update resident set birth_year_band = $2 where id = any($1::uuid[])", residents, band)
    await night(town)
    assert await reached(town, Audience(ages=("1990-1999",))) == 10
    assert await reached(town, said(**{"not": {"ages": ["1990-1999"]}})) == 20


class Asker:
    """What the same expression means, asked of one resident in plain Python: true, false or not to be known."""

    @classmethod
    def asks(cls, criterion: Criterion, of: Resident) -> bool | None:
        follows, language, band, feed, statistics = of
        if criterion.interests is not None:
            return bool(follows & set(criterion.interests)) if feed else None
        if criterion.languages is not None:
            return language in criterion.languages
        if criterion.ages is not None:
            return (band in criterion.ages if band is not None else None) if statistics else None
        if criterion.not_ is not None:
            inner = cls.asks(criterion.not_, of)
            return None if inner is None else not inner
        answers = [cls.asks(part, of) for _, part in criterion.parts()]
        decides = criterion.any_ is not None
        if decides in answers:
            return decides
        return None if None in answers else not decides


INTERESTS, LANGUAGES, BANDS = ("culture", "sports", "nature"), ("nb", "en"), ("1980-1989", "1990-1999")
TOWNSFOLK: Sequence[Resident] = [
    (frozenset(follows), language, band, feed, statistics)
    for follows in ((), ("culture",), ("sports", "nature"))
    for language in LANGUAGES
    for band in (None, *BANDS)
    for feed in (True, False)
    for statistics in (True, False)
]


def lists() -> st.SearchStrategy[dict[str, Any]]:
    def some(name: str, values: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(lambda them: {name: them})

    return st.one_of(some("interests", INTERESTS), some("languages", LANGUAGES), some("ages", BANDS))


EXPRESSIONS = st.recursive(
    lists(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


def fits(expression: dict[str, Any]) -> Criterion | None:
    try:
        return Criterion.model_validate(expression)
    except ValueError:
        return None


ALIKE = 5
"""So many residents of each sort live in the town: the smallest group."""


@pytest.fixture
async def townsfolk(town: Town) -> dict[UUID, Resident]:
    await topic(town, *INTERESTS)
    found: dict[UUID, Resident] = {}
    for resident in TOWNSFOLK:
        follows, language, band, feed, statistics = resident
        given_to = {"push_messages": True, "personal_feed": feed, "profile_statistics": statistics}
        consents = [purpose for purpose, says in given_to.items() if says]
        those = await settle(town.system, ALIKE, consents=consents, language=language, interests=sorted(follows))
        await town.sql("update resident set birth_year_band = $2 where id = any($1::uuid[])", those, band)
        found |= dict.fromkeys(those, resident)
    await night(town)
    return found


def cases() -> Iterator[Criterion]:
    """Some expressions, the same in every run: each costs a walk through the whole town."""
    wanted: list[Criterion] = []

    @settings(max_examples=60, derandomize=True, database=None, suppress_health_check=list(HealthCheck), deadline=None)
    @given(EXPRESSIONS)
    def gather(expression: dict[str, Any]) -> None:
        criterion = fits(expression)
        if criterion is not None:
            wanted.append(criterion)

    gather()
    yield from wanted


async def meant_now(unit: Work, criterion: Criterion) -> int:
    return len(await audience.members(unit, Audience(where=criterion)))


async def test_an_expression_means_in_sql_what_it_means_to_anybody(town: Town, townsfolk: dict[UUID, Resident]) -> None:
    """Of the moment as in the count of the night, which is exact where everybody has four others just like them."""
    tried = list(cases())
    assert len(tried) >= 40
    for criterion in tried:
        meant = sum(Asker.asks(criterion, resident) is True for resident in townsfolk.values())
        plain = normal_form(criterion)
        assert plain is not None
        assert sum(Asker.asks(plain, resident) is True for resident in townsfolk.values()) == meant, criterion.stored()
        async with work(town.system) as unit:
            assert await meant_now(unit, criterion) == meant, criterion.stored()
            assert (await counting.count_audience(unit, Audience(where=criterion))).reached == meant, criterion.stored()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"any": [{"languages": ["nb"]}, {"languages": ["nb"]}]}, {"languages": ["nb"]}),
        ({"any": [{"any": [{"languages": ["nb"]}]}, {"languages": ["en"]}]}, {"languages": ["en", "nb", "en"]}),
        ({"not": {"not": {"languages": ["nb"]}}}, {"languages": ["nb"]}),
        ({"all": [{"languages": ["nb"]}, {"languages": ["pl", "nb"]}]}, {"languages": ["nb"]}),
        (
            {"any": [{"languages": ["nb"]}, {"all": [{"languages": ["nb"]}, {"interests": ["culture"]}]}]},
            {"languages": ["nb"]},
        ),
        (
            {"not": {"any": [{"languages": ["nb"]}, {"not": {"interests": ["culture"]}}]}},
            {"all": [{"interests": ["culture"]}, {"not": {"languages": ["nb"]}}]},
        ),
        (
            {"all": [{"not": {"languages": ["nb"]}}, {"not": {"languages": ["en"]}}]},
            {"not": {"languages": ["nb", "en"]}},
        ),
    ],
)
def test_one_question_however_it_is_written_is_one_question(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (normal_form(Criterion.model_validate(each)) for each in (one, other))
    assert first is not None
    assert second is not None
    assert first.stored() == second.stored() == (normal_form(first) or first).stored()


async def test_the_difference_of_two_answers_is_never_a_small_group(town: Town) -> None:
    await topic(town, "culture", "sports")
    await settle(town.system, 32, interests=["culture"])
    await settle(town.system, 2, interests=["culture", "sports"])
    everyone = await reached(town, Audience(interests=("culture",)))
    without = await reached(town, said(all=[{"interests": ["culture"]}, {"not": {"interests": ["sports"]}}]))
    assert everyone == without == 35
    narrowed = await reached(town, said(all=[{"interests": ["culture"]}, {"not": {"languages": ["pl"]}}]))
    assert narrowed == 35
    together = await reached(town, said(any=[{"interests": ["sports"]}, {"interests": ["culture"]}]))
    assert together == 35


async def test_a_part_that_leaves_few_out_is_shown_as_the_whole(town: Town) -> None:
    area = await district(town.system)
    await settle(town.system, 31, areas=[area])
    await settle(town.system, 3, areas=[area], language="en")
    async with work(town.system) as unit:
        seen = await preview(unit, Audience(areas=(area,)))
    assert (seen.reached, seen.by_language) == (35, {"nb": 35})


async def test_of_a_small_audience_nothing_is_told_but_its_size(town: Town) -> None:
    await settle(town.system, 10)
    await settle(town.system, 20, address=None)
    async with work(town.system) as unit:
        seen = await preview(unit, Audience())
    assert (seen.reached, seen.without_address, seen.without_consent) == (10, "<5", "<5")
    assert (seen.by_language, seen.overlaps, set(seen.waiting.values())) == ({}, [], {"<5"})


async def test_what_was_asked_stands_in_the_audit(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    staff, officer = await town.key("communications"), await town.key("privacy_officer")
    asked = {"where": {"not": {"languages": ["en"]}}}
    assert (await client.post("/v1/staff/audiences/preview", headers=staff, json=asked)).status_code == 200
    entries = (await client.get("/v1/staff/audit", headers=officer)).json()["items"]
    [entry] = [each for each in entries if each["act"] == "audience_counted"]
    assert entry["detail"]["audience"]["where"] == {"not": {"languages": ["en"]}}


@pytest.mark.parametrize(
    ("where", "pointer"),
    [
        ({"interests": ["nothing"]}, "/where/interests/0"),
        ({"any": [{"languages": ["nb"]}, {"not": {"ages": ["1800-1809"]}}]}, "/where/any/1/not/ages/0"),
        ({"languages": ["nb"], "ages": ["1990-1999"]}, "/where"),
        ({"not": {"not": {"not": {"not": {"not": {"languages": ["nb"]}}}}}}, "/where"),
        ({"any": [{"languages": ["nb"]}] * 25}, "/where/any"),
    ],
)
async def test_an_expression_that_makes_no_sense_is_refused_by_name(
    client: httpx.AsyncClient, town: Town, where: dict[str, Any], pointer: str
) -> None:
    staff = await town.key("communications")
    refused = await client.post("/v1/staff/audiences/preview", headers=staff, json={"where": where})
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


async def test_staff_see_what_would_wait_and_whom_they_wrote_to_lately(client: httpx.AsyncClient, town: Town) -> None:
    area = await district(town.system)
    often = await settle(town.system, 20, areas=[area])
    await settle(town.system, 20)
    gathered = await settle(town.system, 10)
    await town.sql("update resident set digest = 'weekly' where id = any($1::uuid[])", gathered)
    campaign = await launched(town.system, draft(Audience(areas=(area,))))
    await send_out(town.system, campaign, NotingCourier().couriers)
    await night(town)
    await town.sql("""update municipality set settings = '{"manners": {"per_week": 1}}'""")
    staff = await town.key("communications")
    seen = (await client.post("/v1/staff/audiences/preview", headers=staff, json={"written_in": ["en"]})).json()
    assert (seen["reached"], seen["deferred_by_caps"], seen["deferred_to_digest"]) == (50, len(often), 10)
    assert (seen["languages_missing"], seen["in_another_language"]) == (["nb"], 50)
    [overlap] = seen["overlaps"]
    assert (overlap["campaign"], overlap["residents"]) == (str(campaign), 20)
    urgent = {"importance": "time_sensitive"}
    assert (await client.post("/v1/staff/audiences/preview", headers=staff, json=urgent)).json()[
        "deferred_by_caps"
    ] == "<5"
    assert now() > (await town.sql("select launched_at from campaign"))[0][0]
