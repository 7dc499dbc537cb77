"""Launching a survey: from that moment it is what it is, and those it is for can answer."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, FieldError, Invalid, invalid
from base.keys import KeyStore
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.models import Campaign
from surveys import blind_rsa, drafting
from surveys.box import keylog
from surveys.box.codes import how_many
from surveys.box.issuing import issuer_key
from surveys.drafts import SurveyWasLaunched
from surveys.eligibility import call_the_roll, enough, known
from surveys.forms.document import InArea, Interested, SurveyDocument
from surveys.forms.proofreading import proofread
from surveys.models import Survey
from surveys.survey import read

_ANNOUNCED_FOR = timedelta(days=14)


async def launch(
    work: Work, survey_id: UUID, keys: KeyStore, announcement: Campaign | None = None, *, attests: bool = False
) -> UUID | None:
    """Open a draft, with its key and its campaign, all in this transaction; the campaign's id.

    `announcement` is a message that was not kept yet: without an audience it goes to those whom the survey is for, and
    without an end it ends with the survey, or after two weeks. `attests` says whether this installation can tell the
    municipality's own app from others.
    Raises NoSuchSurvey, SurveyWasLaunched where someone was faster, SurveyIsUnfinished, Invalid with pointers where
    proofreading finds errors, TooFewToAsk under k, and what `push.campaigns.campaigns` raises.
    """
    opened = await Survey.filter(id=survey_id, state="draft").update(state="open", opened_at=now())
    survey = await read(survey_id)
    if not opened:
        raise SurveyWasLaunched()
    await drafting.leave(survey_id)
    document = survey.document
    await check(document, attests)
    await enough(work, document, await how_many(survey_id))
    if document.is_due(now()):
        raise invalid("/closes_at", "The survey would be over before it began.")
    campaign = None if announcement is None else await _announce(work, survey, announcement)
    # The row is ours until this transaction ends, so whatever lies under these names was left by one that failed.
    private = await asyncio.to_thread(blind_rsa.new_private_key)
    keys.put(issuer_key(survey_id), private, replace=True)
    token_key = blind_rsa.token_key(private)
    await Survey.filter(id=survey_id).update(token_key=token_key)
    await keylog.add(work, survey_id, token_key)
    if document.assurance == "registered":
        await call_the_roll(work, survey_id, keys)
    return campaign


async def check(document: SurveyDocument, attests: bool) -> None:
    """Raise Invalid, with pointers, for whatever keeps a document from being launched."""
    errors = list(proofread(document).errors)
    if document.assurance == "attested" and not attests:
        said = "This installation knows no app of the municipality's (MEDVIRK_APP_CHECK_APPS, and a Firebase project)."
        errors.append(FieldError("/assurance", said))
    if errors:
        raise Invalid(errors, "The survey is not ready to be launched.")
    await known(document)


async def hindrances(work: Work, survey: Survey, *, attests: bool) -> list[FieldError]:
    """All that a launch would be refused for now, each with its place in the document."""
    document, found = survey.document, list[FieldError]()
    try:
        await check(document, attests)
    except Invalid as refused:
        found.extend(refused.errors)
    try:
        await enough(work, document, await how_many(survey.id))
    except Conflict as refused:
        found.append(FieldError("/eligibility", refused.sentence, refused.values))
    if document.is_due(now()):
        found.append(FieldError("/closes_at", "The survey would be over before it began."))
    return found


async def _announce(work: Work, survey: Survey, announcement: Campaign) -> UUID:
    async def closes_at(_: UUID) -> datetime | None:
        return survey.closes_at

    announcement.subject_kind, announcement.subject_id = "survey", survey.id
    announcement.audience = announcement.audience or meant(survey.document).stored()
    announcement.expires_at = announcement.expires_at or survey.closes_at or now() + _ANNOUNCED_FOR
    campaign = await campaigns.create(work, announcement, closes_at)
    await campaigns.launch(work, campaign.id)
    return campaign.id


def meant(document: SurveyDocument) -> Audience:
    """Those whom a survey is for, as a message's audience."""
    who = document.eligibility
    if isinstance(who, InArea):
        return Audience(areas=tuple(who.areas))
    if isinstance(who, Interested):
        return Audience(interests=tuple(who.interests))
    return Audience()
