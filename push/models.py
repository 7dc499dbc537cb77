"""Push addresses, campaigns and their deliveries."""

from typing import Any

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields import SqlDefault
from tortoise.models import Model


class PushAddress(Model):
    """Where a resident's device is reached; here only while the resident consents to messages."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    credential_id = fields.UUIDField()
    kind = fields.CharField(max_length=16)
    address = fields.TextField()
    locale = fields.CharField(max_length=16)
    timezone = fields.CharField(max_length=64)
    app_version = fields.CharField(max_length=32)
    changed_on = fields.DateField()
    p256dh = fields.CharField(max_length=128, null=True)
    auth = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "push_address"
        unique_together = (("municipality_id", "credential_id"),)


class Campaign(Model):
    """A message to an audience: draft, launched, done or recalled.

    Its audience is frozen at launch: `audience_size` residents who had consented then, and `without_consent` who
    would have been meant but had not. `kind` is announcement, reminder (of another campaign, `reminds`), outcome, or
    notice: what the municipality's own system tells those concerned (`notice` says of what), no campaign of staff.
    Counted at `counted_at` (the totals stand in campaign_total), for the last time at `settled_at`: then nothing of it
    is on its way any more.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    subject_kind = fields.CharField(max_length=16, null=True)
    subject_id = fields.UUIDField(null=True)
    audience: "fields.JSONField[Any]" = fields.JSONField()
    title: "fields.JSONField[Any]" = fields.JSONField()
    body: "fields.JSONField[Any]" = fields.JSONField()
    importance = fields.CharField(max_length=16, default="active")
    state = fields.CharField(max_length=16, default="draft")
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
    kind = fields.CharField(max_length=16, default="announcement", db_default="announcement")
    notice = fields.CharField(max_length=32, null=True)
    reminds = fields.UUIDField(null=True)
    topic = fields.CharField(max_length=64, null=True)
    counted_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    first_s = fields.FloatField(null=True)
    p95_s = fields.FloatField(null=True)
    rounding = fields.UUIDField(db_default=SqlDefault("gen_random_uuid()"))

    class Meta:
        table = "campaign"


class Delivery(Model):
    """One message to one device of one resident: queued, sent, failed, gone, withheld, expired or recalled.

    A resident without any device has one that is withheld. `starts` counts how often sending it was begun,
    `lease_until` how long the worker that holds it may.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
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


class CampaignTotal(Model):
    """How many residents a campaign ended how for, exactly; it outlives deliveries.

    `platform` is empty where all of a resident's devices count together.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    campaign_id = fields.UUIDField()
    platform = fields.CharField(max_length=8, default="")
    state = fields.CharField(max_length=16)
    reason = fields.CharField(max_length=32, null=True)
    n = fields.IntField()

    class Meta:
        table = "campaign_total"


class PushBudget(Model):
    """What may be handed to a courier just now, by all workers: a bucket that fills."""

    courier = fields.CharField(primary_key=True, max_length=64)
    amount = fields.FloatField(default=0)
    at = fields.DatetimeField()

    class Meta:
        table = "push_budget"


class AudienceSnapshot(Model):
    """When residents were counted, of how many days' registration, in which districts, for which smallest group."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField(unique=True)
    counted_on = fields.DateField()
    after_days = fields.IntField()
    districts: "ArrayField" = ArrayField("uuid")
    smallest_group = fields.IntField()

    class Meta:
        table = "audience_snapshot"


class AudienceSnapshotRow(Model):
    """A row that staff count by, made anew each night of what the smallest group or more have in common: nobody's."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField(db_index=True)
    status = fields.CharField(max_length=16)
    follows = fields.BooleanField()
    at_places = fields.BooleanField()
    areas: "ArrayField" = ArrayField("uuid")
    interests: "ArrayField" = ArrayField("text")
    messages: "ArrayField" = ArrayField("uuid")
    language = fields.CharField(max_length=16)
    age = fields.CharField(max_length=16, null=True)
    quiet_from = fields.CharField(max_length=5, null=True)
    quiet_to = fields.CharField(max_length=5, null=True)
    digest = fields.CharField(max_length=8)
    timezone = fields.CharField(max_length=64, null=True)
    in_day = fields.IntField()
    in_week = fields.IntField()

    class Meta:
        table = "audience_snapshot_row"
