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

    The subject is an HMAC of the resident under a salt of theirs; erasure destroys the salt.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
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

    class Meta:
        table = "consent_event"
        unique_together = (("municipality_id", "subject", "sequence"),)


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
