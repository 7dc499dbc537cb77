"""Whether the process is up, and whether it can do its work."""

from pydantic import BaseModel

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from base.errors import Unavailable
from base.migrating import newest_migration


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """The database and the queue answer and the schema is current; what else deserves a look."""

    status: str = "ready"
    warnings: list[str] = []


class SchemaIsOld(Unavailable):
    """The database's schema is not the one this program needs: run `medvirk migrate`."""


class ZonesAreBeingLaidOut(Unavailable):
    """The process has just begun and is still laying out the municipalities' zones."""


async def health(call: Call) -> Health:
    """Say that the process is up."""
    return Health()


async def readiness(call: Call) -> Readiness:
    """Say that the database and the job queue answer, that the schema is current and the zones are laid out."""
    applied = await call.work.fetchval("select max(name) from tortoise_migrations where app = 'medvirk'")
    await call.work.fetchval("select count(*) from (select from pgqueuer limit 1) as queue")
    if applied != newest_migration():
        raise SchemaIsOld()
    if not call.services.snapshots.ready:
        raise ZonesAreBeingLaidOut()
    return Readiness(warnings=list(call.services.warnings))


ENDPOINTS: list[AnyEndpoint] = [
    get("/healthz", health, OPEN, transaction="when needed"),
    get("/readyz", readiness, OPEN),
]
