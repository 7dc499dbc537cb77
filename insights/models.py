"""Releases: frozen tables in which nobody can be found."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Release(Model):
    """What was published of a survey; never changed."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    survey_id = fields.UUIDField()
    number = fields.IntField()
    released_on = fields.DateField()
    answers = fields.IntField()
    content: "fields.JSONField[Any]" = fields.JSONField()

    class Meta:
        table = "release"
        unique_together = (("municipality_id", "survey_id", "number"),)
