"""Zones, beacons and triggers: where the municipality asks, never where anybody is."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Zone(Model):
    """An area of the municipality: a district that residents follow, or a zone that triggers."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    name: "fields.JSONField[Any]" = fields.JSONField()
    kind = fields.CharField(max_length=8)
    geometry: "fields.JSONField[Any]" = fields.JSONField()
    parent_id = fields.UUIDField(null=True)
    sensitive = fields.BooleanField(default=False)
    open_hours: "fields.JSONField[Any]" = fields.JSONField(null=True)
    external_id = fields.CharField(max_length=200, null=True)
    active_from = fields.DatetimeField(null=True)
    active_to = fields.DatetimeField(null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "zone"


class Beacon(Model):
    """A beacon that the municipality has put up; `identity` says what it sends."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
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


class BeaconHealth(Model):
    """How a beacon was on a day, as phones heard it: one row a beacon and day, and nothing of who heard it."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    beacon_id = fields.UUIDField()
    day = fields.DateField()
    battery_mv = fields.IntField(null=True)
    temperature_c = fields.FloatField(null=True)
    offset_s = fields.BigIntField(null=True)
    sure_at = fields.DatetimeField(null=True)

    class Meta:
        table = "beacon_health"
        unique_together = (("municipality_id", "beacon_id", "day"),)


class Trigger(Model):
    """What happens at a zone or beacon: the rule as it was written, and what it leads to."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    zone_id = fields.UUIDField(null=True)
    beacon_id = fields.UUIDField(null=True)
    rule: "fields.JSONField[Any]" = fields.JSONField()
    active_to = fields.DatetimeField()
    subject_kind = fields.CharField(max_length=8)
    subject_id = fields.UUIDField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "trigger"
