"""For the privacy officer: what is processed and why, what staff did, what could be reached through a lost key."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery, RequestModel
from base.times import Instant
from base.translation import translate
from consent import processing
from insights.exposure import exposure
from municipality import audit
from municipality.roles import OFFICERS


class AuditQuery(PageQuery):
    """Which entries: of a caller, about a subject, between two times, after the one that `next` named; only what was
    looked at (`views` true), or all but that.
    """

    caller_id: UUID | None = None
    subject_id: UUID | None = None
    views: bool | None = None
    since: Instant | None = None
    until: Instant | None = None


class AuditEntryResponse(BaseModel, title="AuditEntry"):
    """Somebody who works for the municipality did something: `act` is the operation's name, `detail` what was asked
    where that matters (which audience was counted).
    """

    id: UUID
    at: AwareDatetime
    caller: str
    caller_id: UUID | None
    act: str
    kind: str
    subject_id: UUID | None
    detail: dict[str, Any] | None


class AuditEntries(BaseModel):
    """What was done, newest first."""

    items: list[AuditEntryResponse]
    next: str | None


class ReachQuery(RequestModel):
    """Whose key or sign-in was lost, and between which times somebody else may have used it."""

    caller_id: UUID | None = None
    since: Instant | None = None
    until: Instant | None = None


class ReachedAct(BaseModel):
    """An operation that was done, how often, first and last when."""

    act: str
    kind: str
    times: int
    first: AwareDatetime
    last: AwareDatetime


class ReachedCategory(BaseModel):
    """A category of data, how it could be reached, and of how many residents; individually or as counts alone."""

    category: str
    how: str
    individually: bool
    residents: int


class ExposureResponse(BaseModel, title="Reach"):
    """What could be reached through a key or sign-in: for a notice under GDPR art. 33 and 34."""

    roles: list[str]
    acts: list[ReachedAct]
    categories: list[ReachedCategory]


class RecordQuery(RequestModel):
    """In which form the record is wanted; `dpia` is a draft impact assessment in Markdown."""

    format: Literal["json", "csv", "dpia"] = "json"


class HeldTable(BaseModel):
    """A table of an activity: what it holds and how long."""

    table: str
    what: str
    until: str


class ProcessingLine(BaseModel):
    """One processing activity (art. 30(1))."""

    activity: str
    title: str
    legal_basis: str
    concerns: str
    data_categories: list[str]
    recipients: list[str]
    retention: str
    held: list[HeldTable]
    security: str


class ProcessingRecord(BaseModel):
    """The record of processing activities of a municipality."""

    controller: str
    number: str
    contact: dict[str, Any]
    items: list[ProcessingLine]
    next: str | None = None


async def audit_entries(call: Call[None, AuditQuery]) -> AuditEntries:
    """What those who work for the municipality did."""
    query = call.query
    wanted = audit.AuditSelection(
        query.caller_id, query.since, query.until, query.after_time(), query.subject_id, query.views
    )
    found = await audit.read(wanted, query.one_more)
    shown, after = query.cut(found, lambda entry: (entry.at, entry.id))
    items = [AuditEntryResponse.model_validate(entry, from_attributes=True) for entry in shown]
    return AuditEntries(items=items, next=after)


async def audit_reach(call: Call[None, ReachQuery]) -> ExposureResponse:
    """What could be reached through a key or sign-in that was lost, and what was done with it."""
    query = call.query
    found = await exposure(call.work, audit.AuditSelection(query.caller_id, query.since, query.until))
    shown = ExposureResponse.model_validate(found, from_attributes=True)
    for each in shown.categories:
        each.category, each.how = translate(each.category, call.languages), translate(each.how, call.languages)
    return shown


async def processing_record(call: Call[None, RecordQuery]) -> ProcessingRecord | RawResponse:
    """The record of processing activities (GDPR art. 30), or a draft of an impact assessment (art. 35)."""
    record = await processing.processing_record(call.work, call.languages)
    if call.query.format == "csv":
        return RawResponse(processing.as_csv(record).encode(), "text/csv; charset=utf-8")
    if call.query.format == "dpia":
        return RawResponse(processing.as_dpia(record, call.languages).encode(), "text/markdown; charset=utf-8")
    items = [ProcessingLine.model_validate(line, from_attributes=True) for line in record.lines]
    return ProcessingRecord(
        controller=record.controller, number=record.number, contact=dict(record.contact), items=items
    )


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/audit", audit_entries, staff(OFFICERS)),
    get("/v1/staff/audit/reach", audit_reach, staff(OFFICERS), refuses=(404,)),
    get("/v1/staff/processing-record", processing_record, staff(OFFICERS), other_media=("text/csv", "text/markdown")),
]
