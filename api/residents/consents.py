"""Consents: what is asked, what was answered, and changing one's mind."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from api.http.authentication import RESIDENT
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, put
from api.schemas.common import PageQuery, RequestModel, Tag, Yes, whole
from consent import ledger, receipts
from consent.models import StandingConsent
from consent.notices import notices_in_force
from consent.purposes import PURPOSES
from municipality.ages import consent_age
from municipality.directory import town


class PurposeOffered(BaseModel):
    """A purpose: its notice in force, in the reader's language, and what the resident has said to it.

    `rendered` is the exact text whose SHA-256 a consent refers to. `status` is none, granted, withdrawn or lapsed.
    What rests on the law (`legal_basis` public_task or legal_obligation) has the status applies: told, and no choice.
    With `needs_age` only those who have reached `age`, in years, can say yes themselves.
    """

    purpose: str
    notice_version: int
    legal_basis: str
    language: str
    title: str
    text: str
    data_categories: list[str]
    systems: list[str]
    retention: str
    withdraw: str
    rendered: str
    sha256: str
    needs_age: bool
    age: int | None
    status: str


class Purposes(BaseModel):
    """The municipality's purposes."""

    items: list[PurposeOffered]
    next: str | None = None


class Consent(BaseModel):
    """What stands for a purpose: granted, withdrawn or lapsed; `receipt` is the id of the ledger's line."""

    purpose: str
    status: str
    notice_version: int
    at: AwareDatetime
    lapses_at: AwareDatetime | None
    receipt: UUID


class Consents(BaseModel):
    """What stands, for every purpose that the resident has decided on."""

    items: list[Consent]
    next: str | None = None


NoticeVersion = Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(whole)]
"""The version of a notice that was read. Any that is not in force is a conflict, however it came about."""


class ConsentDecision(RequestModel, title="Choice"):
    """Yes or no to the notice in force, read in a language. `of_age`: old enough to decide; unknown counts as no."""

    granted: Yes
    notice_version: NoticeVersion
    language: Tag
    of_age: Yes | None = None


class ConsentEventResponse(BaseModel, title="Said"):
    """A line of the ledger: what the resident said, to which text, when."""

    receipt: UUID
    purpose: str
    granted: bool
    notice_version: int
    notice_sha256: str = Field(description="SHA-256 of the exact text that was shown, in hex")
    language: str
    channel: str
    of_age: bool | None
    at: AwareDatetime


class History(BaseModel):
    """Everything the resident ever said about consent, oldest first."""

    items: list[ConsentEventResponse]
    next: str | None = None


class ConsentReceipt(BaseModel):
    """A receipt: an ISO/IEC TS 27560 record as JSON-LD (W3C DPV), and the same as a JWS (EdDSA, keys at
    `/.well-known/jwks.json`). `leaf` is its line's hash in the tree over the ledger, whose roots are published.
    """

    id: UUID
    record: dict[str, Any]
    jws: str
    leaf: str


def _consent(standing: StandingConsent) -> Consent:
    return Consent.model_validate(standing, from_attributes=True)


async def purposes(call: Call) -> Purposes:
    """What the municipality would like to do, in plain words, and what you have said to it."""
    here = await town(call.work)
    stands = await ledger.standing(call.tenant)
    items = []
    for key, notice in (await notices_in_force()).items():
        language = notice.nearest_language(*call.languages, *here.languages)
        text = notice.texts[language]
        call.set_content_language(language)
        needs_age = key in PURPOSES and PURPOSES[key].needs_age
        items.append(
            PurposeOffered(
                purpose=key,
                notice_version=notice.version,
                legal_basis=notice.legal_basis,
                language=language,
                title=text.title,
                text=text.text,
                data_categories=list(text.data_categories),
                systems=list(text.systems),
                retention=text.retention,
                withdraw=text.withdraw,
                rendered=text.rendered(),
                sha256=text.sha256().hex(),
                needs_age=needs_age,
                age=consent_age(here) if needs_age else None,
                status=ledger.status(stands, key),
            )
        )
    return Purposes(items=items)


async def consents(call: Call) -> Consents:
    """What stands, for every purpose that you have decided on."""
    return Consents(items=[_consent(standing) for standing in (await ledger.standing(call.tenant)).values()])


async def decide(call: Call[ConsentDecision]) -> Consent:
    """Say yes or no to a purpose. The same again is the same line of the ledger; a no takes effect at once."""
    sent, keys, purpose = call.body, call.services.keys, call.text("purpose")
    if sent.granted:
        standing = await ledger.grant(
            call.work,
            keys,
            call.tenant,
            purpose,
            notice_version=sent.notice_version,
            language=sent.language,
            of_age=sent.of_age,
        )
    else:
        standing = await ledger.withdraw(
            call.work, keys, call.tenant, purpose, notice_version=sent.notice_version, language=sent.language
        )
    return _consent(standing)


async def withdraw(call: Call) -> Consent:
    """Say no to a purpose, whatever its notice; it takes effect at once."""
    return _consent(await ledger.withdraw(call.work, call.services.keys, call.tenant, call.text("purpose")))


async def consent_history(call: Call[None, PageQuery]) -> History:
    """Everything you ever said about consent, oldest first."""
    said = list(enumerate(await ledger.history(call.tenant)))
    part, following = call.query.of(said, lambda line: line[:1])
    return History(
        next=following,
        items=[
            ConsentEventResponse(
                receipt=event.id,
                purpose=event.purpose,
                granted=event.granted,
                notice_version=event.notice_version,
                notice_sha256=event.notice_sha256.hex(),
                language=event.language,
                channel=event.channel,
                of_age=event.of_age,
                at=event.at,
            )
            for _, event in part
        ],
    )


async def consent_receipt(call: Call) -> ConsentReceipt:
    """Proof of what you said, in the words you read, that you can keep and check without us."""
    services = call.services
    found = await receipts.receipt(call.work, services.keys, call.tenant, call.id(), services.settings.origin)
    return ConsentReceipt(id=found.id, record=dict(found.record), jws=found.jws, leaf=found.leaf.hex())


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/purposes", purposes, RESIDENT),
    get("/v1/me/consents", consents, RESIDENT),
    get("/v1/me/consents/history", consent_history, RESIDENT, refuses=(422,)),
    get("/v1/me/consents/receipts/{id:uuid}", consent_receipt, RESIDENT),
    put(
        "/v1/me/consents/{purpose}",
        decide,
        RESIDENT,
        refuses=(403, 404, 409),
        example={"granted": True, "notice_version": 1, "language": "nb", "of_age": True},
    ),
    delete("/v1/me/consents/{purpose}", withdraw, RESIDENT, refuses=(404, 409)),
]
