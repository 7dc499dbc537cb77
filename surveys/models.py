"""Surveys, and the ballot box: what is in it has no time finer than a day, no sequence, and nobody's id."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from cachetools import LRUCache
from tortoise import fields

from base.clock import now
from base.tenant_model import TenantModel
from base.text import STORED
from surveys.errors import NoSuchSurvey, SurveyHasNotBegun, SurveyIsClosed
from surveys.forms.document import SurveyDocument


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text before and after, in every language it has; `pointer` says which (RFC 6901, into the document)."""

    pointer: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


def changes_as_json(changes: Sequence[TextChange]) -> str:
    """Changes as they are kept."""
    return json.dumps([[change.pointer, change.before, change.after] for change in changes])


def changes_of_json(kept: str | bytes) -> list[TextChange]:
    """Changes from what is kept."""
    return [TextChange(*change) for change in json.loads(kept)]


def ids_as_json(ids: Iterable[UUID]) -> str:
    """Ids as they are kept."""
    return json.dumps([str(one) for one in ids])


def ids_of_json(kept: str | bytes) -> list[UUID]:
    """Ids from what is kept."""
    return [UUID(one) for one in json.loads(kept)]


SurveyKind = Literal["survey", "hearing"]
"""A survey of its own, or the box that takes a hearing's anonymous opinions."""
SurveyState = Literal["draft", "open", "closed", "counted", "published"]

_documents: LRUCache[tuple[UUID, int, datetime | None, datetime | None], SurveyDocument] = LRUCache(100)


class Survey(TenantModel):
    """A survey from draft to counted.

    `definition` is the survey document that was launched; `wording` the same in corrected words, of which
    `text_version` counts the corrections from 1. `counted` is how many answers were counted; None after counting means
    that they were too few and are destroyed. `on_paper` is how many of them came on paper, where codes were used and
    neither these nor the others are fewer than k. `shaken_on` is a day.
    """

    kind: "fields.Field[SurveyKind]" = fields.CharField(max_length=8, default="survey")  # type: ignore[assignment]  # one of two words
    state: "fields.Field[SurveyState]" = fields.CharField(max_length=16, default="draft")  # type: ignore[assignment]  # one of five words
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
    text_version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "survey"

    @cached_property
    def document(self) -> SurveyDocument:
        """What staff wrote, with its words and times as they are now.

        It is validated once. What was launched stays as it is until its words or times change, and the documents that
        were asked for last are kept at hand for whoever asks next.
        """
        key = (self.id, self.text_version, self.opens_at, self.closes_at)
        found = _documents.get(key) if self.state != "draft" else None
        if found is None:
            found = SurveyDocument.model_validate(
                {**(self.wording or self.definition), "opens_at": self.opens_at, "closes_at": self.closes_at},
                context=STORED,
            )
            if self.state != "draft":
                _documents[key] = found
        return found

    def refuse_unless_open(self) -> None:
        """NoSuchSurvey for a draft, SurveyHasNotBegun before its time, SurveyIsClosed after it."""
        if self.state == "draft":
            raise NoSuchSurvey()
        if self.state != "open" or (self.closes_at is not None and self.closes_at <= now()):
            raise SurveyIsClosed()
        if self.opens_at is not None and self.opens_at > now():
            raise SurveyHasNotBegun()


class SurveyDraft(TenantModel):
    """What staff have written of a survey so far, finished or not, and how it is to be launched; gone once it is.

    Its id is the survey's. `whole` says that the survey of this id stands, and says the same; `version` counts savings;
    `saved_by` is a member of staff or a key.
    """

    written: "fields.JSONField[Any]" = fields.JSONField()
    plan: "fields.JSONField[Any]" = fields.JSONField()
    version = fields.IntField(default=1)
    whole = fields.BooleanField()
    begun_at = fields.DatetimeField()
    saved_at = fields.DatetimeField()
    saved_by = fields.UUIDField(null=True)

    class Meta:
        table = "survey_draft"

    @property
    def title(self) -> dict[str, str]:
        """What it is called so far, in the languages in which it is."""
        found = self.written.get("title")
        texts = found.items() if isinstance(found, dict) else ()
        return {language: text for language, text in texts if isinstance(text, str) and text}


class DraftEditor(TenantModel):
    """Who has a draft open just now, in which window; forgotten within minutes."""

    survey_id = fields.UUIDField()
    tab = fields.UUIDField()
    member_id = fields.UUIDField(null=True)
    seen_at = fields.DatetimeField()

    class Meta:
        table = "draft_editor"
        unique_together = (("municipality_id", "survey_id", "tab"),)


class SurveyWording(TenantModel):
    """A correction of an open survey's words: who, when, each text before and after.

    `version` 2 is the first correction. `corrected_by` is a member of staff or a key.
    """

    survey_id = fields.UUIDField()
    version = fields.IntField()
    corrected_at = fields.DatetimeField()
    corrected_by = fields.UUIDField(null=True)
    changes: "fields.JSONField[list[TextChange]]" = fields.JSONField(encoder=changes_as_json, decoder=changes_of_json)

    class Meta:
        table = "survey_wording"
        unique_together = (("municipality_id", "survey_id", "version"),)


class SurveyTemplate(TenantModel):
    """A survey document kept to begin others from."""

    name = fields.CharField(max_length=200)
    definition: "fields.JSONField[Any]" = fields.JSONField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "survey_template"


class SurveyPreview(TenantModel):
    """A link to read a survey before it is launched: its token's hash, and until when."""

    survey_id = fields.UUIDField()
    token_hash = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "survey_preview"
        unique_together = (("municipality_id", "token_hash"),)


class Comment(TenantModel):
    """Words of an answer, parted from the rest of it, with their question."""

    survey_id = fields.UUIDField()
    question = fields.CharField(max_length=64)
    body = fields.TextField()
    state = fields.CharField(max_length=16, default="waiting")
    refused_because = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "comment"


class Information(TenantModel):
    """Something the municipality tells its residents: for districts and interests, or the target of a trigger.

    With neither areas nor interests it is for everybody.
    """

    title: "fields.JSONField[Any]" = fields.JSONField()
    body: "fields.JSONField[Any]" = fields.JSONField()
    areas: "fields.JSONField[list[UUID]]" = fields.JSONField(encoder=ids_as_json, decoder=ids_of_json)
    interests: "fields.JSONField[list[str]]" = fields.JSONField()
    published_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "information"


class SurveyCode(TenantModel):
    """A single-use code of a letter, as an HMAC under a key of its survey; whether it was used stands nowhere else
    than among the participations.
    """

    survey_id = fields.UUIDField()
    code = fields.BinaryField()

    class Meta:
        table = "survey_code"
        unique_together = (("municipality_id", "survey_id", "code"),)


class SurveyKey(TenantModel):
    """The key that a survey's ballots are signed with, in an open log that is only added to.

    `place` counts from 0. It outlives the survey, so that what was published stays provable.
    """

    place = fields.IntField()
    survey_id = fields.UUIDField()
    token_key = fields.BinaryField()
    opened_on = fields.DateField()

    class Meta:
        table = "survey_key"
        unique_together = (("municipality_id", "place"), ("municipality_id", "survey_id"))
