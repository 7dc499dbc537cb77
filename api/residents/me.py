"""What a resident has told, may see, change, take along and have erased."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.callers import RESIDENT
from api.endpoint import Call, Endpoint, Raw
from api.shapes import Key, Sent, Tag
from base.errors import invalid
from base.localized import pick
from base.wording import said
from consent import entrusted, gate, leaving, overview
from consent.permits import PersonalFeed, ProfileStatistics
from municipality.directory import town
from residents import archive, erasure, export, profile

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Sent):
    """Two local times between which no message comes; they may pass midnight."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    start: Clock = Field(alias="from", examples=["21:00"])
    end: Clock = Field(alias="to", examples=["07:00"])


class Me(BaseModel):
    """A resident, as they see themselves."""

    id: UUID
    municipality: UUID
    language: str
    interests: list[str]
    areas: list[UUID]
    quiet_hours: QuietHours | None
    digest: Literal["off", "daily", "weekly"]
    birth_year_band: str | None
    goes_on: date | None = Field(
        description="When the registration would have gone, had nobody come; null unless that was near. It stays now."
    )


class Change(Sent):
    """What is to be changed; what is left out stays. Topics and districts need the consent `personal_feed`, the band
    of birth years `profile_statistics`; removing them needs none.
    """

    language: Tag = "nb"
    interests: list[Key] = Field([], max_length=100)
    areas: list[UUID] = Field([], max_length=100)
    quiet_hours: QuietHours | None = None
    digest: Literal["off", "daily", "weekly"] = "off"
    birth_year_band: Annotated[str, StringConstraints(max_length=16)] | None = Field(
        None, examples=list(entrusted.BANDS)
    )


class Rehearsed(Sent):
    """Whether to be told only what would happen."""

    dry_run: bool = False


class Part(BaseModel):
    """Rows of one table; `rows` is null where nobody can count them."""

    table: str
    what: str
    rows: int | None
    why: str | None


class Farewell(BaseModel):
    """What erasure takes away, and what stays and why."""

    goes: list[Part]
    stays: list[Part]


class Wanted(Sent):
    """Whether only what the resident supplied is wanted, to be taken elsewhere (art. 20); as JSON, or as a zip file
    with an index to read and a table for each part.
    """

    portable: bool = False
    format: Literal["json", "zip"] = "json"


class HeldRows(BaseModel):
    """The rows of one table that are the resident's."""

    table: str
    what: str
    rows: list[dict[str, Any]]


class Export(BaseModel):
    """Everything that is held (art. 15), or what the resident supplied (art. 20)."""

    supplied: Me
    held: list[HeldRows] | None


class PurposeOverview(BaseModel):
    """For one purpose: what is held now, in which systems, for how long, who received it."""

    purpose: str
    title: str
    status: str
    legal_basis: str
    held: list[Part]
    data_categories: list[str]
    systems: list[str]
    retention: str
    withdraw: str


class Overview(BaseModel):
    """The resident's data at a glance; nothing about places, since none is held."""

    items: list[PurposeOverview]


def _me(found: profile.Profile) -> Me:
    quiet = found.quiet_hours and QuietHours.model_validate(dict(zip(("from", "to"), found.quiet_hours, strict=True)))
    return Me(
        id=found.id, municipality=found.municipality, language=found.language, interests=list(found.interests),
        areas=list(found.areas), quiet_hours=quiet or None, digest=found.digest,
        birth_year_band=found.birth_year_band, goes_on=found.goes_on,
    )  # fmt: skip


async def me(call: Call) -> Me:
    """What you have told about yourself."""
    found = _me(await profile.profile(call.work, call.tenant))
    await profile.seen(call.work, call.tenant)
    return found


