"""The ballot box: an answer goes in with a ballot and without a name, once, and is out again only by its secret."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, Invalid, NotFound
from base.sql import load
from municipality.directory import town
from surveys import ballots, locks
from surveys.answers import judge
from surveys.ballots import Ballot, Issuer
from surveys.document import SurveyDocument
from surveys.survey import SurveyIsClosed, read

_SPEND = load(__file__, "spend.sql")


class BallotWasSpent(Conflict):
    """This ballot has been handed in already, with another answer or in a box that has been shaken since."""


class NothingToTakeBack(NotFound):
    """No answer in the box goes with this secret; once the box is shaken, none can be taken back."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody hands in: answers by question, and the SHA-256 of a secret that their app made (32 bytes)."""

    answers: Mapping[str, object]
    receipt_hash: bytes

    @property
    def body_hash(self) -> bytes:
        """The same for the same answers and receipt, however they were written down."""
        said = json.dumps([self.answers, self.receipt_hash.hex()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).digest()


@dataclass(frozen=True, slots=True)
class Rules:
    """What answers to an open survey are judged by; it does not change while the survey is open."""

    issuer: Issuer
    document: SurveyDocument
    epsg: int


_rules: dict[UUID, Rules] = {}
_MOST_KEPT = 200


async def accept(
    work: Work, survey_id: UUID, authorization: str | None, handed_in: Answered, languages: Sequence[str]
) -> None:
    """Verify the ballot, validate the answers, then spend and store both in one statement.

    The same ballot with the same answers is taken again as often as it comes, and stored once. Raises NoSuchSurvey,
    SurveyHasNotBegun, SurveyIsClosed, NoBallot, BadBallot, Invalid with a pointer for each question (the ballot stays
    unspent), BallotWasSpent.
    """
    token = ballots.token_of(authorization)
    rules = await _rules_of(work, survey_id)
    ballot = ballots.verify(rules.issuer, token)
    judged = judge(rules.document, handed_in.answers, rules.epsg)
    if judged.complaints:
        raise Invalid([complaint.said(languages) for complaint in judged.complaints], "Some answers do not fit.")
    await _put_in(work, ballot, judged.kept, handed_in)


async def _put_in(work: Work, ballot: Ballot, kept: Mapping[str, object], handed_in: Answered) -> None:
    accepting, spent = await _spend(work, ballot, kept, handed_in)
    if not accepting:
        # It is closed, or somebody is about to close or count it: wait for them, then look again.
        await locks.side_by_side(work, ballot.survey)
        accepting, spent = await _spend(work, ballot, kept, handed_in)
    if spent:
        return
    if not accepting:
        (await read(work, ballot.survey)).refuse_unless_open()
        raise SurveyIsClosed()
    before = await work.fetchval(
        "select body_hash from spent_ballot where survey_id = $1 and ballot = $2", ballot.survey, ballot.mark
    )
    if before != handed_in.body_hash:
        raise BallotWasSpent()


async def _spend(work: Work, ballot: Ballot, kept: Mapping[str, object], handed_in: Answered) -> tuple[bool, bool]:
    """Whether the survey takes answers, and whether this ballot was spent by this statement."""
    row = await work.fetchrow(
        _SPEND,
        ballot.survey,
        work.municipality,
        ballot.mark,
        handed_in.body_hash,
        json.dumps(kept, ensure_ascii=False),
        handed_in.receipt_hash,
        now(),
        locks.acceptance(ballot.survey),
    )
    assert row is not None
    return row["accepting"], row["spent"]


async def _rules_of(work: Work, survey_id: UUID) -> Rules:
    """The rules are kept at hand; whether the survey is open is not, and is asked where the ballot is spent."""
    found = _rules.get(survey_id)
    if found is not None:
        return found
    survey = await read(work, survey_id)
    survey.refuse_unless_open()
    found = Rules(survey.issuer, survey.document, (await town(work)).srid)
    if len(_rules) >= _MOST_KEPT:
        _rules.clear()
    _rules[survey_id] = found
    return found


async def take_back(work: Work, survey_id: UUID, receipt_secret: str) -> None:
    """Take an answer out of the box, by the secret whose hash came with it; its ballot is as good as new.

    The secret is text, hashed as UTF-8, or the hex or base64url of its bytes. Raises NoSuchSurvey, SurveyIsClosed,
    NothingToTakeBack.
    """
    await locks.side_by_side(work, survey_id)
    (await read(work, survey_id)).refuse_unless_open()
    taken = await work.execute(
        "with taken as (delete from answer where survey_id = $1 and receipt_hash = any($2::bytea[]) and not shaken "
        "returning ballot) "
        "delete from spent_ballot where survey_id = $1 and ballot in (select ballot from taken)",
        survey_id,
        _hashes(receipt_secret),
    )
    if not taken:
        raise NothingToTakeBack()


def _hashes(secret: str) -> list[bytes]:
    ways = [secret.encode("utf-8", "surrogatepass")]
    for written in (bytes.fromhex, _from_base64url):
        try:
            ways.append(written(secret))
        except ValueError:
            pass  # It was written in another way.
    return [hashlib.sha256(way).digest() for way in ways]


def _from_base64url(secret: str) -> bytes:
    return base64.b64decode(secret.rstrip("=") + "=" * (-len(secret.rstrip("=")) % 4), altchars=b"-_", validate=True)
