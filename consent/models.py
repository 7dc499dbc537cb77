"""Notices, the ledger, and what stands now."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Notice(Model):
    """What a municipality tells about a purpose: published once, never edited; a change is a new version."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    purpose = fields.CharField(max_length=32)
    version = fields.IntField()
    legal_basis = fields.CharField(max_length=16)
    texts: "fields.JSONField[Any]" = fields.JSONField()
    sha256: "fields.JSONField[Any]" = fields.JSONField()
    published_at = fields.DatetimeField()
    renewal_required = fields.BooleanField(default=False)
    lapses_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        unique_together = (("municipality_id", "purpose", "version"),)


class ConsentEvent(Model):
    """The ledger: what was granted or withdrawn, on which text, when. Nothing here is ever changed or deleted.

    The subject is an HMAC of the resident under a salt of theirs; erasure destroys the salt. `number` counts the
    municipality's events without a gap, `sequence` those of the subject; `mac` chains the event to the subject's last
    one under a key outside the database; `leaf_salt` keeps the published roots from telling what they were made of.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    number = fields.IntField()
    subject = fields.BinaryField()
    sequence = fields.IntField()
    purpose = fields.CharField(max_length=32)
    granted = fields.BooleanField()
    notice_version = fields.IntField()
    notice_sha256 = fields.BinaryField()
    language = fields.CharField(max_length=16)
    channel = fields.CharField(max_length=16)
    of_age = fields.BooleanField(null=True)
    at = fields.DatetimeField()
    leaf_salt = fields.BinaryField()
    mac = fields.BinaryField()

    class Meta:
        table = "consent_event"
        unique_together = (("municipality_id", "subject", "sequence"), ("municipality_id", "number"))


class LedgerHead(Model):
    """Where a municipality's ledger ends: how many events it has, and a MAC over all of them."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField(unique=True)
    events = fields.IntField()
    mac = fields.BinaryField()

    class Meta:
        table = "ledger_head"


class LedgerRoot(Model):
    """The Merkle root over a municipality's first `events` events, as it was published on a day; never changed."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    events = fields.IntField()
    root = fields.BinaryField()
    published_on = fields.DateField()

    class Meta:
        table = "ledger_root"
        unique_together = (("municipality_id", "published_on"),)


class StandingConsent(Model):
    """What stands now for a resident and purpose: the ledger's last word, written in the same transaction."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    purpose = fields.CharField(max_length=32)
    granted = fields.BooleanField()
    notice_version = fields.IntField()
    at = fields.DatetimeField()
    lapses_at = fields.DatetimeField(null=True)
    event_id = fields.UUIDField()

    class Meta:
        table = "standing_consent"
        unique_together = (("municipality_id", "resident_id", "purpose"),)


class Breach(Model):
    """What those were told whose data a breach concerned: what happened, may follow and is done (GDPR art. 34)."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    told: "fields.JSONField[Any]" = fields.JSONField()
    purposes: "fields.JSONField[Any]" = fields.JSONField()
    since = fields.DatetimeField()
    until = fields.DatetimeField()
    concerned = fields.IntField()
    published_at = fields.DatetimeField()

    class Meta:
        table = "breach"


class BreachTold(Model):
    """That a resident is to be told of a breach."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    breach_id = fields.UUIDField()
    resident_id = fields.UUIDField()

    class Meta:
        table = "breach_told"
        unique_together = (("municipality_id", "breach_id", "resident_id"),)
