"""Surveys, and the ballot box: what is in it has no time finer than a day, no sequence, and nobody's id."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Survey(Model):
    """A survey from draft to counted; its definition is the survey document."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    kind = fields.CharField(max_length=8, default="survey")
    state = fields.CharField(max_length=16, default="draft")
    definition: "fields.JSONField[Any]" = fields.JSONField()
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    token_key = fields.BinaryField(null=True)
    counted = fields.IntField(null=True)
    on_paper = fields.IntField(null=True)
    shaken_on = fields.DateField(null=True)
    wording: "fields.JSONField[Any]" = fields.JSONField(null=True)
    text_version = fields.IntField(db_default=1)

    class Meta:
        table = "survey"


class SurveyWording(Model):
    """A correction of an open survey's words: who, when, each text before and after."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    version = fields.IntField()
    corrected_at = fields.DatetimeField()
    corrected_by = fields.UUIDField(null=True)
    changes: "fields.JSONField[Any]" = fields.JSONField()

    class Meta:
        table = "survey_wording"
        unique_together = (("municipality_id", "survey_id", "version"),)


class SurveyTemplate(Model):
    """A survey document kept to begin others from."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    name = fields.CharField(max_length=200)
    definition: "fields.JSONField[Any]" = fields.JSONField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "survey_template"


class SurveyPreview(Model):
    """A link to read a survey before it is launched: its token's hash, and until when."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    token_hash = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "survey_preview"
        unique_together = (("municipality_id", "token_hash"),)


class Participation(Model):
    """That somebody was given a ballot: an HMAC under a key of the survey that is destroyed when it is counted.

    Without a request it only says that somebody was registered when a survey for those began.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    participant = fields.BinaryField()
    request_hash = fields.BinaryField(null=True)

    class Meta:
        table = "participation"
        unique_together = (("municipality_id", "survey_id", "participant"),)


class SpentBallot(Model):
    """A ballot that has been handed in: its digest, and until the shake the hash of the body it came with."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    ballot = fields.BinaryField()
    body_hash = fields.BinaryField(null=True)

    class Meta:
        table = "spent_ballot"
        unique_together = (("municipality_id", "survey_id", "ballot"),)


class Answer(Model):
    """An answer in the box. Until the shake it hangs on its ballot and receipt, so that it can be taken back."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    answers: "fields.JSONField[Any]" = fields.JSONField()
    ballot = fields.BinaryField(null=True)
    receipt_hash = fields.BinaryField(null=True)
    shaken = fields.BooleanField(default=False)

    class Meta:
        table = "answer"


class Receipt(Model):
    """That an answer was counted: a hash its giver made, parted from the answer by the shake."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    receipt_hash = fields.BinaryField()

    class Meta:
        table = "receipt"


class Comment(Model):
    """Words of an answer, parted from the rest of it, with their question."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    question = fields.CharField(max_length=64)
    body = fields.TextField()
    state = fields.CharField(max_length=16, default="waiting")
    refused_because = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "comment"


class SurveyMute(Model):
    """A survey or item that a resident does not want to see again."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    subject_id = fields.UUIDField()

    class Meta:
        table = "survey_mute"
        unique_together = (("municipality_id", "resident_id", "subject_id"),)


class Information(Model):
    """Something the municipality tells its residents: for districts and interests, or the target of a trigger."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    title: "fields.JSONField[Any]" = fields.JSONField()
    body: "fields.JSONField[Any]" = fields.JSONField()
    areas: "fields.JSONField[Any]" = fields.JSONField()
    interests: "fields.JSONField[Any]" = fields.JSONField()
    published_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "information"


class SurveyCode(Model):
    """A single-use code of a letter, as an HMAC under a key of its survey; whether it was used stands nowhere else
    than among the participations.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    code = fields.BinaryField()

    class Meta:
        table = "survey_code"
        unique_together = (("municipality_id", "survey_id", "code"),)


class SurveyKey(Model):
    """The key that a survey's ballots are signed with, in an open log that is only added to.

    `place` counts from 0. It outlives the survey, so that what was published stays provable.
    """

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    place = fields.IntField()
    survey_id = fields.UUIDField()
    token_key = fields.BinaryField()
    opened_on = fields.DateField()

    class Meta:
        table = "survey_key"
        unique_together = (("municipality_id", "place"), ("municipality_id", "survey_id"))


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

    class Meta:
        table = "hearing_document"


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
