"""Residents: known by a random id alone, with no name, number or address of theirs."""

from tortoise import fields

from base.tenant_model import TenantModel


class Resident(TenantModel):
    """One registration in one municipality. Dates, never times: when somebody was active is nobody's business."""

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


class Credential(TenantModel):
    """A device's credential: the hash of a random secret, and what the device is."""

    resident_id = fields.UUIDField()
    hash = fields.BinaryField()
    platform = fields.CharField(max_length=8)
    app_version = fields.CharField(max_length=32)
    issued_on = fields.DateField()

    class Meta:
        table = "credential"
        unique_together = (("municipality_id", "hash"),)


class ResidentLink(TenantModel):
    """A one-time code that joins another device to a registration."""

    resident_id = fields.UUIDField()
    hash = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "resident_link"
        unique_together = (("municipality_id", "hash"),)


class ResidentInterest(TenantModel):
    """A topic that a resident follows."""

    resident_id = fields.UUIDField()
    interest_key = fields.CharField(max_length=64)

    class Meta:
        table = "resident_interest"
        unique_together = (("municipality_id", "resident_id", "interest_key"),)


class ResidentArea(TenantModel):
    """A district that a resident follows: chosen by hand, never measured."""

    resident_id = fields.UUIDField()
    zone_id = fields.UUIDField()

    class Meta:
        table = "resident_area"
        unique_together = (("municipality_id", "resident_id", "zone_id"),)
