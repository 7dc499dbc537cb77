"""Fetching a ballot: one for each registration, signed unseen."""

import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from base.database import Work
from base.errors import Conflict
from base.keys import KeyStore
from base.queries import load_queries
from base.tenant import Tenant
from surveys import ballots, blind_rsa
from surveys.box import locks
from surveys.box.attested import Attestation, CannotAttest, NotAttested
from surveys.box.codes import CodeWasUsed, recognised
from surveys.eligibility import RegisteredTooLate, entitled, participant, request_of
from surveys.errors import SurveyIsClosed
from surveys.models import Survey, SurveyKind
from surveys.survey import issuer_of, read, read_kind

sql = load_queries(__file__)


class BallotWasIssued(Conflict):
    """You have fetched your ballot for this survey already; only the identical request is answered again."""


def issuer_key(survey_id: UUID) -> str:
    """The name of the key that signs a survey's ballots, until it is counted."""
    return f"survey/{survey_id}/issuer"


@dataclass(frozen=True, slots=True)
class Attested:
    """What an app shows of itself, and what it is checked against where that is set up."""

    token: str | None = field(repr=False)
    attestation: Attestation | None


async def issue(
    work: Work,
    tenant: Tenant,
    survey_id: UUID,
    request: bytes,
    *,
    keys: KeyStore,
    sealed_state: str | None = None,
    code: str | None = None,
    app: Attested | None = None,
    kind: SurveyKind = "survey",
) -> bytes:
    """The signature on a blinded ballot: a TokenResponse of 256 bytes for a TokenRequest of 259 (RFC 9578 §6).

    `sealed_state` is for surveys for those who were there, `code` for those with codes, `app` for attested ones. Raises
    NoSuchSurvey, NoSuchHearing, SurveyHasNotBegun, SurveyIsClosed, Invalid for a malformed request, NotForYou,
    RegisteredTooLate, ConsentRequired, CodeNeeded, NoSuchCode, CodeWasUsed, NotAttested, CannotAttest,
    BallotWasIssued for a second, different request.
    """
    # Before anything is held: Firebase's keys may have to be fetched.
    await _attest(await read_kind(survey_id, kind), app)
    await locks.side_by_side(work, survey_id)
    survey = await read(survey_id)
    survey.refuse_unless_open()
    blinded = ballots.blinded_message(issuer_of(survey), request)
    private = keys.get(issuer_key(survey_id))
    if private is None:
        raise SurveyIsClosed()
    signer = blind_rsa.load_signer(private)
    if int.from_bytes(blinded, "big") >= signer.n:
        raise ballots.out_of_range()
    await entitled(work, tenant, survey.document, keys, sealed_state)
    await _once(work, tenant, survey, request, keys=keys, code=code)
    return await ballots.sign_off_loop(signer, blinded)


async def _attest(survey: Survey, app: Attested | None) -> None:
    if survey.definition["assurance"] != "attested":
        return
    survey.refuse_unless_open()
    if app is None:
        raise NotAttested()
    if app.attestation is None:
        raise CannotAttest()  # It was, when the survey was launched.
    await app.attestation.check(app.token)


async def _once(
    work: Work, tenant: Tenant, survey: Survey, request: bytes, *, keys: KeyStore, code: str | None
) -> None:
    """One ballot for each registration, and for each code where there are codes."""
    who = _Participation.of(keys, survey.id, participant(keys, survey.id, tenant.resident), request)
    assurance = survey.definition["assurance"]
    if assurance == "registered":
        if await _called(work, survey.id, who):
            return
        before = await work.fetchval(sql.request_before, survey=survey.id, participant=who.participant)
        if before is None:
            raise RegisteredTooLate()
        if before not in who.known_as:
            raise BallotWasIssued()
        return
    if assurance == "code":
        known = await recognised(survey.id, code, keys)
        with_code = participant(keys, survey.id, UUID(bytes=known[:16]))
        if not await _noted(work, survey.id, _Participation.of(keys, survey.id, with_code, request)):
            raise CodeWasUsed()
    if not await _noted(work, survey.id, who):
        raise BallotWasIssued()


@dataclass(frozen=True, slots=True)
class _Participation:
    """A participant, and how their request is known again: as it is noted now, or as earlier versions left it."""

    participant: bytes
    known_as: tuple[bytes, bytes]

    @classmethod
    def of(cls, keys: KeyStore, survey_id: UUID, who: bytes, request: bytes) -> "_Participation":
        earlier = hashlib.sha256(hashlib.sha256(request).digest() + who).digest()
        return cls(who, (request_of(keys, survey_id, who, request), earlier))


async def _called(work: Work, survey_id: UUID, who: _Participation) -> int:
    """Whether somebody stands on the roll and has not fetched a ballot."""
    noted = {"survey": survey_id, "participant": who.participant, "request_hash": who.known_as[0]}
    return await work.execute(sql.fetch_on_roll, **noted)


async def _noted(work: Work, survey_id: UUID, who: _Participation) -> bool:
    """Note a request; False where another one came before it."""
    noted = {"survey": survey_id, "participant": who.participant, "request_hash": who.known_as[0]}
    if await work.execute(sql.note_participation, **noted):
        return True
    return await work.fetchval(sql.request_before, survey=survey_id, participant=who.participant) in who.known_as
