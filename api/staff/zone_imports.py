"""Zones from files, for staff."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Beforehand, Call
from api.http.endpoint import MIB, AnyEndpoint, post
from api.staff.zones import SQUARE, Kind
from base import localized
from base.database import work
from base.errors import FieldError
from geofence.imports import zone_import
from geofence.imports.features import MOST_FEATURES, ImportOptions, ParsedFile
from geofence.imports.file_reading import read_file
from geofence.imports.zone_import import Outcome, try_import
from municipality.directory import town
from municipality.roles import PLACE_EDITORS

Property = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Collection(BaseModel):
    """A GeoJSON FeatureCollection; each feature has a `name` and perhaps a `kind` among its properties.

    A `crs` (GeoJSON 2008) is reprojected; other members are ignored (RFC 7946 §6.1).
    """

    model_config = ConfigDict(extra="allow")

    type: Literal["FeatureCollection"]
    features: Annotated[list[Any], Field(max_length=MOST_FEATURES)]


class ImportQuery(BaseModel):
    """How the file is to be read: what its features are that do not say so themselves, and what it does not say."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "district"
    name: Property | None = Field(
        None, description="The property that holds the name, whatever the case of its letters"
    )
    id: Property | None = Field(
        None, description="The property that stays the same from file to file; without it the `id` of each Feature"
    )
    crs: Property | None = Field(None, description="The system of the coordinates, such as EPSG:25832")
    part: Property | None = Field(None, description="Which collection, where the file is an object of several")
    dry_run: bool = Field(False, description="Say what would become of each feature, and keep nothing")

    def options(self) -> ImportOptions:
        """As the house knows them."""
        return ImportOptions(**self.model_dump(exclude={"dry_run"}))


class Repaired(BaseModel):
    """A feature that was set right or noticed, and how."""

    index: int
    note: str


class NotTaken(BaseModel):
    """A feature that was not taken, and why."""

    index: int
    reason: str


class ImportedFeature(BaseModel):
    """What became of a feature, counted from 1, and what is said of it; no zone is kept of a dry run's new ones."""

    number: int
    outcome: Outcome
    name: dict[str, str] | None
    zone_id: UUID | None
    said: list[str]


class ImportReport(BaseModel):
    """What became of each feature: `features` in the order of the file, the rest by its place there, from 0.

    Each is created, updated or refused; `updated` counts those that were there (`unchanged` of them the same already),
    and `zones` has the ids of the created and updated in the order of the file.
    """

    features: list[ImportedFeature]

    created: int
    updated: int
    unchanged: int
    zones: list[UUID]
    repaired: list[Repaired]
    refused: list[NotTaken]


async def read_drawing(asked: Beforehand[ImportQuery]) -> ParsedFile:
    """Read, mend and judge a whole file before any transaction, in a process that ends when its time is up."""
    async with work(asked.tenant) as unit:
        where = zone_import.import_target(await town(unit))
    async with asked.services.drawings.slot():
        return await read_file(asked.raw, asked.query.options(), where)


async def import_zones(call: Call[Collection, ImportQuery]) -> ImportReport:
    """Take in a GeoJSON FeatureCollection of up to 20 MiB; what is safe to repair is, the rest is refused by name.

    A feature that is there already, by its id or else by its name, is brought up to date: nothing comes twice. With
    `dry_run` the answer is the same, and nothing is kept.
    """
    report = await (try_import if call.query.dry_run else zone_import.import_zones)(call.work, call.prepared)
    languages = localized.languages(call.headers.get("accept-language", ""), ("en",))
    return ImportReport(
        features=[
            ImportedFeature(
                number=one.number,
                outcome=one.outcome,
                name=None if one.name is None else dict(one.name),
                zone_id=one.zone_id,
                said=[said.in_language(languages) for said in one.said],
            )
            for one in report.features
        ],
        created=len(report.created),
        updated=len(report.updated),
        unchanged=report.unchanged,
        zones=list(report.zones),
        repaired=[
            Repaired(index=index, note="; ".join(note.in_language(languages) for note in notes))
            for index, notes in report.repaired
        ],
        refused=[NotTaken(index=one.index, reason=_reason(one.why, languages)) for one in report.refused],
    )


def _reason(why: FieldError, languages: Sequence[str]) -> str:
    return f"{why.pointer}: {why.in_language(languages)}" if why.pointer else why.in_language(languages)


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/zones/import",
        import_zones,
        staff(PLACE_EDITORS),
        limit_bytes=20 * MIB,
        also_takes=("application/geo+json",),
        prepare=read_drawing,
        refuses=(503,),
        example={
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"name": "Torget"}, "geometry": SQUARE}],
        },
    ),
]
