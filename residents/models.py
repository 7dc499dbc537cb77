"""Residents: known by a random id alone, with no name, number or address of theirs."""

from tortoise import fields
from tortoise.models import Model


class Resident(Model):
    """One registration in one municipality. Dates, never times: when somebody was active is nobody's business."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    language = fields.CharField(max_length=16)
    quiet_from = fields.CharField(max_length=5, null=True)
    quiet_to = fields.CharField(max_length=5, null=True)
    digest = fields.CharField(max_length=8, default="off")
    birth_year_band = fields.CharField(max_length=16, null=True)
    consent_salt = fields.BinaryField()
    registered_on = fields.DateField()
    active_on = fields.DateField()
    warned_on = fields.DateField(null=True)

    class Meta:
        table = "resident"


class Credential(Model):
    """A device's credential: the hash of a random secret, and what the device is."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    hash = fields.BinaryField()
    platform = fields.CharField(max_length=8)
    app_version = fields.CharField(max_length=32)
    issued_on = fields.DateField()

    class Meta:
        table = "credential"
        unique_together = (("municipality_id", "hash"),)


class ResidentLink(Model):
    """A one-time code that joins another device to a registration."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    hash = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "resident_link"
        unique_together = (("municipality_id", "hash"),)


class ResidentInterest(Model):
    """A topic that a resident follows."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    interest_key = fields.CharField(max_length=64)

    class Meta:
        table = "resident_interest"
        unique_together = (("municipality_id", "resident_id", "interest_key"),)


class ResidentArea(Model):
    """A district that a resident follows: chosen by hand, never measured."""

    id = fields.UUIDField(primary_key=True)
    municipality_id = fields.UUIDField()
    resident_id = fields.UUIDField()
    zone_id = fields.UUIDField()

    class Meta:
        table = "resident_area"
        unique_together = (("municipality_id", "resident_id", "zone_id"),)
