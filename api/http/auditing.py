"""Writing down what staff do through an endpoint, in the transaction in which they do it."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from api.http.endpoint import AnyEndpoint, Method
from base.database import Work
from insights.audited_subjects import audited_subjects
from municipality import audit

_KINDS: Final[Mapping[Method, audit.Kind]] = {"GET": "viewed", "DELETE": "removed"}


async def note(endpoint: AnyEndpoint, unit: Work, subject: UUID | None) -> None:
    """Write down that an endpoint was called; what is removed with its name, by which nobody finds it any more."""
    detail = None
    if endpoint.method == "DELETE" and subject is not None:
        found = (await audited_subjects(unit, [subject])).get(subject)
        detail = None if found is None else {"name": found.name}
    await audit.record(unit, endpoint.name, _kind(endpoint), subject, detail)


def _kind(endpoint: AnyEndpoint) -> audit.Kind:
    """What an endpoint does."""
    if endpoint.creates:
        return "created"
    return "done" if endpoint.method == "POST" else _KINDS.get(endpoint.method, "changed")
