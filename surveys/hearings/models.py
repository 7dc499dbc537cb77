"""Hearings: what they are about, their documents, and what is said in them by name."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Hearing(Model):
    """A hearing; its id is also that of the survey whose box takes the anonymous opinions."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    state = fields.CharField(max_length=16, default="draft")
    written: "fields.JSONField[Any]" = fields.JSONField()
    deadline = fields.DatetimeField()
    created_at = fields.DatetimeField()
    published_at = fields.DatetimeField(null=True)
    outcome: "fields.JSONField[Any]" = fields.JSONField(null=True)
    decided_at = fields.DatetimeField(null=True)
    archive_receipt = fields.CharField(max_length=200, null=True)
    archive_sha256 = fields.BinaryField(null=True)
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hearing"


class HearingDocument(Model):
    """A document of a hearing: what it is, not its content."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    hearing_id = fields.UUIDField()
    name = fields.CharField(max_length=200)
    media_type = fields.CharField(max_length=64)
    size = fields.IntField()
    sha256 = fields.BinaryField()
    added_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hearing_document"


class HearingCorrection(Model):
    """What was changed in a hearing after it was published: which parts, when, by whom, why; never what stood there."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    hearing_id = fields.UUIDField()
    what = fields.CharField(max_length=32)
    parts: "fields.JSONField[Any]" = fields.JSONField()
    reason = fields.CharField(max_length=500)
    corrected_at = fields.DatetimeField()
    corrected_by = fields.UUIDField(null=True)

    class Meta:
        table = "hearing_correction"


class DocumentContent(Model):
    """The content of a document, under the document's id."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    document_id = fields.UUIDField()
    content = fields.BinaryField()

    class Meta:
        table = "document_content"


class Statement(Model):
    """What somebody says in a hearing by their own name: theirs by their word, not by any registration."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    hearing_id = fields.UUIDField()
    kind = fields.CharField(max_length=16)
    name = fields.CharField(max_length=200)
    body = fields.TextField()
    received_at = fields.DatetimeField()
    late = fields.BooleanField(default=False)
    state = fields.CharField(max_length=16, default="received")
    name_withheld = fields.CharField(max_length=500, null=True)
    refused_because = fields.CharField(max_length=500, null=True)
    email_confirmed = fields.BooleanField(db_default=False)

    class Meta:
        table = "statement"


class StatementAddress(Model):
    """Where a statement is confirmed: an address, sealed, until it was or time is up."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    statement_id = fields.UUIDField()
    sealed = fields.BinaryField()
    token_hash = fields.BinaryField()
    expires_at = fields.DatetimeField()
    sent = fields.BooleanField(db_default=False)

    class Meta:
        table = "statement_address"
        unique_together = (("municipality_id", "token_hash"),)


class HearingFollow(Model):
    """A resident who wants to hear what becomes of a hearing."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    hearing_id = fields.UUIDField()

    class Meta:
        table = "hearing_follow"
        unique_together = (("municipality_id", "resident_id", "hearing_id"),)
