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
    """A ballot of an open survey that was handed in before a shake: its digest."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    ballot = fields.BinaryField()

    class Meta:
        table = "spent_ballot"
        unique_together = (("municipality_id", "survey_id", "ballot"),)


class Answer(Model):
    """An answer that was counted, parted from its ballot and its receipt.

    Those that came lie in `answer_incoming`, shaken ones of open surveys in `answer_shaken`, counted ones in `answer`
    itself; whoever reads `answer` reads all.
    """

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
