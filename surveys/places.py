"""What hangs on a place: what is asked or told there, and what would be silent without it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from base.database import Work
from base.queries import load_queries
from base.subjects import SubjectKind
from geofence.models import Beacon, Zone

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class Use:
    """A survey, a hearing or an item of information: at the place by a trigger (`at`), or for those who follow it."""

    kind: SubjectKind
    id: UUID
    title: Mapping[str, str]
    state: str
    at: bool


@dataclass(frozen=True, slots=True)
class InnerDistrict:
    """A district that lies in another."""

    id: UUID
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlaceUses:
    """All that hangs on a zone."""

    things: tuple[Use, ...]
    beacons: tuple[str, ...]
    districts: tuple[InnerDistrict, ...]


async def uses(work: Work, zone_id: UUID) -> PlaceUses:
    """What hangs on a zone: those first that are asked at it now."""
    rows = await work.fetch(sql.uses_of_place, zone=zone_id)
    inner = await Zone.filter(parent_id=zone_id).order_by("id").only("id", "name")
    beacons = await Beacon.filter(zone_id=zone_id).order_by("name", "id").only("id", "name")
    return PlaceUses(
        tuple(Use(row["kind"], row["id"], _title(row["title"]), row["state"], row["at"]) for row in rows),
        tuple(beacon.name for beacon in beacons),
        tuple(InnerDistrict(one.id, one.name) for one in inner),
    )


def _title(written: str) -> Mapping[str, str]:
    """A title as far as it has been written: a draft need not have one."""
    title = json.loads(written)
    return {tag: text for tag, text in title.items() if isinstance(text, str)} if isinstance(title, dict) else {}
