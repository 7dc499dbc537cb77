"""Municipalities and those who work there."""

from datetime import date
from typing import Any

from tortoise import fields
from tortoise.fields import SqlDefault
from tortoise.models import Model

from base import clock
from base.tenant_model import TenantModel


class Municipality(Model):
    """A municipality: a UUID for good, its number an attribute, since numbers change with reforms. Open to read.

    `boundary` is GeoJSON (lon, lat; WGS84) or None; `srid` names the projected system that areas are measured in;
    `smallest_group` is k, the least number of people that is ever published; `age_of_consent`, in years, holds where
    `settings` name none that has begun (`municipality.ages`).
    """

    id = fields.UUIDField(primary_key=True)
    number = fields.CharField(max_length=4, unique=True)
    name: "fields.JSONField[Any]" = fields.JSONField()
    languages: "fields.JSONField[Any]" = fields.JSONField()
    timezone = fields.CharField(max_length=64, default="Europe/Oslo")
    srid = fields.IntField(default=25832)
    boundary: "fields.JSONField[Any]" = fields.JSONField(null=True)
    contact: "fields.JSONField[Any]" = fields.JSONField(default=dict)
    smallest_group = fields.IntField(default=5)
    age_of_consent = fields.IntField(default=15)
    settings: "fields.JSONField[Any]" = fields.JSONField(default=dict)

    class Meta:
        table = "municipality"

    def today(self) -> date:
        """The date where the municipality lies."""
        return clock.today(self.timezone)


class SurveyDirectory(Model):
    """Which municipality a survey belongs to: what the anonymous door must know before the tenant is. Open to read."""

    survey_id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()

    class Meta:
        table = "survey_directory"


class StaffMember(TenantModel):
    """Somebody who works for the municipality."""

    name = fields.CharField(max_length=200)
    roles: "fields.JSONField[Any]" = fields.JSONField()
    unit = fields.CharField(max_length=200, null=True)
    active = fields.BooleanField(default=True)
    email = fields.CharField(max_length=254, null=True)
    last_seen_on = fields.DateField(null=True)
    # No longer listed; the row goes when the audit no longer names it.
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_member"


class StaffKey(TenantModel):
    """An API key: its hash, what it may do, when it was revoked."""

    name = fields.CharField(max_length=200)
    roles: "fields.JSONField[Any]" = fields.JSONField()
    hash = fields.BinaryField()
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_key"
        unique_together = (("municipality_id", "hash"),)


class StaffSession(TenantModel):
    """A console session, or the one-time link that starts one (`kind` link or session): the hash of its secret."""

    member_id = fields.UUIDField()
    kind = fields.CharField(max_length=8)
    hash = fields.BinaryField()
    expires_at = fields.DatetimeField()
    made_at = fields.DatetimeField(db_default=SqlDefault("now()"))
    made_by = fields.UUIDField(null=True)

    class Meta:
        table = "staff_session"
        unique_together = (("municipality_id", "hash"),)


class Interest(TenantModel):
    """A topic that residents can follow."""

    key = fields.CharField(max_length=64)
    label: "fields.JSONField[Any]" = fields.JSONField()

    class Meta:
        table = "interest"
        unique_together = (("municipality_id", "key"),)


class AuditEntry(TenantModel):
    """What somebody who works for the municipality did: viewed, changed, exported, launched. Never changed."""

    at = fields.DatetimeField()
    caller = fields.CharField(max_length=8)
    caller_id = fields.UUIDField(null=True)
    act = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=8)
    subject_id = fields.UUIDField(null=True)
    detail: "fields.JSONField[Any]" = fields.JSONField(null=True)

    class Meta:
        table = "audit_entry"
        indexes = (("municipality_id", "at"),)
