"""What a resident has told, may see, change, take along and have erased."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.http.authentication import RESIDENT
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, delete, get, patch
from api.schemas.common import Key, RequestModel, Tag
from base.errors import invalid
from base.localized import pick
from base.translation import translate
from consent import gate, overview, profile_data
from consent.erasing import erase_resident
from consent.purposes import PersonalFeed, ProfileStatistics
from municipality.directory import town
from residents import archive, erasure, export, profile

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(RequestModel):
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


class ProfileChange(RequestModel, title="Change"):
    """What is to be changed; what is left out stays. Topics and districts need the consent `personal_feed`, the band
    of birth years `profile_statistics`; removing them needs none.
    """

    language: Tag = "nb"
    interests: list[Key] = Field([], max_length=100)
    areas: list[UUID] = Field([], max_length=100)
    quiet_hours: QuietHours | None = None
    digest: Literal["off", "daily", "weekly"] = "off"
    birth_year_band: Annotated[str, StringConstraints(max_length=16)] | None = Field(
        None, examples=list(profile_data.BANDS)
    )


class ErasureQuery(RequestModel, title="Rehearsed"):
    """Whether to be told only what would happen."""

    dry_run: bool = False


class ErasedPart(BaseModel, title="Part"):
    """Rows of one table; `rows` is null where nobody can count them."""

    table: str
    what: str
    rows: int | None
    why: str | None


class FarewellResponse(BaseModel, title="Farewell"):
    """What erasure takes away, and what stays and why."""

    goes: list[ErasedPart]
    stays: list[ErasedPart]


class ExportQuery(RequestModel, title="Wanted"):
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
    held: list[ErasedPart]
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
        id=found.id,
        municipality=found.municipality,
        language=found.language,
        interests=list(found.interests),
        areas=list(found.areas),
        quiet_hours=quiet or None,
        digest=found.digest,
        birth_year_band=found.birth_year_band,
        goes_on=found.goes_on,
    )


async def me(call: Call) -> Me:
    """What you have told about yourself."""
    found = _me(await profile.profile(call.work, call.tenant))
    await profile.note_use(call.work, call.tenant)
    return found


async def change_me(call: Call[ProfileChange]) -> Me:
    """Change what you have told. What you leave out stays as it is."""
    work, tenant, sent, named = call.work, call.tenant, call.body, call.body.model_fields_set
    if "language" in named:
        await profile.set_language(tenant, sent.language)
    if "digest" in named:
        await profile.set_digest(tenant, sent.digest)
    if "quiet_hours" in named:
        quiet = sent.quiet_hours
        await profile.set_quiet_hours(tenant, None if quiet is None else (quiet.start, quiet.end))
    if "interests" in named:
        if sent.interests:
            permit = await gate.require_permit(work, tenant, PersonalFeed)
            await profile_data.follow_interests(permit, sent.interests)
        else:
            await profile.unfollow_interests(tenant)
    if "areas" in named:
        if sent.areas:
            permit = await gate.require_permit(work, tenant, PersonalFeed)
            await profile_data.follow_areas(work, permit, sent.areas)
        else:
            await profile.unfollow_areas(tenant)
    if "birth_year_band" in named:
        if sent.birth_year_band is not None:
            asked = await gate.require_permit(work, tenant, ProfileStatistics)
            await profile_data.set_birth_years(asked, sent.birth_year_band)
        else:
            await profile.remove_birth_years(tenant)
    return _me(await profile.profile(work, tenant))


def _parts(call: Call[Any, Any], parts: Sequence[erasure.ErasedRows]) -> list[ErasedPart]:
    def say(english: str) -> str:
        return translate(english, call.languages)

    return [ErasedPart(table=p.table, what=say(p.what), rows=p.rows, why=say(p.why) if p.why else None) for p in parts]


async def erase_me(call: Call[None, ErasureQuery]) -> RawResponse | None:
    """Erase everything that is yours, at once. `dry_run=true` tells what would go, what would stay and why."""
    if not call.query.dry_run:
        await erase_resident(call.work, call.services.keys, call.tenant.resident)
        return None
    found = await erasure.foresee(call.work, call.tenant)
    farewell = FarewellResponse(goes=_parts(call, found.goes), stays=_parts(call, found.stays))
    return RawResponse(farewell.model_dump_json().encode(), "application/json", 200)


async def export_me(call: Call[None, ExportQuery]) -> Export | RawResponse:
    """Everything that is held about you, table by table; `portable=true`: what you supplied, to take elsewhere."""
    held = None
    if call.query.format == "zip":
        if call.query.portable:
            raise invalid("/format", "what is taken elsewhere is JSON")
        parts, here = await export.everything(call.work, call.tenant), await town(call.work)
        name, language = pick(here.name, [*call.languages, *here.languages])
        return RawResponse(archive.archive(parts, name, here.today(), language), "application/zip")
    if not call.query.portable:
        held = [
            HeldRows(table=part.table, what=translate(part.what, call.languages), rows=list(part.rows))
            for part in await export.everything(call.work, call.tenant)
        ]
    return Export(supplied=_me(await profile.profile(call.work, call.tenant)), held=held)


async def overview_of_me(call: Call) -> Overview:
    """Per purpose: what is held about you, in which systems, for how long, and who received it."""
    found = await overview.overview(call.work, call.tenant, call.languages)
    if found:
        call.set_content_language(found[0].language)
    return Overview(
        items=[
            PurposeOverview(
                purpose=item.purpose,
                title=item.text.title,
                status=item.status,
                legal_basis=item.legal_basis,
                held=_parts(call, item.held),
                data_categories=list(item.text.data_categories),
                systems=list(item.text.systems),
                retention=item.text.retention,
                withdraw=item.text.withdraw,
            )
            for item in found
        ]
    )


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/me", me, RESIDENT),
    patch(
        "/v1/me",
        change_me,
        RESIDENT,
        refuses=(403,),
        example={"language": "nb", "quiet_hours": {"from": "21:00", "to": "07:00"}},
    ),
    delete(
        "/v1/me", erase_me, RESIDENT, status=204, also={200: "What would go, what would stay and why (`dry_run=true`)"}
    ),
    get("/v1/me/export", export_me, RESIDENT, other_media=("application/zip",)),
    get("/v1/me/overview", overview_of_me, RESIDENT),
]
