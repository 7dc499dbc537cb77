"""Launching a survey: from that moment it is what it is, and those it is for can answer."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid, invalid
from base.keys import KeyStore
from push import campaigns
from push.audiences import Audience
from surveys import blind_rsa
from surveys.box import keylog
from surveys.box.codes import how_many
from surveys.box.issuing import issuer_key
from surveys.drafts import SurveyWasLaunched
from surveys.eligibility import call_the_roll, enough, known
from surveys.forms.document import InArea, Interested, SurveyDocument
from surveys.forms.proofreading import proofread
from surveys.survey import Survey, read

_ANNOUNCED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Announcement:
    """The message that goes out with a launch; without an audience it goes to those whom the survey is for."""

    title: dict[str, str]
    body: dict[str, str]
    audience: Audience | None = None
    importance: campaigns.Importance = "active"
    send_at: datetime | None = None
    expires_at: datetime | None = None


async def launch(
    work: Work, survey_id: UUID, keys: KeyStore, announcement: Announcement | None = None, *, attests: bool = False
) -> UUID | None:
    """Open a draft, with its key and its campaign, all in this transaction; the campaign's id.

    `attests` says whether this installation can tell the municipality's own app from others.
    Raises NoSuchSurvey, SurveyWasLaunched where someone was faster, Invalid with pointers where proofreading finds
    errors, TooFewToAsk under k, and what `push.campaigns` raises.
    """
    opened = await work.execute(
        "update survey set state = 'open', opened_at = $2 where id = $1 and state = 'draft'", survey_id, now()
    )
    survey = await read(work, survey_id)
    if not opened:
        raise SurveyWasLaunched()
    document = survey.document
    await check(work, document, attests)
    await enough(work, document, await how_many(work, survey_id))
    if document.is_due(now()):
        raise invalid("/closes_at", "The survey would be over before it began.")
    campaign = None if announcement is None else await _announce(work, survey, announcement)
    # The row is ours until this transaction ends, so whatever lies under these names was left by one that failed.
    private = await asyncio.to_thread(blind_rsa.new_private_key)
    keys.put(issuer_key(survey_id), private, replace=True)
    token_key = blind_rsa.token_key(private)
    await work.execute("update survey set token_key = $2 where id = $1", survey_id, token_key)
    await keylog.add(work, survey_id, token_key)
    if document.assurance == "registered":
        await call_the_roll(work, survey_id, keys)
    return campaign


async def check(work: Work, document: SurveyDocument, attests: bool) -> None:
    """Raise Invalid, with pointers, for whatever keeps a document from being launched."""
    errors = list(proofread(document).errors)
    if document.assurance == "attested" and not attests:
        said = "This installation knows no app of the municipality's (MEDVIRK_APP_CHECK_APPS, and a Firebase project)."
        errors.append(FieldError("/assurance", said))
    if errors:
        raise Invalid(errors, "The survey is not ready to be launched.")
    await known(work, document)


async def _announce(work: Work, survey: Survey, announcement: Announcement) -> UUID:
    expires_at = announcement.expires_at or survey.closes_at or now() + _ANNOUNCED_FOR
    campaign = await campaigns.write(
        work,
        campaigns.Draft(
            audience=announcement.audience or meant(survey.document),
            title=announcement.title,
            body=announcement.body,
            expires_at=expires_at if survey.closes_at is None else min(expires_at, survey.closes_at),
            importance=announcement.importance,
            subject_kind="survey",
            subject_id=survey.id,
            send_at=announcement.send_at,
        ),
    )
    await campaigns.launch(work, campaign)
    return campaign


def meant(document: SurveyDocument) -> Audience:
    """Those whom a survey is for, as a message's audience."""
    who = document.eligibility
    if isinstance(who, InArea):
        return Audience(areas=tuple(who.areas))
    if isinstance(who, Interested):
        return Audience(interests=tuple(who.interests))
    return Audience()
