"""Releases: frozen tables in which nobody can be found."""

from typing import Any

from tortoise import fields

from base.tenant_model import TenantModel


class Release(TenantModel):
    """What was published of a survey; never changed."""

    survey_id = fields.UUIDField()
    number = fields.IntField()
    released_on = fields.DateField()
    answers = fields.IntField()
    content: "fields.JSONField[Any]" = fields.JSONField()

    class Meta:
        table = "release"
        unique_together = (("municipality_id", "survey_id", "number"),)


class ReleaseGround(TenantModel):
    """What a release of an open survey was made from: exact counts, so that the next one can be held against it.

    It goes with the last release, and is shown to nobody.
    """

    survey_id = fields.UUIDField()
    number = fields.IntField()
    answers = fields.IntField()
    counts: "fields.JSONField[Any]" = fields.JSONField()
    figures: "fields.JSONField[Any]" = fields.JSONField()

    class Meta:
        table = "release_ground"
        unique_together = (("municipality_id", "survey_id", "number"),)
