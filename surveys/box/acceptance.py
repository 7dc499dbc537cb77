"""The ballot box: an answer goes in with a ballot and without a name, once, and is out again only by its secret."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cachetools import LRUCache

from base import base64url
from base.database import Work, work
from base.errors import Conflict, Invalid, NotFound
from base.queries import load_queries
from base.tenant import Tenant
from geofence.territory import Territory, territory_of
from municipality.directory import town
from surveys import ballots
from surveys.ballots import Ballot, Issuer
from surveys.box import locks, slot
from surveys.errors import SurveyIsClosed
from surveys.forms.answers import judge
from surveys.forms.document import SurveyDocument
from surveys.models import Survey, SurveyKind
from surveys.survey import issuer_of, no_such, read, read_kind

sql = load_queries(__file__)
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_readable = json.JSONEncoder(ensure_ascii=False).encode


class BallotWasSpent(Conflict):
    """This ballot has been handed in already, with another answer or in a box that has been shaken since."""


class NothingToTakeBack(NotFound):
    """No answer in the box goes with this secret; once the box is shaken, none can be taken back."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What somebody hands in: answers by question, and the SHA-256 of a secret that their app made (32 bytes)."""

    answers: Mapping[str, object]
    receipt_hash: bytes

    @property
    def body_hash(self) -> bytes:
        """The same for the same answers and receipt, however they were written down."""
        return hashlib.sha256(_canonical([self.answers, self.receipt_hash.hex()]).encode()).digest()


@dataclass(frozen=True, slots=True)
class Rules:
    """What answers to an open survey are judged by; it does not change while the survey is open."""

    issuer: Issuer
    document: SurveyDocument
    epsg: int
    kind: SurveyKind = "survey"
    territory: Territory | None = None


_rules: LRUCache[UUID, Rules] = LRUCache(200)


async def accept(
    tenant: Tenant,
    survey_id: UUID,
    authorization: str | None,
    handed_in: HandedIn,
    *,
    languages: Sequence[str],
    kind: SurveyKind = "survey",
) -> None:
    """Verify the ballot, validate the answers, then spend and store both in one statement that is its own transaction.

    The same ballot with the same answers is taken again as often as it comes, and stored once. Raises NoSuchSurvey,
    SurveyHasNotBegun, SurveyIsClosed, NoBallot, BadBallot, Invalid with a pointer for each question (the ballot stays
    unspent), BallotWasSpent.
    """
    token = ballots.token_of(authorization)
    rules = await rules_of(tenant, survey_id)
    if rules.kind != kind:  # Each door takes what belongs to it.
        raise no_such(kind)
    ballot = ballots.verify(rules.issuer, token)
    await put_in(tenant, ballot, kept(rules, handed_in.answers, languages), handed_in)


def kept(rules: Rules, answers: Mapping[str, object], languages: Sequence[str]) -> Mapping[str, object]:
    """Answers as the box keeps them; Invalid with a pointer for each question that they do not fit."""
    judged = judge(rules.document, answers, rules.epsg, territory=rules.territory)
    if judged.complaints:
        raise Invalid([complaint.in_language(languages) for complaint in judged.complaints], "Some answers do not fit.")
    return judged.kept


async def put_in(tenant: Tenant, ballot: Ballot, kept: Mapping[str, object], handed_in: HandedIn) -> None:
    """Spend a ballot on answers that fit. Raises as `accept` does."""
    sheet = slot.Submission(ballot.mark, handed_in.body_hash, _readable(kept), handed_in.receipt_hash)
    taken = await slot.put_in(tenant, ballot.survey, sheet)
    if taken is None:
        async with work(tenant):
            (await read(ballot.survey)).refuse_unless_open()
        raise SurveyIsClosed()
    if not taken:
        raise BallotWasSpent()


async def rules_of(tenant: Tenant, survey_id: UUID) -> Rules:
    """The rules are kept at hand; whether the survey is open is not, and is asked where the ballot is spent."""
    found = _rules.get(survey_id)
    if found is not None:
        return found
    async with work(tenant) as unit:
        survey = await read(survey_id)
        survey.refuse_unless_open()
        found = await rules_in(unit, survey)
    _rules[survey_id] = found
    return found


async def rules_in(unit: Work, survey: Survey) -> Rules:
    """The rules of a survey, read in a unit of work."""
    where = await town(unit)
    around = territory_of(where.boundary, where.srid)
    return Rules(issuer_of(survey), survey.document, where.srid, survey.kind, around)


async def take_back(unit: Work, survey_id: UUID, receipt_secret: str, kind: SurveyKind = "survey") -> None:
    """Take an answer out of the box, by the secret whose hash came with it; its ballot is as good as new.

    The secret is text, hashed as UTF-8, or the hex or base64url of its bytes. Raises NoSuchSurvey, NoSuchHearing,
    SurveyIsClosed, NothingToTakeBack.
    """
    await locks.side_by_side(unit, survey_id)
    (await read_kind(survey_id, kind)).refuse_unless_open()
    if not await unit.execute(sql.take_back, survey=survey_id, receipt_hashes=_hashes(receipt_secret)):
        raise NothingToTakeBack()


def _hashes(secret: str) -> list[bytes]:
    ways = [secret.encode("utf-8", "surrogatepass")]
    for written in (bytes.fromhex, base64url.decode):
        try:
            ways.append(written(secret))
        except ValueError:
            pass  # It was written in another way.
    return [hashlib.sha256(way).digest() for way in ways]
