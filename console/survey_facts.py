"""What a survey is, for those who did not write it: whom it is for, where it invites, what it asks, how it goes."""

from typing import Any
from uuid import UUID

from console.formats import picked
from geofence import triggers
from geofence.models import Trigger, Zone
from geofence.trigger_sentences import sentence
from municipality.models import Interest
from push.campaigns import campaigns
from surveys.forms.document import InArea, Interested
from surveys.forms.types import ANSWERABLE_BY_NAME
from surveys.localized_survey import said
from surveys.models import Survey


async def whom(survey: Survey, places: list[str], language: str) -> dict[str, str]:
    """Whom it is for: the kind, and the names of the districts, topics or places."""
    who = survey.document.eligibility
    if isinstance(who, InArea):
        names = [zone.name for zone in await Zone.filter(id__in=list(who.areas))]
    elif isinstance(who, Interested):
        names = [topic.label for topic in await Interest.filter(key__in=list(who.interests))]
    else:
        names = []
    named = sorted(picked(name, language) for name in names) or places
    return {"kind": who.kind, "names": ", ".join(named)}


async def inviting(survey: Survey, timezone: str, language: str) -> tuple[list[str], list[str]]:
    """The places at which it invites, by name, and each rule that does so as a sentence."""
    rules = await Trigger.filter(subject_kind="survey", subject_id=survey.id).order_by("id")
    places = await triggers.places_of(rules)
    names, title = set[str](), survey.document.title
    sentences = []
    for rule in rules:
        place = places[rule.zone_id or rule.beacon_id or rule.id].name
        names.add(picked(place, language))
        sentences.append(sentence(rule, place, title, [language], timezone))
    return sorted(names), sentences


def asked(survey: Survey, language: str) -> list[dict[str, Any]]:
    """Its questions as they are read: number, words, how they are answered."""
    found, number = [], 0
    for question in said(survey, [language])["questions"]:
        answered = ANSWERABLE_BY_NAME.get(question["type"])
        number += answered is not None
        found.append(
            {
                "number": number if answered is not None else None,
                "type": question["type"],
                "label": question["label"],
                "help": question.get("help") or "",
                "required": question.get("required", False),
                "conditional": question.get("show_if") is not None,
                "lines": [] if answered is None else answered.lines(question),
            }
        )
    return found


async def announced(survey_id: UUID) -> list[dict[str, Any]]:
    """The messages about it, and where each is in its life."""
    return [
        {"id": one.id, "title": one.title, "state": "waits" if one.waits_for_approval else one.state}
        for one in await campaigns.about(survey_id)
    ]