async def change_me(call: Call[Change]) -> Me:
    """Change what you have told. What you leave out stays as it is."""
    work, tenant, sent, named = call.work, call.tenant, call.body, call.body.model_fields_set
    if "language" in named:
        await profile.speak(work, tenant, sent.language)
    if "digest" in named:
        await profile.digest(work, tenant, sent.digest)
    if "quiet_hours" in named:
        quiet = sent.quiet_hours
        await profile.keep_quiet(work, tenant, None if quiet is None else (quiet.start, quiet.end))
    if "interests" in named:
        if sent.interests:
            permit = await gate.ask(work, tenant, PersonalFeed)
            await entrusted.follow_interests(work, permit, sent.interests)
        else:
            await profile.unfollow_interests(work, tenant)
    if "areas" in named:
        if sent.areas:
            permit = await gate.ask(work, tenant, PersonalFeed)
            await entrusted.follow_areas(work, permit, sent.areas)
        else:
            await profile.unfollow_areas(work, tenant)
    if "birth_year_band" in named:
        if sent.birth_year_band is not None:
            asked = await gate.ask(work, tenant, ProfileStatistics)
            await entrusted.tell_band(work, asked, sent.birth_year_band)
        else:
            await profile.forget_band(work, tenant)
    return _me(await profile.profile(work, tenant))


def _parts(call: Call[Any, Any], parts: Sequence[erasure.Part]) -> list[Part]:
    def say(english: str) -> str:
        return said(english, call.languages)

    return [Part(table=p.table, what=say(p.what), rows=p.rows, why=say(p.why) if p.why else None) for p in parts]


async def erase_me(call: Call[None, Rehearsed]) -> Raw | None:
    """Erase everything that is yours, at once. `dry_run=true` tells what would go, what would stay and why."""
    if not call.query.dry_run:
        await leaving.leave(call.work, call.house.keys, call.tenant)
        return None
    found = await erasure.foresee(call.work, call.tenant)
    farewell = Farewell(goes=_parts(call, found.goes), stays=_parts(call, found.stays))
    return Raw(farewell.model_dump_json().encode(), "application/json", 200)


async def export_me(call: Call[None, Wanted]) -> Export | Raw:
    """Everything that is held about you, table by table; `portable=true`: what you supplied, to take elsewhere."""
    held = None
    if call.query.format == "zip":
        if call.query.portable:
            raise invalid("/format", "what is taken elsewhere is JSON")
        parts, here = await export.everything(call.work, call.tenant), await town(call.work)
        name, language = pick(here.name, [*call.languages, *here.languages])
        return Raw(archive.archive(parts, name, here.today(), language), "application/zip")
    if not call.query.portable:
        held = [
            HeldRows(table=part.table, what=said(part.what, call.languages), rows=list(part.rows))
            for part in await export.everything(call.work, call.tenant)
        ]
    return Export(supplied=_me(await profile.profile(call.work, call.tenant)), held=held)


async def overview_of_me(call: Call) -> Overview:
    """Per purpose: what is held about you, in which systems, for how long, and who received it."""
    found = await overview.overview(call.work, call.tenant, call.languages)
    if found:
        call.spoken(found[0].language)
    return Overview(
        items=[
            PurposeOverview(
                purpose=item.purpose, title=item.text.title, status=item.status, legal_basis=item.legal_basis,
                held=_parts(call, item.held),
                data_categories=list(item.text.data_categories), systems=list(item.text.systems),
                retention=item.text.retention, withdraw=item.text.withdraw,
            )
            for item in found
        ]
    )  # fmt: skip


ENDPOINTS = [
    Endpoint("GET", "/v1/me", me, RESIDENT, gives=Me),
    Endpoint(
        "PATCH", "/v1/me", change_me, RESIDENT, body=Change, gives=Me, refuses=(403,),
        example={"language": "nb", "quiet_hours": {"from": "21:00", "to": "07:00"}},
    ),
    Endpoint(
        "DELETE", "/v1/me", erase_me, RESIDENT, query=Rehearsed, status=204,
        also={200: "What would go, what would stay and why (`dry_run=true`)"},
    ),
    Endpoint("GET", "/v1/me/export", export_me, RESIDENT, query=Wanted, gives=Export,
             other_media=("application/zip",)),
    Endpoint("GET", "/v1/me/overview", overview_of_me, RESIDENT, gives=Overview),
]  # fmt: skip
