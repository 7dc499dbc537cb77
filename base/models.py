"""What the ground floor itself keeps."""

from tortoise import fields
from tortoise.models import Model

from base.tenant_model import TenantModel


class JobStart(Model):
    """How often a queued job has started; counted before it runs, gone when it has ended."""

    job_id = fields.BigIntField(primary_key=True)
    starts = fields.IntField()

    class Meta:
        table = "job_start"


class IdempotencyKey(TenantModel):
    """The answer that a request with an `Idempotency-Key` was given, sealed under that key, for three days."""

    caller_id = fields.UUIDField()
    key_hash = fields.BinaryField()
    request_hash = fields.BinaryField()
    status = fields.IntField()
    body = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_key"
        unique_together = (("municipality_id", "caller_id", "key_hash"),)
