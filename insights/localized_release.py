"""A release read out: in one language, whole or by a breakdown, on the wire or as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.errors import invalid
from base.localized import pick
from insights.models import Release
from insights.releases import published

_TEXTS = ("title", "label", "row_label")
_OF_THE_RELEASE = ("number", "released_at", "title", "answers", "assurance", "self_reported_position", "smallest_group")


def language_of(release: Release, wanted: Sequence[str]) -> str:
    """The release's language that suits the reader best."""
    return pick(dict.fromkeys(published(release).content["languages"], ""), wanted)[1]


def localized(release: Release, wanted: Sequence[str]) -> dict[str, Any]:
    """Every question of a release, each text in one language."""
    content = whole(release)
    texts: dict[str, Any] = _in_one_language(
        {**_heading(content), "questions": content["questions"]}, [language_of(release, wanted), *wanted]
    )
    return texts


def localized_by(release: Release, by: str, wanted: Sequence[str]) -> dict[str, Any]:
    """Every other question in each group of a breakdown. Raises Invalid where the survey has no such breakdown."""
    content = whole(release)
    table = content["breakdowns"].get(by)
    if table is None:
        raise invalid("/by", "This survey cannot be tabulated by that question.")
    tabulated = {**_heading(content), "by": {"key": by, "label": table["label"]}, "questions": table["questions"]}
    texts: dict[str, Any] = _in_one_language(tabulated, [language_of(release, wanted), *wanted])
    return texts


def whole(release: Release) -> dict[str, Any]:
    """A release as JSON, every text in each of its languages."""
    return {"number": release.number, "released_at": release.released_on.isoformat(), **published(release).content}


def _heading(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in _OF_THE_RELEASE}


def _in_one_language(part: Any, wanted: Sequence[str]) -> Any:
    if isinstance(part, Mapping):
        return {
            name: pick(inside, wanted)[0] if name in _TEXTS and inside is not None else _in_one_language(inside, wanted)
            for name, inside in part.items()
        }
    return [_in_one_language(inside, wanted) for inside in part] if isinstance(part, list) else part
