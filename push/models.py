"""Push addresses, campaigns and their deliveries."""

from datetime import datetime
from typing import Any, Literal

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields import SqlDefault

from base.subjects import SubjectKind
from base.tenant_model import TenantModel, current_municipality

Importance = Literal["passive", "active", "time_sensitive", "emergency"]
CampaignKind = Literal["announcement", "reminder", "outcome", "notice"]
CampaignState = Literal["draft", "launched", "done", "recalled"]
NoticeKind = Literal["registration_ends", "breach"]
"""What a notice is of: a registration that goes soon, or a breach of personal data (GDPR art. 34)."""


class PushAddress(TenantModel):
    """Where a resident's device is reached; here only while the resident consents to messages."""

    resident_id = fields.UUIDField()
    credential_id = fields.UUIDField()
    kind = fields.CharField(max_length=16)
    address = fields.TextField()
    # A BCP 47 tag, and an IANA name.
    locale = fields.CharField(max_length=16)
    timezone = fields.CharField(max_length=64)
    app_version = fields.CharField(max_length=32)
    changed_on = fields.DateField()
    # The keys (base64url) of a phone that can read encrypted messages; a browser's stand in its address.
    p256dh = fields.CharField(max_length=128, null=True)
    auth = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "push_address"
        unique_together = (("municipality_id", "credential_id"),)


class Campaign(TenantModel):
    """A message to an audience: draft, launched, done or recalled.

    Its audience is frozen at launch: `audience_size` residents who had consented then, and `without_consent` who
    would have been meant but had not. `kind` is announcement, reminder (of another campaign, `reminds`), outcome, or
    notice: what the municipality's own system tells those concerned (`notice` says of what), no campaign of staff.
    Counted at `counted_at` (the totals stand in campaign_total), for the last time at `settled_at`: then nothing of it
    is on its way any more.
    """

    subject_kind: "fields.Field[SubjectKind | None]" = fields.CharField(max_length=16, null=True)  # type: ignore[assignment]  # one of three words
    subject_id = fields.UUIDField(null=True)
    audience: "fields.JSONField[Any]" = fields.JSONField()
    title: "fields.JSONField[Any]" = fields.JSONField()
    body: "fields.JSONField[Any]" = fields.JSONField()
    importance: "fields.Field[Importance]" = fields.CharField(max_length=16, default="active")  # type: ignore[assignment]  # one of four words
    state: "fields.Field[CampaignState]" = fields.CharField(max_length=16, default="draft")  # type: ignore[assignment]  # one of four words
    send_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    launched_at = fields.DatetimeField(null=True)
    written_by = fields.UUIDField(null=True)
    waits_for_approval = fields.BooleanField(default=False)
    launched_by = fields.UUIDField(null=True)
    filled = fields.BooleanField(default=False)
    audience_size = fields.IntField(default=0)
    without_consent = fields.IntField(default=0)
    kind: "fields.Field[CampaignKind]" = fields.CharField(  # type: ignore[assignment]  # one of four words
        max_length=16, default="announcement", db_default="announcement"
    )
    notice: "fields.Field[NoticeKind | None]" = fields.CharField(max_length=32, null=True)  # type: ignore[assignment]  # one of two words
    reminds = fields.UUIDField(null=True)
    topic = fields.CharField(max_length=64, null=True)
    counted_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    first_s = fields.FloatField(null=True)
    p95_s = fields.FloatField(null=True)
    rounding = fields.UUIDField(db_default=SqlDefault("gen_random_uuid()"))

    class Meta:
        table = "campaign"

    @property
    def due_at(self) -> datetime:
        """When a launched one goes, or went: at the time that staff set, else when it was launched."""
        due = self.send_at or self.launched_at
        assert due is not None
        return due


class Delivery(TenantModel):
    """One message to one device of one resident: queued, sent, failed, gone, withheld, expired or recalled.

    A resident without any device has one that is withheld. `starts` counts how often sending it was begun,
    `lease_until` how long the worker that holds it may.
    """

    campaign_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    address_id = fields.UUIDField(null=True)
    state = fields.CharField(max_length=16, default="queued")
    reason = fields.CharField(max_length=32, null=True)
    starts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    platform = fields.CharField(max_length=8, null=True)

    class Meta:
        table = "delivery"
        unique_together = (("municipality_id", "campaign_id", "resident_id", "address_id"),)


class SurveyMute(TenantModel):
    """A survey or item that a resident does not want to see again."""

    resident_id = fields.UUIDField()
    subject_id = fields.UUIDField()

    class Meta:
        table = "survey_mute"
        unique_together = (("municipality_id", "resident_id", "subject_id"),)


class CampaignTotal(TenantModel):
    """How many residents a campaign ended how for, exactly; it outlives deliveries.

    `platform` is empty where all of a resident's devices count together.
    """

    campaign_id = fields.UUIDField()
    platform = fields.CharField(max_length=8, default="")
    state = fields.CharField(max_length=16)
    reason = fields.CharField(max_length=32, null=True)
    n = fields.IntField()

    class Meta:
        table = "campaign_total"


class AudienceSnapshot(TenantModel):
    """When residents were counted, of how many days' registration, in which districts, for which smallest group."""

    municipality_id = fields.UUIDField(unique=True, default=current_municipality)
    counted_on = fields.DateField()
    after_days = fields.IntField()
    districts: "ArrayField" = ArrayField("uuid")
    smallest_group = fields.IntField()
    # How many rows it has.
    counted = fields.IntField()

    class Meta:
        table = "audience_snapshot"


class AudienceSnapshotTrait(TenantModel):
    """Which rows of the night's count have a trait, a bit a row: rows that staff count by, made of what the smallest
    group or more have in common, and nobody's.
    """

    trait = fields.CharField(max_length=16)
    value = fields.TextField()
    holders = fields.BinaryField()

    class Meta:
        table = "audience_snapshot_trait"
        unique_together = (("municipality_id", "trait", "value"),)
