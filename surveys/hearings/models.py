"""Hearings: what they are about, their documents, and what is said in them by name."""

from typing import Any, Literal

from tortoise import fields

from base.clock import now
from base.tenant_model import TenantModel
from surveys.errors import HearingIsClosed, NoSuchHearing

HearingState = Literal["draft", "open", "closed", "decided"]


class Hearing(TenantModel):
    """A hearing; its id is also that of the survey whose box takes the anonymous opinions.

    `written` is what staff wrote (title, summary, case_reference, plan_id, legal_basis, unit, links, areas, interests,
    and `ends`, the moment of its first deadline); `deadline` the moment at which it ends now, extended or not.
    `archive_receipt` is what the archive gave for the package with that SHA-256.
    """

    state: "fields.Field[HearingState]" = fields.CharField(max_length=16, default="draft")  # type: ignore[assignment]  # one of four words
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

    @property
    def state_now(self) -> HearingState:
        """Its state, closed as soon as the deadline has passed, whoever has noticed."""
        return "closed" if self.state == "open" and self.deadline <= now() else self.state

    def refuse_unless_open(self) -> None:
        """NoSuchHearing for a draft, HearingIsClosed after the deadline."""
        if self.state == "draft":
            raise NoSuchHearing()
        if self.state_now != "open":
            raise HearingIsClosed()


class HearingDocument(TenantModel):
    """A document of a hearing: what it is, not its content."""

    hearing_id = fields.UUIDField()
    name = fields.CharField(max_length=200)
    media_type = fields.CharField(max_length=64)
    size = fields.IntField()
    sha256 = fields.BinaryField()
    added_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)
    replaced_by = fields.UUIDField(null=True)
    """What stands in its place, where it was replaced after somebody had been heard."""
    replaced_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hearing_document"


class HearingCorrection(TenantModel):
    """What was changed in a hearing after it was published: which parts, when, by whom, why; never what stood there.

    `parts` are names of fields, or the name of a document that was replaced, as it is now.
    """

    hearing_id = fields.UUIDField()
    what = fields.CharField(max_length=32)
    parts: "fields.JSONField[Any]" = fields.JSONField()
    reason = fields.CharField(max_length=500)
    corrected_at = fields.DatetimeField()
    corrected_by = fields.UUIDField(null=True)

    class Meta:
        table = "hearing_correction"


class DocumentContent(TenantModel):
    """The content of a document, under the document's id."""

    document_id = fields.UUIDField()
    content = fields.BinaryField()

    class Meta:
        table = "document_content"


class Statement(TenantModel):
    """What somebody says in a hearing by their own name: theirs by their word, not by any registration.

    That they confirmed it by e-mail says that somebody reads an address, not who they are. `kind` is person or
    organisation, `state` received, published or refused; `name_withheld` is the legal ground for not showing the name.
    """

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
    blotted = fields.BooleanField(db_default=False)
    """Whether everybody but staff and the archive sees it without the numbers by which somebody could be known."""

    class Meta:
        table = "statement"


class StatementAddress(TenantModel):
    """Where a statement is confirmed: an address, sealed, until it was or time is up."""

    statement_id = fields.UUIDField()
    sealed = fields.BinaryField()
    token_hash = fields.BinaryField()
    expires_at = fields.DatetimeField()
    sent = fields.BooleanField(db_default=False)

    class Meta:
        table = "statement_address"
        unique_together = (("municipality_id", "token_hash"),)


class HearingFollow(TenantModel):
    """A resident who wants to hear what becomes of a hearing."""

    resident_id = fields.UUIDField()
    hearing_id = fields.UUIDField()

    class Meta:
        table = "hearing_follow"
        unique_together = (("municipality_id", "resident_id", "hearing_id"),)
