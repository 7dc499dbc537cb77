"""Zones, beacons and triggers: where the municipality asks, never where anybody is."""

from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from tortoise import fields

from base.subjects import SubjectKind
from base.tenant_model import TenantModel

ZoneKind = Literal["district", "trigger"]
Approval = Literal["waiting", "approved", "refused"]


class Zone(TenantModel):
    """An area of the municipality: a district that residents follow, or a zone that triggers."""

    # `west` to `north` are the box around it in degrees, which the database keeps. `approval` is the privacy officer's,
    # of a place that is marked sensitive or overlaps one (`geofence.approvals`); without it a place needs none.

    name: "fields.JSONField[Any]" = fields.JSONField()
    kind: "fields.Field[ZoneKind]" = fields.CharField(max_length=8)  # type: ignore[assignment]  # one of two words
    geometry: "fields.JSONField[Any]" = fields.JSONField()
    parent_id = fields.UUIDField(null=True)
    sensitive = fields.BooleanField(default=False)
    open_hours: "fields.JSONField[Any]" = fields.JSONField(null=True)
    external_id = fields.CharField(max_length=200, null=True)
    active_from = fields.DatetimeField(null=True)
    active_to = fields.DatetimeField(null=True)
    changed_at = fields.DatetimeField()
    changed_by = fields.UUIDField(null=True)
    approval: "fields.Field[Approval | None]" = fields.CharField(max_length=8, null=True)  # type: ignore[assignment]  # one of three words
    asked_at = fields.DatetimeField(null=True)
    asked_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    reason = fields.CharField(max_length=500, null=True)
    west = fields.FloatField(null=True)
    south = fields.FloatField(null=True)
    east = fields.FloatField(null=True)
    north = fields.FloatField(null=True)

    class Meta:
        table = "zone"

    @property
    def is_silent(self) -> bool:
        """Whether nothing happens here until the privacy officer says yes."""
        return self.approval in ("waiting", "refused")


class Beacon(TenantModel):
    """A beacon that the municipality has put up; `identity` says what it sends."""

    name = fields.CharField(max_length=200)
    lat = fields.FloatField()
    lon = fields.FloatField()
    zone_id = fields.UUIDField(null=True)
    protocol = fields.CharField(max_length=16)
    identity = fields.BinaryField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "beacon"
        unique_together = (("municipality_id", "protocol", "identity"),)


class BeaconHealth(TenantModel):
    """How a beacon was on a day, as phones heard it: one row a beacon and day, and nothing of who heard it."""

    beacon_id = fields.UUIDField()
    day = fields.DateField()
    battery_mv = fields.IntField(null=True)
    temperature_c = fields.FloatField(null=True)
    offset_s = fields.BigIntField(null=True)
    sure_at = fields.DatetimeField(null=True)

    class Meta:
        table = "beacon_health"
        unique_together = (("municipality_id", "beacon_id", "day"),)


class TriggerRule(TypedDict):
    """When a trigger fires, as staff wrote it. `between` holds "from" and "to" (HH:MM, the municipality's time),
    `active_from` is ISO 8601; `weekdays` counts from 1 (Monday), every day where it is not there; `once` is "ever",
    "daily" or a number of days as "P7D".
    """

    on: Literal["enter", "dwell", "exit", "beacon"]
    dwell_s: int
    between: dict[str, str] | None
    weekdays: NotRequired[list[int] | None]
    active_from: str | None
    once: str
    proof: Literal["claim", "position", "beacon"]
    priority: int


class Trigger(TenantModel):
    """What happens at a zone or beacon: the rule as it was written, and what it leads to."""

    zone_id = fields.UUIDField(null=True)
    beacon_id = fields.UUIDField(null=True)
    paused = fields.BooleanField(default=False, db_default=False)
    rule: "fields.JSONField[TriggerRule]" = fields.JSONField()
    active_to = fields.DatetimeField()
    subject_kind: "fields.Field[SubjectKind]" = fields.CharField(max_length=8)  # type: ignore[assignment]  # one of three
    subject_id = fields.UUIDField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "trigger"

    @property
    def active_from(self) -> datetime | None:
        """When it begins to fire, where that was said."""
        return datetime.fromisoformat(self.rule["active_from"]) if self.rule["active_from"] else None
