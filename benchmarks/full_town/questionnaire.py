"""What a municipality asks: a survey of a dozen questions in three languages, and answers to it."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from surveys.forms.document import SurveyDocument

LANGUAGES = ("nb", "nn", "en")


def said(text: str) -> dict[str, str]:
    """A text in every language."""
    return {language: f"{text} ({language})" for language in LANGUAGES}


def _options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": said(key.capitalize())} for key in keys]


def _asked(key: str, kind: str, **more: Any) -> dict[str, Any]:
    help_ = said("Svar slik det er for deg i en vanlig uke, ikke slik det burde være.")
    return {"key": key, "type": kind, "label": said(f"Hva synes du om {key}?"), "help": help_, "required": True, **more}


def survey(title: str, closes_at: datetime | None) -> SurveyDocument:
    """A survey about a place."""
    questions = [
        _asked("age", "single", options=_options("under30", "to50", "to67", "above67"), breakdown=True),
        _asked("use", "single", options=_options("daily", "weekly", "seldom", "never")),
        _asked("like", "multiple", options=_options("trees", "benches", "light", "play", "water"), required=False),
        _asked("safe", "scale", min=1, max=5),
        _asked("quiet", "scale", min=1, max=5),
        _asked("visits", "number", min=0, max=31, integer=True),
        _asked("first", "ranking", options=_options("path", "trees", "light", "play")),
        _asked("when", "single", options=_options("morning", "day", "evening")),
        _asked("come", "single", options=_options("foot", "bicycle", "bus", "car")),
        _asked("keep", "multiple", options=_options("fountain", "stage", "market"), required=False),
        _asked("wish", "text", max_length=500, long=True, required=False),
        _asked("more", "text", max_length=500, required=False),
    ]
    return SurveyDocument.model_validate(
        {
            "title": said(title),
            "intro": said("Kommunen vil vite hvordan plassen brukes, og hva som mangler der. " * 3),
            "languages": list(LANGUAGES),
            "closes_at": closes_at,
            "questions": questions,
        }
    )


def answered(count: int) -> list[Mapping[str, Any]]:
    """Answers to it, none of them text."""
    draw = random.Random(3907)
    return [
        {
            "age": draw.choice(["under30", "to50", "to67", "above67"]),
            "use": draw.choice(["daily", "weekly", "seldom", "never"]),
            "like": draw.sample(["trees", "benches", "light", "play", "water"], 2),
            "safe": draw.randint(1, 5),
            "quiet": draw.randint(1, 5),
            "visits": draw.randint(0, 31),
            "first": draw.sample(["path", "trees", "light", "play"], 4),
            "when": draw.choice(["morning", "day", "evening"]),
            "come": draw.choice(["foot", "bicycle", "bus", "car"]),
        }
        for _ in range(count)
    ]


def soon(now: datetime) -> datetime:
    """When a survey that opens now closes."""
    return now + timedelta(days=21)
